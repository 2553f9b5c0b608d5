"""The whole export of the example company and of small libraries."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.build import AS_OF, PATH, complete, library
from tests.exports.oscal.conforming import faults_of

from sopkit.data import shipped
from sopkit.exports.oscal import write
from sopkit.lifecycle.standing import standings
from sopkit.model.errors import SopkitError

ACME = shipped("examples") / "acme"
NAMED = '[library]\nname = "Acme"\n'


def exported(root: Path, *frameworks: str) -> tuple[Mapping[str, bytes], tuple[str, ...]]:
    with standings(root, AS_OF, AS_OF, tree_only=True) as ground:
        found = write(ground, "1", frameworks)
    assert faults_of(found.files) == []
    return found.files, found.left_out


def built(root: Path, files: Mapping[str, str | bytes], config: str = NAMED) -> tuple[dict[str, Any], tuple[str, ...]]:
    library(root, files, config=config)
    found, left_out = exported(root)
    return json.loads(found["component-definition.json"])["component-definition"], left_out


def test_the_example_company_is_valid_and_left_out_is_nothing() -> None:
    files, left_out = exported(ACME)
    assert left_out == ()
    assert {"component-definition.json", "mapping-collection.json", "catalogs/iso27001-2022.json"} <= set(files)
    assert files == exported(ACME)[0]


def test_an_unchanged_sop_keeps_its_uuid_through_versions(tmp_path: Path) -> None:
    before, _ = built(tmp_path, {PATH: complete(version="1.0")})
    after, _ = built(tmp_path, {PATH: complete(version="2.0", title="Give access")})
    [old, new] = [whole["components"][0] for whole in (before, after)]
    assert (old["title"], new["title"]) == ("Grant access", "Give access")
    assert old["uuid"] == new["uuid"]
    assert before["uuid"] != after["uuid"]


def test_frameworks_can_be_named(tmp_path: Path) -> None:
    library(tmp_path, config=NAMED)
    files, _ = exported(tmp_path, "soc2-tsc-2017")
    assert sorted(files) == ["catalogs/soc2-tsc-2017.json", "component-definition.json"]
    files, _ = exported(tmp_path, "iso27001-2022", "iso27001-2013")
    assert sorted(files) == [
        "catalogs/iso27001-2013.json",
        "catalogs/iso27001-2022.json",
        "component-definition.json",
        "mapping-collection.json",
    ]
    with pytest.raises(SopkitError, match="no framework iso27001-2023"):
        exported(tmp_path, "iso27001-2023")

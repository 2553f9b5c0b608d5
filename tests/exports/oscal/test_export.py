"""The whole export of the example company and of small libraries."""

import json
from pathlib import Path

import pytest
from tests.build import AS_OF, PATH, complete, library
from tests.exports.oscal.small import NAMED, definition, exported
from tests.repository import GitRepository

from sopkit.data import shipped_folder
from sopkit.exports.oscal import write_oscal
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.errors import SopkitError

ACME = shipped_folder("examples") / "acme"


@pytest.mark.slow
def test_the_example_company_is_valid_and_left_out_is_nothing() -> None:
    files, left_out = exported(ACME)
    assert left_out == ()
    assert {"component-definition.json", "mapping-collection.json", "catalogs/iso27001-2022.json"} <= set(files)
    with read_library_status(ACME, AS_OF, AS_OF, tree_only=True) as ground:
        assert files == write_oscal(ground, "1", ()).files


def test_an_unchanged_sop_keeps_its_uuid_through_versions(tmp_path: Path) -> None:
    before, _ = definition(tmp_path, {PATH: complete(version="1.0")})
    after, _ = definition(tmp_path, {PATH: complete(version="2.0", title="Give access")})
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
    with pytest.raises(SopkitError, match="no framework `iso27001-2023`"):
        exported(tmp_path, "iso27001-2023")


def test_one_commit_gives_the_same_bytes_whoever_exports_it(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "one")
    library(repository.root, config=NAMED)
    commit = repository.commit("2026-01-15T10:00:00+0200")
    repository.git("clone", "-q", str(repository.root), str(tmp_path / "two"))
    one, two = (exported(tmp_path / name, "iso27001-2022", tree_only=False) for name in ("one", "two"))
    assert one == two
    assert one[1] == ()
    metadata = json.loads(one[0]["component-definition.json"])["component-definition"]["metadata"]
    assert (metadata["version"], metadata["last-modified"]) == (commit, "2026-01-15T08:00:00+00:00")

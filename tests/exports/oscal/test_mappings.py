"""Mappings are told as those of who stated them; frameworks of a library's own are as good as shipped ones."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.build import PATH, complete, library
from tests.exports.oscal.small import NAMED, exported

from sopkit.exports.oscal.elements import NAMESPACE

CAIQ = """\
id: caiq-own
title: Questions of a customer
edition: "4"
publisher: A customer
status: current
licence_note: our copy
groups:
  - {id: A&A, title: Audit & assurance}
  - {id: A A, title: "*Another*"}
controls:
  - {id: A&A-01.1, title: "Are policies reviewed?\\nYearly?", group: A&A}
  - {id: A&A-01-1, title: Are audits planned?, group: A&A}
  - {id: a&a-01.1, title: Who reviews them?, group: A A}
  - {id: 164.308(a)(1)(ii)(A), title: Is risk analysed?, group: A A}
"""
ROWS = """\
id: mapping-own
title: Questions to ISO
source_framework: caiq-own
target_framework: iso27001-2022
relation: related
source: the security team, 2026
rows:
  - {from: A&A-01.1, to: [A.5.1, A.5.37, A.5.1], partial: [A.5.37]}
  - {from: A&A-01.1, to: [A.5.1]}
  - {from: 164.308(a)(1)(ii)(A), to: [A.5.7]}
"""
OWN = {"controls/caiq-own.yaml": CAIQ, "controls/mapping-own.yaml": ROWS}
LIMITED = ("caiq-own", "iso27001-2022")


def collection(root: Path, *frameworks: str) -> dict[str, Any]:
    files, _ = exported(root, *frameworks)
    return json.loads(files["mapping-collection.json"])["mapping-collection"]


def ends(entry: dict[str, Any]) -> tuple[str, str]:
    return entry["sources"][0]["id-ref"], entry["targets"][0]["id-ref"]


def test_own_frameworks_with_strange_ids_are_valid_and_claimed(tmp_path: Path) -> None:
    library(tmp_path, {PATH: complete(controls='{caiq-own: ["A&A-01.1", "a&a-01.1"]}'), **OWN}, config=NAMED)
    files, left_out = exported(tmp_path, *LIMITED)
    assert left_out == ()
    [implementation] = json.loads(files["component-definition.json"])["component-definition"]["components"][0][
        "control-implementations"
    ]
    assert implementation["source"] == "catalogs/caiq-own.json"
    assert [one["control-id"] for one in implementation["implemented-requirements"]] == ["A-A-01.1", "a-a-01.1-7d5a"]


def test_an_own_mapping_is_told_as_it_stands_in_its_file(tmp_path: Path) -> None:
    library(tmp_path, OWN, config=NAMED)
    body = collection(tmp_path, *LIMITED)
    [mapping] = body["mappings"]
    assert mapping["mapping-description"] == "Questions to ISO\n\nStated by: the security team, 2026"
    assert mapping["source-resource"]["href"] == "catalogs/caiq-own.json"
    assert mapping["status"] == body["provenance"]["status"] == "not-complete"
    assert {(entry["ns"], entry["relationship"]) for entry in mapping["maps"]} == {(NAMESPACE, "related")}
    assert [ends(entry) for entry in mapping["maps"]] == [
        ("A-A-01.1", "A.5.1"),
        ("A-A-01.1", "A.5.37"),
        ("_164.308.a.1.ii.A", "A.5.7"),
    ]
    assert [prop["name"] for entry in mapping["maps"] for prop in entry.get("props", ())] == ["partial"]


@pytest.mark.slow
def test_the_shipped_mappings_come_with_the_catalogs_of_both_ends(tmp_path: Path) -> None:
    library(tmp_path, config=NAMED)
    files, left_out = exported(tmp_path)
    assert left_out == ()
    assert sorted(files) == [
        "catalogs/iso27001-2013.json",
        "catalogs/iso27001-2022.json",
        "catalogs/nist-800-53-r5.json",
        "component-definition.json",
        "mapping-collection.json",
    ]
    mappings = json.loads(files["mapping-collection.json"])["mapping-collection"]["mappings"]
    told = [
        (len(one["maps"]), one["status"], *Counter(entry["relationship"] for entry in one["maps"])) for one in mappings
    ]
    assert told == [(115, "complete", "successor"), (418, "not-complete", "related")]
    assert [one["mapping-description"].partition("Stated by: ")[2][:4] for one in mappings] == ["ISO/", "NIST"]
    partial = [entry for entry in mappings[1]["maps"] if "props" in entry]
    assert len(partial) == 42
    assert ("A.5.3", "ac-5") in map(ends, mappings[1]["maps"])


@pytest.mark.parametrize("rows", ["[]", "[{from: A&A-01.1, to: []}]"])
def test_a_mapping_without_pairs_makes_no_collection(rows: str, tmp_path: Path) -> None:
    head, _, _ = ROWS.partition("rows:")
    library(tmp_path, {**OWN, "controls/mapping-own.yaml": f"{head}rows: {rows}\n"}, config=NAMED)
    assert "mapping-collection.json" not in exported(tmp_path, *LIMITED)[0]


def test_pairs_of_a_framework_that_was_replaced_are_told_to_be_left_out(tmp_path: Path) -> None:
    shorter = """\
id: iso27001-2013
title: What we still use of 2013
edition: "2013"
publisher: ISO/IEC
status: withdrawn
superseded_by: iso27001-2022
licence_note: ids only
groups: [{id: A.5, title: Policies}]
controls: [{id: A.5.1.1, title: Policies, group: A.5}]
"""
    library(tmp_path, {"controls/iso27001-2013.yaml": shorter}, config=NAMED)
    files, left_out = exported(tmp_path, "iso27001-2013", "iso27001-2022")
    assert left_out == ("mapping-iso27001-2013-2022: 114 pairs left out, because the frameworks have no such controls",)
    [mapping] = json.loads(files["mapping-collection.json"])["mapping-collection"]["mappings"]
    assert [ends(entry) for entry in mapping["maps"]] == [("A.5.1.1", "A.5.1")]

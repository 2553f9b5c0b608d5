"""Every framework, shipped or of somebody's own, gives a valid catalog that holds all of it."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.controls_facts import ID_FORMS
from tests.exports.oscal.conforming import controls_of, faults

from sopkit.exports.oscal.catalog import build_catalog
from sopkit.frameworks.loader import load_catalogue
from sopkit.model.frameworks import Control, ControlGroup, Framework

MODIFIED = "2026-11-24T08:00:00Z"
COUNTS = {
    "gdpr": 99,
    "hipaa-security-rule": 71,
    "iso27001-2013": 114,
    "iso27001-2022": 93,
    "iso27001-2022-clauses": 34,
    "iso42001-2023": 38,
    "nist-800-53-r5": 1196,
    "nist-csf-2.0": 106,
    "soc2-tsc-2017": 61,
}


def body(framework: Framework) -> Any:
    return build_catalog(framework, MODIFIED)["catalog"]


def by_id(framework: str) -> dict[str, Any]:
    return {control["id"]: control for control in controls_of(body(load_catalogue().get(framework)))}


def framework(
    *controls: Control, groups: tuple[ControlGroup, ...] = (ControlGroup(id="G", title="Group"),)
) -> Framework:
    return Framework(
        id="own",
        title="Own",
        edition="1",
        publisher="Us",
        status="current",
        licence_note="ours",
        groups=groups,
        controls=controls,
    )


def test_controls_that_are_parts_of_themselves_are_not_lost() -> None:
    circle = [("A", "B"), ("B", "A"), ("C", "C"), ("D", "A"), ("E", None), ("F", "E")]
    own = framework(*(Control(id=name, title=name, group="G", parent=parent) for name, parent in circle))
    assert faults(build_catalog(own, MODIFIED)) == []
    (group,) = body(own)["groups"]
    assert [control["id"] for control in group["controls"]] == ["E", "A", "B", "C", "D"]
    assert [control["id"] for control in group["controls"][0]["controls"]] == ["F"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ID_FORMS)
def test_a_shipped_framework_is_valid_and_whole(name: str) -> None:
    written = load_catalogue().get(name)
    document = build_catalog(written, MODIFIED)
    assert faults(document) == []
    found = list(controls_of(document["catalog"]))
    assert len(found) == COUNTS[name] == len(written.controls)
    labels = [prop["value"] for control in found for prop in control["props"] if prop["name"] == "label"]
    assert sorted(labels) == sorted(control.id for control in written.controls)
    states = [prop["value"] for control in found for prop in control["props"] if prop["name"] == "status"]
    assert states == ["withdrawn"] * sum(control.withdrawn for control in written.controls)


def test_all_shipped_frameworks_are_counted() -> None:
    assert set(COUNTS) == set(ID_FORMS)


def test_a_control_says_where_its_text_is() -> None:
    assert by_id("iso27001-2022")["A.5.18"] == {
        "id": "A.5.18",
        "title": "Access rights",
        "props": [{"name": "label", "value": "A.5.18"}, {"name": "sort-id", "value": "a.05.18"}],
        "parts": [
            {
                "id": "A.5.18_smt",
                "name": "statement",
                "prose": "See A.5.18 of ISO/IEC 27001:2022 Annex A for the text.",
            }
        ],
    }


def test_a_statement_takes_the_id_of_no_control() -> None:
    own = framework(Control(id="A", title="A", group="G"), Control(id="a_SMT", title="B", group="G"))
    assert [part["id"] for control in controls_of(body(own)) for part in control["parts"]] == [
        "A_smt-e485",
        "a_SMT_smt",
    ]
    assert faults(build_catalog(own, MODIFIED)) == []


def test_a_withdrawn_control_leads_to_what_took_it_over() -> None:
    assert by_id("nist-800-53-r5")["ac-2.10"] == {
        "id": "ac-2.10",
        "title": "Shared and Group Account Credential Change",
        "props": [
            {"name": "label", "value": "AC-2(10)"},
            {"name": "sort-id", "value": "ac-02.10"},
            {"name": "status", "value": "withdrawn"},
        ],
        "links": [{"href": "#ac-2", "rel": "incorporated-into"}],
    }


def test_what_refines_a_control_stands_in_it() -> None:
    assert [part["id"] for part in by_id("nist-800-53-r5")["ac-3"]["controls"]][:3] == ["ac-3.1", "ac-3.2", "ac-3.3"]
    assert [part["id"] for part in by_id("iso27001-2022-clauses")["_6.1"]["controls"]] == ["_6.1.1", "_6.1.2", "_6.1.3"]


def test_groups_stand_in_their_groups() -> None:
    [annex, *_] = body(load_catalogue().get("iso27001-2013"))["groups"]
    assert (annex["id"], [group["id"] for group in annex["groups"]]) == ("A.5", ["A.5.1"])


def test_controls_beside_groups_get_a_group_of_their_own() -> None:
    groups = (ControlGroup(id="G", title="Group"), ControlGroup(id="H", title="Part", parent="G"))
    own = framework(Control(id="1", title="One", group="G"), Control(id="2", title="Two", group="H"), groups=groups)
    [group] = body(own)["groups"]
    assert [(part["id"], part["title"]) for part in group["groups"]] == [("G-controls", "Group"), ("H", "Part")]
    assert faults(build_catalog(own, MODIFIED)) == []


def test_the_uuid_of_a_catalog_stays_while_what_it_says_does() -> None:
    own = framework(Control(id="A", title="A", group="G"))
    other = framework(Control(id="A", title="B", group="G"))
    assert body(own)["uuid"] == build_catalog(own, "2027-01-01T00:00:00Z")["catalog"]["uuid"]
    assert body(own)["uuid"] != body(other)["uuid"]


_TEXT = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("*_`<&#-1.()\n\x00 ")), min_size=1, max_size=12)


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    ids = draw(st.lists(_TEXT.filter(lambda text: "\n" not in text), min_size=2, max_size=12, unique=True))
    cut = draw(st.integers(1, len(ids) - 1))
    groups = [
        ControlGroup(id=name, title=draw(_TEXT), parent=draw(st.sampled_from([None, *ids[:index]])))
        for index, name in enumerate(ids[:cut])
    ]
    controls = [
        Control(
            id=name,
            title=draw(_TEXT),
            group=draw(st.sampled_from(ids[:cut])),
            parent=draw(st.sampled_from([None, None, *ids[cut:index]])),
            withdrawn=draw(st.booleans()),
            withdrawn_note=draw(st.one_of(st.none(), _TEXT)),
            moved_to=tuple(draw(st.lists(st.sampled_from(ids[cut:]), max_size=2, unique=True))),
        )
        for index, name in enumerate(ids[cut:], cut)
    ]
    return Framework(
        id="own",
        title=draw(_TEXT),
        edition=draw(_TEXT),
        publisher="Us",
        status="current",
        licence_note=draw(_TEXT),
        groups=tuple(groups),
        controls=tuple(controls),
    )


@pytest.mark.slow
@given(frameworks())
def test_any_framework_gives_a_valid_catalog_with_all_of_it(own: Framework) -> None:
    document = json.loads(json.dumps(build_catalog(own, MODIFIED)))
    assert faults(document) == []
    held = Counter("controls" for _ in controls_of(document["catalog"]))["controls"]
    assert held == len(own.controls)

"""Frameworks and mappings are read when asked for; a library's own folder is read with care."""

from pathlib import Path

import pytest

import sopkit.frameworks.loader
from sopkit.frameworks.loader import load_catalogue
from sopkit.model.control_ids import MatchKind, parse_control
from sopkit.model.control_views import (
    ControlMapping,
    Correspondence,
    Titled,
    describe_control,
    explain_match,
    map_control,
)
from sopkit.model.errors import SopkitError
from sopkit.model.mentions import find_controls

CATALOGUE = load_catalogue()
ISO = "iso27001-2022"
OLD = "iso27001-2013"
SP = "nist-800-53-r5"

OWN = """\
id: acme-baseline
title: Acme security baseline
edition: "2026"
publisher: Acme
status: current
cited_as: [Acme baseline]
id_form: 'AB-\\d{1,3}'
group_form: 'AB[A-Z]'
licence_note: our own
groups:
  - id: ABA
    title: Access
controls:
  - id: AB-1
    title: Accounts have an owner
    group: ABA
  - id: AB-2
    title: Accounts end with the job
    group: ABA
"""
OWN_MAPPING = """\
id: mapping-acme
title: Acme baseline to ISO
source_framework: acme-baseline
target_framework: iso27001-2022
relation: related
source: the security team
rows:
  - from: AB-1
    to: [A.5.16, A.5.18]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "controls"
    folder.mkdir()
    (folder / "acme-baseline.yaml").write_text(OWN)
    (folder / "mapping-acme.yaml").write_text(OWN_MAPPING)
    return folder


def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    read: list[str] = []
    load = sopkit.frameworks.loader.load_yaml
    sopkit.frameworks.loader._shipped_framework.cache_clear()

    def watched(data: bytes, path: str) -> object:
        read.append(f"{Path(path).stem}:{len(data)}")
        return load(data, path)

    monkeypatch.setattr(sopkit.frameworks.loader, "load_yaml", watched)
    return read


def test_only_the_framework_asked_for_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_files(monkeypatch)
    catalogue = load_catalogue()
    assert read == []
    for written in ("A.5.18", "5.18", "A.5.19-23"):
        assert parse_control(written, catalogue, ISO).kind is MatchKind.FOUND
    assert [name.split(":")[0] for name in read] == [ISO]


def test_mentions_read_no_framework_that_they_do_not_need(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_files(monkeypatch)
    list(find_controls("ISO 27001:2022 A.5.18, SOC 2 CC6.1, 800-53", load_catalogue(), (ISO,)))
    assert [name for name in read if int(name.split(":")[1]) > 10_000] == []


def test_unknown_framework_is_none() -> None:
    assert CATALOGUE.framework("iso27001") is None
    assert CATALOGUE.mapping(ISO, "gdpr") is None


def test_mapping_reads_both_ways() -> None:
    forward, back = CATALOGUE.mapping(OLD, ISO), CATALOGUE.mapping(ISO, OLD)
    assert forward is not None
    assert back is not None
    assert (forward.relation, back.relation) == ("successor", "predecessor")
    assert forward.targets("A.18.2.3") == ("A.5.36", "A.8.8")
    assert back.targets("A.8.8") == ("A.12.6.1", "A.18.2.3")
    assert back.targets("A.5.7") == ()
    published = {row.source: row.to for row in forward.reverse_rows if row.to}
    assert {row.source: row.to for row in back.rows} == published
    assert {name: row.to for name, row in back.inverted().by_source.items()} == {
        row.source: row.to for row in forward.rows
    }


def test_partial_pairs_stay_partial() -> None:
    back = CATALOGUE.mapping(SP, ISO)
    assert back is not None
    assert next(row for row in back.rows if row.source == "SA-3(2)").partial == ("A.8.33",)


def test_own_folder_stands_beside_the_shipped_one(own: Path) -> None:
    catalogue = load_catalogue(own)
    assert set(catalogue.ids) == {*CATALOGUE.ids, "acme-baseline"}
    assert parse_control("Acme baseline AB-1", catalogue).ids == ("AB-1",)
    assert parse_control("ab-02", catalogue).ids == ("AB-2",)
    assert [mention.ids for mention in find_controls("see AB-1.", catalogue, ("acme-baseline",))] == [("AB-1",)]
    mapped = map_control(catalogue, "A.5.18", "acme-baseline")
    assert mapped == (
        ControlMapping(
            ISO,
            Titled("A.5.18", "Access rights"),
            Correspondence("acme-baseline", "related", (Titled("AB-1", "Accounts have an owner"),)),
        ),
    )


def test_own_framework_without_forms_is_found_by_its_ids(own: Path) -> None:
    text = "\n".join(line for line in OWN.splitlines() if "_form" not in line)
    (own / "acme-baseline.yaml").write_text(text)
    catalogue = load_catalogue(own)
    assert parse_control("AB-1", catalogue).framework == "acme-baseline"
    assert [mention.ids for mention in find_controls("see AB-1.", catalogue, ("acme-baseline",))] == [("AB-1",)]


def test_own_file_wins_over_the_shipped_one(own: Path) -> None:
    (own / "acme-baseline.yaml").rename(own / "gdpr.yaml")
    (own / "gdpr.yaml").write_text(OWN.replace("id: acme-baseline", "id: gdpr"))
    assert load_catalogue(own).get("gdpr").title == "Acme security baseline"


def test_missing_folder_adds_nothing(tmp_path: Path) -> None:
    assert load_catalogue(tmp_path / "nowhere").ids == CATALOGUE.ids


BROKEN = [
    ("status: current", "status: currant", 5, "status: Input should be 'current' or 'withdrawn'"),
    ("publisher: Acme", "publischer: Acme", 4, "publischer: unknown key; did you mean `publisher`? (and 1 more)"),
    ("title: Access", "title:", 12, "groups.0.title: Input should be a valid string"),
    ("    title: Accounts have an owner\n", "", 14, "controls.0.title: Field required"),
    ("group: ABA\n  - id: AB-2", "group: ABX\n  - id: AB-2", 16, "controls.0.group: ABX is no group"),
    ("id: AB-2", "id: AB-1", 17, "controls.1.id: AB-1 is there twice"),
    ("id: AB-2", "id: ABA", 17, "controls.1.id: ABA is there twice"),
    ("id: AB-2", "id: XY-2", 17, "controls.1.id: XY-2 does not have the form of id_form"),
    ("id: AB-2", "parent: AB-3\n    id: AB-2", 17, "controls.1.parent: AB-3 is no control"),
    ("id: AB-2", "moved_to: [AB-3]\n    id: AB-2", 17, "controls.1.moved_to: AB-3 is no control"),
    ("title: Access", "title: Access\n    parent: AB", 13, "groups.0.parent: AB is no group before ABA"),
    (r"'AB-\d{1,3}'", "'AB-('", 7, "id_form: not a regular expression: missing ), unterminated subpattern"),
    (r"'AB-\d{1,3}'", r"'(?:AB-\d)*'", 7, "id_form: matches no text at all, and so would be found everywhere"),
    (r"'AB-\d{1,3}'", r"'AB-(\d)'", 7, "id_form: has a group that captures; write (?:…)"),
    ("id: acme-baseline", "id: acme", 1, "the id is not the name of the file"),
    ("status: current", "status: current\nstatus: current", 6, "the key `status` is there twice"),
    ("status: current", "status: [current", 6, "not YAML: did not find expected ',' or ']'"),
    ("status: current", "\tstatus: current", 5, "not YAML: found a tab character that violates indentation"),
    ("title: Acme security baseline", "title: &a [*a]", 2, "an alias repeats this"),
    ("status: current", "? [a]\n: b", 5, "a key is not plain text"),
    ("title: Acme security baseline", "title: 'a\u2028b'\ntitle: b", 3, "the key `title` is there twice"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "message"), BROKEN)
def test_broken_file_is_named_with_its_line(own: Path, old: str, new: str, line: int, message: str) -> None:
    path = own / "acme-baseline.yaml"
    path.write_text(OWN.replace(old, new, 1))
    with pytest.raises(SopkitError) as caught:
        load_catalogue(own).framework("acme-baseline")
    assert caught.value.message == f"{path}:{line}: {message}"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("from: AB-1", "from: AB-7", 8, "AB-7 is no control of acme-baseline"),
        (
            "to: [A.5.16, A.5.18]",
            "to: [A.5.16,\n         A.5.99]",
            10,
            "A.5.99 is no control of iso27001-2022",
        ),
        ("target_framework: iso27001-2022", "target_framework: iso", 4, "no framework `iso`"),
        (
            "relation: related",
            "relation: same",
            5,
            "relation: Input should be 'successor', 'predecessor' or 'related'",
        ),
    ],
)
def test_broken_mapping_is_named_with_its_line(own: Path, old: str, new: str, line: int, message: str) -> None:
    path = own / "mapping-acme.yaml"
    path.write_text(OWN_MAPPING.replace(old, new, 1))
    with pytest.raises(SopkitError) as caught:
        load_catalogue(own).read_mapping("mapping-acme")
    assert caught.value.message == f"{path}:{line}: {message}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", ":1: Input should be a valid dictionary or instance of Framework"),
        (b"- a\n", ":1: Input should be a valid dictionary or instance of Framework"),
        (b"id: a\ntitle: \xff\n", ":2: not UTF-8 text"),
        (b"id: a\0", ": not YAML: unacceptable character #x0000: control characters are not allowed"),
        (b"a: " + b"[" * 5000, ":1: not YAML: exceeded maximum nesting depth"),
    ],
)
def test_unreadable_file_is_an_error(own: Path, data: bytes, message: str) -> None:
    path = own / "acme-baseline.yaml"
    path.write_bytes(data)
    with pytest.raises(SopkitError) as caught:
        load_catalogue(own).framework("acme-baseline")
    assert caught.value.message == f"{path}{message}"


def test_view_of_a_control() -> None:
    view = describe_control(CATALOGUE, ISO, "A.8.1")
    assert view.title == "User end point devices"
    assert view.groups == (Titled("A.8", "Technological controls"),)
    assert view.facts == ("ISO/IEC 27002 title: User endpoint devices",)
    assert view.predecessors == (
        Correspondence(
            OLD,
            "predecessor",
            (
                Titled("A.6.2.1", "Mobile device policy"),
                Titled("A.11.2.8", "Unattended user equipment"),
            ),
        ),
    )
    assert view.successors == ()
    assert [found.framework for found in view.crosswalk] == [SP]


def test_view_of_a_superseded_control_leads_on() -> None:
    view = describe_control(CATALOGUE, OLD, "A.9.2.2")
    assert view.groups == (Titled("A.9", "Access control"), Titled("A.9.2", "User access management"))
    assert view.successors == (Correspondence(ISO, "successor", (Titled("A.5.18", "Access rights"),)),)
    accounts = (Titled("AC-2", "Account Management"),)
    assert view.crosswalk == (Correspondence(SP, "related", accounts, through=("A.5.18",), between=ISO),)


def test_view_of_a_withdrawn_control() -> None:
    view = describe_control(CATALOGUE, SP, "AC-2(10)")
    assert (view.withdrawn, view.went_to) == (True, (Titled("AC-2", "Account Management"),))
    assert view.parent == Titled("AC-2", "Account Management")
    assert describe_control(CATALOGUE, SP, "SA-12").withdrawn_note == "moved to the SR family"


@pytest.mark.parametrize("name", CATALOGUE.ids)
def test_every_control_has_a_view(name: str) -> None:
    for control in CATALOGUE.get(name).controls:
        assert describe_control(CATALOGUE, name, control.id).title == control.title


@pytest.mark.parametrize(
    ("written", "to", "want"),
    [
        ("A.9.2.2", ISO, {"A.9.2.2": ("A.5.18",)}),
        ("A.6.1.2", ISO, {"A.6.1.2": ("A.5.3",)}),
        ("A.18.2.3", ISO, {"A.18.2.3": ("A.5.36", "A.8.8")}),
        ("ISO 27001:2013 A.5.1", ISO, {"A.5.1.1": ("A.5.1",), "A.5.1.2": ("A.5.1",)}),
        ("A.5.3-5", SP, {"A.5.3": ("AC-5",), "A.5.4": None, "A.5.5": ("IR-6",)}),
        ("A.5.7", OLD, {"A.5.7": None}),
        ("A.9.2.2", SP, {"A.9.2.2": ("AC-2",)}),
    ],
)
def test_map(written: str, to: str, want: dict[str, tuple[str, ...] | None]) -> None:
    mapped = map_control(CATALOGUE, written, to)
    got = {one.control.id: one.to and tuple(end.id for end in one.to.controls) for one in mapped}
    assert {key: got[key] for key in want if want[key]} == {key: ids for key, ids in want.items() if ids}
    assert list(got) == list(want)


@pytest.mark.parametrize(
    ("written", "to", "message", "hint"),
    [
        ("A.9.2.2", "iso27001", "no framework `iso27001`", "did you mean `iso27001-2022`?"),
        (
            "A.5.1",
            ISO,
            "`A.5.1` may be A.5.1 of iso27001-2022 or A.5.1 of iso27001-2013",
            "name the framework",
        ),
        ("A.5.18", ISO, "A.5.18 is already a control of iso27001-2022", "name another framework with --to"),
        (
            "CC6.1",
            ISO,
            "no mapping leads from soc2-tsc-2017 to iso27001-2022",
            "there is no mapping from it at all",
        ),
        (
            "A.5.18",
            "gdpr",
            "no mapping leads from iso27001-2022 to gdpr",
            "there are mappings to iso27001-2013, nist-800-53-r5",
        ),
        ("A.5.99", SP, "`A.5.99` is no control that is known", "did you mean A.5.9, A.5.29, A.5.19?"),
        ("hello", SP, "`hello` is no control that is known", "look it up: sopkit control list"),
    ],
)
def test_map_says_why_not(written: str, to: str, message: str, hint: str) -> None:
    with pytest.raises(SopkitError) as caught:
        map_control(CATALOGUE, written, to)
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("written", "default", "message", "hint"),
    [
        (
            "A.9.2.2",
            ISO,
            "`A.9.2.2` is an id of iso27001-2013, which is superseded",
            "iso27001-2022 has A.5.18",
        ),
        ("A.8", ISO, "`A.8` is a group of iso27001-2022, not a control", "name the controls in it"),
        ("AC-13", SP, "`AC-13` was withdrawn from nist-800-53-r5", "use AC-2, AU-6"),
        (
            "AC-2",
            ISO,
            "`AC-2` is no control of iso27001-2022; AC-2 of nist-800-53-r5 is",
            "put it under that framework",
        ),
        ("A.5.38", ISO, "`A.5.38` is no control of iso27001-2022", "did you mean A.5.8, A.5.3, A.5.37?"),
    ],
)
def test_match_is_explained(written: str, default: str, message: str, hint: str) -> None:
    assert explain_match(parse_control(written, CATALOGUE, default)) == (message, hint)

"""Frameworks out of questionnaires in the shapes in which they come; all texts are our own."""

import csv
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from openpyxl import Workbook
from tests.examples import examples

from sopkit.frameworks.check import check_control_files
from sopkit.frameworks.loader import load_catalogue
from sopkit.frameworks.sheet_import import FrameworkImport, FrameworkOptions, import_framework, parse_columns
from sopkit.model.control_ids import MatchKind, parse_control
from sopkit.model.errors import SopkitError

Rows = list[list[object]]


def sheet(path: Path, name: str, rows: Rows, *merges: str, more: Callable[[Any], None] | None = None) -> Path:
    book = Workbook()
    made = book.active
    assert made is not None
    made.title = name
    for row in rows:
        made.append(row)
    for area in merges:
        made.merge_cells(area)
    if more is not None:
        more(book)
    book.save(path)
    return path


def brought(root: Path, source: Path, name: str, columns: str, **more: Any) -> FrameworkImport:
    """What import makes; written, checked and read back, as every framework must be."""
    imported = import_framework(root, source, FrameworkOptions(name, parse_columns(columns), **more))
    imported.path.parent.mkdir(exist_ok=True)
    imported.path.write_bytes(imported.data)
    assert check_control_files(root).findings == ()
    assert load_catalogue(root / "controls").get(name) == imported.framework
    again = import_framework(root, source, FrameworkOptions(name, parse_columns(columns), **more))
    assert (again.same, again.data) == (True, imported.data)
    return imported


def groups(imported: FrameworkImport) -> list[tuple[str, str]]:
    return [(group.id, group.title) for group in imported.framework.groups]


def controls(imported: FrameworkImport) -> list[tuple[str, str, str]]:
    return [(control.id, control.title, control.group) for control in imported.framework.controls]


HECVAT_HEADS = ["Answer", "Additional Information", "Guidance", "Analyst Notes"]
HECVAT: Rows = [
    ["Vendor questionnaire", None, None, None, "Version 4"],
    ["Date", None, None],
    ["1. Fill in the first tab before all others."],
    [" General facts", None, *HECVAT_HEADS],
    ["GNRL-01", "How is your company called?", None],
    ["GNRL-02", "How is your product called?", None],
    [" Documents", None, *HECVAT_HEADS],
    ["DOCU-01", "Do you write down how you work?", "Yes"],
    ["DOCU-02", "Do you have\nplans for bad days?  ", None],
    [" Log-in of people", None, *HECVAT_HEADS],
    ["HLAA-01", "Can people log in once for everything?", None],
    ["#N/A", None],
    [" Nothing here", None, *HECVAT_HEADS],
]


def test_a_questionnaire_with_headings_between_the_rows(tmp_path: Path) -> None:
    source = sheet(tmp_path / "vendor.xlsx", "Organization", HECVAT)
    imported = brought(tmp_path, source, "hecvat-4", "id=A,title=B", header=4, title="Vendor questions")
    assert groups(imported) == [("GNRL", "GNRL"), ("DOCU", "Documents"), ("HLAA", "Log-in of people")]
    assert controls(imported)[2:4] == [
        ("DOCU-01", "Do you write down how you work?", "DOCU"),
        ("DOCU-02", "Do you have plans for bad days?", "DOCU"),
    ]
    assert imported.framework.id_form == r"[A-Z]{4}-\d{2}"
    assert (imported.framework.title, imported.framework.edition) == ("Vendor questions", "4")
    assert imported.framework.needs_name is False
    assert imported.draft.grouped_by == "the headings between the rows"
    assert imported.draft.notes == (
        "left out, no id and no text: row 12",
        "left out, a heading with nothing below: row 13",
        "no group and no heading above, taken to be in that of its id's beginning: rows 5, 6",
    )
    assert imported.data.decode().splitlines()[:13] == [
        "id: hecvat-4",
        "title: Vendor questions",
        'edition: "4"',
        "publisher: not stated",
        "status: current",
        'id_form: "[A-Z]{4}-\\\\d{2}"',
        'licence_note: "taken from the user\'s own copy (vendor.xlsx, sheet Organization); its texts stay in this library"',
        "groups:",
        "  - id: GNRL",
        "    title: GNRL",
        "  - id: DOCU",
        "    title: Documents",
        "  - id: HLAA",
    ]


def test_sops_can_claim_it(tmp_path: Path) -> None:
    source = sheet(tmp_path / "vendor.xlsx", "Organization", HECVAT)
    brought(tmp_path, source, "hecvat-4", "id=A,title=B", header=4)
    catalogue = load_catalogue(tmp_path / "controls")
    for written, default in (("DOCU-01", "hecvat-4"), ("docu-1", "hecvat-4"), ("hecvat-4 DOCU-01", "iso27001-2022")):
        match = parse_control(written, catalogue, default)
        assert (match.kind, match.framework, match.ids) == (MatchKind.FOUND, "hecvat-4", ("DOCU-01",))


def test_a_list_of_all_questions_has_its_groups_from_the_ids(tmp_path: Path) -> None:
    def hidden(book: Any) -> None:
        book.create_sheet("Start").append(["x"])
        book["Questions"].sheet_state = "hidden"

    rows: Rows = [["All questions"], ["New ID", "Question", "Start", "Compliant Response"]]
    rows += [["GNRL-01", "Who?", 1, None], ["DOCU-01", "Do you?", 0, "Yes"], ["DOCU-02", "And?", 0, "Yes"]]
    rows += [["GNRL-01", "who? ", 1], ["GNRL-02", "What?"]]
    source = sheet(tmp_path / "all.xlsx", "Questions", rows, more=hidden)
    imported = brought(tmp_path, source, "hecvat-4", "id=New ID,title=Question", sheet="Questions")
    assert groups(imported) == [("GNRL", "GNRL"), ("DOCU", "DOCU")]
    assert imported.draft.grouped_by == "the beginnings of the ids"
    assert imported.draft.notes == ("the same as a row above: row 6",)


CAIQ: Rows = [
    ["QUESTIONS ABOUT CLOUDS v4"],
    [
        "Question ID",
        "Question",
        "CSP CAIQ Answer",
        "SSRM Control Ownership",
        "CSP Implementation Description (Optional/Recommended)",
        "CSC Responsibilities (Optional/Recommended)",
        "CCM Control ID",
        "CCM Control Specification",
        "CCM Control Title",
        "CCM Domain Title",
    ],
    ["A&A-01.1", "Does somebody look at it?", "Yes", "CSP-owned", "", "", "A&A-01", "Look.", "Looking", "Looks & Proofs"],
    ["A&A-01.2", "Again each year?", "Yes", "", "", "", None, None, None, None],
    ["AIS-01.1", "Are rules for building kept? " * 60, "No", "", "", "", "AIS-01", "Build.", "Building", "Building Well"],
    ["AIS-02.1", "Are they read?", "No", "", "", "", "AIS-02", "Read.", "Reading", None],
    ["© Somebody. All rights reserved, whatever that may mean for those who read this far."],
]  # fmt: skip
CAIQ_COLUMNS = "id=Question ID,title=Question,group=CCM Domain Title,parent=CCM Control ID"


def test_a_questionnaire_with_a_column_of_domains(tmp_path: Path) -> None:
    source = sheet(tmp_path / "caiq.xlsx", "CAIQv4.0.3", CAIQ, "A1:J1", "J3:J4", "G3:G4")
    imported = brought(tmp_path, source, "caiq-4.0.3", CAIQ_COLUMNS, publisher="CSA")
    assert groups(imported) == [("A&A", "Looks & Proofs"), ("AIS", "Building Well")]
    assert [control.id for control in imported.framework.controls] == ["A&A-01.1", "A&A-01.2", "AIS-01.1", "AIS-02.1"]
    assert imported.framework.controls[2].title == ("Are rules for building kept? " * 60).strip()
    assert imported.framework.id_form == r"[A-Z&]{3}-\d{2}\.\d"
    assert imported.framework.edition == "4.0.3"
    assert imported.draft.notes == (
        "no group, taken to be in that of the row above: row 6",
        "left out, no text for the id: row 7",
        "its parent is no id of the sheet and was left out: rows 3 (A&A-01), 4 (A&A-01), 5 (AIS-01), 6 (AIS-02)",
    )


def test_a_name_with_a_digit_is_no_edition(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("id,title\nA-1,x\nA-2,y\n")
    assert brought(tmp_path, source, "fedramp20x", "id=id,title=title").framework.edition == "not stated"


MESSY = """\
Our list;of demands;;\r
No;What;Chapter;Above\r
1;;One;\r
1.1;Keep it safe;One;1\r
1.1;Keep it very safe;One;\r
1.1;keep it  safe;One;\r
a-1;Small;Two;\r
A-1;Large;Two;\r
;A question that nobody numbered;Two;\r
Notes;;;\r
1.2;"Say ""yes"": it's easy # really";;1.1\r
NO;Norway is no truth value;Two;\r
1e5;Not a number;Two;zz\r
=2;'=1+1;Two;\r
"""


def test_a_messy_list(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_bytes(MESSY.encode("utf-16"))
    imported = brought(tmp_path, source, "demands", "id=No,title=What,group=Chapter,parent=Above")
    assert controls(imported) == [
        ("1.1", "Keep it safe", "one"),
        ("a-1", "Small", "two"),
        ("1.2", 'Say "yes": it\'s easy # really', "two"),
        ("NO", "Norway is no truth value", "two"),
        ("1e5", "Not a number", "two"),
        ("=2", "=1+1", "two"),
    ]
    assert [control.parent for control in imported.framework.controls] == [None, None, "1.1", None, None, None]
    assert (imported.framework.id_form, imported.framework.needs_name) == ("", True)
    assert imported.draft.notes == (
        "left out, no text for the id: rows 3, 10",
        "left out, the id of a row above with another text: row 5 (1.1)",
        "the same as a row above: row 6",
        "left out, read as the id of a row above: row 8 (A-1, a-1)",
        "left out, no id: row 9",
        "no group, taken to be in that of the row above: row 11",
        "its parent is no id of the sheet and was left out: rows 4 (1), 13 (zz)",
    )
    text = imported.data.decode()
    for line in ('  - id: "1.1"', '  - id: "NO"', '  - id: "1e5"', '  - id: "=2"', '    parent: "1.1"'):
        assert f"{line}\n" in text


def test_families_above_their_controls_are_groups(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("id,title\nAC,Access\nAC-1,Rules\nAC-2,Accounts\nAU,Audit\nAU-1,Logs\n")
    imported = brought(tmp_path, source, "families", "id=id,title=title")
    assert groups(imported) == [("AC", "Access"), ("AU", "Audit")]
    assert imported.draft.notes == ()
    assert [control.id for control in imported.framework.controls] == ["AC-1", "AC-2", "AU-1"]


def test_headings_under_the_texts(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("id,title,note\n,People,\n1,Who?,\n2,Why?,x\n,Places and people,\n3,Where?,\n,Not a heading,x\n")
    imported = brought(tmp_path, source, "own-1", "id=id,title=title")
    assert groups(imported) == [("people", "People"), ("places-and-people", "Places and people")]
    assert imported.draft.notes == ("left out, no id: row 7",)


def test_headings_in_any_language_have_an_id(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text(f"id,title,of\n1,Wer?,Zugänge für alle\n2,何?,規則\n3,Was?,{'sehr lange Worte ' * 9}\n", "utf-8")
    imported = brought(tmp_path, source, "own", "id=id,title=title,group=of")
    assert [group.id for group in imported.framework.groups] == [
        "zugange-fur-alle",
        "all",
        "sehr-lange-worte-sehr-lange-worte-sehr",
    ]


def test_ids_without_families_are_in_one_group(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("id,title\nall,Who?\n1,Why?\n2,Where?\n")
    assert groups(brought(tmp_path, source, "own", "id=id,title=title")) == [("all-2", "All")]


def test_what_is_written_by_hand_stays_and_changes_are_known(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("id,title\nAB-1,One\nAB-2,Two\nAB-3,Three\n")
    first = brought(tmp_path, source, "own", "id=id,title=title", title="Ours", edition="1")
    first.path.write_bytes(first.data.replace(b"publisher: not stated", b"publisher: Us\ncited_as: [Our list]"))
    source.write_text("id,title\nAB-1,One\nAB-2,Two and more\nAB-4,Four\n")
    second = import_framework(tmp_path, source, FrameworkOptions("own", {"id": "id", "title": "title"}, edition="2"))
    assert (second.exists, second.same) == (True, False)
    assert (second.added, second.removed, second.changed) == (("AB-4",), ("AB-3",), ("AB-2",))
    framework = second.framework
    assert (framework.title, framework.publisher, framework.edition) == ("Ours", "Us", "2")
    assert framework.cited_as == ("Our list",)


def test_a_broken_file_is_no_obstacle(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("id,title\nAB-1,One\n")
    (tmp_path / "controls").mkdir()
    (tmp_path / "controls" / "own.yaml").write_text("nonsense")
    imported = import_framework(tmp_path, source, FrameworkOptions("own", {"id": "id", "title": "title"}))
    assert (imported.exists, imported.same, imported.before, imported.added) == (True, False, None, ("AB-1",))


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("id=Question ID,title=Question", {"id": "Question ID", "title": "Question"}),
        (" title = What, when, group = A=B, id = No ", {"title": "What, when", "group": "A=B", "id": "No"}),
    ],
)
def test_columns(text: str, columns: dict[str, str]) -> None:
    assert parse_columns(text) == columns


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id=No", "--columns: no title"),
        ("title=What", "--columns: no id"),
        ("", "--columns: `` is not understood"),
        ("id=No,title=", "--columns: `title=` is not understood"),
        ("id=No,id=What", "--columns: `id=What` is not understood"),
        ("ID,title=What", "--columns: `ID` is not understood"),
    ],
)
def test_columns_that_are_not_understood(text: str, message: str) -> None:
    with pytest.raises(SopkitError) as caught:
        parse_columns(text)
    assert caught.value.message == message
    assert caught.value.hint.endswith("--columns 'id=Question ID,title=Question,group=Category'")


@pytest.mark.parametrize(
    ("name", "columns", "message"),
    [
        ("Own", "id=id,title=title", "--id: `Own` is no id"),
        ("mapping-own", "id=id,title=title", "--id: a name that begins with mapping- is that of a mapping"),
        ("gdpr", "id=id,title=title", "--id: gdpr is a framework that sopkit ships"),
        ("own", "id=No,title=title", "{source}: no column `No`"),
        ("own", "id=above,title=title", "{source}: no row has an id and a text"),
        ("own", "id=id,title=title,parent=above", "{source}: B-1 is part of itself"),
    ],
)
def test_what_cannot_be_imported(tmp_path: Path, name: str, columns: str, message: str) -> None:
    source = tmp_path / "list.csv"
    source.write_text(
        "id,title,above\nB-1,One,B-2\nB-2,Two,B-1\n" if "parent" in columns else "id,title,above\nB-1,One,\n"
    )
    with pytest.raises(SopkitError) as caught:
        brought(tmp_path, source, name, columns)
    assert caught.value.message == message.format(source=source)
    assert caught.value.hint


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["A-1", "A-2", "a-1", "A", "1", "1.1", "Yes", "One two", "NO", "~"]
)


@pytest.mark.slow
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=12))
@examples(30, HealthCheck.function_scoped_fixture)
def test_any_rows_give_a_framework_that_can_be_used_or_a_clear_error(
    tmp_path: Path, rows: list[tuple[str, str, str, str]]
) -> None:
    source = tmp_path / "any.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "title", "group", "parent"), *rows])
    (tmp_path / "controls" / "any.yaml").unlink(missing_ok=True)
    with suppress(SopkitError):  # and nothing else
        brought(tmp_path, source, "any", "id=id,title=title,group=group,parent=parent", header=1)

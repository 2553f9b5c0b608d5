"""Excel workbooks as people keep them, and as somebody who means harm makes them."""

import io
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook as Book

from sopkit.model.errors import SopkitError
from sopkit.tables.grid import Grid, GridRow
from sopkit.tables.reader import read_sheet
from sopkit.tables.xlsx_reader import excel_cell_text

Fill = Callable[[Any], None]


def book(path: Path, *sheets: tuple[str, list[list[object]]], fill: Fill = lambda _: None) -> Path:
    made = Book()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    fill(made)
    made.save(path)
    return path


ROWS: list[list[object]] = [["id", "title"], ["A", "one"], ["B", "two"]]
READ = (GridRow(2, ("A", "one")), GridRow(3, ("B", "two")))


def repacked(path: Path, parts: dict[str, bytes | None] | None = None, **more: Any) -> Path:
    """The same workbook with other parts; None leaves one out."""
    parts = parts or {}
    with zipfile.ZipFile(path) as before:
        old = {name: before.read(name) for name in before.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name, data in {**old, **parts}.items():
            if data is not None:
                after.writestr(name, data)
    return path


def refused(path: Path, **asked: Any) -> tuple[str, str]:
    with pytest.raises(SopkitError) as caught:
        read_sheet(path, **asked)
    assert caught.value.message.startswith(str(path))
    return caught.value.message.removeprefix(str(path)), caught.value.hint


def test_a_sheet(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("Roles", ROWS))
    assert read_sheet(path) == Grid(str(path), "Roles", ("id", "title"), READ, sheets=("Roles",))


def test_values_are_what_a_person_reads(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        sheet = made["S"]
        sheet["A3"], sheet["A3"].number_format = 5.1, "0.00"
        sheet["B3"], sheet["B3"].number_format = 7, "000"
        sheet["C3"], sheet["C3"].number_format = 5.123, "0.00"

    rows: list[list[object]] = [
        [f"c{number}" for number in range(9)],
        [
            1,
            2.0,
            0.1 + 0.2,
            True,
            False,
            date(2026, 11, 24),
            datetime.fromisoformat("2026-11-24 13:05"),
            time(9, 30),
            "x\ny",
        ],
        [],
        ["", None, "#N/A", "_x0041_", "' =x", 1e21, 1e-7, -3.5, timedelta(hours=30)],
    ]
    path = book(tmp_path / "a.xlsx", ("S", rows), fill=fill)
    grid = read_sheet(path)
    assert [line.cells for line in grid.rows] == [
        ("1", "2", "0.3", "yes", "no", "2026-11-24", "2026-11-24 13:05:00", "09:30", "x\ny"),
        ("5.10", "007", "5.123", *[""] * 6),
        ("", "", "#N/A", "_x0041_", "' =x", "1000000000000000000000", "0.0000001", "-3.5", "30:00"),
    ]
    assert grid.notes == ("an error in place of a value: S!C4",)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(minutes=61, seconds=5), "1:01:05"),
        (time(9, 30, 5), "09:30:05"),
        (12345678901234567, "12345678901234567"),
        ("a_xD800_b", "a_xD800_b"),
        ("a_x0041_b_x000B_", "a_x0041_b\v"),
        ("a\r\nb_x000D_\n", "a\nb\n"),
        (None, ""),
    ],
)
def test_cell_text(value: object, text: str) -> None:
    assert excel_cell_text(value) == text


@pytest.mark.parametrize(
    ("value", "shown", "text"),
    [
        (0.05, "0%", "5%"),
        (0.0525, "0%", "5.25%"),
        (0.5, "0.00%", "50.00%"),
        (1, "0%", "100%"),
        (-0.1, "0%", "-10%"),
        (5.1, "0.00", "5.10"),
        (5.125, "0.00", "5.125"),
        (7, "000", "007"),
        (-7, "000", "-7"),
        (1e21, "0.0", "1000000000000000000000.0"),
        (1234.5, "#,##0.00", "1234.5"),
        (float("inf"), "0%", "inf%"),
    ],
)
def test_numbers_are_as_their_cell_shows_them_where_nothing_is_lost(value: float, shown: str, text: str) -> None:
    assert excel_cell_text(value, shown) == text


def test_the_sheet_is_named_when_there_are_several(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        made["Old"].sheet_state = "hidden"

    path = book(tmp_path / "a.xlsx", ("Roles", ROWS), ("Risks", ROWS), ("Old", ROWS), ("Empty", []), fill=fill)
    assert refused(path) == (": several sheets", "name one with --sheet: `Roles`, `Risks`, `Old` (hidden)")
    assert refused(path, sheet="Role") == (
        ": no sheet `Role`",
        "did you mean `Roles`? sheets: `Roles`, `Risks`, `Old` (hidden), `Empty`",
    )
    assert read_sheet(path, "risks ").name == "Risks"
    assert read_sheet(path, "Old").notes == ()
    assert refused(path, sheet="Empty")[0] == ": sheet `Empty`: holds no line"


def test_the_only_sheet_that_is_shown_is_taken(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        made["Old"].sheet_state = "veryHidden"

    path = book(tmp_path / "a.xlsx", ("Old", ROWS), ("Roles", ROWS), ("Sheet3", []), fill=fill)
    grid = read_sheet(path)
    assert (grid.name, grid.notes) == ("Roles", ("hidden sheets were not read: `Old` (hidden)",))
    assert refused(book(tmp_path / "b.xlsx", ("One", []), ("Two", []))) == (
        ": no sheet that is shown holds a cell",
        "name one with --sheet",
    )


def test_a_title_above_the_head_and_gaps_keep_their_numbers(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("S", [["Our roles"], [], [None, 2026], *ROWS[:2], [], ROWS[2]]))
    grid = read_sheet(path)
    assert grid.rows == (GridRow(5, ("A", "one")), GridRow(7, ("B", "two")))
    assert grid.notes == ("the head is row 4; what stands above it is left out",)
    assert read_sheet(path, header=5).header == ("A", "one")


def test_merged_heads_and_cells(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        for area in ("A1:D1", "A2:A3", "B2:C2", "A4:A5", "C5:D5"):
            made["S"].merge_cells(area)

    rows: list[list[object]] = [
        ["All answers"],
        ["Domain", "Question", None, "Owner"],
        [None, "ID", "Text", None],
        ["Access", "Q-1", "Do you?", "it"],
        [None, "Q-2", "And?"],
        ["Other", "Q-3", "So?"],
    ]
    grid = read_sheet(book(tmp_path / "a.xlsx", ("S", rows), fill=fill))
    assert grid.header == ("Domain", "Question / ID", "Question / Text", "Owner")
    assert (grid.column("text"), grid.column("Question / ID")) == (2, 1)
    assert [line.cells for line in grid.rows] == [
        ("Access", "Q-1", "Do you?", "it"),
        ("Access", "Q-2", "And?", ""),
        ("Other", "Q-3", "So?", ""),
    ]


def test_a_banner_of_wide_heads_is_no_head(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        made["S"].merge_cells("A1:B1")
        made["S"].merge_cells("C1:D1")

    rows: list[list[object]] = [["Question", None, "Answer"], ["ID", "Text", "Yes", "Why"], ["Q-1", "Do you?"]]
    assert read_sheet(book(tmp_path / "a.xlsx", ("S", rows), fill=fill)).header == ("ID", "Text", "Yes", "Why")


def calculated(path: Path, value: object) -> Path:
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("S")
        sheet.write_row(0, 0, ["id", "title"])
        sheet.write(1, 0, "A")
        sheet.write_formula(1, 1, '=CONCATENATE("a",A2)', value=value)
    return path


def test_formulas_give_what_was_last_calculated(tmp_path: Path) -> None:
    grid = read_sheet(calculated(tmp_path / "a.xlsx", "aA"))
    assert grid.rows == (GridRow(2, ("A", "aA")),)
    assert grid.notes == ("a formula, taken as last calculated: S!B2",)
    assert read_sheet(calculated(tmp_path / "b.xlsx", 7)).rows == (GridRow(2, ("A", "7")),)


def test_formulas_that_were_never_calculated_are_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "title"], *([f"={number}", "x"] for number in range(7))]
    message, hint = refused(book(tmp_path / "a.xlsx", ("S", rows)))
    assert message == ": S!A2, A3, A4, A5, A6 and 2 more: a formula that was never calculated"
    assert "save it" in hint


def test_an_empty_result_is_a_result(tmp_path: Path) -> None:
    path = calculated(tmp_path / "a.xlsx", "none")
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert b"<v>none</v>" in sheet
    grid = read_sheet(repacked(path, {"xl/worksheets/sheet1.xml": sheet.replace(b"<v>none</v>", b"<v></v>")}))
    assert grid.rows == (GridRow(2, ("A", "")),)


def test_macros_and_links_are_told_and_left_alone(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsm", ("S", ROWS))
    grid = read_sheet(repacked(path, {"xl/vbaProject.bin": b"\0\1", "xl/externalLinks/externalLink1.xml": b"<x/>"}))
    assert grid.rows == READ
    assert grid.notes == (
        "it holds macros; they are never run",
        "it refers to other workbooks; they are never opened",
    )


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;">' % (n + 1, n, n, n) for n in range(97, 117))
    + b"]><l>&u;</l>"
)


@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/odd.bin"])
def test_entities_that_expand_without_end(tmp_path: Path, name: str) -> None:
    path = repacked(book(tmp_path / "a.xlsx", ("S", ROWS)), {name: LAUGHS})
    assert refused(path)[0] == f": {name} declares a document type, which no workbook does"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"xl/a.xml": b"\xff\xfe<\0a\0/\0>\0"}, ": xl/a.xml is not UTF-8"),
        ({"xl/a.xml": b'<?xml version="1.0" encoding="cp037"?><a/>'}, ": xl/a.xml is not UTF-8"),
        ({"xl/a.xml": b"<a>" * 700_001}, ": xl/a.xml has far more parts than a table has"),
        ({"[Content_Types].xml": None}, ": no Excel workbook (.xlsx), but another kind of file"),
        ({"xl/workbook.xml": None}, ": no Excel workbook (.xlsx), but another kind of file"),
        ({"xl/workbook.xml": None, "xl/workbook.bin": b""}, ": a binary Excel workbook (.xlsb)"),
        ({"xl/workbook.xml": None, "mimetype": b"x", "content.xml": b"<a/>"}, ": an OpenDocument file (.ods)"),
        (
            {"xl/workbook.xml": b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'},
            ": saved as Strict Open XML",
        ),
    ],
)
def test_packages_that_are_refused(tmp_path: Path, parts: dict[str, bytes | None], message: str) -> None:
    assert refused(repacked(book(tmp_path / "a.xlsx", ("S", ROWS)), parts))[0] == message


@pytest.mark.slow
@pytest.mark.parametrize(
    "parts",
    [
        {"xl/workbook.xml": b"<workbook"},
        {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"},
        {"xl/sharedStrings.xml": b"\0"},
        {"xl/sharedStrings.xml": None},
        {"[Content_Types].xml": b"<a/>"},
        {"xl/_rels/workbook.xml.rels": b"<a/>"},
        {
            "xl/worksheets/sheet1.xml": b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b'<sheetData><row r="1"><c r="ZZZZ1"><v>1</v></c></row></sheetData></worksheet>'
        },
        {
            "xl/worksheets/sheet1.xml": b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b'<sheetData><row r="99999999999"><c><v>1</v></c></row></sheetData></worksheet>'
        },
    ],
)
def test_broken_parts_are_clear_errors(tmp_path: Path, parts: dict[str, bytes | None]) -> None:
    message, hint = refused(repacked(calculated(tmp_path / "a.xlsx", "aA"), parts))
    assert "\n" not in message
    assert hint


@pytest.mark.slow
@pytest.mark.parametrize("piece", [b"<c ", b"<c r='A1'><f", b"<mergeCell ", b"<c> ", b"<c><f>"])
def test_tags_that_never_end_are_refused(tmp_path: Path, piece: bytes) -> None:
    begun = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1"/><sheetData>'
    )
    path = repacked(calculated(tmp_path / "a.xlsx", "aA"), {"xl/worksheets/sheet1.xml": begun + piece * 100_000})
    refused(path, sheet="S")  # with a search that starts again at each tag this takes hours


def test_two_gigabytes_are_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path / "a.xlsx", ("S", ROWS))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package, package.open("xl/media/big.bin", "w") as part:
        for _ in range(40):
            part.write(bytes(1_000_000))
    assert refused(path)[0] == ": unpacks to 40 MB, so it was not unpacked"
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\1\2")  # the last entry of the directory says how large its part is
    data[at + 24 : at + 28] = (2_100_000_000).to_bytes(4, "little")
    path.write_bytes(data)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    assert refused(path)[0] == ": unpacks to 2,100 MB, so it was not unpacked"


@pytest.mark.slow
def test_a_package_with_very_many_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for number in range(10_001):
            package.writestr(str(number), b"")
    assert refused(path)[0] == ": 10,001 parts, which no workbook has"


def test_files_that_only_look_like_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for data, message in (
        (b"\xd0\xcf\x11\xe0" + bytes(100), "an old Excel workbook (.xls)"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (b"id,title\n", "no Excel workbook (.xlsx), or a damaged one"),
        (b"PK\3\4broken", "no Excel workbook (.xlsx), or a damaged one"),
    ):
        path.write_bytes(data)
        told, hint = refused(path)
        assert told == f": {message}"
        assert "save it as .xlsx" in hint


def test_locked_parts_and_damage(tmp_path: Path) -> None:
    whole = book(tmp_path / "a.xlsx", ("S", ROWS)).read_bytes()
    data = bytearray(whole)
    data[data.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "a.xlsx").write_bytes(data)
    assert refused(tmp_path / "a.xlsx")[0] == ": locked with a password"
    for at in range(0, len(whole), 97):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        (tmp_path / "a.xlsx").write_bytes(damaged)
        with suppress(SopkitError):  # and nothing else
            read_sheet(tmp_path / "a.xlsx")


def test_the_name_of_a_file_says_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("S", ROWS)).rename(tmp_path / "a.csv")
    assert read_sheet(path).rows == READ


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path / "a.xlsx", ("S", ROWS))
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(SopkitError) as caught:
        read_sheet(path)
    assert caught.value.hint == "run: pip install 'sopkit[xlsx]'; or save the sheet as CSV"


def test_what_a_file_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("S", ROWS))
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    small = sheet.replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1"')
    assert sheet != small
    assert read_sheet(repacked(path, {"xl/worksheets/sheet1.xml": small})).rows == READ


def test_a_style_that_does_not_exist_prints_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = calculated(tmp_path / "a.xlsx", "aA")
    styles = (
        zipfile.ZipFile(path).read("xl/styles.xml").replace(b'xfId="0"/></cellStyles>', b'xfId="99"/></cellStyles>')
    )
    styles = styles.replace(b'<cellStyle name="Normal" xfId="0"', b'<cellStyle name="Normal" xfId="99"')
    assert b"99" in styles
    with suppress(SopkitError):
        read_sheet(repacked(path, {"xl/styles.xml": styles}))
    assert capsys.readouterr() == ("", "")


@pytest.mark.slow
def test_many_rows(tmp_path: Path) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as made:
        sheet = made.add_worksheet("S")
        for number in range(5000):
            sheet.write_row(number, 0, [f"R-{number}", "title", number])
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    assert len(read_sheet(tmp_path / "a.xlsx", header=1).rows) == 4999

"""Workbooks that are written, read back with a reader that is not ours."""

import io
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.workbook import Workbook as Read
from tests.examples import examples

from sopkit.tables import xlsx_writer
from sopkit.tables.reader import read_sheet
from sopkit.tables.sheet import CellKind, CellTone, CoverPage, Sheet, SheetColumn, SheetValue
from sopkit.tables.xlsx_writer import write_workbook

COVER = CoverPage("Registers", date(2026, 11, 24), (("Library", "Acme & Sons"),), ("One note.",), "Acme & Sons")
HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "{=1}",
    "'=1",
    "http://a.example",
    "mailto:a@b",
    "1.10",
    "5E3",
)


def sheet(
    *rows: tuple[SheetValue, ...], columns: tuple[SheetColumn, ...] = (), name: str = "Risks", editable: bool = False
) -> Sheet:
    heads = columns or tuple(SheetColumn(f"C{at}") for at in range(len(rows[0])))
    return Sheet(name, heads, rows, "A risk.", editable)


def read(*sheets: Sheet, cover: CoverPage = COVER) -> Read:
    return load_workbook(io.BytesIO(write_workbook(sheets, cover)))


def test_the_same_input_gives_the_same_bytes() -> None:
    table = sheet(
        ("a", date(2026, 1, 2), 3), columns=(SheetColumn("A", choices=("a", "b")), SheetColumn("B"), SheetColumn("C"))
    )
    assert write_workbook([table], COVER) == write_workbook([table], COVER)


def test_values_keep_their_kinds() -> None:
    kinds = (CellKind.TEXT, CellKind.DATE, CellKind.NUMBER, CellKind.PERCENT, CellKind.TEXT, CellKind.NUMBER)
    columns = tuple(SheetColumn(f"C{at}", kind=kind) for at, kind in enumerate(kinds))
    page = read(sheet(("x", date(2026, 1, 2), 3, 0.5, True, None), columns=columns))["Risks"]
    cells = [(cell.value, cell.data_type, cell.number_format) for cell in page[2]]
    assert cells == [
        ("x", "s", "General"),
        (datetime(2026, 1, 2), "d", "yyyy-mm-dd"),  # noqa: DTZ001 - as openpyxl reads days
        (3, "n", "General"),
        (0.5, "n", "0.0%"),
        ("yes", "s", "General"),
        (None, "n", "General"),
    ]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (date(1899, 12, 31), CellKind.DATE),
        (10**15, CellKind.NUMBER),
        (float("inf"), CellKind.PERCENT),
        (3, CellKind.TEXT),
    ],
)
def test_what_excel_would_change_is_text(value: SheetValue, kind: CellKind) -> None:
    cell = read(sheet((value,), columns=(SheetColumn("A", kind=kind),)))["Risks"]["A2"]
    assert (cell.value, cell.data_type) == (str(value), "s")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("editable", [True, False])
def test_no_text_is_obeyed_anywhere(text: str, editable: bool) -> None:
    columns = (SheetColumn(text, text, choices=(text, "x")),)
    table = Sheet(text, columns, ((text,),), text, editable)
    book = read(table, cover=CoverPage(text, date(2026, 11, 24), ((text, text),), (text,), text))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type not in {"s", "n"}] == []
    assert {cell.hyperlink.location for cell in cells if cell.hyperlink} <= {f"'{page.title}'!A1" for page in book}
    page = book.worksheets[1]
    assert page["A1"].value.replace("_x000D_", "\r") == page["A2"].value.replace("_x000D_", "\r") == text
    assert page["A2"].quotePrefix == (text[0] in "=+-@\t\r'")


def test_a_sheet_can_be_filtered_scrolled_and_printed() -> None:
    page = read(sheet(("a", "b"), ("c", "d")))["Risks"]
    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == ("B2", "A1:B3", "$1:$1")
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.sheet_properties.pageSetUpPr.fitToPage, page.page_setup.fitToHeight) == (True, 0)
    assert (page.oddHeader.left.text, page.oddHeader.right.text) == ("Risks", "Acme && Sons")
    assert page.oddFooter.left.text == "Registers"
    assert (page.oddFooter.center.text, page.oddFooter.right.text) == ("as of 2026-11-24", "page &P of &N")


def test_margins_have_room_for_any_name() -> None:
    cover = CoverPage("&" * 99, date(2026, 11, 24), author="&" * 99)
    page = read(sheet(("a",), name="&" * 31), cover=cover).worksheets[1]
    assert page.oddHeader.left.text == "&" * 62
    assert page.oddHeader.right.text == page.oddFooter.left.text == "&" * 108 + "…"


def test_choices_stand_in_a_list_and_are_offered_below_the_last_row() -> None:
    scale = tuple(f"a long word, number {number}" for number in range(40))
    columns = (
        SheetColumn("Id"),
        SheetColumn("Impact", choices=scale),
        SheetColumn("Owner", choices=("ciso",), strict=False),
    )
    book = read(sheet(("a", scale[0], "ciso"), columns=columns, editable=True))
    first, second = book["Risks"].data_validations.dataValidation
    assert (str(first.sqref), first.formula1, first.errorStyle) == ("B2:B502", "'Lists'!$A$2:$A$41", None)
    assert (str(second.sqref), second.formula1, second.errorStyle) == ("C2:C502", "'Lists'!$B$2:$B$2", "warning")
    assert [cell.value for cell in book["Lists"]["A"]] == ["Impact", *scale]
    assert [cell.value for cell in book["Lists"]["B"]][:3] == ["Owner", "ciso", None]


def test_words_are_set_off_by_rules() -> None:
    column = SheetColumn("State", tones={"full": CellTone.GOOD, 'not "yet"': CellTone.BAD})
    rules = read(sheet(("full",), columns=(column,)))["Risks"].conditional_formatting
    assert [(str(one.sqref), rule.formula) for one in rules for rule in one.rules] == [
        ("A2", ['"full"']),
        ("A2", ['"not ""yet"""']),
    ]


def test_a_text_longer_than_a_cell_stands_whole_in_a_sheet_of_its_own() -> None:
    text = "😀" * 20_000
    book = read(sheet(("a", text)))
    shown = book["Risks"]["B2"].value
    assert shown.endswith("😀 … [all of it is in the sheet Long texts]")
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767
    rows = [[cell.value for cell in row] for row in book["Long texts"].iter_rows(min_row=2)]
    assert [row[:3] for row in rows] == [["Risks", "B2", 1], ["Risks", "B2", 2]]
    assert "".join(row[3] for row in rows) == text


def test_rows_beyond_a_sheet_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_writer, "MAX_ROWS", 3)
    book = read(sheet(("a",), ("b",), ("c",)))
    assert book.sheetnames == ["About", "Risks", "Risks 2"]
    assert [cell.value for cell in book["Risks 2"]["A"]] == ["C0", "c"]


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (("Risks", "RISKS"), ["Risks", "RISKS 2"]),
        (("a/b:c[d]", "about"), ["a b c d", "about 2"]),
        (("", "History"), ["Sheet", "History 2"]),
        (("'quoted'", "\x00\udcff"), ["quoted", "Sheet"]),
        (("x" * 40, "x" * 50), ["x" * 31, "x" * 29 + " 2"]),
        (("😀" * 40,), ["😀" * 15]),
    ],
)
def test_names_of_sheets_are_such_that_excel_takes(names: tuple[str, ...], written: list[str]) -> None:
    assert read(*(sheet(("a",), name=name) for name in names)).sheetnames == ["About", *written]


def test_the_first_page_says_what_there_is() -> None:
    columns = (SheetColumn("Id", "What others call it."), SheetColumn("Title"))
    page = read(sheet(("a", "b"), columns=columns))["About"]
    rows = [[cell.value for cell in row if cell.value is not None] for row in page.iter_rows()]
    assert [row for row in rows if row] == [
        ["Registers"],
        ["Library", "Acme & Sons"],
        ["Note", "One note."],
        ["Sheets"],
        ["Sheet", "A row is", "Rows"],
        ["Risks", "A risk.", 1],
        ["Columns", "A column of another sheet.", 1],
    ]


def test_each_column_is_explained() -> None:
    columns = (SheetColumn("Id", "What others call it."), SheetColumn("Title"))
    page = read(sheet(("a", "b"), columns=columns))["Columns"]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["Sheet", "Column", "Meaning"],
        ["Risks", "Id", "What others call it."],
    ]


def test_the_file_says_what_it_is() -> None:
    properties = read(sheet(("a",))).properties
    assert (properties.title, properties.creator) == ("Registers", "Acme & Sons")
    assert properties.created == properties.modified == datetime(2026, 11, 24)  # noqa: DTZ001 - as openpyxl reads days


def test_wide_columns_give_way_so_that_a_page_has_room_for_all() -> None:
    page = read(sheet(*[("RSK-001", "word " * 100, "word " * 30, "word " * 4)] * 3))["Risks"]
    widths = {(one.min, one.max): round(one.width) for one in page.column_dimensions.values()}
    assert widths == {(1, 1): 9, (2, 3): 72, (4, 4): 22}


@pytest.mark.slow
@examples(60)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=30), min_size=1, max_size=5))
def test_our_own_reader_has_every_text_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    file = tmp_path_factory.mktemp("book") / "a.xlsx"
    file.write_bytes(
        write_workbook(
            [Sheet("Texts", (SheetColumn("Id"), SheetColumn("Text")), [("a", text) for text in texts])], COVER
        )
    )
    grid = read_sheet(file, "Texts")
    assert [line.cells[1] for line in grid.rows] == [text.replace("\r\n", "\n") for text in texts]


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(xlsx_writer.SopkitError, match="not installed") as raised:
        write_workbook([], COVER)
    assert "sopkit[xlsx]" in raised.value.hint

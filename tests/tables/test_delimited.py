"""CSV files as people save them: every encoding, separator and slip."""

import os
import tracemalloc
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from tests.examples import examples

from sopkit.model.errors import SopkitError
from sopkit.tables.document import rows_csv
from sopkit.tables.escape import escape_lines
from sopkit.tables.grid import Grid, GridRow
from sopkit.tables.reader import read_sheet


def read(tmp_path: Path, data: bytes | str, **asked: object) -> Grid:
    path = tmp_path / "roles.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_sheet(path, **asked)  # type: ignore[arg-type]


TABLE = "id,title,note\nciso,Head of Security,Zürich\nit,IT,\n"
ROWS = (GridRow(2, ("ciso", "Head of Security", "Zürich")), GridRow(3, ("it", "IT", "")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_way_to_save_a_table_gives_the_same(tmp_path: Path, encoding: str, separator: str, ending: str) -> None:
    text = TABLE.replace(",", separator).replace("\n", ending)
    grid = read(tmp_path, text.encode(encoding))
    assert grid == Grid(str(tmp_path / "roles.csv"), "roles", ("id", "title", "note"), ROWS)


def test_windows_letters_are_told(tmp_path: Path) -> None:
    grid = read(tmp_path, TABLE.encode("cp1252"))
    assert grid.rows == ROWS
    assert grid.notes == ("not UTF-8, read as Windows-1252 (line 2): see whether its letters are right",)


@pytest.mark.parametrize(
    ("text", "header", "first"),
    [
        ("id;cost\nA;1,5\nB;2,5\n", ("id", "cost"), ("A", "1,5")),
        ("id,refs\nA,b;c\nB,d;e;f\n", ("id", "refs"), ("A", "b;c")),
        ('id,refs\nA,"b,c"\nB,"d,e"\n', ("id", "refs"), ("A", "b,c")),
        ("sep=;\nid;a,b\nA;1,2\n", ("id", "a,b"), ("A", "1,2")),
        ('id;text\nA;"one\nand; two"\n', ("id", "text"), ("A", "one\nand; two")),
        ("id\nA\nB\n", ("id",), ("A",)),
        ("Our roles\n\nid,title\nA,B\n", ("id", "title"), ("A", "B")),
        ("id,title\n\n,,\nA,B\n", ("id", "title"), ("A", "B")),
        ("id,title,,\nA,B,,\n", ("id", "title"), ("A", "B")),
        ('id,title\nA,"say ""hi"""\n', ("id", "title"), ("A", 'say "hi"')),
        ('id,title\nA,5" disk\n', ("id", "title"), ("A", '5" disk')),
        ("id,title\nA,x\x0by\u2028z\x85\n", ("id", "title"), ("A", "x\x0by\u2028z\x85")),
    ],
)
def test_cells(tmp_path: Path, text: str, header: tuple[str, ...], first: tuple[str, ...]) -> None:
    grid = read(tmp_path, text)
    assert (grid.header, grid.rows[0].cells) == (header, first)


def test_numbers_are_those_of_an_editor(tmp_path: Path) -> None:
    grid = read(tmp_path, 'id,title\n\nA,"one\ntwo"\nB,x\n')
    assert [line.number for line in grid.rows] == [3, 5]


def test_ragged_lines_are_told_and_nothing_is_lost(tmp_path: Path) -> None:
    grid = read(tmp_path, "id,title,note\nA\nB,x,y,more\nC,x,y\n" + "D,x\n" * 6)
    assert grid.notes == (
        "columns without a name: D",
        "lines 2, 5, 6, 7, 8 and 2 more: fewer cells than the 3 of the head",
        "line 3: more cells than the 3 of the head",
    )
    assert grid.rows[:2] == (GridRow(2, ("A", "", "", "")), GridRow(3, ("B", "x", "y", "more")))


def test_the_head_is_where_the_person_says(tmp_path: Path) -> None:
    text = "Register,of roles\nid,title\nA,B\n"
    assert read(tmp_path, text).header == ("Register", "of roles")
    told = ("the head is row 2; what stands above it is left out",)
    for asked in ({"header": 2}, {"wanted": ("ID", "Title")}):
        grid = read(tmp_path, text, **asked)
        assert (grid.header, grid.rows, grid.notes) == (("id", "title"), (GridRow(3, ("A", "B")),), told)
    with pytest.raises(SopkitError, match="row 9 is empty"):
        read(tmp_path, text, header=9)


def test_columns_are_found_by_name_or_letter(tmp_path: Path) -> None:
    grid = read(tmp_path, "Question  ID,Answer,Answer,\nA,b,c,d\n")
    assert [grid.column(name) for name in ("question id", "B", "d")] == [0, 1, 3]
    with pytest.raises(SopkitError) as caught:
        grid.column("answer")
    assert caught.value.message == f"{tmp_path}/roles.csv: several columns are called `answer`"
    assert caught.value.hint == "name one by its letter: B, C"
    with pytest.raises(SopkitError) as caught:
        grid.column("Qestion ID")
    assert caught.value.message == f"{tmp_path}/roles.csv: no column `Qestion ID`"
    assert caught.value.hint.startswith("did you mean `Question ID`? columns: `Question ID`, `Answer`, `Answer`;")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", ": empty"),
        (b"\n \n", ": empty"),
        (b"\xef\xbb\xbf,,\n", ": holds no line"),
        (b'id,title\nA,"open\nB,x\n', ":2: a quotation mark opens a cell that never ends"),
        (b'id,title\nA,"x" y\n', ":2: text after a closing quotation mark (or one in the text)"),
        (b'id,title\nA,"' + b"x" * 140_000 + b'"\n', ":2: a cell of more than 131,072 characters"),
        (b"id,title\nA,\0\n", ":2: holds a zero byte, so it is no text"),
        (b"id,title\nA,\x81\xff\n", ":2: neither UTF-8 nor Windows-1252"),
        (b"\xff\xfei\0d\0,", ": broken text near line 1"),
        (b"<html><table>", ": a web page or XML under the name of a table"),
        (b'<?xml version="1.0"?><Workbook>', ": a web page or XML under the name of a table"),
    ],
)
def test_what_is_no_table_is_a_clear_error(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(SopkitError) as caught:
        read(tmp_path, data)
    assert caught.value.message == f"{tmp_path}/roles.csv{message}"
    assert caught.value.hint


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(SopkitError, match="no plain file"):
        read_sheet(tmp_path / "pipe.csv")


def test_what_is_no_file_is_a_clear_error(tmp_path: Path) -> None:
    for path, message in ((tmp_path, "a folder"), (tmp_path / "gone.csv", "cannot be read: No such file or directory")):
        with pytest.raises(SopkitError) as caught:
            read_sheet(path)
        assert caught.value.message == f"{path}: {message}"
    with pytest.raises(SopkitError, match="CSV has no sheets"):
        read(tmp_path, TABLE, sheet="Roles")


def test_too_large_is_told_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sopkit.tables.reader.MAX_FILE_BYTES", 10)
    with pytest.raises(SopkitError, match="larger than 0 MB"):
        read(tmp_path, TABLE)
    monkeypatch.undo()
    monkeypatch.setattr("sopkit.tables.grid.MAX_CELLS", 8)
    with pytest.raises(SopkitError, match="more than 8 cells"):
        read(tmp_path, TABLE)


@pytest.mark.slow
def test_a_hundred_thousand_rows_take_little_memory(tmp_path: Path) -> None:
    text = "id,title,owner,note\n" + "".join(f'R-{n},Role number {n},ciso,"a, b"\n' for n in range(100_000))
    grid = read(tmp_path, text)
    assert len(grid.rows) == 100_000
    tracemalloc.start()
    read(tmp_path, text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000_000


@dataclass(frozen=True)
class Cells:
    one: Annotated[str, "One."]
    two: Annotated[str, "Two."]


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"], include_characters="\n\t"), max_size=12)
MARKS = ["=", "+", "-", "@", "'=", "''-", "'", '"', "::", "'::", "\t::", "x\n'::", "##[", "##'vso["]
CELL = (TEXT | st.builds(lambda mark, rest: mark + rest, st.sampled_from(MARKS), TEXT)).filter(
    lambda text: escape_lines(text) == text
)


@pytest.mark.slow
@given(st.lists(st.tuples(CELL, CELL).filter(lambda row: any(cell.strip() for cell in row)), min_size=1, max_size=6))
@examples(100, HealthCheck.function_scoped_fixture)
def test_what_we_write_is_read_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    written = rows_csv(Cells, [Cells(*row) for row in rows])
    grid = read(tmp_path, written, header=1)
    assert grid.header == ("one", "two")
    assert [line.cells for line in grid.rows] == rows


@pytest.mark.slow
@given(st.binary(max_size=200) | st.text("ab,;\t|\"\n\r'=\0\ufeff", max_size=60).map(str.encode))
@examples(100, HealthCheck.function_scoped_fixture)
def test_any_bytes_give_a_table_or_a_clear_error(tmp_path: Path, data: bytes) -> None:
    with suppress(SopkitError):  # and nothing else
        grid = read(tmp_path, data)
        assert {len(line.cells) for line in grid.rows} <= {len(grid.header)}

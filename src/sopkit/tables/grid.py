"""A table read from a file: its header row, its numbered rows, and merged cells."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest

MAX_CELLS = 5_000_000
"""Most cells with something in them: a table of 100,000 lines and 50 columns."""
_MAX_LISTED = 5
_MAX_LETTERS = 4


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row; `number` is the line of the file, or the row of the sheet, from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: `name` of its sheet or file, as many cells in each row as there are in `header`, and notes.

    `sheets` are all sheets of a workbook, none for CSV. `path` is for messages.
    """

    path: str
    name: str
    header: tuple[str, ...]
    rows: tuple[GridRow, ...]
    notes: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()

    def column(self, name: str) -> int:
        """Where the column of that name is, from 0; case and blanks count for nothing, a letter as in Excel will do.

        Of a head in several rows the last part is enough. SopkitError when there is none, or more than one.
        """
        wanted = fold_name(name)
        heads = [fold_name(head) for head in self.header]
        found = [at for at, head in enumerate(heads) if head == wanted]
        found = found or [at for at, head in enumerate(heads) if head.rpartition(" / ")[2] == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            letters = ", ".join(column_letters(at) for at in found)
            raise SopkitError(f"{self.path}: several columns are called `{name}`", f"name one by its letter: {letters}")
        if (
            name.isascii()
            and name.isalpha()
            and len(name) < _MAX_LETTERS
            and (at := column_index(name)) < len(self.header)
        ):
            return at
        known = ", ".join(f"`{head}`" for head in self.header if head)
        near = nearest(name, [head for head in self.header if head], 1, 0.6)
        advice = f"did you mean `{near[0]}`? " if near else ""
        where = f" of sheet `{self.name}`" if self.sheets else ""
        raise SopkitError(
            f"{self.path}: no column `{name}`{where}",
            f"{advice}columns: {known}; when the head is another row, name it with --header-row N",
        )


@dataclass(frozen=True, slots=True)
class CellMerges:
    """Cells of a sheet drawn as one, by row: the heads that go on to a row below, and the columns of wide ones."""

    down: Mapping[int, int] = field(default_factory=dict)
    wide: Mapping[int, Mapping[int, int]] = field(default_factory=dict)


def fold_name(text: str) -> str:
    """A name for comparing: one blank between words, no case."""
    return " ".join(text.split()).casefold()


def column_letters(at: int) -> str:
    """The letters of a column, from 0: A, Z, AA."""
    letters, number = "", at + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The column, from 0, of some letters of the alphabet."""
    number = 0
    for character in letters.upper():
        number = number * 26 + ord(character) - ord("A") + 1
    return number - 1


def list_briefly(numbers: Sequence[int | str]) -> str:
    """The first of some numbers, and how many more there are."""
    first = ", ".join(str(number) for number in numbers[:_MAX_LISTED])
    return f"{first} and {len(numbers) - _MAX_LISTED} more" if len(numbers) > _MAX_LISTED else first


def non_empty_rows(lines: Iterable[GridRow], path: str) -> list[GridRow]:
    """The lines that hold something. SopkitError for more cells than a table of people has."""
    filled: list[GridRow] = []
    cells = 0
    for line in lines:
        if any(cell and not cell.isspace() for cell in line.cells):
            filled.append(line)
            cells += len(line.cells)
            if cells > MAX_CELLS:
                raise SopkitError(f"{path}: more than {MAX_CELLS:,} cells", "divide it into several files")
    return filled


def split_header(
    path: str,
    lines: Sequence[GridRow],
    *,
    header: int | None,
    wanted: Collection[str],
    merges: CellMerges | None = None,
) -> tuple[tuple[str, ...], tuple[GridRow, ...], tuple[str, ...]]:
    """The head, the rows under it and notes. SopkitError when there is no line, or none where the head should be."""
    merges = merges or CellMerges()
    if not lines:
        raise SopkitError(f"{path}: holds no line", "name the file or the sheet that has the table")
    top = _header_index(path, lines, header, wanted, merges)
    last = merges.down.get(lines[top].number, lines[top].number)
    below = next((at for at in range(top + 1, len(lines)) if lines[at].number > last), len(lines))
    heads = [_repeat_wide_cells(line, merges) if last > lines[top].number else line.cells for line in lines[top:below]]
    rows = lines[below:]
    width = max(map(_used_width, (*heads, *(line.cells for line in rows))))
    names = tuple(
        " / ".join(dict.fromkeys(part for head in heads if at < len(head) and (part := " ".join(head[at].split()))))
        for at in range(width)
    )
    unnamed = [column_letters(at) for at in range(width) if not names[at]]
    notes = [f"columns without a name: {list_briefly(unnamed)}"] if unnamed else []
    if top:
        notes.append(f"the head is row {lines[top].number}; what stands above it is left out")
    return names, tuple(GridRow(line.number, _pad_cells(line.cells, width)) for line in rows), tuple(notes)


def _header_index(
    path: str, lines: Sequence[GridRow], header: int | None, wanted: Collection[str], merges: CellMerges
) -> int:
    if header is not None:
        for at, line in enumerate(lines):
            if line.number == header:
                return at
        raise SopkitError(f"{path}: row {header} is empty, so it is no head", "name another row with --header-row")
    names = Counter(fold_name(name) for name in wanted)
    for at, line in enumerate(lines) if names else ():
        if not names - Counter(map(fold_name, line.cells)):
            return at
    for at, line in enumerate(lines):
        texts = [column for column, cell in enumerate(line.cells) if any(map(str.isalpha, cell))]
        wide = merges.wide.get(line.number, {})
        if len(texts) > 1 and not all(column in wide for column in texts):
            return at
    return 0


def _repeat_wide_cells(line: GridRow, merges: CellMerges) -> tuple[str, ...]:
    """The cells of a head, each wide one repeated over its columns."""
    wide = merges.wide.get(line.number, {})
    cells = list(_pad_cells(line.cells, max((len(line.cells), *(last + 1 for last in wide.values())))))
    for first, last in wide.items():
        for at in range(first + 1, last + 1):
            cells[at] = cells[at] or cells[first]
    return tuple(cells)


def _used_width(cells: tuple[str, ...]) -> int:
    """How many cells there are up to the last one that holds something."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return width


def _pad_cells(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return cells[:width] if len(cells) >= width else cells + ("",) * (width - len(cells))

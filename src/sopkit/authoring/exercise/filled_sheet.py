"""Read a sheet that came back: its parts in any order, as rows of cells with their places."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from sopkit.authoring.exercise.sheet import (
    DEVIATIONS,
    FACTS,
    FEEDBACK,
    GAPS,
    OBJECTIVES,
    PEOPLE,
    READ_BACK,
    TEXTS,
    TIMELINE,
)
from sopkit.authoring.interview.answers import clean_answers, read_form
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import clip, one_line

_COLUMNS = {
    FACTS: ("Field", "Value"),
    TEXTS: ("SOP", "Digest"),
    PEOPLE: ("Role", "People"),
    OBJECTIVES: ("Objective", "Rating"),
    TIMELINE: ("When", "What happened"),
    DEVIATIONS: ("Step", "What was done instead", "Why"),
    GAPS: ("Id", "Severity", "Step", "What is missing"),
    FEEDBACK: ("Field", "Value"),
}
"""The columns that each part is read by."""
_SHOWN = frozenset({"situation", "injects", "questions at the end", "what good looks like"})
_HEADING = re.compile(r"^#{1,6}\s+(?P<words>.*?)\s*#*$")
_RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*")
_CELLS = re.compile(r"(?<!\\)\|")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_MAX_SHOWN = 60


@dataclass(frozen=True)
class SheetRow:
    """A row of a part: its cells by column, and where it is, in words."""

    place: str
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """A cell on one line."""
        return " ".join(self.cells.get(column, "").split())


@dataclass(frozen=True)
class FilledSheet:
    """What came back: the rows of each part, and notes on what was not read."""

    path: str
    rows: Mapping[str, tuple[SheetRow, ...]]
    notes: tuple[str, ...] = ()

    def of(self, part: str) -> tuple[SheetRow, ...]:
        """The rows of a part; none where the sheet lacks it."""
        return self.rows.get(part, ())


def read_sheet_file(path: Path) -> FilledSheet:
    """The sheet in a Markdown, Word or HTML file. Raises SopkitError when it is no sheet of an exercise."""
    data = read_form(path)
    if path.suffix.lower() == ".docx" or data.startswith(b"PK\x03\x04"):
        from sopkit.parsing.word import read_word  # an extra

        return read_sheet(read_word(data, str(path), "").markdown, str(path), has_lines=False)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SopkitError(f"{path}: not UTF-8 text", "save it as UTF-8, or send it as .docx") from error
    if path.suffix.lower() in {".html", ".htm"}:
        from sopkit.parsing.html_form import form_to_markdown  # only for HTML

        return read_sheet(form_to_markdown(text), str(path), has_lines=False)
    return read_sheet(text, str(path))


def read_sheet(text: str, path: str, *, has_lines: bool = True) -> FilledSheet:
    """The sheet in a text; without `has_lines` its lines are not those of the file. Raises SopkitError."""
    reader = _SheetReader(path, has_lines)
    for number, line in enumerate(clean_answers(text, path).split("\n"), 1):
        reader.read(number, line.strip())
    if TEXTS not in reader.rows:
        raise SopkitError(
            f"{path}: no sheet of an exercise: it has no part {TEXTS!r} with the SOPs and their digests",
            "make one with: sopkit exercise new ID",
        )
    return FilledSheet(path, {part: tuple(rows) for part, rows in reader.rows.items()}, tuple(reader.notes))


@dataclass
class _SheetReader:
    path: str
    has_lines: bool
    part: str = ""
    shown: bool = True  # the part is for the people in the room, and not read
    heads: tuple[str, ...] = ()
    rows: dict[str, list[SheetRow]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def read(self, number: int, line: str) -> None:
        if heading := _HEADING.match(line):
            self._begin(heading["words"], is_title=line.startswith("# "))
        elif self.shown or not line or line.startswith(">") or _RULE.fullmatch(line):
            return
        elif not line.startswith("|") or not self.part:
            where = f"{self.path}:{number}" if self.has_lines else self.path
            words = "write it into the table above" if self.part else "this part of the file is not one of the sheet"
            self.notes.append(f"{where}: not read: {clip(one_line(line), _MAX_SHOWN)!r}; {words}")
        else:
            self._add(number, list(_split(line)))

    def _begin(self, words: str, *, is_title: bool) -> None:
        plain = " ".join(re.sub(r"[*_\\:]", " ", words).split()).casefold()
        known = {part.casefold(): part for part in READ_BACK}
        near = get_close_matches(plain, known, 1, 0.85)
        self.part, self.heads = known[near[0]] if near else "", ()
        self.shown = not near and (is_title or plain in _SHOWN)

    def _add(self, number: int, cells: list[str]) -> None:
        rows = self.rows.setdefault(self.part, [])
        where = f"{self.path}:{number}" if self.has_lines else f"{self.path}: {self.part}, row {len(rows) + 1}"
        wanted = {column.casefold(): column for column in _COLUMNS[self.part]}
        names = tuple(wanted.get(_plain(cell), "") for cell in cells)
        if not self.heads or set(names) >= set(wanted.values()):  # the part may have been divided into two tables
            missing = [column for column in wanted.values() if column not in names]
            if missing:
                raise SopkitError(
                    f"{where}: the table {self.part!r} has no column {missing[0]!r}",
                    f"its first row has the columns: {' | '.join(_COLUMNS[self.part])}",
                )
            self.heads = names
            return
        if any(cell.strip() for cell in cells[len(self.heads) :]):
            raise SopkitError(
                f"{where}: this row has {len(cells)} cells, and the table {len(self.heads)} columns",
                "write a bar inside of a cell as \\|",
            )
        values = {name: text for name, text in zip(self.heads, cells, strict=False) if name}
        if any(values.values()):
            rows.append(SheetRow(where, values))


def _plain(cell: str) -> str:
    return " ".join(cell.strip("*_ ").split()).casefold()


def _split(line: str) -> Iterator[str]:
    inner = line[1:].rstrip()
    for cell in _CELLS.split(inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner):
        yield _ESCAPE.sub(r"\1", _BREAK.sub("\n", cell)).replace("\u200b", "").strip()

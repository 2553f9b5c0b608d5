"""Reads exports of learning platforms and forms: who did what when, and with which result.

The column names are those of Moodle's download of quiz grades and responses, and of Google Forms' answers as a sheet.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.practice.cases import local_day
from sopkit.practice.times import TimeReader, UnknownOrderError, require_date_order
from sopkit.tables.escape import escape_controls
from sopkit.tables.grid import Grid, GridRow, fold_name
from sopkit.tables.reader import stream_sheet

OWN_COLUMNS = ("person", "date", "sop", "version", "method", "passed", "score", "max", "attempt", "state")
"""The columns of ours that an export can be mapped to."""
MAX_BYTES = 256_000_000

_PRESETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "moodle": {
        "person": ("Email address",),
        "date": ("Completed", "Completed on"),
        "state": ("State", "Status"),
        "score": (r"re:Grade/\d+(?:[.,]\d+)?",),
    },
    "google-forms": {
        "person": ("Email Address", "Username"),
        "date": ("Timestamp",),
        "score": ("Score", "Total score"),
    },
}
PRESETS = tuple(_PRESETS)
"""Names of the systems whose columns are known."""
_QUESTIONS = {
    "moodle": re.compile(r"Q\. ?(?P<id>\d+) ?/(?P<max>\d+(?:[.,]\d+)?)"),
    "google-forms": re.compile(r"(?P<id>\S.*) \[Score\]"),
}
_NAMES = (("First name", "Last name"), ("First name", "Surname"))
_MAX_IN_HEAD = re.compile(r".*/\s*(\d+(?:[.,]\d+)?)\s*")
_POINTS = re.compile(r"(?P<points>-?\d+(?:[.,]\d+)?)\s*(?:(?P<percent>%)|/\s*(?P<max>\d+(?:[.,]\d+)?))?")
_CLOCK = re.compile(r"[ T,]+\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?$")
_FINISHED = frozenset({"", "finished", "complete", "completed", "done", "passed"})
_PASSED = {
    **dict.fromkeys(("yes", "y", "true", "passed", "pass", "1"), True),
    **dict.fromkeys(("no", "n", "false", "failed", "fail", "0"), False),
}
_MISSING = frozenset({"", "-", "not yet graded"})
_MAX_TITLE = 80


class ResultRow(NamedTuple):
    """One row of an export, read as far as that goes without the library; `fault` says what is wrong with it."""

    where: str
    person: str
    day: str
    sop: str
    method: str
    passed: bool | None
    percent: float | None
    attempt: int
    answers: tuple[bool | None, ...]  # to the questions of the head: right, wrong, or not answered
    fault: str = ""


@dataclass
class ResultExport:
    """An export that is open for reading; `skipped` counts the rows that tell of no result, by why."""

    path: str
    columns: Mapping[str, str]
    questions: tuple[str, ...]
    rows: Iterator[ResultRow]
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ResultShape:
    """How to read an export: what its columns are called, and how its times are meant."""

    preset: str
    columns: Mapping[str, str]
    zone: ZoneInfo
    library_zone: ZoneInfo
    dates: str = ""
    sheet: str | None = None
    header: int | None = None


def open_results(path: Path, shape: ResultShape) -> ResultExport:
    """Open a file. Raises SopkitError for what cannot be read and for columns that are not there."""
    reader = _Reader(path, shape)
    return ResultExport(
        str(path), reader.columns, reader.questions, reader.read(), reader.skipped, list(reader.grid.notes)
    )


class _Reader:
    def __init__(self, path: Path, shape: ResultShape) -> None:
        self.path, self.shape = path, shape
        self.skipped: Counter[str] = Counter()
        self.grid, self.lines = self._stream()
        self.columns = _choose(self.grid, shape)
        self.at = {ours: self.grid.column(theirs) for ours, theirs in self.columns.items() if ours != "person"}
        self.people = [self.grid.column(name) for name in self.columns["person"].split(" + ")]
        match = _MAX_IN_HEAD.fullmatch(self.columns.get("score", ""))
        self.full = _number(match[1]) if match else None
        heads = enumerate(self.grid.header)
        pattern = _QUESTIONS.get(shape.preset)
        asked = [(at, found) for at, head in heads if pattern and (found := pattern.fullmatch(head.strip()))]
        self.questions = tuple(_question_id(shape.preset, found["id"]) for _, found in asked)
        self.answers = [(at, _number(found.groupdict().get("max"))) for at, found in asked]
        self.times = TimeReader(shape.zone, shape.dates)
        self.day = lru_cache(maxsize=None)(self._day)

    def _stream(self) -> tuple[Grid, Iterator[GridRow]]:
        wanted = tuple(name for name in self.shape.columns.values() if " + " not in name)
        return stream_sheet(self.path, self.shape.sheet, header=self.shape.header, wanted=wanted, most=MAX_BYTES)

    def read(self) -> Iterator[ResultRow]:
        unit = "row" if self.grid.sheets else ""
        empty = dict.fromkeys(OWN_COLUMNS, "")
        for line in self.lines:
            cells = {**empty, **{ours: line.cells[at].strip() for ours, at in self.at.items()}}
            cells["person"] = " ".join(filter(None, (line.cells[at].strip() for at in self.people)))
            if why := self._skip(cells):
                self.skipped[why] += 1
                continue
            where = f"{self.path}: row {line.number}" if unit else f"{self.path}:{line.number}"
            try:
                yield self._row(where, cells, line)
            except ValueError as error:
                yield ResultRow(where, cells["person"], "", "", "", None, None, 0, (), str(error))

    def _skip(self, cells: Mapping[str, str]) -> str:
        """Why a row tells of no result."""
        if cells["state"].casefold() not in _FINISHED:
            return "not finished"
        if self.shape.preset == "moodle":
            if not cells["date"] and cells["person"].casefold() in {"", "overall average"}:
                return "averages"
            if cells["score"].casefold() in _MISSING:
                return "not graded"
        return ""

    def _row(self, where: str, cells: Mapping[str, str], line: GridRow) -> ResultRow:
        if not cells["person"]:
            raise ValueError("names nobody")
        if not cells["date"]:
            raise ValueError("does not say on which day it was")
        passed = None
        if cells["passed"]:
            passed = _PASSED.get(cells["passed"].casefold())
            if passed is None:
                raise ValueError(f"`{_shown(cells['passed'])}` in `{self.columns['passed']}` is neither yes nor no")
        percent = _percent(cells["score"], cells["max"], self.full)
        attempt = cells["attempt"]
        if attempt and not (attempt.isdecimal() and int(attempt)):
            raise ValueError(f"attempt `{_shown(attempt)}` is no number from 1")
        words = cells["sop"] + (f"@{cells['version']}" if cells["sop"] and cells["version"] else "")
        answers = tuple(_is_right(line.cells[at], full) for at, full in self.answers)
        method = cells["method"].casefold()
        return ResultRow(
            where, cells["person"], self.day(self._cut(cells["date"])), words, method, passed, percent,
            int(attempt or 0), answers,
        )  # fmt: skip

    def _cut(self, text: str) -> str:
        """A time without its clock, where its day is the same in the library's zone: most rows share few days."""
        return _CLOCK.sub("", text) if self.shape.zone == self.shape.library_zone else text

    def _day(self, text: str) -> str:
        try:
            try:
                moment = self.times.read(text)
            except UnknownOrderError:
                self._order_dates()
                moment = self.times.read(text)
        except (ValueError, OverflowError):
            raise ValueError(f"`{_shown(text)}` is not a date; write 2026-03-04") from None
        return local_day(moment, self.shape.library_zone)

    def _order_dates(self) -> None:
        """Find out from the whole file whether the day or the month comes first in its dates."""
        at = self.at["date"]
        texts = (_CLOCK.sub("", line.cells[at].strip()) for line in self._stream()[1])
        self.times.dates = require_date_order(str(self.path), texts)


def _choose(grid: Grid, shape: ResultShape) -> dict[str, str]:
    """What the file calls our columns. Raises SopkitError for one that it needs and that is missing."""
    for name in shape.columns:
        if name not in OWN_COLUMNS:
            near = nearest(name, OWN_COLUMNS, 1, 0.5)
            advice = f"did you mean {near[0]}? " if near else ""
            raise SopkitError(f"--map: results have no column `{name}`", f"{advice}columns: {', '.join(OWN_COLUMNS)}")
    heads = {fold_name(head): head for head in grid.header if head}
    known = {ours: (ours,) for ours in OWN_COLUMNS} if not shape.preset else _PRESETS[shape.preset]
    chosen = {ours: head for ours, names in known.items() if (head := _head(heads, names))}
    chosen |= shape.columns
    if shape.preset == "moodle" and "person" not in chosen:
        names = next((pair for pair in _NAMES if all(fold_name(name) in heads for name in pair)), ())
        if names:
            chosen["person"] = " + ".join(names)
    for name, what in (("person", "who it was"), ("date", "on which day it was")):
        if name not in chosen:
            presets = "" if shape.preset else f", or say where it is from: --preset {' or '.join(PRESETS)}"
            shown = ", ".join(f"`{head}`" for head in heads.values())
            raise SopkitError(
                f"{grid.path}: no column says {what}", f"name it: --map '{name}=COLUMN'{presets}; columns: {shown}"
            )
    return chosen


def _head(heads: Mapping[str, str], names: tuple[str, ...]) -> str:
    for name in names:
        if name.startswith("re:"):
            found = next((head for head in heads.values() if re.fullmatch(name[3:], head.strip())), "")
        else:
            found = heads.get(fold_name(name), "")
        if found:
            return found
    return ""


def _question_id(preset: str, text: str) -> str:
    return f"q{text}" if preset == "moodle" else " ".join(text.split())[:_MAX_TITLE]


@lru_cache(maxsize=4096)  # 100,000 rows have few scores
def _percent(text: str, most: str, full: float | None) -> float | None:
    """A score in percent of the points that there are: those in the cell, else `most`, else `full` of the head."""
    if text in _MISSING:
        return None
    match = _POINTS.fullmatch(text)
    if match is None:
        raise ValueError(f"score `{_shown(text)}` is no number")
    points = _number(match["points"])
    named = None if match["percent"] else _number(match["max"] or most) or full
    full = named or 100.0
    if points is None or not 0 <= points <= full:
        raise ValueError(f"score `{_shown(text)}` is not between 0 and {full:g}")
    return 100 * points / full


@lru_cache(maxsize=4096)
def _is_right(text: str, full: float | None) -> bool | None:
    match = _POINTS.fullmatch(text.strip())
    if match is None:
        return None
    full = _number(match["max"]) or full
    points = _number(match["points"])
    return points >= full if points is not None and full else None


def _number(text: str | None) -> float | None:
    return float(text.replace(",", ".")) if text else None


def _shown(text: str) -> str:
    return escape_controls(text[:40])

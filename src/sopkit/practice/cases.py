"""The cases of populations: their table as it is kept beside the record, and one list of several snapshots."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple, TypeVar

from sopkit.git.blobs import read_blobs
from sopkit.git.repository import Repository
from sopkit.lifecycle.history import History
from sopkit.model.errors import SopkitError
from sopkit.model.moments import read_moment, write_moment
from sopkit.model.practice import Population, Run
from sopkit.model.training import TrainingResult
from sopkit.practice.landing import open_people_repository
from sopkit.practice.ledger import PracticeLedger, PracticeResult
from sopkit.tables.escape import guard_cell, strip_guard

COLUMNS = ("case", "url", "started", "finished", "outcome")
"""Columns that each table has; behind them `LIMIT.from` and `LIMIT.to` for each time limit, and perhaps `by`."""

MAX_TABLE_BYTES = 64 << 20
Tabled = TypeVar("Tabled", Population, TrainingResult)
OWN_SYSTEM = "sopkit"
"""The system of runs that were recorded with sopkit."""


@dataclass(frozen=True, slots=True)
class CaseTable:
    """The table of a population: cells by row, as text."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]

    @property
    def limits(self) -> tuple[str, ...]:
        """Ids of the time limits with columns."""
        return tuple(name.removesuffix(".from") for name in self.columns if name.endswith(".from"))


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The bytes of a table, its rows in the order of the cases' ids; no spreadsheet takes a cell for a formula."""
    lines = sorted((row[0], _line(row)) for row in rows)  # the rows themselves would take five times as much
    return "".join((_line(columns), *(line for _, line in lines))).encode()


def _line(row: Sequence[str]) -> str:
    text = ",".join(row)
    if _PLAIN_LINE.fullmatch(text) and text.count(",") == len(row) - 1 and "##" not in text:
        return f"{text}\n"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([guard_cell(cell) for cell in row])
    return out.getvalue()


_PLAIN_LINE = re.compile(r"(?:[A-Za-z0-9][^\s\"',]*)?(?:,(?:[A-Za-z0-9][^\s\"',]*)?)*", re.ASCII)
"""A row whose cells need neither quotation marks nor a guard."""


def read_table(data: bytes, digest: str, wanted: tuple[str, ...] = COLUMNS) -> CaseTable:
    """The table with these bytes, which begins with the wanted columns.

    Raises SopkitError when their SHA-256 is another, and for what is no such table.
    """
    if sha256(data).hexdigest() != digest:
        raise SopkitError("the table is not the one that the record names", "restore it: git log -- FILE")
    try:
        text = data.decode()
        if '"' in text or "\r" in text:
            columns, *rows = csv.reader(io.StringIO(text, newline=""))
        else:  # no cell is quoted, as in most tables: a third of the time
            columns, *rows = [line.split(",") for line in text.removesuffix("\n").split("\n")]
    except (ValueError, csv.Error) as error:
        raise SopkitError(f"the table cannot be read: {error}", "import the export again") from error
    if tuple(columns[: len(wanted)]) != wanted or any(len(row) != len(columns) for row in rows):
        raise SopkitError("the table has other columns than it says", "import the export again")
    if b"'" in data:
        rows = [[strip_guard(cell) for cell in row] for row in rows]
    return CaseTable(tuple(columns), rows)


def read_record_tables(
    history: History,
    practice: PracticeLedger,
    records: Sequence[tuple[PracticeResult, Tabled]],
    wanted: tuple[str, ...],
) -> Iterator[tuple[PracticeResult, Tabled, CaseTable | SopkitError]]:
    """Each record with the table beside it, or with what is wrong with that; nothing is read where there are none."""
    if not records:
        return
    in_other = any(result.in_other for result, _ in records)
    repository = open_people_repository(history) if in_other else history.repository
    data = dict(read_blobs(repository, {practice.tables[result.file.path] for result, _ in records}, MAX_TABLE_BYTES))
    for result, record in records:
        try:
            table = read_table(data[practice.tables[result.file.path]] or b"", record.table or "", wanted)
        except SopkitError as error:
            yield result, record, error
        else:
            yield result, record, table


class Case(NamedTuple):
    """One case of an SOP, as the newest export lists it.

    `judged` is the time of that export. `before` are the rows of older exports where they differ. It is `gone` when a
    newer export of its period lacks it, and `late` when an older one did: it was added to the list afterwards.
    """

    system: str
    id: str
    url: str
    started: str
    finished: str
    outcome: str
    times: dict[str, tuple[str, str]]  # by time limit: from and to
    judged: date
    record: str  # file of the population or run
    before: tuple[str, ...] = ()
    gone: bool = False
    late: bool = False

    def day(self, zone: tzinfo) -> str:
        """The day of the start in a zone, as text; empty when it is not known."""
        return local_day(self.started, zone)

    @property
    def state(self) -> str:
        """What changed, in words for one cell: times and outcome."""
        return " ".join(filter(None, (self.started, self.finished, self.outcome)))


def local_day(moment: str, zone: tzinfo) -> str:
    """The day in a zone of a moment as tables hold it, as text; empty for an empty one."""
    if moment[-1:] != "Z":
        return moment[:10]
    return _day_of_hour(moment[:13], zone) or _day_in(moment, zone)


def _day_in(text: str, zone: tzinfo) -> str:
    return datetime.fromisoformat(text).astimezone(zone).date().isoformat()


@lru_cache(1 << 16)
def _day_of_hour(hour: str, zone: tzinfo) -> str:
    """The day of all of an hour in UTC (`2026-03-04T10`); empty where a new one begins within it."""
    first, last = (_day_in(f"{hour}:{end}Z", zone) for end in ("00:00", "59:59"))
    return first if first == last else ""


@dataclass(frozen=True)
class CaseList:
    """All cases of an SOP; `faults` say which populations could not be read."""

    cases: tuple[Case, ...] = ()
    populations: tuple[tuple[PracticeResult, Population], ...] = ()
    faults: tuple[str, ...] = ()

    def started_in(self, first: date, last: date, zone: tzinfo) -> tuple[Case, ...]:
        """The cases that began in a period, both days included."""
        since, until = first.isoformat(), last.isoformat()
        return tuple(case for case in self.cases if since <= case.day(zone) <= until)


def read_cases(repository: Repository, practice: PracticeLedger, sop_id: str, zone: tzinfo) -> CaseList:
    """All cases of an SOP: of its populations, and of its runs that no population lists.

    A case is known by system and id, and the row of the newest export counts (docs/practice.md).
    """
    populations = practice.counting(Population, sop_id)
    populations.sort(key=lambda pair: (_order(pair[1].exported), pair[0].landed, pair[0].file.name))
    wanted = {practice.tables[result.file.path] for result, _ in populations}
    tables = dict(read_blobs(repository, wanted, MAX_TABLE_BYTES))
    found: dict[tuple[str, str], Case] = {}
    faults: list[str] = []
    read: list[tuple[PracticeResult, Population]] = []
    for result, population in populations:
        data = tables[practice.tables[result.file.path]]
        try:
            table = read_table(data if data is not None else b"", population.table)
        except SopkitError as error:
            faults.append(f"{result.file.path}: {error.message}")
            continue
        _add_snapshot(found, table, population, result.file.path, [one for _, one in read], zone)
        read.append((result, population))
    listed = {case_id for _, case_id in found}
    for result, run in practice.counting(Run, sop_id):
        if run.case not in listed:
            found[OWN_SYSTEM, run.case] = _case_of_run(run, result)
    return CaseList(tuple(found.values()), tuple(read), tuple(faults))


def _order(moment: date) -> str:
    return write_moment(moment)


def _add_snapshot(
    found: dict[tuple[str, str], Case],
    table: CaseTable,
    population: Population,
    path: str,
    earlier: list[Population],
    zone: tzinfo,
) -> None:
    """Lay a newer export over the older ones."""
    system, since, until = population.system, population.since.isoformat(), population.until.isoformat()
    limits = [(name, table.columns.index(f"{name}.from"), table.columns.index(f"{name}.to")) for name in table.limits]
    covered = [(one.since.isoformat(), one.until.isoformat()) for one in earlier if one.system == system]
    judged, seen = population.exported, set()
    for row in table.rows:
        case_id, url, started, finished, outcome = row[:5]
        times = {name: (row[start], row[end]) for name, start, end in limits}
        case = Case(system, case_id, url, started, finished, outcome, times, judged, path)
        if earlier:
            seen.add(case_id)
            case = _add_past(case, found.get((system, case_id)), covered, zone)
        found[system, case_id] = case
    for key, case in found.items() if earlier else ():
        if key[0] == system and key[1] not in seen and since <= case.day(zone) <= until and not case.gone:
            found[key] = case._replace(gone=True)


def _add_past(case: Case, old: Case | None, covered: list[tuple[str, str]], zone: tzinfo) -> Case:
    """A case with what older exports said of it."""
    if old is not None:
        changed = (old.state, old.times) != (case.state, case.times)
        return case._replace(before=(*old.before, old.state) if changed else old.before, late=old.late)
    return case._replace(late=any(first <= case.day(zone) <= last for first, last in covered))


def _case_of_run(run: Run, result: PracticeResult) -> Case:
    def text(moment: date | None) -> str:
        return "" if moment is None else write_moment(moment)

    times = {name: (text(times.since), text(times.until)) for name, times in run.limits.items()}
    judged = run.finished or run.date
    return Case(
        OWN_SYSTEM,
        run.case,
        run.url,
        text(run.started),
        text(run.finished),
        run.outcome,
        times,
        judged,
        result.file.path,
    )


def sample_rank(seed: str, sop_id: str, case: Case) -> str:
    """The place of a case in a sample: SHA-256 of seed, SOP, system and id, each on a line of its own, as hex."""
    return sha256(f"{seed}\n{sop_id}\n{case.system}\n{case.id}".encode()).hexdigest()


def as_moment(text: str) -> date | None:
    """A cell of a table as a time in UTC or a day; None for an empty one, and for a time that no clock showed once."""
    try:
        return read_moment(text) if text else None
    except ValueError:
        return None

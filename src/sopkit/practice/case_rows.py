"""Reads the rows of an export as rows of a table of cases, and notes what is wrong with them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sopkit.model.durations import DateRange
from sopkit.model.moments import write_moment
from sopkit.model.registers import Person
from sopkit.practice.cases import local_day
from sopkit.practice.exports import CaseExport
from sopkit.practice.times import TimeReader, UnknownOrderError, require_date_order
from sopkit.tables.escape import escape_controls

CANCELLED = frozenset(
    {
        *("abandoned", "cancelled", "canceled", "cannot reproduce", "declined", "duplicate", "invalid", "moved"),
        *("not planned", "rejected", "withdrawn", "won't do", "won't fix", "wontfix"),
    }
)
"""Outcomes that mean that a case was cancelled, in lower case."""
DONE = frozenset({"closed", "complete", "completed", "done", "finished", "fixed", "resolved", "solved"})
"""Outcomes that mean that a case is done, also where the export does not say when."""
MAX_FAULTS = 10
"""Rows with a fault of which one message tells."""
MAX_CASE_ID = 200
"""Characters of the longest id of a case."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_DAY_LENGTH = len("2026-11-24")
_EAST = timedelta(hours=14)  # no zone is further ahead of UTC


@dataclass
class CaseRows:
    """Reads the rows of one export; the fields after `people` say what it met on the way.

    `zone` is the library's, in which days are those of the period; no time may be after `exported`.
    """

    reopen: Callable[[], CaseExport]
    times: TimeReader
    zone: ZoneInfo
    exported: date
    period: DateRange | None
    cancelled: frozenset[str]
    people: "PeopleNames"
    faults: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)  # by id of the case
    outcomes: Counter[str] = field(default_factory=Counter)
    cancelled_as: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)  # by `LIMIT.to`: the cases with an end
    reversed: list[int | str] = field(default_factory=list)
    strangers: int = 0
    first: str = ""
    last: str = ""

    def read(self, export: CaseExport, limit_columns: tuple[str, ...], *, keep_by: bool) -> Iterator[list[str]]:
        """The rows, in the order of the export; one with a fault is left out."""
        names = ("started", "finished", *limit_columns)
        end = export.columns.get("finished")
        ends = [name for name in limit_columns if name.endswith(".to")]
        shared = {name for name in ends if end and export.columns.get(name) == end}
        for number, cells in export.rows:
            case_id = cells["case"].strip()
            moments = None
            fault = self._fault_of(case_id, export.unit)
            if not fault:
                self.numbers[case_id] = number
                moments, fault = self._moments(export, cells, names)
            if moments is None:
                where = f"{export.path}:{number}" if export.unit == "line" else f"{export.path}: {export.unit} {number}"
                self.faults.append(f"{where}: {fault}")
                continue
            outcome = self._outcome(cells.get("outcome", ""), moments["finished"])
            if outcome == "cancelled":  # its ticket was closed, but nothing was done in time
                moments |= dict.fromkeys(shared, "")
            if moments["finished"] and _is_before(moments["finished"], moments["started"]):
                self.reversed.append(number)
            for name in ends:
                if moments[name]:
                    self.ended[name] += 1
            row = [case_id, _address(cells.get("url", "")), moments["started"], moments["finished"], outcome]
            row += [moments[name] for name in limit_columns]
            yield [*row, self._person(cells["by"])] if keep_by else row

    def _fault_of(self, case_id: str, unit: str) -> str:
        if not case_id:
            return "no id of a case"
        if len(case_id) > MAX_CASE_ID or _UNSAFE.search(case_id):
            return f"`{escape_controls(case_id[:40])}` cannot be the id of a case"
        if case_id in self.numbers:
            return f"case {case_id} is there twice, also in {unit} {self.numbers[case_id]}"
        if self.people.is_in(case_id):
            return f"the id `{case_id}` names a person, and lists of cases name nobody: map `case` to another column"
        return ""

    def _moments(
        self, export: CaseExport, cells: Mapping[str, str], names: tuple[str, ...]
    ) -> tuple[dict[str, str] | None, str]:
        """The times of a row; or None, and what is wrong."""
        found: dict[str, str] = {}
        known: dict[tuple[str, bool], str] = {}  # one column is often several of ours
        for name in names:
            text, utc = cells.get(name, ""), name in export.utc
            try:
                if (text, utc) in known:
                    found[name] = known[text, utc]
                    continue
                try:
                    found[name] = known[text, utc] = self.times.read(text, utc=utc)
                except UnknownOrderError:
                    self._order_dates(names)
                    found[name] = self.times.read(text, utc=utc)
            except (ValueError, OverflowError):
                words = escape_controls(text.strip()[:40])
                return None, f"{export.columns[name]}: `{words}` is not a time; write 2026-03-04 10:15"
        if not found["started"]:
            return None, f"{export.columns['started']} is empty, so nobody knows to which period the case belongs"
        if late := next((one for one in found.values() if one > self._bounds[len(one) == _DAY_LENGTH]), ""):
            return None, f"{late} is after the export, which was made at {write_moment(self.exported)}"
        day = local_day(found["started"], self.zone)
        if self.period and not self.period.first.isoformat() <= day <= self.period.last.isoformat():
            return None, f"it began on {day}, outside of {self.period}"
        self.first, self.last = min(self.first or day, day), max(self.last, day)
        return found, ""

    def _order_dates(self, names: tuple[str, ...]) -> None:
        """Find out from the whole file whether the day or the month comes first in its dates."""
        export = self.reopen()
        texts = (cells[name] for _, cells in export.rows for name in names if name in cells)
        self.times.dates = require_date_order(export.path, texts)

    @cached_property
    def _bounds(self) -> tuple[str, str]:
        """The latest time and the latest day before the export; it may be a day later in another zone."""
        moment = self.exported
        end = moment if isinstance(moment, datetime) else datetime.combine(moment, time.max, UTC) + _EAST
        return write_moment(end), (end + _EAST).date().isoformat()

    def _outcome(self, typed: str, finished: str) -> str:
        word = " ".join(typed.casefold().replace("_", " ").split())
        outcome = "done" if finished or word in DONE else ""
        if word in self.cancelled:
            outcome = "cancelled"
            self.cancelled_as[word] += 1
        self.outcomes[outcome or "open"] += 1
        return outcome

    def _person(self, text: str) -> str:
        key = self.people.key_of(text)
        self.strangers += bool(text.strip() and not key)
        return key


def list_faults(faults: Sequence[str]) -> str:
    """The first faults of a file, a line each, and how many more there are."""
    rest = len(faults) - MAX_FAULTS
    return "\n".join([*faults[:MAX_FAULTS], *([f"and {rest} more"] if rest > 0 else [])])


class PeopleNames:
    """The names, addresses and logins of the people of a register."""

    def __init__(self, people: Mapping[str, Person]) -> None:
        self._keys: dict[str, tuple[str, ...]] = {}
        for key, one in people.items():
            for name in dict.fromkeys(map(_folded, (one.name, *one.emails, *one.logins.values()))):
                if name:
                    self._keys[name] = (*self._keys.get(name, ()), key)
        self._keys |= {_folded(key): (key,) for key in people}  # a key is nobody else's
        self._phrases = tuple(f" {words} " for one in people.values() if " " in (words := _words(one.name)))
        self._emails = tuple(email.casefold() for one in people.values() for email in one.emails if email)
        self._known: dict[str, bool] = {}

    def key_of(self, text: str) -> str:
        """The key of the person who is called so; empty for nobody, and where it may be one of several."""
        keys = self.keys_of(text)
        return keys[0] if len(keys) == 1 else ""

    def keys_of(self, text: str) -> tuple[str, ...]:
        """The keys of all people who are called so."""
        return self._keys.get(_folded(text), ())

    @property
    def all_names(self) -> tuple[str, ...]:
        """Everything that people are called, in lower case."""
        return tuple(self._keys)

    def is_in(self, case_id: str) -> bool:
        """Whether the id of a case names a person."""
        folded = case_id.casefold()
        shape = _DIGITS.sub("0", folded)  # most ids differ in their numbers alone
        if shape not in self._known:
            words = f" {_words(folded)} "
            named = any(phrase in words for phrase in self._phrases) or any(email in folded for email in self._emails)
            self._known[shape] = named
        return self._known[shape] or folded in self._keys


_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _words(text: str) -> str:
    return " ".join(_LETTERS.findall(text.casefold()))


def _address(text: str) -> str:
    text = text.strip()
    return text if text.startswith(("https://", "http://")) and not any(map(str.isspace, text)) else ""


def _is_before(end: str, start: str) -> bool:
    """Whether an end is before its start; a day and a time are compared by the day."""
    size = len(end) if end[-1:] == start[-1:] == "Z" else _DAY_LENGTH
    return end[:size] < start[:size]

"""The practice records of the demo, from its plan and its tables of cases."""

import csv
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from io import StringIO
from typing import Any

from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.demo_plan import PlanCommit, PlanRecord
from sopkit.model.moments import write_moment
from sopkit.model.practice import Population, validate_record
from sopkit.model.practice_base import PRACTICE_SCHEMA, PracticeKind
from sopkit.practice.cases import write_table
from sopkit.practice.recording import RecordDraft

CASES = "acme-cases"
"""Folder of the tables beside the plans."""
_WORDS = frozenset({"case", "url", "outcome"})


class PracticeRecorder:
    """Writes the practice records of a plan; knows by its name in the plan which file a record became."""

    def __init__(self, library: str, tables: Mapping[str, bytes]) -> None:
        self._library = library
        self._tables = tables
        self._names: dict[str, str] = {}

    def record(
        self, planned: PlanRecord, commit: PlanCommit, text_of: Callable[[str], Snapshot]
    ) -> Iterator[tuple[str, bytes]]:
        """The files of a record, and of the attendance that goes with it, by path."""
        values = self._complete(planned.values, commit, text_of)
        drafts = [self._draft(planned, values)]
        self._names[planned.name] = about = drafts[0].path.rpartition("/")[2]
        if planned.attendance:
            own: dict[str, Any] = {"kind": PracticeKind.ATTENDANCE, "about": about, "people": planned.attendance}
            own["date"] = values["date"]
            drafts.append(RecordDraft(validate_record(self._complete(own, commit, text_of))))
        for draft in drafts:
            yield from draft.files.items()

    def _complete(
        self, values: Mapping[str, Any], commit: PlanCommit, text_of: Callable[[str], Snapshot]
    ) -> dict[str, Any]:
        """The values of a record with what follows from its commit and from the texts that are there then."""
        known = {"schema": PRACTICE_SCHEMA, "library": self._library, "by": commit.author}
        full = {"date": commit.date.date().isoformat(), **values, **known}
        if full["kind"] in (PracticeKind.RUN, PracticeKind.FEEDBACK):
            text = text_of(full["id"])
            full |= {"digest": text.digest, "version": text.version}
        if full["kind"] == PracticeKind.EXERCISE:
            texts = [(one, text_of(one)) for one in full["sops"]]
            full["sops"] = [{"id": one, "digest": text.digest, "version": text.version} for one, text in texts]
        for name in ("about", "duplicate_of"):
            if name in full:
                full[name] = self._names.get(full[name], full[name])
        return full

    def _draft(self, planned: PlanRecord, values: dict[str, Any]) -> RecordDraft:
        if not planned.cases:
            return RecordDraft(validate_record(values))
        empty = validate_record({**values, "rows": 0, "table": "0" * 64})
        if not isinstance(empty, Population):
            raise TypeError(f"cases for a {empty.kind}")
        columns, rows = self._export(planned, empty)
        table = write_table(columns, rows)
        return RecordDraft(empty.model_copy(update={"rows": len(rows), "table": sha256(table).hexdigest()}), table)

    def _export(self, planned: PlanRecord, population: Population) -> tuple[list[str], list[list[str]]]:
        """The rows of an export: the cases that began in its period, as they were when it was made."""
        columns, *rows = csv.reader(StringIO(self._tables[planned.cases].decode(), newline=""))
        since, until, now = (
            population.since.isoformat(),
            population.until.isoformat(),
            write_moment(population.exported),
        )
        found = []
        for row in rows:
            cells = dict(zip(columns, row, strict=True)) | planned.changes.get(row[0], {})
            if since <= cells["started"][:10] <= until and row[0] not in planned.without:
                found.append(_as_of(cells, now))
        return columns, found


def _as_of(cells: Mapping[str, str], now: str) -> list[str]:
    """The cells of a case at a time: times after it are not known yet, and a case that ends later is open."""
    later = {name for name, cell in cells.items() if name not in _WORDS and cell > now}
    if "finished" in later:
        later.add("outcome")
    return ["" if name in later else cell for name, cell in cells.items()]

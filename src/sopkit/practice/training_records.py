"""The records of who was trained: one for each person and text, from results, sessions and tables of imports."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sopkit.lifecycle.history import History
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.errors import SopkitError
from sopkit.model.training import QuestionSum, TrainingExemption, TrainingResult, TrainingSession
from sopkit.practice.cases import read_record_tables
from sopkit.practice.landing import practice_of
from sopkit.practice.ledger import PracticeLedger, PracticeResult, RecordProof

RESULT_COLUMNS = ("person", "date", "sop", "version", "digest", "method", "passed", "attempt")
"""Columns of the table beside an imported record of results."""


_PASSED = {"yes": True, "no": False, "": None}


class TrainingRecord(NamedTuple):
    """That one person was trained on one text; `passed` is None for what is no quiz."""

    person: str
    sop_id: str
    day: date
    digest: str
    version: str
    method: str
    passed: bool | None
    proof: str  # how it is known, in a word
    record: str  # file of the record
    attempt: int = 1


@dataclass(frozen=True)
class TrainingRecords:
    """What counts of the records about people; `unknown` says why they cannot be read, empty when they can."""

    unknown: str = ""
    by_sop: Mapping[str, Mapping[str, tuple[TrainingRecord, ...]]] = field(default_factory=dict)
    exemptions: Mapping[tuple[str, str], tuple[TrainingExemption, ...]] = field(default_factory=dict)
    sessions: tuple[tuple[PracticeResult, TrainingSession], ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody has been trained by any record."""
        return not self.by_sop

    def of(self, sop_id: str, person: str) -> tuple[TrainingRecord, ...]:
        """The records of a person on an SOP, in the order of days."""
        return self.by_sop.get(sop_id, {}).get(person, ())


@lru_cache(maxsize=2)
def training_records(status: LibraryStatus) -> TrainingRecords:
    """What counts of the records about people up to the day judged."""
    if status.judged is None:  # nothing landed, so nothing is recorded
        return TrainingRecords()
    practice = practice_of(status)
    if practice.unknown_people:
        return TrainingRecords(practice.unknown_people)
    faults: list[str] = []
    found: dict[str, dict[str, list[TrainingRecord]]] = {}
    for one in read_training(status.history, practice, faults):
        if one.day <= status.as_of:
            found.setdefault(one.sop_id, {}).setdefault(one.person, []).append(one)
    exemptions: dict[tuple[str, str], tuple[TrainingExemption, ...]] = {}
    for _, exemption in practice.counting(TrainingExemption):
        key = exemption.id, exemption.person
        exemptions[key] = (*exemptions.get(key, ()), exemption)
    by_sop = {
        sop_id: {person: tuple(sorted(rows, key=_order)) for person, rows in people.items()}
        for sop_id, people in found.items()
    }
    return TrainingRecords("", by_sop, exemptions, tuple(practice.counting(TrainingSession)), tuple(faults))


def question_sums(status: LibraryStatus) -> list[tuple[date, str, QuestionSum]]:
    """How questions went in sessions and imports, by day, with the file of the record; none where they are unknown."""
    records = training_records(status)
    results = () if records.unknown or status.judged is None else practice_of(status).counting(TrainingResult)
    found = [
        (one.date, result.file.path, question)
        for result, one in (*records.sessions, *results)
        for question in one.questions
    ]
    return sorted(found, key=lambda one: (one[0], one[1], one[2].sop, one[2].id))


def _order(record: TrainingRecord) -> tuple[date, str]:
    return record.day, record.record


def read_training(history: History, practice: PracticeLedger, faults: list[str]) -> Iterator[TrainingRecord]:
    """What each record says of each person and text, also of days to come; `faults` takes what cannot be read."""
    for result, session in practice.counting(TrainingSession):
        for text in session.sops:
            if text.id not in result.faults:
                common = (text.id, session.date, text.digest, text.version, session.type, None)
                for person in dict.fromkeys(session.attendees):
                    yield TrainingRecord(person, *common, _proof_of(result, session, person), result.file.path)
    results = practice.counting(TrainingResult)
    for result, record in results:
        for text in record.sops:
            if text.id not in result.faults:
                yield TrainingRecord(
                    record.person,
                    text.id,
                    record.date,
                    text.digest,
                    text.version,
                    record.method,
                    record.passed,
                    _proof_of(result, record, record.person),
                    result.file.path,
                    record.attempt or 1,
                )
    tables = [(result, record) for result, record in results if record.table]
    yield from _read_tables(history, practice, tables, faults)


def _proof_of(result: PracticeResult, record: TrainingResult | TrainingSession, person: str) -> str:
    """How it is known of a person: by a form or message, by what somebody else reports, or by what they did."""
    if result.proof is RecordProof.IMPORTED or (isinstance(record, TrainingResult) and record.url):
        return str(RecordProof.IMPORTED)
    return str(result.proof if record.by == person else RecordProof.REPORTED)


def _read_tables(
    history: History, practice: PracticeLedger, records: list[tuple[PracticeResult, TrainingResult]], faults: list[str]
) -> Iterator[TrainingRecord]:
    """What the tables beside imported records hold; what cannot be read is put into `faults`."""
    for result, _, table in read_record_tables(history, practice, records, RESULT_COLUMNS):
        try:
            if isinstance(table, SopkitError):
                raise table
            rows = [_typed_row(row, result) for row in table.rows]
        except (SopkitError, ValueError) as error:
            faults.append(f"{result.file.path}: {error}")
            continue
        yield from rows


def _typed_row(row: Sequence[str], result: PracticeResult) -> TrainingRecord:
    """The record of a row. Raises ValueError for one that no import has written."""
    person, day, sop_id, version, digest, method, passed, attempt = row
    if not person or not sop_id or passed not in _PASSED:
        raise ValueError(f"its table has a row that no import writes: {person}, {day}, {sop_id}, {passed}")
    known = (digest, version, method, _PASSED[passed], str(RecordProof.IMPORTED), result.file.path, int(attempt or 1))
    return TrainingRecord(person, sop_id, date.fromisoformat(day), *known)

"""The practice records of a library: which count, how each is proved, and what belongs together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from sopkit.lifecycle.ledger import LandedFile, Reason, Tampering
from sopkit.model.practice import AnyRecord, Decision, Exercise, Run
from sopkit.model.training import Attendance


class RecordProof(StrEnum):
    """How it is known who made a record, the strongest first."""

    SIGNED = "signed"
    OWN_COMMIT = "own commit"
    DOCUMENT = "document"
    IMPORTED = "imported"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class PracticeResult:
    """One record as it was judged at its landing; `reason` is None when it counts."""

    file: LandedFile[AnyRecord]
    landed: date
    reason: Reason | None = None
    detail: str = ""
    proof: RecordProof | None = None
    faults: Mapping[str, str] = field(default_factory=dict)  # of an exercise: id of a text that does not count, and why
    in_other: bool = False  # it lies in the other repository that holds the records about people
    not_independent: str = ""  # of an internal audit: why the auditors are not independent of what they audited

    @property
    def record(self) -> AnyRecord:
        """The record; only of a result that counts."""
        if self.file.reading.entry is None:
            raise ValueError(self.file.path)
        return self.file.reading.entry

    @property
    def counts(self) -> bool:
        """Whether it counted when it landed; a later correction may have taken its place."""
        return self.reason is None

    @property
    def folder(self) -> str:
        """The folder that it lies in."""
        return self.file.path.rpartition("/")[0]


RecordType = TypeVar("RecordType", bound=AnyRecord)


@dataclass(frozen=True)
class PracticeLedger:
    """All practice records up to the judged commit, in the order of landing.

    `unknown_people` says why the records about people cannot be read; empty when they can.
    """

    results: tuple[PracticeResult, ...] = ()
    altered: tuple[Tampering, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)  # by path of a population's record: the blob of its table
    people_head: str = ""  # of the other repository that the records about people lie in
    unknown_people: str = ""

    @cached_property
    def _corrected(self) -> frozenset[tuple[str, str]]:
        return frozenset((one.folder, one.record.corrects) for one in self.results if one.counts)

    def is_corrected(self, result: PracticeResult) -> bool:
        """Whether another record took its place."""
        return (result.folder, result.file.name) in self._corrected

    def counting(self, kind: type[RecordType], sop_id: str = "") -> list[tuple[PracticeResult, RecordType]]:
        """The records of a kind that count now, of one SOP or of all, in the order of landing."""
        return [
            (one, one.record)
            for one in self.results
            if one.counts
            and isinstance(one.record, kind)
            and (not sop_id or getattr(one.record, "id", sop_id) == sop_id)
            and not self.is_corrected(one)
        ]

    @property
    def invalid(self) -> tuple[PracticeResult, ...]:
        """The records that do not count."""
        return tuple(one for one in self.results if not one.counts)

    def exercises_of(self, sop_id: str) -> list[tuple[PracticeResult, Exercise]]:
        """The counting exercises on an SOP whose text in them counts."""
        return [
            (result, exercise)
            for result, exercise in self.counting(Exercise)
            if sop_id not in result.faults and any(text.id == sop_id for text in exercise.sops)
        ]

    def participants(self, result: PracticeResult) -> frozenset[str]:
        """Keys of the people who took part in a run or an exercise, by its record and by lists of attendance."""
        record = result.record
        own = record.persons if isinstance(record, Run) else ()
        listed = (one.people for _, one in self.counting(Attendance) if one.about == result.file.name)
        return frozenset((*own, *(key for people in listed for key in people)))

    def decisions(self, result: PracticeResult) -> list[tuple[PracticeResult, Decision]]:
        """The counting decisions on a record of feedback."""
        return [
            (one, decision)
            for one, decision in self.counting(Decision, getattr(result.record, "id", ""))
            if decision.about == result.file.name
        ]

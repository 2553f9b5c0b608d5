"""The past of an SOP as its page tells it: the versions that were approved, with what each changed, and the reviews."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from sopkit.handbook.past.approved import Signatory, approved_of, signatory
from sopkit.handbook.past.changes import Changed, Pair, all_changed, changed
from sopkit.lifecycle.ledger_reader import landing_of
from sopkit.model.entry import EntryKind
from sopkit.model.sop_document import Classification
from sopkit.parsing.digest import immaterial_keys
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground, Shown
    from sopkit.lifecycle.history import History as GitHistory
    from sopkit.lifecycle.ledger import EntryResult
    from sopkit.model.sop import Sop

MOST_VERSIONS, MOST_ROWS = 10, 24


class Happened(StrEnum):
    """What a row of the past is about."""

    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    REVIEWED = "reviewed"
    WRITTEN = "written"
    """A text in a library that keeps no approvals, or one that nobody approved."""


TEXTS = frozenset({Happened.APPROVED, Happened.WRITTEN})
"""Rows that are about a text."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened. `wrote` are the names of those who wrote the text, `by` who made the entries.

    `order` is that of landing; `before` the revision with which the text is compared, 0 when it is the first.
    """

    order: tuple[int, int]
    day: date
    what: Happened
    version: str
    revision: int
    by: tuple[Signatory, ...] = ()
    level: str = ""
    note: str = ""
    outcome: str = ""
    wrote: tuple[str, ...] = ()
    commit: str = ""
    before: int = 0
    changed: Changed | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The rows of an SOP, newest first, of which `earlier` more are left out; `current` is that of the text shown."""

    rows: tuple[Row, ...] = ()
    earlier: int = 0
    current: Row | None = None

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of evidence that occur."""
        return tuple(sorted({row.level for row in self.rows if row.level}))

    def version_of(self, revision: int) -> str:
        """The label under which a revision is told."""
        return next((row.version for row in self.rows if row.revision == revision and row.what in TEXTS), "")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version changed against the one that was approved before it."""

    version: str
    against: str
    changed: Changed


def changes_of(past: History) -> Changes | None:
    """What the text that is shown changed; None where it is the first, or the layout alone is another."""
    current = past.current
    if current is None or current.changed is None or not current.changed.fates:
        return None
    return Changes(current.version, past.version_of(current.before), current.changed)


def newer_changes(ground: "Ground", one: "Shown", newer: "Sop") -> Changes | None:
    """What a text that waits for its approval changes against the one that holds."""
    told = changed(one.sop, newer, immaterial_keys(ground.library.config))
    return Changes(newer.text("version"), one.sop.text("version"), told) if told.fates else None


@lru_cache(maxsize=1)
def histories(ground: "Ground") -> dict[str, History]:
    """The past of each SOP that is shown, by id; nothing where no history was read. All of it is read at once."""
    judged = ground.standings.judged
    if judged is None:
        return {}
    _know_writers(ground, judged)
    told = [(one, _Telling(ground, judged, one).rows()) for one in ground.shown if (one.id, "") in judged.pasts.by_key]
    kept = [(one, sorted(rows, key=lambda row: row.order, reverse=True)) for one, rows in told]
    pairs = {(one.id, row.revision): _pair(judged, one, row) for one, rows in kept for row in _compared(rows)}
    changes = all_changed(ground, list(pairs.values()))
    known = {key: changes[pair.name] for key, pair in pairs.items()}
    return {one.id: _history(ground, one, rows, known) for one, rows in kept}


def _know_writers(ground: "Ground", judged: "GitHistory") -> None:
    """Find out who wrote the texts, of all at once."""
    if ground.asked.classification is not Classification.PUBLIC:
        pasts = [judged.pasts.by_key[one.id, ""] for one in ground.shown if (one.id, "") in judged.pasts.by_key]
        judged.authorship.of_texts([landing_of(past, revision) for past in pasts for revision in past.revisions])


def _compared(rows: Iterable[Row]) -> list[Row]:
    """The newest rows about texts that followed another."""
    texts = [row for row in rows if row.what in TEXTS]
    return [row for row in texts[:MOST_VERSIONS] if row.before]


def _pair(judged: "GitHistory", one: "Shown", row: Row) -> Pair:
    revisions = judged.pasts.by_key[one.id, ""].revisions
    old, new = revisions[row.before - 1].blob, revisions[row.revision - 1].blob
    sound = judged.snapshots[old].readable and judged.snapshots[new].readable
    return Pair(one, row.before, row.revision, f"{old} {new}", sound)


def _history(ground: "Ground", one: "Shown", rows: Sequence[Row], known: Mapping[tuple[str, int], Changed]) -> History:
    told = tuple(
        replace(row, changed=known.get((one.id, row.revision))) if row.what in TEXTS else row
        for row in rows[:MOST_ROWS]
    )
    approved = approved_of(ground, one)
    texts = (row for row in told if row.what in TEXTS)
    current = next((row for row in texts if approved is None or row.revision == approved.revision), None)
    return History(told, len(rows) - len(told), current)


class _Telling:
    """The rows of one SOP, of texts that may be shown alone."""

    def __init__(self, ground: "Ground", judged: "GitHistory", one: "Shown") -> None:
        self.ground, self.judged, self.one = ground, judged, one
        self.past = judged.pasts.by_key[one.id, ""]
        self.secret = ground.secret(one)
        self.ledger = judged.ledger(one.id)
        self.people = ground.asked.classification is not Classification.PUBLIC

    def rows(self) -> Iterator[Row]:
        """All of them, in no order."""
        if self.one.authority == "approved":
            yield from self._approvals()
        else:
            yield from self._texts()
        for verdict in self.ledger.counting(EntryKind.WITHDRAWAL):
            yield from self._entry(verdict, Happened.WITHDRAWN)
        for verdict in self.ledger.counting(EntryKind.REVIEW):
            yield from self._entry(verdict, Happened.REVIEWED)

    def _approvals(self) -> Iterator[Row]:
        approvals = sorted(
            (*self.ledger.approved.values(), *(approval for approval, _ in self.ledger.ended)),
            key=lambda approval: approval.commit,
        )
        told = [approval for approval in approvals if approval.revision not in self.secret]
        before = 0
        for approval in told:
            row = self._text(approval.revision, before)
            yield replace(
                row,
                order=(approval.commit, 0),
                day=approval.landed,
                what=Happened.APPROVED,
                version=approval.label or row.version,
                by=tuple(signatory(self.ground, verdict) for verdict in approval.verdicts),
                level=str(approval.level),
                note=self._note(approval.verdicts),
            )
            before = approval.revision

    def _texts(self) -> Iterator[Row]:
        before = 0
        for revision in self.past.revisions:
            if revision.number not in self.secret:
                yield self._text(revision.number, before)
                before = revision.number

    def _text(self, number: int, before: int) -> Row:
        revision = self.past.revisions[number - 1]
        written = (one for one in self.past.revisions[before:number] if one.number not in self.secret)
        names = (name for one in written for name in self.judged.contributors(self.past, one)) if self.people else ()
        return Row(
            order=(revision.commit, 0),
            day=self.judged.landings[revision.commit].day,
            what=Happened.WRITTEN,
            version=self.judged.snapshots[revision.blob].version,
            revision=number,
            wrote=tuple(dict.fromkeys(map(escape_controls, names))),
            commit=self.judged.history.commits[revision.commit].oid,
            before=before,
        )

    def _entry(self, verdict: "EntryResult", what: Happened) -> Iterator[Row]:
        if verdict.revision is None or verdict.revision in self.secret:
            return
        snapshot = self.judged.snapshots[self.past.revisions[verdict.revision - 1].blob]
        yield Row(
            order=(verdict.file.commit, 1),
            day=verdict.landed,
            what=what,
            version=verdict.entry.version or snapshot.version,
            revision=verdict.revision,
            by=(signatory(self.ground, verdict),),
            level=str(verdict.level),
            note=self._note([verdict]),
            outcome=str(verdict.entry.result or ""),
        )

    def _note(self, verdicts: Iterable["EntryResult"]) -> str:
        return " ".join(verdict.entry.note for verdict in verdicts if verdict.entry.note) if self.people else ""

"""The history of an SOP as its page shows it: approved versions with their changes, and reviews, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.handbook.status import Signatory, signatory
from sopkit.handbook.text_changes import RevisionPair, TextChanges, compare_pairs, compare_texts
from sopkit.handbook.translations import Translations
from sopkit.lifecycle.change_summary import MAX_NAMES
from sopkit.lifecycle.history import History as GitHistory
from sopkit.lifecycle.ledger import EntryResult
from sopkit.lifecycle.ledger_reader import landing_of
from sopkit.model.entry import EntryKind
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Classification
from sopkit.parsing.digest import immaterial_keys
from sopkit.tables.escape import escape_controls

MAX_VERSIONS, MAX_ROWS = 10, 24


class HistoryRowKind(StrEnum):
    """What a row of the past is about."""

    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    REVIEWED = "reviewed"
    WRITTEN = "written"
    """A text in a library that keeps no approvals, or one that nobody approved."""


TEXT_KINDS = frozenset({HistoryRowKind.APPROVED, HistoryRowKind.WRITTEN})
"""Rows that are about a text."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that happened. `wrote` are the names of those who wrote the text, `by` who made the entries.

    `order` is that of landing; `before` the revision with which the text is compared, 0 when it is the first.
    """

    order: tuple[int, int]
    day: date
    what: HistoryRowKind
    version: str
    revision: int
    by: tuple[Signatory, ...] = ()
    level: str = ""
    note: str = ""
    outcome: str = ""
    wrote: tuple[str, ...] = ()
    commit: str = ""
    before: int = 0
    changed: TextChanges | None = None


@dataclass(frozen=True, slots=True)
class SopHistory:
    """The rows of an SOP, newest first, of which `earlier` more are left out; `current` is that of the text shown."""

    rows: tuple[HistoryRow, ...] = ()
    earlier: int = 0
    current: HistoryRow | None = None

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of evidence that occur."""
        return tuple(sorted({row.level for row in self.rows if row.level}))

    def version_of(self, revision: int) -> str:
        """The label under which a revision is listed."""
        return next((row.version for row in self.rows if row.revision == revision and row.what in TEXT_KINDS), "")


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """What a version changed against the one that was approved before it."""

    version: str
    against: str
    changed: TextChanges


def current_changes(past: SopHistory) -> VersionChanges | None:
    """What the text that is shown changed; None where it is the first, or the layout alone is another."""
    current = past.current
    if current is None or current.changed is None or not current.changed.fates:
        return None
    return VersionChanges(current.version, past.version_of(current.before), current.changed)


def newer_changes(handbook: PublishedLibrary, one: PublishedSop, newer: Sop) -> VersionChanges | None:
    """What a text that waits for its approval changes against the one that holds."""
    changes = compare_texts(one.sop, newer, immaterial_keys(handbook.library.config))
    return VersionChanges(newer.text("version"), one.sop.text("version"), changes) if changes.fates else None


@lru_cache(maxsize=1)
def sop_histories(handbook: PublishedLibrary) -> dict[str, SopHistory]:
    """The past of each SOP that is shown, by id; nothing where no history was read. All of it is read at once."""
    history = handbook.status.judged
    if history is None:
        return {}
    if handbook.options.classification is not Classification.PUBLIC:
        pasts = [past for one in handbook.shown if (past := handbook.past(one)) is not None]
        history.authorship.of_texts([landing_of(past, revision) for past in pasts for revision in past.revisions])
    found = [
        (one, _RowBuilder(handbook, history, one).rows()) for one in handbook.shown if handbook.past(one) is not None
    ]
    newest_first = [(one, sorted(rows, key=lambda row: row.order, reverse=True)) for one, rows in found]
    pairs = {
        (one.id, row.revision): _revision_pair(history, one, row)
        for one, rows in newest_first
        for row in [row for row in rows if row.what in TEXT_KINDS][:MAX_VERSIONS]
        if row.before
    }
    changes = compare_pairs(handbook, list(pairs.values()))
    known = {key: changes[pair.name] for key, pair in pairs.items()}
    histories = {}
    for one, every in newest_first:
        rows = tuple(
            replace(row, changed=known.get((one.id, row.revision))) if row.what in TEXT_KINDS else row
            for row in every[:MAX_ROWS]
        )
        texts = (row for row in rows if row.what in TEXT_KINDS)
        current = next((row for row in texts if one.approval is None or row.revision == one.approval.revision), None)
        histories[one.id] = SopHistory(rows, len(every) - len(rows), current)
    return histories


def _revision_pair(history: GitHistory, one: PublishedSop, row: HistoryRow) -> RevisionPair:
    revisions = history.pasts.by_key[one.id, ""].revisions
    old, new = revisions[row.before - 1].blob, revisions[row.revision - 1].blob
    sound = history.snapshots[old].readable and history.snapshots[new].readable
    return RevisionPair(one, row.before, row.revision, f"{old} {new}", sound)


class _RowBuilder:
    """The rows of one SOP, of texts that may be shown alone."""

    def __init__(self, handbook: PublishedLibrary, history: GitHistory, one: PublishedSop) -> None:
        self.handbook, self.history, self.one = handbook, history, one
        self.past = history.pasts.by_key[one.id, ""]
        self.secret = handbook.hidden_revisions(one)
        self.ledger = history.ledger(one.id)
        self.people = handbook.options.classification is not Classification.PUBLIC

    def rows(self) -> Iterator[HistoryRow]:
        """All of them, in no order."""
        if self.one.authority == "approved":
            yield from self._approvals()
        else:
            before = 0
            for revision in self.past.revisions:
                if revision.number not in self.secret:
                    yield self._text(revision.number, before)
                    before = revision.number
        for verdict in self.ledger.counting(EntryKind.WITHDRAWAL):
            yield from self._entry(verdict, HistoryRowKind.WITHDRAWN)
        for verdict in self.ledger.counting(EntryKind.REVIEW):
            yield from self._entry(verdict, HistoryRowKind.REVIEWED)

    def _approvals(self) -> Iterator[HistoryRow]:
        approvals = sorted(
            (*self.ledger.approved.values(), *(approval for approval, _ in self.ledger.ended)),
            key=lambda approval: approval.commit,
        )
        visible = [approval for approval in approvals if approval.revision not in self.secret]
        before = 0
        for approval in visible:
            row = self._text(approval.revision, before)
            yield replace(
                row,
                order=(approval.commit, 0),
                day=approval.landed,
                what=HistoryRowKind.APPROVED,
                version=approval.label or row.version,
                by=tuple(signatory(self.handbook, verdict) for verdict in approval.verdicts),
                level=str(approval.level),
                note=self._note(approval.verdicts),
            )
            before = approval.revision

    def _text(self, number: int, before: int) -> HistoryRow:
        revision = self.past.revisions[number - 1]
        written = (one for one in self.past.revisions[before:number] if one.number not in self.secret)
        names = (name for one in written for name in self.history.contributors(self.past, one)) if self.people else ()
        return HistoryRow(
            order=(revision.commit, 0),
            day=self.history.landings[revision.commit].day,
            what=HistoryRowKind.WRITTEN,
            version=self.history.snapshots[revision.blob].version,
            revision=number,
            wrote=tuple(dict.fromkeys(map(escape_controls, names))),
            commit=self.history.log.commits[revision.commit].oid,
            before=before,
        )

    def _entry(self, verdict: EntryResult, what: HistoryRowKind) -> Iterator[HistoryRow]:
        if verdict.revision is None or verdict.revision in self.secret:
            return
        snapshot = self.history.snapshots[self.past.revisions[verdict.revision - 1].blob]
        yield HistoryRow(
            order=(verdict.file.commit, 1),
            day=verdict.landed,
            what=what,
            version=verdict.entry.version or snapshot.version,
            revision=verdict.revision,
            by=(signatory(self.handbook, verdict),),
            level=str(verdict.level),
            note=self._note([verdict]),
            outcome=str(verdict.entry.result or ""),
        )

    def _note(self, verdicts: Iterable[EntryResult]) -> str:
        return " ".join(verdict.entry.note for verdict in verdicts if verdict.entry.note) if self.people else ""


def describe_changes(say: Translations, changed: TextChanges) -> str:
    """Which parts changed: `step 10 changed; sections Scope, Metrics changed`."""
    parts = []
    for fate in changed.fates:
        names = [name.replace("_", " ") if fate.part == "key" else name for name in fate.names]
        more = len(names) - MAX_NAMES
        listed = ", ".join(names[:MAX_NAMES] if more > 1 else names)
        listed = say("sop.and_more", more, names=listed) if more > 1 else listed
        parts.append(say(f"sop.fate_{fate.part}", len(names), names=listed, how=say(f"sop.how_{fate.how}")))
    return "; ".join(parts) or say("sop.no_words")


def describe_row(say: Translations, row: HistoryRow) -> str:
    """What happened, in a word or two."""
    if row.what == "written" and not row.before:
        return say("sop.first_row")
    words = say(f"sop.{row.what}_row")
    if row.what != "reviewed" or not row.outcome:
        return words
    key = f"sop.is_{row.outcome}"
    return f"{words}: {say(key) if key in say.texts else row.outcome}"

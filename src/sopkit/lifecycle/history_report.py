"""What happened to one SOP, for `sopkit history`: revisions, events and entries, as a document."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated

from sopkit import __version__
from sopkit.diff import compare
from sopkit.git.blobs import read_blobs
from sopkit.lifecycle.change_summary import keep_changed_sections, summarise_changes
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import EntryResult, EntryStatus, Ledger, Tampering, entry_status, explain_status
from sopkit.lifecycle.ledger_reader import landing_of
from sopkit.lifecycle.revisions import FileEvent, Revision, RevisionHistory
from sopkit.lifecycle.text_lookup import find_revision_history
from sopkit.model.config import Basis
from sopkit.model.entry import EntryKind
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop
from sopkit.parsing.digest import immaterial_keys
from sopkit.parsing.sections import alias_table
from sopkit.parsing.sop import MAX_SOP_BYTES, parse
from sopkit.tables.document import TEXT, Document, DocumentType, ReportTable


class EventKind(StrEnum):
    """What a row of the history is about."""

    REVISION = "revision"
    EVENT = "event"
    REVIEW = "review"
    APPROVAL = "approval"
    WITHDRAWAL = "withdrawal"
    DISPOSAL = "disposal"
    ENTRY = "entry"
    TAMPERING = "tampering"

    @property
    def is_entry(self) -> bool:
        """Whether it is a file of the ledger, or what was done to one."""
        return self not in {EventKind.REVISION, EventKind.EVENT}


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One thing that happened. What does not apply is empty or null; the words beside a type are published."""

    landed: Annotated[date, "Day on which its commit landed."]
    kind: Annotated[
        EventKind,
        "What happened: a new text, an event beside it (moved, removed, restored, layout, status, version), an entry "
        "of the ledger (`entry` when it cannot be read), or tampering with one.",
    ]
    revision: Annotated[str, "The revision that it is, or that an entry is about: r1, r2 and so on."]
    labels: Annotated[tuple[str, ...], "Version labels that the text had; of an entry the one that it names."]
    digest: Annotated[str, "Digest of the text; of an entry the one that it names."]
    path: Annotated[str, r"The SOP's file, or that of the entry, relative to the library; other bytes as `\xff`."]
    commit: Annotated[str, "The commit by which it landed."]
    by: Annotated[
        tuple[str, ...],
        "Who wrote the text, the commit of an event or an entry, by name; by key whom the register does not know.",
    ]
    what: Annotated[str, "What changed or happened, in words."]
    restores: Annotated[str, "The first revision that had this text, when it is back."] = ""
    flags: Annotated[tuple[str, ...], "What is odd about its dates: those of the commit, or late-recorded."] = ()
    approved: Annotated[date | None, "Of a revision: the day on which its approval landed."] = None
    approved_by: Annotated[tuple[str, ...], "Who approved it, by name, each with the roles."] = ()
    in_force: Annotated[date | None, "From when it was in force: its approval, or `effective` when later."] = None
    stands: Annotated[bool, "Whether it is the text in force on the day up to which it is told."] = False
    ended: Annotated[date | None, "The day on which its approval was ended; none is approved by it any more."] = None
    level: Annotated[str, "Evidence of an entry; of a revision the weakest of its approval: E0 to E3."] = ""
    standing: Annotated[EntryStatus | None, "Whether an entry counts."] = None
    reason: Annotated[str, "Why an entry is invalid, as a code."] = ""
    detail: Annotated[str, "Why an entry does not count, in words."] = ""
    roles: Annotated[tuple[str, ...], "The roles in which an entry was made."] = ()
    dated: Annotated[date | None, "The day that an entry names."] = None
    outcome: Annotated[str, "What a review or an approval came to."] = ""
    scope: Annotated[str, "What was reviewed: text or watched."] = ""
    note: Annotated[str, "The note of an entry."] = ""
    corrects: Annotated[str, "The entry whose place this one takes."] = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The past of one SOP up to `as_of`, newest first; `path` is empty when it has no file any more."""

    head: str | None
    as_of: date
    basis: Basis
    id: str
    title: str
    path: str
    rows: tuple[HistoryEvent, ...]
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something was done to entries after they had landed, or two files have the id."""
        return bool(self.notes) or any(row.kind is EventKind.TAMPERING for row in self.rows)


PlacedEvent = tuple[int, int, str, HistoryEvent]
"""A row with what orders it: the commit, what comes first in it, and a name."""


class TimelineReader:
    """Reads what the rows of one SOP need, once."""

    def __init__(self, history: History, past: RevisionHistory, as_of: date) -> None:
        self.history, self.past = history, past
        self.ledger = history.ledger(past.key[0]) if past.key[0] else Ledger()
        now = self.ledger.in_force(as_of)
        self.in_force = now.revision if now else None
        self.texts = history.texts(past)
        history.authorship.of_texts(landing_of(past, revision) for revision in past.revisions)

    def rows(self) -> Iterator[PlacedEvent]:
        """All rows, in no order."""
        for event in self.past.events:
            yield event.commit, 0, "", self._event(event)
        for revision, what in zip(self.past.revisions, self._changes(), strict=True):
            yield revision.commit, 1, "", self._revision(revision, what)
        for verdict in self.ledger.verdicts:
            yield verdict.file.commit, 2, verdict.file.name, self._entry(verdict)
        for one in self.ledger.tampered:
            yield one.commit, 3, one.path, self._tampering(one)

    def _changes(self) -> list[str]:
        """What each revision changed against the one before it."""
        config, snapshots = self.history.config, self.history.snapshots
        aliases, skipped = alias_table(config.sections.aliases), immaterial_keys(config)
        blobs = dict(read_blobs(self.history.repository, (one.blob for one in self.past.revisions), MAX_SOP_BYTES))
        changes: list[str] = []
        before: Sop | None = None
        for revision in self.past.revisions:
            sop = parse(revision.path, blobs[revision.blob] or b"", config, lambda _: (None, ()), aliases)
            words = "first text"
            if before:
                words = summarise_changes(compare(*keep_changed_sections(before, sop, skipped), skipped))
            new = snapshots[revision.blob]
            old = [snapshots[change.blob].status for index, change in self.texts if index < revision.commit]
            if not new.readable:
                words = f"cannot be read; {words}"
            elif old and old[-1] != new.status:
                words += f"; status {old[-1] or 'none'} to {new.status or 'none'}"
            changes.append(words)
            before = sop
        return changes

    def _revision(self, revision: Revision, what: str) -> HistoryEvent:
        following = self.past.revisions[revision.number : revision.number + 1]
        end = following[0].commit if following else self.history.count
        labels = [
            self.history.snapshots[change.blob].version
            for index, change in self.texts
            if revision.commit <= index < end and self.history.snapshots[change.blob].digest == revision.digest
        ]
        # the approval that is valid, else the last one that was ended, and the entry that ended it
        ending = [pair for pair in self.ledger.ended if pair[0].revision == revision.number]
        valid = self.ledger.approved.get(revision.number)
        approval, ended = (valid, None) if valid or not ending else ending[-1]
        start = approval.starts if approval else None
        return HistoryEvent(
            landed=self.history.landings[revision.commit].day,
            kind=EventKind.REVISION,
            revision=f"r{revision.number}",
            labels=tuple(dict.fromkeys(label for label in labels if label)),
            digest=revision.digest,
            path=revision.path,
            commit=self._oid(revision.commit),
            by=self.history.contributors(self.past, revision),
            what=what,
            restores=f"r{revision.restores}" if revision.restores else "",
            flags=self._flags(revision.commit),
            approved=approval.landed if approval else None,
            approved_by=tuple(
                f"{self._name_of(one.entry.by)} ({', '.join(one.roles)})"
                for one in (approval.verdicts if approval else ())
            ),
            in_force=None if start and ended and ended.landed < start else start,
            stands=self.in_force == revision.number,
            ended=ended.landed if ended else None,
            level=str(approval.level) if approval else "",
        )

    def _event(self, event: FileEvent) -> HistoryEvent:
        earlier = [one for one in self.past.revisions if one.commit <= event.commit]
        paths = [change.path for index, change in self.texts if index <= event.commit]
        return HistoryEvent(
            landed=self.history.landings[event.commit].day,
            kind=EventKind.EVENT,
            revision=f"r{earlier[-1].number}" if earlier else "",
            labels=(),
            digest=earlier[-1].digest if earlier else "",
            path=paths[-1] if paths else "",
            commit=self._oid(event.commit),
            by=(self.history.author_of(event.commit),),
            what=event.what,
            flags=self._flags(event.commit),
        )

    def _entry(self, verdict: EntryResult) -> HistoryEvent:
        entry = verdict.file.reading.entry
        result = str(entry.result or "") if entry else ""
        return HistoryEvent(
            landed=verdict.landed,
            kind=EventKind(str(entry.kind)) if entry else EventKind.ENTRY,
            revision=f"r{verdict.revision}" if verdict.revision else "",
            labels=(entry.version,) if entry and entry.version else (),
            digest=(entry.digest if entry else None) or "",
            path=verdict.file.path,
            commit=self._oid(verdict.file.commit),
            by=(self._name_of(verdict.file.reading.by),) if verdict.file.reading.by else (),
            what=result or ("" if entry else "not an entry that can be read"),
            flags=(*self._flags(verdict.file.commit), *(["late-recorded"] if verdict.late else [])),
            level=str(verdict.level) if verdict.counts else "",
            standing=entry_status(self.ledger, verdict),
            reason=str(verdict.reason or ""),
            detail=explain_status(self.ledger, verdict),
            roles=verdict.roles,
            dated=entry.date if entry else None,
            outcome=result,
            scope=entry.scope if entry and entry.kind is EntryKind.REVIEW else "",
            note=entry.note if entry else "",
            corrects=entry.corrects if entry else "",
        )

    def _tampering(self, one: Tampering) -> HistoryEvent:
        return HistoryEvent(
            landed=self.history.landings[one.commit].day,
            kind=EventKind.TAMPERING,
            revision="",
            labels=(),
            digest="",
            path=one.path,
            commit=self._oid(one.commit),
            by=(self.history.author_of(one.commit),),
            what=one.describe("the first bytes count"),
            flags=self._flags(one.commit),
        )

    def _name_of(self, key: str) -> str:
        return self.history.organisation.name_of(key)

    def _oid(self, index: int) -> str:
        return self.history.log.commits[index].oid

    def _flags(self, index: int) -> tuple[str, ...]:
        return tuple(str(flag) for flag in self.history.landings[index].flags)


def read_timeline(history: History, name: str, as_of: date) -> Timeline:
    """The past of an SOP by its id, or a path that it has or had. Raises SopkitError when none is known."""
    past = _find_past(history, name)
    reader = TimelineReader(history, past, as_of)
    rows = sorted(reader.rows(), key=lambda placed: placed[:3], reverse=True)
    path = next(iter(past.paths), "")
    last = past.known.get(path) or (history.snapshots[past.revisions[-1].blob] if past.revisions else None)
    notes = [f"two files have this id: {' and '.join(past.paths)}"] if past.key[0] and len(past.paths) > 1 else []
    return Timeline(
        head=history.repository.head,
        as_of=as_of,
        basis=history.config.review.basis,
        id=past.key[0] or past.key[1],
        title=last.title if last else "",
        path=path,
        rows=tuple(row for *_, row in rows),
        notes=tuple(notes),
    )


def _find_past(history: History, name: str) -> RevisionHistory:
    try:
        return find_revision_history(history, name)
    except SopkitError:
        path = name.removeprefix("./")
        for commit in reversed(history.log.commits[: history.count]):
            for change in commit.changes:
                snapshot = history.snapshots.get(change.blob) if change.path == path else None
                if snapshot is not None and (snapshot.id, "") in history.pasts.by_key:
                    return history.pasts.by_key[snapshot.id, ""]
        if name in history.ledgers:
            return RevisionHistory((name, ""))
        raise


def filter_events(timeline: Timeline, *, revisions: bool, entries: bool) -> Timeline:
    """The same with the rows of some kinds only; all when neither is asked for, both when both are."""
    if not revisions and not entries:
        return timeline
    rows = (
        row
        for row in timeline.rows
        if (revisions and row.kind is EventKind.REVISION) or (entries and row.kind.is_entry)
    )
    return replace(timeline, rows=tuple(rows))


HISTORY = DocumentType(
    "history",
    "HistoryDocument",
    "What `sopkit history -f json` writes, the newest row first.",
    {"rows": HistoryEvent},
    {
        "basis": ("What reviews were believed from.", {"enum": [str(basis) for basis in Basis]}),
        "id": ("Id of the SOP, or its path where that is the identity.", TEXT),
        "title": ("Title of its last text, as typed.", TEXT),
        "path": ("Its file; empty when it has none any more.", TEXT),
    },
)
"""The published document."""

_COLUMNS = ("landed", "kind", "revision", "labels", "by", "what", "standing", "level", "note", "detail")


def timeline_document(timeline: Timeline) -> Document:
    """The past of an SOP as a document."""
    return Document(
        HISTORY,
        f"History of {timeline.id} {timeline.title}".rstrip(),
        timeline.head,
        timeline.as_of,
        (ReportTable("rows", "Events", HistoryEvent, timeline.rows, _COLUMNS),),
        timeline.notes,
        {key: getattr(timeline, key) for key in HISTORY.keys},
        commit=timeline.head or "",
        about=f"Up to {timeline.as_of}, read from commit {timeline.head}. Tool: sopkit {__version__}.",
    )

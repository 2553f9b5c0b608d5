"""The rows of the history of one SOP: made of its revisions, the events beside them, and the entries about them."""

from collections.abc import Iterator
from datetime import date

from sopkit.git.blobs import read_blobs
from sopkit.lifecycle.chronicle.narrowed import narrowed
from sopkit.lifecycle.chronicle.report import ChronicleRow, Happening
from sopkit.lifecycle.chronicle.standing import standing, why
from sopkit.lifecycle.chronicle.what_changed import what_changed
from sopkit.lifecycle.in_force import in_force, since
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.ledger.ledger import Approval, Ledger, Verdict
from sopkit.lifecycle.ledger.ledger_files import Tampering
from sopkit.lifecycle.ledger.ledgers import place_of
from sopkit.lifecycle.texts.revisions import Event, Past, Revision
from sopkit.model.entries import Kind
from sopkit.model.sop import Sop
from sopkit.redline import compare
from sopkit.text.digest import immaterial
from sopkit.text.parse import MOST_BYTES, parse
from sopkit.text.sections import alias_table

Placed = tuple[int, int, str, ChronicleRow]
"""A row with what orders it: the commit, what comes first in it, and a name."""


class Telling:
    """Reads what the rows of one SOP need, once."""

    def __init__(self, judged: Judged, past: Past, as_of: date) -> None:
        self.judged, self.past = judged, past
        self.ledger = judged.ledger(past.key[0]) if past.key[0] else Ledger()
        now = in_force(judged, past, as_of) if past.key[0] else None
        self.stands = now.revision if now else None
        self.texts = judged.texts(past)
        judged.authorship.of_texts(place_of(past, revision) for revision in past.revisions)

    def rows(self) -> Iterator[Placed]:
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
        config = self.judged.config
        aliases, skipped = alias_table(config.sections.aliases), immaterial(config)
        blobs = dict(read_blobs(self.judged.repository, (one.blob for one in self.past.revisions), MOST_BYTES))
        said: list[str] = []
        before: Sop | None = None
        for revision in self.past.revisions:
            sop = parse(revision.path, blobs[revision.blob] or b"", config, lambda _: (None, ()), aliases)
            words = what_changed(compare(*narrowed(before, sop, skipped), skipped)) if before else "first text"
            if not self.judged.snapshots[revision.blob].readable:
                words = f"cannot be read; {words}"
            said.append("; ".join((words, *self._status(revision))))
            before = sop
        return said

    def _status(self, revision: Revision) -> Iterator[str]:
        """What became of the status with a new text."""
        old = [self.judged.snapshots[change.blob].status for index, change in self.texts if index < revision.commit]
        new = self.judged.snapshots[revision.blob]
        if old and new.readable and old[-1] != new.status:
            yield f"status {old[-1] or 'none'} to {new.status or 'none'}"

    def _revision(self, revision: Revision, what: str) -> ChronicleRow:
        following = self.past.revisions[revision.number : revision.number + 1]
        end = following[0].commit if following else self.judged.count
        labels = [
            self.judged.snapshots[change.blob].version
            for index, change in self.texts
            if revision.commit <= index < end and self.judged.snapshots[change.blob].digest == revision.digest
        ]
        approval, ended = self._approval(revision)
        return ChronicleRow(
            landed=self.judged.landings[revision.commit].day,
            kind=Happening.REVISION,
            revision=f"r{revision.number}",
            labels=tuple(dict.fromkeys(label for label in labels if label)),
            digest=revision.digest,
            path=revision.path,
            commit=self._oid(revision.commit),
            by=self.judged.contributors(self.past, revision),
            what=what,
            restores=f"r{revision.restores}" if revision.restores else "",
            flags=self._flags(revision.commit),
            approved=approval.landed if approval else None,
            approved_by=tuple(_who(verdict) for verdict in approval.verdicts) if approval else (),
            in_force=self._in_force(approval, ended),
            stands=self.stands == revision.number,
            ended=ended.landed if ended else None,
            level=str(approval.level) if approval else "",
        )

    def _approval(self, revision: Revision) -> tuple[Approval | None, Verdict | None]:
        """The approval that stands, else the last one that was ended and by what."""
        if revision.number in self.ledger.approved:
            return self.ledger.approved[revision.number], None
        ended = [pair for pair in self.ledger.ended if pair[0].revision == revision.number]
        return ended[-1] if ended else (None, None)

    def _in_force(self, approval: Approval | None, ended: Verdict | None) -> date | None:
        """From when it was in force, if it ever was."""
        start = since(self.judged, self.past, approval) if approval else None
        return None if start and ended and ended.landed < start else start

    def _event(self, event: Event) -> ChronicleRow:
        earlier = [one for one in self.past.revisions if one.commit <= event.commit]
        paths = [change.path for index, change in self.texts if index <= event.commit]
        return ChronicleRow(
            landed=self.judged.landings[event.commit].day,
            kind=Happening.EVENT,
            revision=f"r{earlier[-1].number}" if earlier else "",
            labels=(),
            digest=earlier[-1].digest if earlier else "",
            path=paths[-1] if paths else "",
            commit=self._oid(event.commit),
            by=(self.judged.history.commits[event.commit].author_name,),
            what=event.what,
            flags=self._flags(event.commit),
        )

    def _entry(self, verdict: Verdict) -> ChronicleRow:
        entry = verdict.file.reading.entry
        result = str(entry.result or "") if entry else ""
        return ChronicleRow(
            landed=verdict.landed,
            kind=Happening(str(entry.kind)) if entry else Happening.ENTRY,
            revision=f"r{verdict.revision}" if verdict.revision else "",
            labels=(entry.version,) if entry and entry.version else (),
            digest=(entry.digest if entry else None) or "",
            path=verdict.file.path,
            commit=self._oid(verdict.file.commit),
            by=(verdict.file.reading.by,) if verdict.file.reading.by else (),
            what=result or ("" if entry else "not an entry that can be read"),
            flags=(*self._flags(verdict.file.commit), *(["late-recorded"] if verdict.late else [])),
            level=str(verdict.level) if verdict.counts else "",
            standing=standing(self.ledger, verdict),
            reason=str(verdict.reason or ""),
            detail=why(self.ledger, verdict),
            roles=verdict.roles,
            dated=entry.date if entry else None,
            outcome=result,
            scope=entry.scope if entry and entry.kind is Kind.REVIEW else "",
            note=entry.note if entry else "",
            corrects=entry.corrects if entry else "",
        )

    def _tampering(self, one: Tampering) -> ChronicleRow:
        return ChronicleRow(
            landed=self.judged.landings[one.commit].day,
            kind=Happening.TAMPERING,
            revision="",
            labels=(),
            digest="",
            path=one.path,
            commit=self._oid(one.commit),
            by=(self.judged.history.commits[one.commit].author_name,),
            what=one.told("the first bytes count"),
            flags=self._flags(one.commit),
        )

    def _oid(self, index: int) -> str:
        return self.judged.history.commits[index].oid

    def _flags(self, index: int) -> tuple[str, ...]:
        return tuple(str(flag) for flag in self.judged.landings[index].flags)


def _who(verdict: Verdict) -> str:
    return f"{verdict.entry.by} ({', '.join(verdict.roles)})"

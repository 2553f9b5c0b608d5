"""Drafts of reviews, approvals and withdrawals, and the changes that the reviewer reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sopkit.diff import compare
from sopkit.diff.model import Comparison, ComparisonSide
from sopkit.diff.text import as_text
from sopkit.frameworks.loader import load_catalogue
from sopkit.library import sop_reader
from sopkit.lifecycle.ledger import EntryResult
from sopkit.lifecycle.record.entries import EntryDraft
from sopkit.lifecycle.record.session import RecordingSession, ReviewTarget, list_holders
from sopkit.lifecycle.text_lookup import TextAtCommit, resolve
from sopkit.lifecycle.tracked_sops import TrackedSop, collect_from_history
from sopkit.model.entry import ENTRY_SCHEMA, LEDGER, Entry, EntryKind, Evidence, Outcome
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.parsing.digest import immaterial_keys
from sopkit.tables.escape import escape_controls


@dataclass(frozen=True)
class EntryInput:
    """What a person says about a text."""

    by: str
    date: date
    note: str = ""
    outcome: Outcome | None = None
    role: str = ""
    corrects: str = ""
    dated: bool = False  # whether the day was chosen; a correction keeps that of what it corrects otherwise


def draft_review(
    desk: RecordingSession, reading: ReviewTarget, said: EntryInput, *, watched: bool = False
) -> EntryDraft:
    """The draft of a review by the owner."""
    if watched and not reading.watched:
        raise SopkitError(f"{reading.id} watches no files", "name them in its front matter: watches: [infra/**]")
    owner = resolve_role(desk, reading.snapshot.owner)
    if not owner:
        raise SopkitError(f"{reading.path} names no owner, so nobody may review it", "name the role: owner: ROLE")
    if not said.corrects:
        return EntryDraft(
            _make_entry(reading, EntryKind.REVIEW, said, role=owner, scope="watched" if watched else "text")
        )
    corrected = find_correctable(reading, said, EntryKind.REVIEW)
    return EntryDraft(_make_correction(corrected, said, corrected.scope))


def draft_approvals(
    desk: RecordingSession, reading: ReviewTarget, said: EntryInput, evidence: Evidence | None = None
) -> tuple[EntryDraft, ...]:
    """The drafts of an approval: one for each role that the person holds, must approve, and has not done so."""
    if said.corrects:
        return (EntryDraft(_make_correction(find_correctable(reading, said, EntryKind.APPROVAL), said, "text")),)
    before = None
    if said.outcome is Outcome.EDITORIAL:
        before = find_approved_digest(reading)
        if before is None:
            raise SopkitError(
                f"no earlier text of {reading.id} is approved, so nothing can be an editorial change of it",
                "leave --editorial out",
            )
    again = said.outcome is Outcome.RETIRE
    return tuple(
        EntryDraft(_make_entry(reading, EntryKind.APPROVAL, said, role=role, from_digest=before, evidence=evidence))
        for role in find_open_roles(desk, reading, said, again=again)
    )


def draft_withdrawal(desk: RecordingSession, reading: ReviewTarget, said: EntryInput) -> EntryDraft:
    """The draft that ends the approval of the text in force, or of the one that is being approved."""
    ledger = reading.ledger
    pending = {one.revision for one in ledger.pending}
    number = ledger.in_force.revision if ledger.in_force else reading.revision.number
    if number not in pending:
        raise SopkitError(f"no text of {reading.id} is approved, so there is nothing to withdraw")
    revision = reading.past.revisions[number - 1]
    bound = next(one.number for one in reversed(reading.past.revisions) if one.digest == revision.digest)
    if bound != number:
        raise SopkitError(
            f"the text of r{number} came back as r{bound}, which is not approved, and a withdrawal would be of that",
            "change the text, or approve it and withdraw that",
        )
    label = ledger.in_force.label if ledger.in_force else reading.snapshot.version
    roles = _held_roles(desk, reading.ledger.required, said)
    values = {"digest": revision.digest, "blob": revision.blob, "version": label}
    return EntryDraft(_make_entry(reading, EntryKind.WITHDRAWAL, said, role=roles[0], **values))


def find_open_roles(
    desk: RecordingSession, reading: ReviewTarget, said: EntryInput, *, again: bool = False
) -> tuple[str, ...]:
    """The roles in which a person has still to approve a text; with `again` also those that are given.

    Raises SopkitError, saying who holds them, when there is none.
    """
    required = reading.ledger.required
    if not required:
        raise SopkitError(f"neither {reading.path} nor its area names an approver", "name the roles: approvers: [ROLE]")
    held = _held_roles(desk, required, said)
    approvals = [one for one in reading.ledger.pending if one.revision == reading.revision.number]
    given = {role: one for one in approvals for role in one.roles}
    any_one = desk.judged.config.approval.approve_by == "any"
    open_ = [role for role in held if again or (role not in given and not (any_one and given))]
    if not open_:
        by = ", ".join(f"{one.entry.by} as {role} on {one.landed}" for role, one in given.items())
        raise SopkitError(
            f"{reading.name} is approved already: {by}",
            "take it back with --withdraw, or mend your own entry with --correct ENTRY",
        )
    return tuple(open_[:1] if any_one else open_)


def find_correctable(reading: ReviewTarget, said: EntryInput, kind: EntryKind) -> Entry:
    """The entry of one's own that is corrected, by its file name. Raises SopkitError when it is none."""
    name = said.corrects.rpartition("/")[2]
    own = {
        one.file.name: one.file.reading.entry
        for one in reading.ledger.verdicts
        if one.file.reading.entry is not None and one.file.reading.entry.by == said.by
    }
    entry = own.get(name)
    if entry is None or entry.kind is not kind:
        near = nearest(name, list(own), 1, 0.6)
        known = f"did you mean {near[0]}?" if near else f"your entries: {', '.join(sorted(own)) or 'none'}"
        raise SopkitError(f"{name} is no {kind} by {said.by} in {LEDGER}/{reading.id}", known)
    return entry.model_copy(update={"corrects": name})


def find_approved_digest(reading: ReviewTarget) -> str | None:
    """The digest of the last text that was approved before this one."""
    earlier = [number for number in reading.ledger.approved if number < reading.revision.number]
    return reading.past.revisions[max(earlier) - 1].digest if earlier else None


def resolve_role(desk: RecordingSession, name: str) -> str:
    """The id of the role that a text names."""
    row = desk.judged.organisation.role(name) if name else None
    return row.id if row else name


def _held_roles(desk: RecordingSession, required: Sequence[str], said: EntryInput) -> tuple[str, ...]:
    if said.role:
        named = resolve_role(desk, said.role)
        if named not in required:
            raise SopkitError(f"{named} is none of the roles that approve this: {', '.join(required)}")
        required = (named,)
    organisation = desk.judged.organisation
    held = tuple(role for role in required if organisation.holds(said.by, role, desk.today))
    if not held:
        raise SopkitError(
            f"{said.by} holds no role that approves this, nor stands in for one", list_holders(desk, tuple(required))
        )
    return held


def _make_entry(reading: ReviewTarget, kind: EntryKind, said: EntryInput, **values: object) -> Entry:
    about: dict[str, object] = {
        "schema": ENTRY_SCHEMA,
        "kind": kind,
        "id": reading.id,
        "digest": reading.digest,
        "blob": reading.blob,
        "version": reading.snapshot.version,
        "by": said.by,
        "date": said.date,
        "outcome": said.outcome,
        "note": said.note,
        "watched": reading.watched if kind is EntryKind.REVIEW else "",
    }
    return Entry.model_validate(about | values)


def _make_correction(corrected: Entry, said: EntryInput, scope: str) -> Entry:
    """An entry about the same text as the one that it takes the place of."""
    outcome = said.outcome or corrected.outcome
    values = corrected.model_dump(by_alias=True, exclude={"signature", "evidence"}) | {
        "outcome": outcome,
        "date": said.date if said.dated else corrected.date,
        "note": said.note,
        "scope": scope,
    }
    if outcome is not Outcome.EDITORIAL:
        values["from_digest"] = None
    return Entry.model_validate(values)


_MAX_PATHS = 20


def changes_since_review(desk: RecordingSession, reading: ReviewTarget) -> str:
    """The changes since the last review that counts."""
    review = reading.ledger.latest_review
    if review is None or review.revision is None:
        return _new_text(reading, "no review of it counts yet")
    return _changes_since(
        desk, reading, review.revision, f"reviewed last on {review.day} by {review.entry.by}{_format_entry(review)}"
    )


def changes_since_approval(desk: RecordingSession, reading: ReviewTarget) -> str:
    """The changes since the text that was approved last."""
    force = reading.ledger.in_force
    if force is None:
        return _new_text(reading, "no text of it is approved")
    by = ", ".join(force.by)
    return _changes_since(
        desk, reading, force.revision, f"approved last on {force.landed} by {by}, as {force.label or 'it is'}"
    )


def watched_changes_since(desk: RecordingSession, reading: ReviewTarget) -> str:
    """The commits that changed the files which the SOP watches, since somebody looked."""
    subject = next(one for one in collect_from_history(desk.judged) if one.id == reading.id)
    seen = reading.ledger.latest_watch
    lines = [_format_head(reading), f"watches: {', '.join(reading.snapshot.watches.split(chr(10)))}"]
    if seen is None:
        lines.append("nobody has recorded a look at these files yet")
    elif not seen.entry.watched:
        lines.append(f"the review of {seen.day} did not record how these files were")
    elif not subject.watched_changes:
        lines.append(f"these files are as they were on {seen.day}, when {seen.entry.by} looked")
    else:
        lines.append(f"changed since {seen.day}, when {seen.entry.by} looked:")
        lines += _format_commits(subject)
    return "".join(f"{escape_controls(line)}\n" for line in lines)


def _format_commits(subject: TrackedSop) -> Iterator[str]:
    for change in subject.watched_changes:
        yield f"  {change.landed.day}  {change.landed.oid[:12]}  {', '.join(change.landed.people)}"
        yield from (f"      {path}" for path in change.paths[:_MAX_PATHS])
        if len(change.paths) > _MAX_PATHS:
            yield f"      and {len(change.paths) - _MAX_PATHS} more"


def _changes_since(desk: RecordingSession, reading: ReviewTarget, revision: int, words: str) -> str:
    judged = desk.judged
    old, new = resolve(judged, reading.id, f"r{revision}"), resolve(judged, reading.id, "HEAD")
    read = sop_reader(judged.config, load_catalogue(judged.repository.root / "controls"))
    redline = compare(read(old.path, old.data), read(new.path, new.data), immaterial_keys(judged.config))
    title = reading.snapshot.title
    told = Comparison(reading.id, title, _make_side(old), _make_side(new), redline, judged.repository.head, desk.today)
    return f"{as_text(told)}\n{_format_facts(reading, words)}"


def _new_text(reading: ReviewTarget, why: str) -> str:
    return f"{escape_controls(_format_head(reading))}\n\nThe whole text is new: {why}.\n\n{_format_facts(reading, '')}"


def _format_facts(reading: ReviewTarget, words: str) -> str:
    rows = [("path", reading.path), ("version", reading.snapshot.version or "none"), ("digest", reading.digest)]
    rows = [*rows, ("before", words)] if words else rows
    return "".join(f"{name:<8} {escape_controls(value)}\n" for name, value in rows)


def _format_head(reading: ReviewTarget) -> str:
    return f"{reading.id} {reading.snapshot.title}".rstrip()


def _format_entry(verdict: EntryResult) -> str:
    note = " ".join(verdict.entry.note.split())
    return f": {note}" if note else ""


def _make_side(text: TextAtCommit) -> ComparisonSide:
    return ComparisonSide(
        text.name, text.label, text.revision, text.version, text.day, text.commit, text.path, text.digest
    )

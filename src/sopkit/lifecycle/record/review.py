"""Drafts of reviews, approvals and withdrawals, and the changes that the reviewer reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sopkit.diff import compare
from sopkit.diff.formats import as_text
from sopkit.diff.model import Comparison, ComparisonSide
from sopkit.frameworks.loader import load_catalogue
from sopkit.library import sop_reader
from sopkit.lifecycle.entry_validation import role_id
from sopkit.lifecycle.record.entries import EntryDraft
from sopkit.lifecycle.record.session import RecordingSession, ReviewTarget, list_holders
from sopkit.lifecycle.text_authors import last_before
from sopkit.lifecycle.text_lookup import TextAtCommit, resolve
from sopkit.lifecycle.tracked_sops import collect_from_history
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
    session: RecordingSession, target: ReviewTarget, request: EntryInput, *, watched: bool = False
) -> EntryDraft:
    """The draft of a review by the owner."""
    if watched and not (target.watched or target.attachments):
        raise SopkitError(
            f"{target.id} watches no files and refers to none", "name them in its front matter: watches: [infra/**]"
        )
    owner = role_id(target.snapshot.owner, session.history.organisation)
    if not owner:
        raise SopkitError(f"{target.path} names no owner, so nobody may review it", "name the role: owner: ROLE")
    if not request.corrects:
        return EntryDraft(
            _make_entry(target, EntryKind.REVIEW, request, role=owner, scope="watched" if watched else "text")
        )
    corrected = find_correctable(target, request, EntryKind.REVIEW)
    return EntryDraft(_make_correction(target, corrected, request, corrected.scope))


def draft_approvals(
    session: RecordingSession, target: ReviewTarget, request: EntryInput, evidence: Evidence | None = None
) -> tuple[EntryDraft, ...]:
    """The drafts of an approval: one for each role that the person holds, must approve, and has not done so."""
    if request.corrects:
        corrected = find_correctable(target, request, EntryKind.APPROVAL)
        return (EntryDraft(_make_correction(target, corrected, request, "text")),)
    before = None
    if request.outcome is Outcome.EDITORIAL:
        approved = last_before(target.ledger.approved, target.revision.number)
        if not approved:
            raise SopkitError(
                f"no earlier text of {target.id} is approved, so nothing can be an editorial change of it",
                "leave --editorial out",
            )
        before = target.past.revisions[approved - 1].digest
    again = request.outcome is Outcome.RETIRE
    return tuple(
        EntryDraft(_make_entry(target, EntryKind.APPROVAL, request, role=role, from_digest=before, evidence=evidence))
        for role in find_open_roles(session, target, request, again=again)
    )


def draft_withdrawal(session: RecordingSession, target: ReviewTarget, request: EntryInput) -> EntryDraft:
    """The draft that ends the approval of the text in force, or of the one that is being approved."""
    ledger = target.ledger
    pending = {one.revision for one in ledger.pending}
    number = ledger.newest_approval.revision if ledger.newest_approval else target.revision.number
    if number not in pending:
        raise SopkitError(f"no text of {target.id} is approved, so there is nothing to withdraw")
    revision = target.past.revisions[number - 1]
    bound = next(one.number for one in reversed(target.past.revisions) if one.digest == revision.digest)
    if bound != number:
        raise SopkitError(
            f"the text of r{number} came back as r{bound}, which is not approved, and a withdrawal would be of that",
            "change the text, or approve it and withdraw that",
        )
    label = ledger.newest_approval.label if ledger.newest_approval else target.snapshot.version
    roles = _held_roles(session, target.ledger.required, request)
    values = {"digest": revision.digest, "blob": revision.blob, "version": label}
    return EntryDraft(_make_entry(target, EntryKind.WITHDRAWAL, request, role=roles[0], **values))


def find_open_roles(
    session: RecordingSession, target: ReviewTarget, request: EntryInput, *, again: bool = False
) -> tuple[str, ...]:
    """The roles in which a person has still to approve a text; with `again` also those that are given.

    Raises SopkitError, saying who holds them, when there is none.
    """
    required = target.ledger.required
    if not required:
        raise SopkitError(f"neither {target.path} nor its area names an approver", "name the roles: approvers: [ROLE]")
    held = _held_roles(session, required, request)
    approvals = [
        one
        for one in target.ledger.pending
        if one.revision == target.revision.number and one.entry.attachments == target.attachments
    ]
    approved = {role: one for one in approvals for role in one.roles}
    any_one = session.history.config.approval.approve_by == "any"
    open_ = [role for role in held if again or (role not in approved and not (any_one and approved))]
    if not open_:
        by = ", ".join(
            f"{target.ledger.name_of(one.entry.by)} as {role} on {one.landed}" for role, one in approved.items()
        )
        raise SopkitError(
            f"{target.name} is approved already: {by}",
            "take it back with --withdraw, or mend your own entry with --correct ENTRY",
        )
    return tuple(open_[:1] if any_one else open_)


def find_correctable(target: ReviewTarget, request: EntryInput, kind: EntryKind) -> Entry:
    """The entry of one's own that is corrected, by its file name. Raises SopkitError when it is none."""
    name = request.corrects.rpartition("/")[2]
    own = {
        one.file.name: one.file.reading.entry
        for one in target.ledger.verdicts
        if one.file.reading.entry is not None and one.file.reading.entry.by == request.by
    }
    entry = own.get(name)
    if entry is None or entry.kind is not kind:
        near = nearest(name, list(own), 1, 0.6)
        known = f"did you mean {near[0]}?" if near else f"your entries: {', '.join(sorted(own)) or 'none'}"
        raise SopkitError(f"{name} is no {kind} by {request.by} in {LEDGER}/{target.id}", known)
    return entry.model_copy(update={"corrects": name})


def _held_roles(session: RecordingSession, required: Sequence[str], request: EntryInput) -> tuple[str, ...]:
    if request.role:
        named = role_id(request.role, session.history.organisation)
        if named not in required:
            raise SopkitError(f"{named} is none of the roles that approve this: {', '.join(required)}")
        required = (named,)
    organisation = session.history.organisation
    held = tuple(role for role in required if organisation.holds(request.by, role, session.today))
    if not held:
        raise SopkitError(
            f"{request.by} holds no role that approves this, nor stands in for one",
            list_holders(session, tuple(required)),
        )
    return held


def _make_entry(target: ReviewTarget, kind: EntryKind, request: EntryInput, **values: object) -> Entry:
    about: dict[str, object] = {
        "schema": ENTRY_SCHEMA,
        "kind": kind,
        "id": target.id,
        "library": target.library,
        "digest": target.digest,
        "blob": target.blob,
        "version": target.snapshot.version,
        "by": request.by,
        "date": request.date,
        "outcome": request.outcome,
        "note": request.note,
        "watched": target.watched if kind is EntryKind.REVIEW else "",
        "attachments": "" if kind is EntryKind.WITHDRAWAL else target.attachments,
    }
    return Entry.model_validate(about | values)


def _make_correction(target: ReviewTarget, corrected: Entry, request: EntryInput, scope: str) -> Entry:
    """An entry about the same text as the one that it takes the place of."""
    outcome = request.outcome or corrected.outcome
    values = corrected.model_dump(by_alias=True, exclude={"signature", "evidence"}) | {
        "library": target.library,
        "outcome": outcome,
        "date": request.date if request.dated else corrected.date,
        "note": request.note,
        "scope": scope,
    }
    if outcome is not Outcome.EDITORIAL:
        values["from_digest"] = None
    return Entry.model_validate(values)


_MAX_PATHS = 20


def changes_since_review(session: RecordingSession, target: ReviewTarget) -> str:
    """The changes since the last review that counts."""
    review = target.ledger.latest_review
    if review is None or review.revision is None:
        return _new_text(target, "no review of it counts yet")
    note = " ".join(review.entry.note.split())
    words = f"reviewed last on {review.day} by {target.ledger.name_of(review.entry.by)}{f': {note}' if note else ''}"
    return _changes_since(session, target, review.revision, words)


def changes_since_approval(session: RecordingSession, target: ReviewTarget) -> str:
    """The changes since the text that was approved last."""
    force = target.ledger.newest_approval
    if force is None:
        return _new_text(target, "no text of it is approved")
    who = ", ".join(map(target.ledger.name_of, force.by))
    words = f"approved last on {force.landed} by {who}, as {force.label or 'it is'}"
    return _changes_since(session, target, force.revision, words)


def watched_changes_since(session: RecordingSession, target: ReviewTarget) -> str:
    """The commits that changed the files which the SOP watches or refers to, since somebody looked."""
    subject = next(one for one in collect_from_history(session.history) if one.id == target.id)
    seen = target.ledger.latest_watch
    files = f"{target.snapshot.watches}\n{target.snapshot.targets if target.attachments else ''}".split("\n")
    lines = [_format_head(target), f"watches: {', '.join(filter(None, files))}"]
    if seen is None:
        lines.append("nobody has recorded a look at these files yet")
    elif target.watched and not seen.entry.watched:
        lines.append(f"the review of {seen.day} did not record how these files were")
    elif not subject.watched_changes and not subject.unseen:
        lines.append(f"these files are as they were on {seen.day}, when {target.ledger.name_of(seen.entry.by)} looked")
    else:
        lines.append(f"changed since {seen.day}, when {target.ledger.name_of(seen.entry.by)} looked:")
        unseen = (change for one in subject.unseen if one.entry is seen for change in one.changes)
        for change in (*subject.watched_changes, *unseen):
            lines.append(f"  {change.landed.day}  {change.landed.oid[:12]}  {', '.join(change.landed.people)}")
            lines += [f"      {path}" for path in change.paths[:_MAX_PATHS]]
            if len(change.paths) > _MAX_PATHS:
                lines.append(f"      and {len(change.paths) - _MAX_PATHS} more")
    return "".join(f"{escape_controls(line)}\n" for line in lines)


def _changes_since(session: RecordingSession, target: ReviewTarget, revision: int, words: str) -> str:
    history = session.history
    old, new = resolve(history, target.id, f"r{revision}"), resolve(history, target.id, "HEAD")
    read = sop_reader(history.config, load_catalogue(history.repository.root / "controls"))
    redline = compare(read(old.path, old.data), read(new.path, new.data), immaterial_keys(history.config))
    title = target.snapshot.title
    comparison = Comparison(
        target.id, title, _make_side(old), _make_side(new), redline, history.repository.head, session.today
    )
    return f"{as_text(comparison)}\n{_format_facts(target, words)}"


def _new_text(target: ReviewTarget, why: str) -> str:
    return f"{escape_controls(_format_head(target))}\n\nThe whole text is new: {why}.\n\n{_format_facts(target, '')}"


def _format_facts(target: ReviewTarget, words: str) -> str:
    rows = [("path", target.path), ("version", target.snapshot.version or "none"), ("digest", target.digest)]
    rows = [*rows, ("before", words)] if words else rows
    return "".join(f"{name:<8} {escape_controls(value)}\n" for name, value in rows)


def _format_head(target: ReviewTarget) -> str:
    return f"{target.id} {target.snapshot.title}".rstrip()


def _make_side(text: TextAtCommit) -> ComparisonSide:
    return ComparisonSide(
        text.name, text.label, text.revision, text.version, text.day, text.commit, text.path, text.digest
    )

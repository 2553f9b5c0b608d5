"""Drafts of reviews, approvals and withdrawals: who says what about which text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sopkit.authoring.desk import Desk
from sopkit.authoring.reading import Reading
from sopkit.authoring.record import EntryDraft
from sopkit.authoring.refusal import who_may
from sopkit.lifecycle.ledger.ledger import Verdict
from sopkit.model.entries import ENTRY_SCHEMA, LEDGER, Entry, Evidence, Kind, Outcome
from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest


@dataclass(frozen=True)
class Said:
    """What a person says about a text."""

    by: str
    date: date
    note: str = ""
    outcome: Outcome | None = None
    role: str = ""
    corrects: str = ""
    dated: bool = False  # whether the day was chosen; a correction keeps that of what it corrects otherwise


def review(desk: Desk, reading: Reading, said: Said, *, watched: bool = False) -> EntryDraft:
    """The draft of a review by the owner."""
    if watched and not reading.watched:
        raise SopkitError(f"{reading.id} watches no files", "name them in its front matter: watches: [infra/**]")
    owner = role_id(desk, reading.snapshot.owner)
    if not owner:
        raise SopkitError(f"{reading.path} names no owner, so nobody may review it", "name the role: owner: ROLE")
    if not said.corrects:
        return EntryDraft(_entry(reading, Kind.REVIEW, said, role=owner, scope="watched" if watched else "text"))
    corrected = correctable(reading, said, Kind.REVIEW)
    return EntryDraft(_as_corrected(corrected, said, corrected.scope))


def approvals(desk: Desk, reading: Reading, said: Said, evidence: Evidence | None = None) -> tuple[EntryDraft, ...]:
    """The drafts of an approval: one for each role that the person holds, must approve, and has not done so."""
    if said.corrects:
        return (EntryDraft(_as_corrected(correctable(reading, said, Kind.APPROVAL), said, "text")),)
    before = None
    if said.outcome is Outcome.EDITORIAL:
        before = approved_before(reading)
        if before is None:
            raise SopkitError(
                f"no earlier text of {reading.id} is approved, so nothing can be an editorial change of it",
                "leave --editorial out",
            )
    again = said.outcome is Outcome.RETIRE
    return tuple(
        EntryDraft(_entry(reading, Kind.APPROVAL, said, role=role, from_digest=before, evidence=evidence))
        for role in roles_to_give(desk, reading, said, again=again)
    )


def withdrawal(desk: Desk, reading: Reading, said: Said) -> EntryDraft:
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
    roles = _held(desk, reading.ledger.required, said)
    values = {"digest": revision.digest, "blob": revision.blob, "version": label}
    return EntryDraft(_entry(reading, Kind.WITHDRAWAL, said, role=roles[0], **values))


def roles_to_give(desk: Desk, reading: Reading, said: Said, *, again: bool = False) -> tuple[str, ...]:
    """The roles in which a person has still to approve a text; with `again` also those that are given.

    Raises SopkitError, saying who holds them, when there is none.
    """
    required = reading.ledger.required
    if not required:
        raise SopkitError(f"neither {reading.path} nor its area names an approver", "name the roles: approvers: [ROLE]")
    held = _held(desk, required, said)
    given = {role: one for one in _given(reading) for role in one.roles}
    any_one = desk.judged.config.approval.approve_by == "any"
    open_ = [role for role in held if again or (role not in given and not (any_one and given))]
    if not open_:
        by = ", ".join(f"{one.entry.by} as {role} on {one.landed}" for role, one in given.items())
        raise SopkitError(
            f"{reading.name} is approved already: {by}",
            "take it back with --withdraw, or mend your own entry with --correct ENTRY",
        )
    return tuple(open_[:1] if any_one else open_)


def correctable(reading: Reading, said: Said, kind: Kind) -> Entry:
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


def approved_before(reading: Reading) -> str | None:
    """The digest of the last text that was approved before this one."""
    earlier = [number for number in reading.ledger.approved if number < reading.revision.number]
    return reading.past.revisions[max(earlier) - 1].digest if earlier else None


def role_id(desk: Desk, name: str) -> str:
    """The id of the role that a text names."""
    row = desk.judged.organisation.role(name) if name else None
    return row.id if row else name


def _held(desk: Desk, required: Sequence[str], said: Said) -> tuple[str, ...]:
    if said.role:
        named = role_id(desk, said.role)
        if named not in required:
            raise SopkitError(f"{named} is none of the roles that approve this: {', '.join(required)}")
        required = (named,)
    organisation = desk.judged.organisation
    held = tuple(role for role in required if organisation.holds(said.by, role, desk.today))
    if not held:
        raise SopkitError(
            f"{said.by} holds no role that approves this, nor stands in for one", who_may(desk, tuple(required))
        )
    return held


def _given(reading: Reading) -> Iterable[Verdict]:
    return [one for one in reading.ledger.pending if one.revision == reading.revision.number]


def _entry(reading: Reading, kind: Kind, said: Said, **values: object) -> Entry:
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
        "watched": reading.watched if kind is Kind.REVIEW else "",
    }
    return Entry.model_validate(about | values)


def _as_corrected(corrected: Entry, said: Said, scope: str) -> Entry:
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

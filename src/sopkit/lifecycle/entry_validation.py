"""Which entries count, validated at landing: required roles, self-approval, evidence, earlier entries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

from sopkit.lifecycle.due import add_duration, criticality_of, parse_date
from sopkit.lifecycle.editorial import find_substantive_change
from sopkit.lifecycle.evidence import CONTROLLER, LandingFacts, find_library_fault, prove
from sopkit.lifecycle.ledger import Approval, EntryResult, Ledger, LedgerFile, Reason, Tampering
from sopkit.lifecycle.ledger_context import LedgerContext
from sopkit.lifecycle.people import Organisation
from sopkit.lifecycle.register_window import (
    ApprovalTerms,
    Fails,
    approval_conditions,
    entry_conditions,
    find_register_windows,
)
from sopkit.lifecycle.revisions import Revision, RevisionHistory
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.lifecycle.text_authors import find_own_text, find_unknown_author, last_before
from sopkit.model.commits import CommitFlag
from sopkit.model.config import Config
from sopkit.model.entry import Entry, EntryKind, EvidenceLevel, Outcome

_VERSION_PARTS = 3


def required_roles(snapshot: Snapshot, organisation: Organisation, config: Config) -> tuple[str, ...]:
    """The roles that a text asks to approve, by id: its own, else those of its area."""
    typed = tuple(name for name in snapshot.approvers.split("\n") if name)
    names = (organisation.config or config).approvers(typed, snapshot.area)
    return tuple(dict.fromkeys(role_id(name, organisation) for name in names))


def role_id(name: str, organisation: Organisation) -> str:
    """The id of the role that a text or an entry names; the name itself when the register does not know it."""
    row = organisation.role(name) if name else None
    return row.id if row else name


def is_patch(before: str, after: str) -> bool:
    """Whether a label raises only the third part of another; `1.2` is `1.2.0`."""
    old, new = ([*text.split("."), "0"][:_VERSION_PARTS] for text in (before, after))
    if len(old) != _VERSION_PARTS or len(new) != _VERSION_PARTS or not all(part.isdecimal() for part in (*old, *new)):
        return False
    return old[:2] == new[:2] and int(old[2]) < int(new[2])


def validate_ledger(
    files: Iterable[LedgerFile], altered: Iterable[Tampering], past: RevisionHistory | None, context: LedgerContext
) -> Ledger:
    """The ledger of one SOP; without a past no digest of it has landed."""
    validator = _LedgerValidator(past, context)
    for commit, landed in groupby(files, key=lambda file: file.commit):
        validator.land(commit, list(landed))
    ledger = validator.ledger
    disposals = ledger.counting(EntryKind.DISPOSAL)
    ledger.tampered = [
        one
        for one in altered
        if not any(
            one.removed and verdict.file.commit <= one.commit and f"sha256:{one.removed}" in verdict.entry.removed
            for verdict in disposals
        )
    ]
    if past is not None and past.revisions:
        ledger.required = validator.required(past.revisions[-1], context.organisation(len(context.landings)))
    return ledger


class _LedgerValidator:
    def __init__(self, past: RevisionHistory | None, context: LedgerContext) -> None:
        self.past, self.context = past, context
        self.ledger = Ledger()
        self.known: dict[str, LedgerFile] = {}
        self.counted: dict[bytes, str] = {}  # by what was signed, or by hash: the file that counts already
        self.attested: dict[tuple[str, ...], str | None] = {}  # by review on the forge: the digest that it counts for

    def land(self, commit: int, files: list[LedgerFile]) -> None:
        """Judge what landed with one commit, then settle what is approved."""
        self.known |= {file.name: file for file in files}
        verdicts = [self.judge(file) for file in files]
        self.ledger.verdicts += verdicts
        counting = [verdict for verdict in verdicts if verdict.counts]
        for verdict in counting:
            self.counted.setdefault(_entry_content(verdict.file), verdict.file.name)
            if attestation := _attestation_key(verdict.entry):
                self.attested.setdefault(attestation, verdict.entry.digest)
            if verdict.entry.corrects:
                self.ledger.corrected.add(verdict.entry.corrects)
        for verdict in counting:
            self._add_windows(verdict, self._conditions(verdict))
        deciding = {EntryKind.APPROVAL, EntryKind.WITHDRAWAL}
        if any(verdict.entry.kind in deciding or verdict.entry.corrects for verdict in counting):
            self.settle(commit, counting)

    def judge(self, file: LedgerFile) -> EntryResult:
        landing = self.context.landings[file.commit]
        verdict = EntryResult(file, landing.day, landing.time)
        entry = file.reading.entry
        if entry is None or entry.id != file.id:
            fault = file.reading.fault or f"its id is {entry.id if entry else ''}, its folder {file.id}"
            return replace(verdict, reason=Reason.SCHEMA, detail=fault)
        if CommitFlag.FUTURE_DATED in landing.flags:
            return replace(verdict, reason=Reason.COMMIT_FUTURE_DATED, detail="its commit is dated in the future")
        if entry.date.toordinal() > landing.day.toordinal() + 1:
            detail = f"it is dated {entry.date} and landed on {landing.day}"
            return replace(verdict, reason=Reason.DATE_IN_FUTURE, detail=detail)
        twin = self.counted.get(_entry_content(file))
        if twin is not None:
            return replace(verdict, reason=Reason.REPEATED, detail=f"it is a copy of {twin}, which counts already")
        if self.attested.get(_attestation_key(entry), entry.digest) != entry.digest:
            detail = "the review on the forge that it rests on counts already, for another text"
            return replace(verdict, reason=Reason.REPEATED, detail=detail)
        late = landing.day > add_duration(entry.date, self.context.config.review.backdate)
        return self._proved(replace(verdict, late=late), entry)

    def _proved(self, verdict: EntryResult, entry: Entry) -> EntryResult:
        landed = self.context.landed(verdict.file)
        person = landed.organisation.people.get(entry.by)
        if person is not None and person.bot:
            return replace(verdict, reason=Reason.BOT, detail=f"{entry.by} is a bot")
        revision = self._bound(entry, verdict.file.commit)
        if entry.kind is not EntryKind.DISPOSAL and revision is None:
            detail = "no text with its digest had landed by then"
            return replace(verdict, reason=Reason.DIGEST_NOT_LANDED, detail=detail)
        if fault := find_library_fault(entry, landed.organisation):
            return replace(verdict, reason=Reason.OTHER_LIBRARY, detail=fault)
        proof = prove(entry, verdict.file.reading.signed, landed, self.context.check)
        if proof.level is None:
            return replace(verdict, reason=Reason.AUTHOR_UNPROVED, detail=proof.fault)
        verdict = replace(verdict, level=proof.level, revision=revision.number if revision else None)
        other = self.known.get(entry.corrects)
        corrected = other.reading.entry if other else None
        if entry.corrects and (corrected is None or (corrected.by, corrected.kind) != (entry.by, entry.kind)):
            detail = f"{entry.corrects} is no {entry.kind} by {entry.by} in this folder"
            return replace(verdict, reason=Reason.CORRECTS, detail=detail)
        return self._allowed(verdict, entry, revision, landed)

    def _bound(self, entry: Entry, commit: int) -> Revision | None:
        """The latest revision with the entry's digest that had landed."""
        if self.past is None or entry.digest is None:
            return None
        fitting = [one for one in self.past.revisions if one.digest == entry.digest and one.commit <= commit]
        seen = self.context.snapshots.get(entry.blob)  # on a branch other bytes of the same text may have been shown
        if seen is not None and seen.digest != entry.digest:
            return None
        return fitting[-1] if fitting else None

    def _allowed(
        self, verdict: EntryResult, entry: Entry, revision: Revision | None, landed: LandingFacts
    ) -> EntryResult:
        no_change = entry.kind is EntryKind.REVIEW and entry.result is Outcome.NO_CHANGE
        if no_change and self.context.config.review.require_update:
            detail = "`[review] require_update` asks for a change with each review"
            return replace(verdict, reason=Reason.UPDATE_REQUIRED, detail=detail)
        verdict = self._by_role(verdict, entry, self._roles(entry.kind, revision, landed.organisation), landed)
        if entry.kind is EntryKind.APPROVAL and verdict.counts and revision is not None:
            return self._approval(verdict, entry, revision, landed)
        return verdict

    def _roles(self, kind: EntryKind, revision: Revision | None, organisation: Organisation) -> tuple[str, ...]:
        """The roles in which an entry of a kind may be made about a text."""
        if kind is EntryKind.DISPOSAL or revision is None:
            return (CONTROLLER,)
        snapshot = self.context.snapshots[revision.blob]
        if kind is EntryKind.REVIEW:
            owner = role_id(snapshot.owner, organisation)
            return (owner,) if owner else ()
        roles = self.required(revision, organisation)
        if kind is EntryKind.WITHDRAWAL:
            roles = tuple(dict.fromkeys((*roles, *required_roles(snapshot, organisation, self.context.config))))
        return roles

    def _by_role(self, verdict: EntryResult, entry: Entry, roles: tuple[str, ...], landed: LandingFacts) -> EntryResult:
        """With the roles in which the person may do this, or the reason that there is none."""
        named = role_id(entry.role, landed.organisation)
        eligible = tuple(role for role in roles if not named or role == named)
        held = tuple(role for role in eligible if landed.organisation.holds(entry.by, role, landed.day))
        if held:
            return replace(verdict, roles=held)
        if not roles:
            detail = "the text names no role that may do this, nor does its area"
        elif named and named not in roles:
            detail = f"{named} is none of the roles that may do this: {', '.join(roles)}"
        else:
            detail = f"{entry.by} did not hold {' or '.join(eligible)} on {landed.day}, nor stand in for it"
        return replace(verdict, reason=Reason.ROLE_MISSING, detail=detail)

    def before(self, revision: Revision) -> Revision | None:
        """The last approved revision before another."""
        number = last_before(self.ledger.approved, revision.number)
        return self.past.revisions[number - 1] if number and self.past else None

    def required(self, revision: Revision, organisation: Organisation) -> tuple[str, ...]:
        """The roles that approve a revision: those that the last approved one names, else its own."""
        deciding = self.before(revision) or revision
        return required_roles(self.context.snapshots[deciding.blob], organisation, self.context.config)

    def _approval(self, verdict: EntryResult, entry: Entry, revision: Revision, landed: LandingFacts) -> EntryResult:
        before = self.before(revision)
        past = self.past or RevisionHistory(("", ""))
        about, organisation = (revision, past, self.ledger.approved), landed.organisation
        if (wrote := find_own_text(entry.by, *about, organisation, self.context)) is not None:
            detail = f"{entry.by} is an author of {wrote.name(past.key)}, which this approves"
            if wrote.revision is not revision:
                detail = f"{entry.by} is an author of {wrote.name(past.key)}, on which r{revision.number} rests"
            return replace(verdict, reason=Reason.SELF_APPROVAL, detail=detail)
        config = organisation.config
        if config is None:
            detail = "sopkit.toml could not be read then"
            return replace(verdict, reason=Reason.EVIDENCE_TOO_LOW, detail=detail)
        if config.approval.authors == "known":
            unknown = find_unknown_author(
                *about,
                lambda author, at: bool(organisation.known(author) or self.context.organisation(at).known(author)),
                self.context,
            )
            if unknown is not None:
                text, author = unknown
                who = f"{author.name} <{author.email}>"
                detail = f"{text.name(past.key)} was written by {who}, whom the people register does not list"
                return replace(verdict, reason=Reason.UNKNOWN_AUTHOR, detail=detail)
        least = self._least_evidence(revision, config)
        if verdict.level.rank < least.rank:
            detail = f"its evidence is {verdict.level}, asked for is {least}"
            return replace(verdict, reason=Reason.EVIDENCE_TOO_LOW, detail=detail)
        if entry.outcome is Outcome.EDITORIAL:
            fault = self._not_editorial(entry, revision, before)
            if fault:
                return replace(verdict, reason=Reason.NOT_EDITORIAL, detail=fault)
        return verdict

    def _least_evidence(self, revision: Revision, config: Config) -> EvidenceLevel:
        """By the higher criticality of a text and of the last approved one."""
        texts = [self.context.snapshots[one.blob] for one in (revision, self.before(revision)) if one is not None]
        levels = [EvidenceLevel(getattr(config.approval.min_evidence, criticality_of(one))) for one in texts]
        return max(levels, key=lambda level: level.rank)

    def _conditions(self, verdict: EntryResult) -> Iterator[tuple[str, Fails]]:
        """What an entry that counts had to meet by the registers and settings."""
        kind, number, context = verdict.entry.kind, verdict.revision, self.context
        revision = self.past.revisions[number - 1] if self.past and number else None
        yield from entry_conditions(verdict, lambda organisation: self._roles(kind, revision, organisation), context)
        if kind is EntryKind.APPROVAL and self.past and revision:
            terms = ApprovalTerms(revision, self.past, tuple(self.ledger.approved))
            yield from approval_conditions(
                verdict, terms, lambda config: self._least_evidence(revision, config), context
            )

    def _add_windows(self, verdict: EntryResult, conditions: Iterable[tuple[str, Fails]]) -> None:
        """Note for an entry that it counts only by what was changed for it and changed back since."""
        name, commit, windows = verdict.file.name, verdict.file.commit, self.ledger.windows
        earlier = (
            one.file.commit
            for one in reversed(self.ledger.verdicts)
            if one.counts and one.entry.kind is verdict.entry.kind and one.file.commit < commit
            if one.file.name not in windows
        )
        began = self.past.revisions[verdict.revision - 1].commit if self.past and verdict.revision else 0
        found = tuple(find_register_windows(conditions, next(earlier, began), commit, self.context))
        if found:
            windows[name] = (*windows.get(name, ()), *found)

    def _not_editorial(self, entry: Entry, revision: Revision, before: Revision | None) -> str:
        if before is None or before.digest != entry.from_digest:
            return "`from_digest` is not the digest of the last approved text"
        approval = self.ledger.approved[before.number]
        new = entry.version or self.context.snapshots[revision.blob].version
        if not is_patch(approval.label, new):
            return f"the label {new or 'none'} is no patch of {approval.label or 'none'}"
        if self.context.front(before.blob) != self.context.front(revision.blob):
            return "it changes the front matter"
        what = find_substantive_change(self.context.body(before.blob), self.context.body(revision.blob))
        return f"it touches {what}" if what else ""

    def settle(self, commit: int, arrived: Sequence[EntryResult]) -> None:
        """Which revisions are approved after a landing; what was settled before stays unless it lost an entry."""
        if self.past is None:
            return
        organisation = self.context.organisation(commit)
        live: dict[int, list[EntryResult]] = {}
        for verdict in self.ledger.pending:
            if verdict.revision is not None:
                live.setdefault(verdict.revision, []).append(verdict)
        for number, approval in list(self.ledger.approved.items()):
            if not {one.file.name for one in approval.verdicts} <= {one.file.name for one in live.get(number, ())}:
                ending = [one for one in arrived if one.entry.kind is EntryKind.WITHDRAWAL or one.entry.corrects]
                self.ledger.ended.append((self.ledger.approved.pop(number), (ending or list(arrived))[-1]))
        for number in sorted(live.keys() - self.ledger.approved.keys()):
            revision, verdicts = self.past.revisions[number - 1], live[number]
            if not self._is_incomplete(revision, verdicts, organisation):
                self._add_windows(
                    verdicts[-1], [("who must approve", partial(self._is_incomplete, revision, verdicts))]
                )
                self.ledger.approved[number] = self._approve(revision, commit, verdicts)

    def _is_incomplete(self, revision: Revision, verdicts: Sequence[EntryResult], organisation: Organisation) -> bool:
        """Whether the approvals of a text are not all that it needs."""
        required = set(self.required(revision, organisation))
        approving = {role for verdict in verdicts for role in verdict.roles}
        config = organisation.config or self.context.config
        every = config.approval.approve_by == "all" or revision.number in self.ledger.withdrawn
        return not (required and (required <= approving if every else required & approving))

    def _approve(self, revision: Revision, commit: int, verdicts: Sequence[EntryResult]) -> Approval:
        """The approval of a revision by entries of which the last landed with a commit."""
        snapshots, day, last = self.context.snapshots, self.context.landings[commit].day, verdicts[-1].entry
        text = snapshots.get(last.blob) or snapshots[revision.blob]
        named = (one.entry.blob for one in reversed(verdicts) if one.entry.blob in snapshots)
        blob = next((one for one in named if snapshots[one].digest == revision.digest), revision.blob)
        starts = max(parse_date(snapshots[blob].effective) or day, day)
        return Approval(revision.number, commit, day, last.version or text.version, tuple(verdicts), blob, starts)


def _entry_content(file: LedgerFile) -> bytes:
    """What makes two files one entry: the bytes that were signed, since a signature can be written in many ways."""
    return file.reading.signed or file.reading.sha256.encode()


def _attestation_key(entry: Entry) -> tuple[str, ...]:
    """The review on the forge that an entry rests on; nothing where there is none, or it has no number of its own."""
    evidence = entry.evidence
    if evidence is None or evidence.type == "document":
        return ()
    if evidence.type == "github-review":
        return evidence.type, evidence.review
    return (evidence.type, evidence.pull_request, evidence.review) if evidence.pull_request else ()

"""The audit view: who approved what, the evidence, what cannot be proved, and the commands that verify it."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache, partial
from itertools import groupby
from urllib.parse import quote

from sopkit.analysis.control_claims import STRENGTHS, implementations_by_control
from sopkit.git.blobs import read_tree
from sopkit.git.history import is_behind
from sopkit.git.repository import read_tags
from sopkit.handbook.audit_data import (
    ApprovalRow,
    AuditControlRow,
    AuditData,
    ChangeRow,
    CommandRow,
    EntryRow,
    ExceptionRow,
    ImplementationRow,
    PreviousEditionRow,
    StrayTagRow,
    UnprovenRow,
    audit_json,
)
from sopkit.handbook.html import render_page
from sopkit.handbook.pages.controls import control_page
from sopkit.handbook.pages.data import format_json
from sopkit.handbook.pages.due import status_reasons
from sopkit.handbook.paths import AUDIT, AUDIT_DATA, SIGNERS, MenuItem, Page, PageKind
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.handbook.status import PublishedApproval, approvals, visible_name
from sopkit.handbook.translations import Translations
from sopkit.library import CONFIG_NAME
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import EntryResult
from sopkit.lifecycle.status import FRESH, OUT_OF_LIST, SopState
from sopkit.lifecycle.verify import SignatureChecker
from sopkit.lifecycle.verify_report import SignatureStatus
from sopkit.model.config import Criticality
from sopkit.model.entry import EvidenceLevel
from sopkit.model.registers import Exemption, Person
from sopkit.model.sop_document import Classification

_SHORT_ID_LENGTH = 12
ALLOWED_SIGNERS = "allowed-signers"
"""The name of the file that says whose each key is, as git and ssh-keygen read it."""


def command_rows(handbook: PublishedLibrary, approvals: Sequence[ApprovalRow]) -> Iterator[CommandRow]:
    """The commands for the history, for one of the approvals, and for the handbook as a whole."""
    history = handbook.status.judged
    if history is None:
        return
    say = handbook.words
    edition = handbook.edition
    commands: list[tuple[str, ...]] = [("git", "rev-parse", f"{edition.name}^{{commit}}")] if edition.name else []
    commands += [
        ("git", "log", "-1", "--format=fuller", edition.commit),
        ("sopkit", "verify", "--anchor", edition.commit, "--as-of", str(edition.as_of)),
    ]
    yield CommandRow(say("audit.check_history"), tuple(map(shlex.join, commands)))
    if approvals:
        row = approvals[0]
        yield CommandRow(
            say("audit.check_approval", id=row.id, version=row.version),
            tuple(_approval_commands(row, handbook, history)),
        )
    if not handbook.edition.edited:
        yield CommandRow(say("audit.check_site"), tuple(_site_commands(handbook, history)))


def allowed_signers(handbook: PublishedLibrary) -> str:
    """The keys of the people in the register, one on a line with the key of the person and the days that it holds."""
    lines = []
    for person in handbook.library.registers["people"].rows:
        for key in person.signing_keys if isinstance(person, Person) else ():
            days = [f'valid-after="{key.since:%Y%m%d}"'] if key.since else []
            days += [f'valid-before="{key.until + timedelta(days=1):%Y%m%d}"'] if key.until else []
            lines.append(
                " ".join((quote(person.key, safe=""), *([",".join(days)] if days else []), *key.key.split()[:2]))
            )
    return "".join(f"{line}\n" for line in lines)


def _approval_commands(row: ApprovalRow, handbook: PublishedLibrary, history: History) -> Iterator[str]:
    prefix = history.repository.prefix
    for entry in row.entries:
        yield shlex.join(("git", "show", f"{entry.commit}:{prefix}{entry.entry}"))
        yield shlex.join(("git", "log", "-1", "--format=fuller", entry.commit))
        if entry.commit_signature is not SignatureStatus.NONE:
            yield shlex.join(
                ("git", "-c", f"gpg.ssh.allowedSignersFile={ALLOWED_SIGNERS}", "verify-commit", entry.commit)
            )
    yield shlex.join(("git", "cat-file", "blob", row.blob))
    yield shlex.join(
        ("git", "log", "-1", "--format=fuller", row.text_commit, "--", f":(top,literal){prefix}{row.path}")
    )
    yield shlex.join(("sopkit", "history", row.id, "--as-of", str(handbook.edition.as_of)))


def _site_commands(handbook: PublishedLibrary, history: History) -> Iterator[str]:
    edition, prefix = handbook.edition, history.repository.prefix
    options = ["--as-of", str(edition.as_of), "--classification", edition.classification]
    options += ["--with-drafts"] if edition.drafts else []
    options += ["--base-url", handbook.options.base_url] if handbook.options.base_url else []
    beside = f"{'../' * prefix.count('/')}../handbook-{edition.commit[:_SHORT_ID_LENGTH]}"
    if edition.name:
        yield shlex.join(("sopkit", "build", "--edition", edition.name, *options, "-o", beside))
        return
    clone = f"{beside}-clone"
    yield shlex.join(("git", "worktree", "add", "--detach", clone, edition.commit))
    yield shlex.join(("sopkit", "build", "-C", f"{clone}/{prefix}".rstrip("/"), *options, "-o", beside))


_REVIEW_STATES = frozenset({*FRESH, *OUT_OF_LIST, SopState.DUE_SOON})


def unproven_rows(handbook: PublishedLibrary, approvals: Sequence[ApprovalRow]) -> Iterator[UnprovenRow]:
    """What speaks against each SOP, then its entries that do not count, then that a weighty approval is not signed."""
    levels = {row.id: row.level for row in approvals}
    history = handbook.status.judged
    for one in handbook.shown:
        if (row := one.row) is not None:
            for flag, text in zip(row.flags or (row.state,), status_reasons(row, handbook.words), strict=True):
                if flag not in _REVIEW_STATES:
                    yield UnprovenRow(one.id, str(flag), "", text)
        if history is not None:
            yield from _invalid_entries(one, handbook, history)
        level, is_high = levels.get(one.id), one.sop.text("criticality") == Criticality.HIGH
        if level and is_high and EvidenceLevel(level).rank < EvidenceLevel.SIGNED.rank:
            yield UnprovenRow(one.id, "unsigned", "", handbook.words("audit.unsigned", level=level))


def _invalid_entries(one: PublishedSop, handbook: PublishedLibrary, history: History) -> Iterator[UnprovenRow]:
    """The entries that do not count; not those about texts that were more secret, nor those about none."""
    past = history.pasts.by_key.get((one.id, ""))
    if past is None:
        return
    secret = handbook.hidden_revisions(one)
    for verdict in history.ledger(one.id).invalid:
        if verdict.reason is not None and verdict.revision not in secret and (verdict.revision or not secret):
            text = handbook.words(f"audit.invalid_{verdict.reason}")
            yield UnprovenRow(one.id, str(verdict.reason), verdict.file.path, text)


_MAX_STRAY_TAGS = 20
_STRENGTH_RANK = {strength: place for place, strength in enumerate((*STRENGTHS, ""))}


@lru_cache(2)
def audit_data(handbook: PublishedLibrary) -> AuditData:
    """The audit view of a build."""
    found = sorted(approvals(handbook), key=lambda one: one.one.id)
    history = handbook.status.judged
    rows = tuple(_approval_rows(found, history)) if history else ()
    before = _previous_edition(history) if history else None
    changes: tuple[ChangeRow, ...] = ()
    if history and before:
        place = next(at for at, commit in enumerate(history.log.commits) if commit.oid == before.commit)
        changes = tuple(
            ChangeRow(one.one.id, one.one.sop.title, one.version, one.approval.landed)
            for one in approvals(handbook)
            if one.approval.commit > place
        )
    return AuditData(
        edition=handbook.edition,
        controls=tuple(_control_rows(handbook)),
        approvals=rows,
        exceptions=tuple(sorted(_exception_rows(handbook), key=lambda one: (one.ended, one.id))),
        doubts=tuple(unproven_rows(handbook, rows)),
        removed=handbook.removed,
        strays=tuple(_stray_tags(history)) if history else (),
        before=before,
        changes=changes,
        commands=tuple(command_rows(handbook, rows)),
    )


def _approval_rows(found: list[PublishedApproval], history: History) -> Iterator[ApprovalRow]:
    signatures = SignatureChecker(history, [verdict.file for one in found for verdict in one.approval.verdicts])
    for one in found:
        yield ApprovalRow(
            id=one.one.id,
            title=one.one.sop.title,
            version=one.version,
            revision=f"r{one.revision.number}",
            digest=one.revision.digest,
            path=one.revision.path,
            text_commit=history.log.commits[one.revision.commit].oid,
            blob=one.approval.blob,
            approved=one.approval.landed,
            since=one.approval.starts,
            commit=one.commit,
            level=str(one.approval.level),
            entries=tuple(_entry_row(verdict, history, signatures) for verdict in one.approval.verdicts),
        )


def _entry_row(verdict: EntryResult, history: History, signatures: SignatureChecker) -> EntryRow:
    signature, signer = signatures.of_entry(verdict)
    commit_signature, commit_signer = signatures.of_commits(verdict)
    return EntryRow(
        entry=verdict.file.path,
        by=verdict.entry.by,
        roles=verdict.roles,
        commit=history.log.commits[verdict.file.commit].oid,
        level=str(verdict.level),
        signature=signature,
        signer=signer,
        commit_signature=commit_signature,
        commit_signer=commit_signer,
    )


def _control_rows(handbook: PublishedLibrary) -> Iterator[AuditControlRow]:
    carried = implementations_by_control(handbook.library)
    for name in handbook.library.config.library.frameworks:
        for control in handbook.library.catalogue.get(name).controls:
            if some := carried.get((name, control.id)):
                strength = handbook.status.strength
                rows = [ImplementationRow(one.sop.id, strength(one), one.strength) for one in some]
                yield AuditControlRow(
                    framework=name,
                    control=control.id,
                    title=control.title,
                    sops=tuple(sorted(rows, key=lambda row: (_STRENGTH_RANK[row.strength], row.id))),
                )


def _exception_rows(handbook: PublishedLibrary) -> Iterator[ExceptionRow]:
    for row in handbook.library.registers["exceptions"].rows:
        if isinstance(row, Exemption) and row.sop in handbook.by_id:
            yield ExceptionRow(
                id=row.id,
                sop=row.sop,
                what=row.what,
                reason=row.reason,
                risk=row.risk,
                approver=row.approver,
                since=row.since,
                until=row.until,
                ended=row.gone(handbook.edition.as_of) is not None,
            )


def _previous_edition(history: History) -> PreviousEditionRow | None:
    """The newest tag that lies on the line behind the commit of the edition."""
    places: Mapping[str, int] = {commit.oid: at for at, commit in enumerate(history.log.commits[: history.count])}
    found = [(places[oid], name, oid) for name, oid in read_tags(history.repository).items() if oid in places]
    older = [one for one in found if one[0] < history.count - 1]
    if not older:
        return None
    place, name, oid = max(older)
    return PreviousEditionRow(name, oid, history.landings[place].day)


def _stray_tags(history: History) -> Iterator[StrayTagRow]:
    """The tags of commits that hold the library and do not lie behind that of the edition, though no later than it."""
    last = history.log.commits[history.count - 1]
    for name, oid in list(read_tags(history.repository, last.oid).items())[:_MAX_STRAY_TAGS]:
        if CONFIG_NAME in read_tree(history.repository, oid) and not is_behind(history.repository, last.oid, oid):
            yield StrayTagRow(name, oid)


_MAX_SOPS = 12
"""How many SOPs are named that carry a control out; the page of the control has all."""


def _pages(handbook: PublishedLibrary) -> Iterator[Page]:
    """Both name people and their entries, so a handbook for everyone has neither."""
    if handbook.status.judged is not None and handbook.options.classification is not Classification.PUBLIC:
        yield Page(AUDIT, partial(_write_page, handbook))
        yield Page(AUDIT_DATA, lambda: format_json(audit_json(audit_data(handbook))))
        if keys := allowed_signers(handbook):
            yield Page(SIGNERS, partial(str, keys))


def _write_page(handbook: PublishedLibrary) -> str:
    audit = audit_data(handbook)
    levels = {str(level): sum(row.level == level for row in audit.approvals) for level in EvidenceLevel}
    by_framework = groupby(audit.controls, key=lambda row: row.framework)
    return render_page(
        handbook,
        AUDIT,
        "audit.html.j2",
        handbook.words("audit.title"),
        audit=audit,
        has_keys=bool(allowed_signers(handbook)),
        claims=partial(_claims, handbook.words, {row.id: row for row in audit.approvals}),
        levels={level: count for level, count in levels.items() if count},
        frameworks=[(handbook.library.catalogue.get(name), tuple(rows)) for name, rows in by_framework],
        most=_MAX_SOPS,
        page_of=lambda row: control_page(handbook, (row.framework, row.control)),
        by=partial(_approver_names, handbook),
        sealed=partial(_describe_signatures, handbook),
    )


def _claims(
    say: Translations, approved: Mapping[str, ApprovalRow], row: AuditControlRow
) -> Iterator[tuple[ImplementationRow, str]]:
    for one in row.sops:
        words, known = say(f"audit.strength_{one.strength}" if one.strength else "audit.planned"), approved.get(one.id)
        if one.strength and known:
            rests = say("audit.approved_on", version=known.version, day=say.day(known.approved), level=known.level)
            words = f"{words}, {rests}"
        yield one, words


def _approver_names(handbook: PublishedLibrary, row: ApprovalRow) -> tuple[str, ...]:
    roles = [", ".join(handbook.library.role_title(role) for role in entry.roles) for entry in row.entries]
    people = [visible_name(handbook, entry.by) for entry in row.entries]
    return tuple(f"{name} ({words})" if words else name for name, words in zip(people, roles, strict=True))


def _describe_signatures(handbook: PublishedLibrary, row: ApprovalRow) -> tuple[str, ...]:
    """What the signatures of an approval are worth, in words: those in its entries, else those of the commits."""
    words = []
    for entry in row.entries:
        seal, who, where = entry.signature, entry.signer, "entry"
        if seal is SignatureStatus.NONE and entry.commit_signature is not SignatureStatus.NONE:
            seal, who, where = entry.commit_signature, entry.commit_signer, "commit"
        people = ", ".join(visible_name(handbook, key) for key in who)
        key = "audit.seal_none" if seal is SignatureStatus.NONE else f"audit.seal_{where}_{seal}"
        words.append(handbook.words(key, people=people))
    return tuple(dict.fromkeys(words))


AUDIT_PAGES = PageKind("audit", _pages, MenuItem(AUDIT, "audit.title", 9, foot=True))

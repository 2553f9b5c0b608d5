"""Checks the whole ledger and the history behind it, for the report of `sopkit verify`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256

from sopkit.git.blobs import AlteredObjectError, read_tree
from sopkit.git.history import is_ancestor, resolve_commit
from sopkit.git.objects import read_raw_history
from sopkit.git.repository import Repository
from sopkit.git.signatures import CommitSignature, SignatureKind, commit_signatures, signing_key, verify_commit
from sopkit.lifecycle.anchor import describe_landed_before, find_landed_before, read_anchor
from sopkit.lifecycle.cache import CacheComparison
from sopkit.lifecycle.due import criticality_of
from sopkit.lifecycle.evidence import is_signature_right
from sopkit.lifecycle.history import CACHE_FOLDER, History, read_history
from sopkit.lifecycle.ledger import EntryResult, Ledger, LedgerFile, entry_status, explain_status, is_ledger
from sopkit.lifecycle.object_check import (
    describe_altered,
    find_altered_blobs,
    find_edited_cache,
    find_mismatched_blobs,
    find_misreported_commits,
)
from sopkit.lifecycle.removed_sops import assess_removed
from sopkit.lifecycle.stray_files import find_stray_files
from sopkit.lifecycle.tracked_sops import describe_windows
from sopkit.lifecycle.verify_report import (
    SignatureStatus,
    VerifyCode,
    VerifyFinding,
    VerifyRecordRow,
    VerifyReport,
    VerifyRow,
)
from sopkit.model.commits import CommitFlag
from sopkit.model.config import Criticality
from sopkit.model.entry import LEDGER, EvidenceLevel
from sopkit.model.errors import SopkitError


def find_lost_entries(history: History, anchor: str) -> tuple[str, ...]:
    """The files of the ledger that a kept commit held and that never landed on the line, whatever lies behind HEAD.

    Starts two git processes.
    """
    commit = resolve_commit(history.repository, anchor)
    if commit is None:
        return ()
    landed = {(change.path, change.blob) for one in history.log.commits for change in one.changes}
    held = read_tree(history.repository, commit).items()
    return tuple(sorted(path for path, (_, oid) in held if is_ledger(path) and (path, oid) not in landed))


def find_shifted_dates(history: History) -> Iterator[str]:
    """A sentence where commits are dated later than those after them: few wrong clocks do that, or many false dates."""
    odd = [index for index, one in enumerate(history.landings) if CommitFlag.FUTURE_DATED in one.flags]
    if odd:
        commit, landing = history.log.commits[odd[0]], history.landings[odd[0]]
        count = f"{len(odd)} commits are" if len(odd) > 1 else "1 commit is"
        yield (
            f"{count} dated later than today or than what landed after it; the first is {commit.oid[:12]} by "
            f"{history.author_of(odd[0])}, which counts as landed on {landing.day}: find out whose clock was wrong"
        )


SignatureResult = tuple[SignatureStatus, tuple[str, ...]]
"""What a signature is worth, and the keys of the people who had its key."""


class SignatureChecker:
    """Looks at the signatures of a ledger; each is checked once and remembered, and all commits are read at once."""

    def __init__(self, history: History, files: Iterable[LedgerFile]) -> None:
        self._history = history
        files = tuple(files)
        history.authorship.prepare({file.commit for file in files})
        self._bringing = {file.path: history.authorship.bringing(file.commit, file.path, file.blob) for file in files}
        wanted = sorted({oid for oids in self._bringing.values() for oid in oids})
        self._commits: Mapping[str, CommitSignature] = commit_signatures(history.repository, wanted)

    def of_entry(self, verdict: EntryResult) -> SignatureResult:
        """The signature in an entry."""
        reading = verdict.file.reading
        if reading.entry is None or not reading.entry.signature:
            return SignatureStatus.NONE, ()
        signature, check = reading.entry.signature, self._history.cache.signature
        key = signing_key(signature)
        if key is None or not is_signature_right(reading.signed, signature, check):
            return SignatureStatus.BAD, ()
        return self._known(key, verdict)

    def of_commits(self, verdict: EntryResult) -> SignatureResult:
        """The signatures of the commits that brought an entry; of several the worst."""
        results = [self._of_commit(oid, verdict) for oid in self._bringing[verdict.file.path]]
        worst = min(results, key=lambda one: _STATUS_ORDER.index(one[0]))[0]
        return worst, tuple(dict.fromkeys(person for _, people in results for person in people))

    def bad_commits(self, verdict: EntryResult) -> tuple[str, ...]:
        """The commits that brought an entry and whose signatures do not fit them."""
        oids = self._bringing[verdict.file.path]
        return tuple(oid for oid in oids if self._of_commit(oid, verdict)[0] is SignatureStatus.BAD)

    def _of_commit(self, oid: str, verdict: EntryResult) -> SignatureResult:
        signature = self._commits[oid]
        if signature.kind is SignatureKind.NONE:
            return SignatureStatus.NONE, ()
        if signature.kind is not SignatureKind.SSH:
            return SignatureStatus.NOT_VERIFIED, ()
        name = sha256(b"commit\0" + signature.payload + b"\0" + signature.text.encode("utf-8", "replace")).hexdigest()
        if signature.key is None or not self._history.cache.signature(name, lambda: verify_commit(signature) is True):
            return SignatureStatus.BAD, ()
        return self._known(signature.key, verdict)

    def _known(self, key: str, verdict: EntryResult) -> SignatureResult:
        """Whose key it was when the entry landed, by the register before it."""
        organisation = self._history.organisation_before(verdict.file.commit)
        signers = organisation.signers(key, verdict.landed)
        owners = tuple(name for name in organisation.people if name in signers)
        return (SignatureStatus.GOOD, owners) if owners else (SignatureStatus.UNKNOWN_KEY, ())


_STATUS_ORDER = (
    SignatureStatus.BAD,
    SignatureStatus.UNKNOWN_KEY,
    SignatureStatus.NONE,
    SignatureStatus.NOT_VERIFIED,
    SignatureStatus.GOOD,
)


_ORDER = {code: place for place, code in enumerate(VerifyCode)}


RecordCheck = Callable[[History], tuple[tuple[VerifyRecordRow, ...], tuple[VerifyFinding, ...]]]
"""The practice records of a history, and what is found in them."""


def verify_repository(
    repository: Repository,
    as_of: date,
    today: date,
    *,
    names: Sequence[str] = (),
    anchor: str = "",
    check_records: RecordCheck | None = None,
) -> VerifyReport:
    """Check a library whose storage nobody has to trust: first that the objects of git are what their ids name.

    Every commit behind HEAD and every tree of the library is hashed, and what git reports is compared with them; the
    files of the library are hashed as they are read. Where objects are altered, nothing else is checked. Results
    that an earlier run has kept are not used, but compared. Errors are those of `verify`.
    """
    raw = read_raw_history(repository)
    cache = CacheComparison(repository.common_dir / CACHE_FOLDER)
    findings = [describe_altered(repository, altered) for altered in dict.fromkeys(raw.altered)]
    try:
        if not findings:
            history = read_history(repository, as_of, today, store=cache)
            report = verify(history, as_of, names=names, anchor=anchor)
            records, more = check_records(history) if check_records and not names else ((), ())
            report = replace(report, records=records, findings=(*report.findings, *more))
            findings += find_misreported_commits(history, raw)
            if not findings:
                others = (*find_mismatched_blobs(history), *find_edited_cache(history, cache))
                return replace(report, findings=_sort_findings((*report.findings, *others)))
    except AlteredObjectError as error:
        findings += find_altered_blobs(repository, raw, error)
    return VerifyReport(repository.head_or_error(), as_of, anchor, None, (), _sort_findings(findings))


def _sort_findings(findings: Iterable[VerifyFinding]) -> tuple[VerifyFinding, ...]:
    return tuple(sorted(findings, key=lambda found: (_ORDER[found.code], found.path, found.message)))


def verify(history: History, as_of: date, *, names: Sequence[str] = (), anchor: str = "") -> VerifyReport:
    """Check the ledger up to the judged commit; of `names` (ids, files, folders) only what they hold.

    `anchor` is the id of a commit that must lie behind HEAD, and with `@YYYY-MM-DD` must contain what landed by then.
    Rewritten history and altered objects are reported
    whatever the names. Raises SopkitError for a name that nothing of the ledger has.
    """
    verdicts = [(ledger, verdict) for ledger in history.ledgers.values() for verdict in ledger.verdicts]
    signatures = SignatureChecker(history, [verdict.file for _, verdict in verdicts])
    present = history.log.files_at(history.count)
    rows = [
        _make_row(history, ledger, verdict, signatures, removed=verdict.file.path not in present)
        for ledger, verdict in verdicts
    ]
    kept = read_anchor(anchor)
    anchored = is_ancestor(history.repository, kept.oid) if anchor else None
    findings = list(_find_all(history, rows, signatures))
    places = {name: _entry_folders(history, name) for name in names}
    wanted = [folder for folders in places.values() for folder in folders]
    if wanted:
        for name, folders in places.items():
            paths = (*(row.entry for row in rows), *(found.path for found in findings))
            if not any(_is_below(path, folders) for path in paths):
                raise SopkitError(f"{name}: nothing of the ledger lies there", "name an SOP's id, or a file in ledger/")
        rows = [row for row in rows if _is_below(row.entry, wanted)]
        findings = [
            found for found in findings if _is_below(found.path, wanted) or found.code is VerifyCode.OBJECT_ALTERED
        ]
    head = history.repository.head_or_error()
    if anchored is False:
        why_not = f"commit {kept.oid} does not lie behind HEAD, {head}: history was rewritten since it was kept"
        findings.append(VerifyFinding(VerifyCode.HISTORY_REWRITTEN, "", why_not))
    elif anchored:
        why_not = f"commit {kept.oid} held it, and it never landed: the line of HEAD goes another way"
        findings += [
            VerifyFinding(VerifyCode.HISTORY_REWRITTEN, path, why_not) for path in find_lost_entries(history, kept.oid)
        ]
        findings += [
            VerifyFinding(VerifyCode.LANDED_BEFORE_ANCHOR, change.path, describe_landed_before(history, index, kept))
            for index in find_landed_before(history, kept)
            for change in history.log.commits[index].changes
        ]
    return VerifyReport(
        head=head,
        as_of=as_of,
        anchor=anchor,
        anchored=anchored,
        rows=tuple(sorted(rows, key=lambda row: row.entry)),
        findings=_sort_findings(findings),
    )


def _entry_folders(history: History, name: str) -> list[str]:
    """Where the entries are that a name stands for: an SOP's id or file, a folder of SOPs, or a place in the ledger."""
    pasts = history.pasts.by_key
    place = name.removeprefix("./").rstrip("/")
    known = [
        past.key[0] for past in pasts.values() if past.key[0] and any(_is_below(path, [place]) for path in past.paths)
    ]
    if (name, "") in pasts or name in history.ledgers:
        known = [name]
    return [f"{LEDGER}/{sop_id}" for sop_id in known] + ([] if (name, "") in pasts else [place])


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(not folder or path == folder or path.startswith(f"{folder}/") for folder in folders)


def _make_row(
    history: History, ledger: Ledger, verdict: EntryResult, signatures: SignatureChecker, *, removed: bool
) -> VerifyRow:
    file, entry = verdict.file, verdict.file.reading.entry
    signature, signer = signatures.of_entry(verdict)
    commit_signature, commit_signer = signatures.of_commits(verdict)
    return VerifyRow(
        entry=file.path,
        id=file.id,
        kind=str(entry.kind) if entry else "",
        by=file.reading.by,
        roles=verdict.roles,
        dated=entry.date if entry else None,
        landed=verdict.landed,
        commit=history.log.commits[file.commit].oid,
        revision=f"r{verdict.revision}" if verdict.revision else "",
        standing=entry_status(ledger, verdict),
        reason=str(verdict.reason or ""),
        detail=explain_status(ledger, verdict),
        level=str(verdict.level) if verdict.counts else "",
        signature=signature,
        signer=signer,
        commit_signature=commit_signature,
        commit_signer=commit_signer,
        name_fits=file.name == file.proper_name if entry else file.name.endswith(f"-{file.reading.sha256[:8]}.yaml"),
        flags=(
            *map(str, history.landings[file.commit].flags),
            *(["late-recorded"] if verdict.late else []),
            *(["removed"] if removed else []),
        ),
    )


def _find_all(history: History, rows: Sequence[VerifyRow], signatures: SignatureChecker) -> Iterator[VerifyFinding]:
    by_path = {row.entry: row for row in rows}
    bad: dict[str, str] = {}
    for name, ledger in history.ledgers.items():
        for one in ledger.tampered:
            commit = history.log.commits[one.commit]
            when = f"on {history.landings[one.commit].day} by {history.author_of(one.commit)}, commit {commit.oid[:12]}"
            effect = f"merged {when}" if one.lost else f"{when}; the bytes that landed first count"
            yield VerifyFinding(VerifyCode.ENTRY_TAMPERED, one.path, f"{one.what} {effect}")
        if (name, "") not in history.pasts.by_key:
            yield VerifyFinding(VerifyCode.UNKNOWN_ID, f"{LEDGER}/{name}", "no SOP with this id has landed")
        for verdict in ledger.verdicts:
            yield from _entry_findings(by_path[verdict.file.path])
            for words in describe_windows(history, ledger, verdict):
                yield VerifyFinding(VerifyCode.REGISTER_WINDOW, verdict.file.path, f"it {words}")
            bad |= dict.fromkeys(signatures.bad_commits(verdict), verdict.file.path)
        yield from _unsigned_approval(history, name, ledger)
    for oid, path in bad.items():
        yield VerifyFinding(
            VerifyCode.SIGNATURE_BAD, path, f"the signature of commit {oid[:12]}, which brought it, does not fit it"
        )
    for past in history.pasts.by_key.values():
        if past.key[0] and len(past.paths) > 1:
            first, *others = sorted(past.paths)
            message = f"{', '.join(others)} {'has' if len(others) == 1 else 'have'} the same id, {past.key[0]}"
            yield VerifyFinding(VerifyCode.DUPLICATE_ID, first, message)
    yield from _removed_sops(history)
    yield from find_stray_files(
        history, {verdict.file.path: verdict.file for one in history.ledgers.values() for verdict in one.verdicts}
    )


def _removed_sops(history: History) -> Iterator[VerifyFinding]:
    for one in assess_removed(history, history.landings[-1].day):
        subject = one.subject
        if not subject.retired:
            yield VerifyFinding(VerifyCode.REMOVED, subject.path, f"{subject.id}: {subject.removed}")


def _entry_findings(row: VerifyRow) -> Iterator[VerifyFinding]:
    if row.reason:
        yield VerifyFinding(VerifyCode.INVALID, row.entry, f"{row.reason}: {row.detail}")
    if row.signature is SignatureStatus.BAD:
        yield VerifyFinding(VerifyCode.SIGNATURE_BAD, row.entry, "the signature in it does not fit its bytes")
    if row.signature is SignatureStatus.UNKNOWN_KEY:
        whose = f"nobody in the people register had the key of its signature on {row.landed}"
        yield VerifyFinding(VerifyCode.SIGNATURE_UNKNOWN, row.entry, whose)
    if not row.name_fits:
        yield VerifyFinding(
            VerifyCode.NAME_MISMATCH, row.entry, "its name does not say what its bytes say; it is judged by its bytes"
        )


def _unsigned_approval(history: History, name: str, ledger: Ledger) -> Iterator[VerifyFinding]:
    """The approval that stands, of a text of high criticality, when nobody signed it."""
    past, approval = history.pasts.by_key.get((name, "")), ledger.newest_approval
    if past is None or approval is None or approval.level.rank >= EvidenceLevel.SIGNED.rank:
        return
    revision = past.revisions[approval.revision - 1]
    criticality = criticality_of(history.snapshots[revision.blob])
    least = EvidenceLevel(getattr(history.config.approval.min_evidence, criticality))
    weak = min(approval.verdicts, key=lambda verdict: verdict.level.rank)
    if approval.level.rank < least.rank:
        message = (
            f"r{revision.number} of {name} is approved at {approval.level}; `min_evidence` asks for {least}, not so "
            f"when that landed on {approval.landed}: approve it again"
        )
        yield VerifyFinding(VerifyCode.EVIDENCE_LOW, weak.file.path, message)
    elif criticality is Criticality.HIGH:
        message = f"r{revision.number} of {name}, of high criticality, is approved at {approval.level}; sign it for E3"
        yield VerifyFinding(VerifyCode.EVIDENCE_LOW, weak.file.path, message)

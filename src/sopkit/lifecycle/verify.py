"""Checks the whole ledger, for the report of `sopkit verify`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sopkit.git.history import is_ancestor
from sopkit.lifecycle.entry_validation import criticality_of
from sopkit.lifecycle.history import History
from sopkit.lifecycle.history_checks import SignatureChecker, find_altered_objects, find_lost_entries, find_stray_files
from sopkit.lifecycle.ledger import EntryResult, Ledger, LedgerFile, entry_status, explain_status
from sopkit.lifecycle.verify_report import SignatureStatus, VerifyCode, VerifyFinding, VerifyReport, VerifyRow
from sopkit.model.config import Criticality
from sopkit.model.entry import LEDGER, EvidenceLevel
from sopkit.model.errors import SopkitError

_ORDER = {code: place for place, code in enumerate(VerifyCode)}


def verify(history: History, as_of: date, *, names: Sequence[str] = (), anchor: str = "") -> VerifyReport:
    """Check the ledger up to the judged commit; of `names` (ids, files, folders) only what they hold.

    `anchor` is the id of a commit that must lie behind HEAD. Rewritten history and altered objects are reported
    whatever the names. Raises SopkitError for a name that nothing of the ledger has.
    """
    verdicts = [(ledger, verdict) for ledger in history.ledgers.values() for verdict in ledger.verdicts]
    seals = SignatureChecker(history, [verdict.file for _, verdict in verdicts])
    there = history.log.files_at(history.count)
    rows = [
        _make_row(history, ledger, verdict, seals, gone=verdict.file.path not in there) for ledger, verdict in verdicts
    ]
    anchored = is_ancestor(history.repository, anchor) if anchor else None
    findings = list(_find_all(history, rows, seals))
    places = {name: _entry_folders(history, name) for name in names}
    wanted = [folder for folders in places.values() for folder in folders]
    if wanted:
        for name, folders in places.items():
            if not any(
                _is_below(path, folders) for path in (*(row.entry for row in rows), *(f.path for f in findings))
            ):
                raise SopkitError(f"{name}: nothing of the ledger lies there", "name an SOP's id, or a file in ledger/")
        rows = [row for row in rows if _is_below(row.entry, wanted)]
        findings = [
            found for found in findings if _is_below(found.path, wanted) or found.code is VerifyCode.OBJECT_ALTERED
        ]
    head = history.repository.head_or_error()
    if anchored is False:
        why_not = f"commit {anchor} does not lie behind HEAD, {head}: history was rewritten since it was kept"
        findings.append(VerifyFinding(VerifyCode.HISTORY_REWRITTEN, "", why_not))
    elif anchored:
        why_not = f"commit {anchor} held it, and it never landed: the line of HEAD goes another way"
        findings += [
            VerifyFinding(VerifyCode.HISTORY_REWRITTEN, path, why_not) for path in find_lost_entries(history, anchor)
        ]
    return VerifyReport(
        head=head,
        as_of=as_of,
        anchor=anchor,
        anchored=anchored,
        rows=tuple(sorted(rows, key=lambda row: row.entry)),
        findings=tuple(sorted(findings, key=lambda found: (_ORDER[found.code], found.path, found.message))),
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
    history: History, ledger: Ledger, verdict: EntryResult, seals: SignatureChecker, *, gone: bool
) -> VerifyRow:
    file, entry = verdict.file, verdict.file.reading.entry
    signature, signer = seals.of_entry(verdict)
    commit_signature, commit_signer = seals.of_commits(verdict)
    flags = history.landings[file.commit].flags
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
        name_fits=_has_matching_name(file),
        flags=(
            *(str(flag) for flag in flags),
            *(["late-recorded"] if verdict.late else []),
            *(["removed"] if gone else []),
        ),
    )


def _has_matching_name(file: LedgerFile) -> bool:
    entry, end = file.reading.entry, f"{file.reading.sha256[:8]}.yaml"
    return file.name == f"{entry.date}-{entry.kind}-{entry.by}-{end}" if entry else file.name.endswith(f"-{end}")


def _find_all(history: History, rows: Sequence[VerifyRow], seals: SignatureChecker) -> Iterator[VerifyFinding]:
    by_path = {row.entry: row for row in rows}
    bad: dict[str, str] = {}
    for name, ledger in history.ledgers.items():
        for one in ledger.tampered:
            commit = history.log.commits[one.commit]
            when = f"on {history.landings[one.commit].day} by {commit.author_name}, commit {commit.oid[:12]}"
            effect = f"merged {when}" if one.lost else f"{when}; the bytes that landed first count"
            yield VerifyFinding(VerifyCode.ENTRY_TAMPERED, one.path, f"{one.what} {effect}")
        if (name, "") not in history.pasts.by_key:
            yield VerifyFinding(VerifyCode.UNKNOWN_ID, f"{LEDGER}/{name}", "no SOP with this id has landed")
        for verdict in ledger.verdicts:
            yield from _entry_findings(by_path[verdict.file.path])
            bad |= dict.fromkeys(seals.bad_commits(verdict), verdict.file.path)
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
    yield from find_altered_objects(history)
    yield from find_stray_files(
        history, {verdict.file.path: verdict.file for one in history.ledgers.values() for verdict in one.verdicts}
    )


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
    past, approval = history.pasts.by_key.get((name, "")), ledger.in_force
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

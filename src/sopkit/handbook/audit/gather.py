"""What the audit view shows, gathered from what may be shown."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from sopkit.analysis.control_claims import STRENGTHS, ControlImplementation, implementations_by_control
from sopkit.git.blobs import read_tree
from sopkit.git.history import is_behind
from sopkit.git.repository import read_tags
from sopkit.handbook.audit.commands import commands
from sopkit.handbook.audit.document import (
    ApprovalRow,
    Audit,
    BeforeRow,
    CarriedRow,
    ChangeRow,
    ControlRow,
    EntryRow,
    ExceptionRow,
    StrayRow,
)
from sopkit.handbook.audit.doubts import doubts
from sopkit.handbook.ground import Ground
from sopkit.handbook.past.approvals import Told, approvals
from sopkit.handbook.site.data import edition_row
from sopkit.library import CONFIG_NAME
from sopkit.lifecycle.history import History
from sopkit.lifecycle.history_checks import SignatureChecker
from sopkit.lifecycle.ledger import EntryResult
from sopkit.lifecycle.text_lookup import blob_of_approval, effective_from
from sopkit.model.registers import Exemption

_MOST_STRAYS = 20
_RANK = {strength: place for place, strength in enumerate((*STRENGTHS, ""))}


@lru_cache(2)
def audit_of(ground: Ground) -> Audit:
    """The audit view of a build."""
    told = sorted(approvals(ground), key=lambda one: one.one.id)
    judged = ground.standings.judged
    rows = tuple(_approvals(told, judged)) if judged else ()
    before = _before(judged) if judged else None
    return Audit(
        edition=edition_row(ground.edition),
        controls=tuple(_controls(ground)),
        approvals=rows,
        exceptions=tuple(sorted(_exceptions(ground), key=lambda one: (one.ended, one.id))),
        doubts=tuple(doubts(ground, rows)),
        strays=tuple(_strays(judged)) if judged else (),
        before=before,
        changes=tuple(_changes(ground, judged, before)) if judged and before else (),
        commands=tuple(commands(ground, rows)),
    )


def _approvals(told: list[Told], judged: History) -> Iterator[ApprovalRow]:
    seals = SignatureChecker(judged, [verdict.file for one in told for verdict in one.approval.verdicts])
    for one in told:
        yield ApprovalRow(
            id=one.one.id,
            title=one.one.sop.title,
            version=one.version,
            revision=f"r{one.revision.number}",
            digest=one.revision.digest,
            path=one.revision.path,
            text_commit=judged.history.commits[one.revision.commit].oid,
            blob=blob_of_approval(judged, one.past, one.approval),
            approved=one.approval.landed,
            since=effective_from(judged, one.past, one.approval),
            commit=one.commit,
            level=str(one.approval.level),
            entries=tuple(_entry(verdict, judged, seals) for verdict in one.approval.verdicts),
        )


def _entry(verdict: EntryResult, judged: History, seals: SignatureChecker) -> EntryRow:
    signature, signer = seals.of_entry(verdict)
    commit_signature, commit_signer = seals.of_commits(verdict)
    return EntryRow(
        entry=verdict.file.path,
        by=verdict.entry.by,
        roles=verdict.roles,
        commit=judged.history.commits[verdict.file.commit].oid,
        level=str(verdict.level),
        signature=signature,
        signer=signer,
        commit_signature=commit_signature,
        commit_signer=commit_signer,
    )


def _controls(ground: Ground) -> Iterator[ControlRow]:
    """The controls that SOPs carry out, in the order of the frameworks and of their publishers."""
    carried = implementations_by_control(ground.library)
    for name in ground.library.config.library.frameworks:
        for control in ground.library.catalogue.get(name).controls:
            if some := carried.get((name, control.id)):
                rows = [_carried(one, ground) for one in some]
                yield ControlRow(
                    framework=name,
                    control=control.id,
                    title=control.title,
                    sops=tuple(sorted(rows, key=lambda row: (_RANK[row.strength], row.id))),
                )


def _carried(support: ControlImplementation, ground: Ground) -> CarriedRow:
    return CarriedRow(support.sop.id, ground.standings.strength(support), support.strength)


def _exceptions(ground: Ground) -> Iterator[ExceptionRow]:
    for row in ground.library.registers["exceptions"].rows:
        if isinstance(row, Exemption) and row.sop in ground.by_id:
            yield ExceptionRow(
                id=row.id,
                sop=row.sop,
                what=row.what,
                reason=row.reason,
                risk=row.risk,
                approver=row.approver,
                since=row.since,
                until=row.until,
                ended=row.gone(ground.edition.as_of) is not None,
            )


def _before(judged: History) -> BeforeRow | None:
    """The newest tag that lies on the line behind the judged commit."""
    places: Mapping[str, int] = {commit.oid: at for at, commit in enumerate(judged.history.commits[: judged.count])}
    found = [(places[oid], name, oid) for name, oid in read_tags(judged.repository).items() if oid in places]
    older = [one for one in found if one[0] < judged.count - 1]
    if not older:
        return None
    place, name, oid = max(older)
    return BeforeRow(name, oid, judged.landings[place].day)


def _strays(judged: History) -> Iterator[StrayRow]:
    """The tags of commits that hold the library and do not lie behind the judged one, though no later than it."""
    last = judged.history.commits[judged.count - 1]
    for name, oid in list(read_tags(judged.repository, last.oid).items())[:_MOST_STRAYS]:
        if CONFIG_NAME in read_tree(judged.repository, oid) and not is_behind(judged.repository, last.oid, oid):
            yield StrayRow(name, oid)


def _changes(ground: Ground, judged: History, before: BeforeRow) -> Iterator[ChangeRow]:
    place = next(at for at, commit in enumerate(judged.history.commits) if commit.oid == before.commit)
    for told in approvals(ground):
        if told.approval.commit > place:
            yield ChangeRow(told.one.id, told.one.sop.title, told.version, told.approval.landed)

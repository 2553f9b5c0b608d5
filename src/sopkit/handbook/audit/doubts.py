"""What cannot be proved of the SOPs that are shown."""

from collections.abc import Iterator, Sequence

from sopkit.handbook.audit.document import ApprovalRow, DoubtRow
from sopkit.handbook.cut.past import secret_revisions
from sopkit.handbook.ground import Ground, Shown
from sopkit.handbook.views.due import reasons
from sopkit.lifecycle.history import History
from sopkit.lifecycle.status import FRESH, OUT_OF_LIST, SopState
from sopkit.model.config import Criticality
from sopkit.model.entry import EvidenceLevel

_ONLY_DUE = frozenset({*FRESH, *OUT_OF_LIST, SopState.DUE_SOON})


def doubts(ground: Ground, approvals: Sequence[ApprovalRow]) -> Iterator[DoubtRow]:
    """What speaks against each SOP, then its entries that do not count, then that a weighty approval is not signed."""
    by_id = {row.id: row for row in approvals}
    judged = ground.standings.judged
    for one in ground.shown:
        yield from _states(one, ground)
        if judged is not None:
            yield from _invalid(one, ground, judged)
        row = by_id.get(one.id)
        if (
            row
            and one.sop.text("criticality") == Criticality.HIGH
            and EvidenceLevel(row.level).rank < EvidenceLevel.SIGNED.rank
        ):
            yield DoubtRow(one.id, "unsigned", "", ground.words("audit.unsigned", level=row.level))


def _states(one: Shown, ground: Ground) -> Iterator[DoubtRow]:
    row = one.row
    flags = row.flags or (row.state,) if row is not None else ()
    if row is not None:
        for flag, said in zip(flags, reasons(row, ground.words), strict=True):
            if flag not in _ONLY_DUE:
                yield DoubtRow(one.id, str(flag), "", said)


def _invalid(one: Shown, ground: Ground, judged: History) -> Iterator[DoubtRow]:
    """The entries that do not count; not those about texts that were more secret, nor those about none."""
    past = judged.pasts.by_key.get((one.id, ""))
    if past is None:
        return
    secret = secret_revisions(past, ground.standings, ground.asked)
    for verdict in judged.ledger(one.id).invalid:
        if verdict.reason is not None and verdict.revision not in secret and (verdict.revision or not secret):
            said = ground.words(f"audit.invalid_{verdict.reason}")
            yield DoubtRow(one.id, str(verdict.reason), verdict.file.path, said)

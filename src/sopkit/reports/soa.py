"""`sopkit report soa`: the statement of applicability."""

from collections.abc import Iterator, Sequence
from functools import partial

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.status import FRESH
from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import Framework
from sopkit.reports._report import Asked, Report, Table, Told
from sopkit.reports._soa.contradictions import contradictions
from sopkit.reports._soa.judged import Applies, Judged, judge_controls
from sopkit.reports._soa.page import Content, page
from sopkit.reports._soa.tables import ClaimRow, StatementRow, TotalRow, claim_rows, statement_row, total_rows

_CONTROL = ("control", "state", "sops", "actions", "last", "title")
_PRINTED = (*_CONTROL, "applicable", "justification", "drivers", "policies", "owner", "note")


def soa(standings: LibraryStatus, asked: Asked) -> Told:
    """Each control of a framework: whether it applies and why, and how far it is implemented."""
    framework = _framework(standings, asked)
    some = judge_controls(standings, framework)
    rows = tuple(statement_row(one, standings) for one in some)
    claims = tuple(row for one in some for row in claim_rows(one, standings))
    totals = tuple(total_rows(some))
    findings = tuple(contradictions(some, standings))
    notes = tuple(_notes(some, standings))
    return Told(
        Table("rows", "Controls", StatementRow, rows, _CONTROL, printed=_PRINTED),
        (
            Table("claims", "Claims of SOPs", ClaimRow, claims, detail=True),
            Table("totals", "Totals", TotalRow, totals),
        ),
        findings,
        notes,
        forms={"markdown": partial(page, standings, framework, Content(rows, claims, totals, findings, notes))},
    )


def _framework(standings: LibraryStatus, asked: Asked) -> Framework:
    library = standings.library
    names = asked.frameworks or library.config.library.frameworks[:1]
    if len(names) != 1:
        advice = "choose one with --framework ID" if names else "name it with --framework ID"
        raise SopkitError("a statement of applicability is about one framework", advice)
    return library.catalogue.asked(names[0])


def _notes(some: Sequence[Judged], standings: LibraryStatus) -> Iterator[str]:
    library = standings.library
    register = library.registers["soa"]
    if not register.rows_at:
        yield f"nothing is decided yet: {register.file} has no rows; begin it with: sopkit register init soa"
    elif all(one.applies is Applies.UNDECIDED for one in some):
        yield f"{register.file} decides nothing of {some[0].framework.id}" if some else "the framework has no controls"
    if register.findings:
        yield f"{register.file} has findings of its own, see `sopkit lint`; rows that cannot be read are left out"
    if unread := [sop.path for sop in library.sops if not sop.front.readable]:
        more = f" and {len(unread) - 1} more" if unread[1:] else ""
        yield f"what {unread[0]}{more} claims is not known: the front matter cannot be read"
    carried = [sops for one in some if one.applies is Applies.YES and (sops := one.carried_by(standings))]
    if shaky := sum(all(standings.of(support.sop).state not in FRESH for support in sops) for sops in carried):
        yield f"{shaky} of {len(carried)} controls that are carried out rest on SOPs that are not current: sopkit stale"
    if standings.keeps_approvals and library.sops and not any(standings.of(sop).in_force for sop in library.sops):
        yield "no approval of any SOP was found, so no control counts as implemented"


REPORT = Report(
    "soa",
    "The statement of applicability: which controls apply and why, and how far the SOPs implement them.",
    soa,
    {"rows": StatementRow, "claims": ClaimRow, "totals": TotalRow},
    takes=("frameworks",),
    finds=True,
)

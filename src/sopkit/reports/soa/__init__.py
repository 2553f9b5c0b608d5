"""`sopkit report soa`: the statement of applicability, as tables and as a page for auditors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.status import FRESH
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding
from sopkit.model.frameworks import Framework
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.reports.soa.contradictions import find_contradictions
from sopkit.reports.soa.rows import (
    ApplicabilityState,
    ControlStatement,
    ImplementationState,
    StatementClaimRow,
    StatementRow,
    StatementTotalRow,
    assess_controls,
    statement_claim_rows,
    statement_row,
    statement_total_rows,
)
from sopkit.tables.document import ReportTable, cell_text, table_markdown
from sopkit.tables.escape import escape_markdown

_STATE_HEADS = {
    ImplementationState.IMPLEMENTED: "an SOP in force (active, and a text of it approved) claims the control in full",
    ImplementationState.PARTLY: "an SOP in force claims it in part",
    ImplementationState.PLANNED: "only SOPs that are not in force claim it, or an open action names it",
    ImplementationState.OTHER_MEANS: "a policy or configuration meets it, without a procedure",
    ImplementationState.NOT_IMPLEMENTED: "it applies, and nothing can be shown for it",
    ImplementationState.EXCLUDED: "it does not apply",
    ImplementationState.UNDECIDED: "nobody has written down whether it applies",
}
_CONTROL_HEADS = ("Control", "Applies", "Justification", "Drivers", "State", "Met by", "Owner", "Latest evidence")
_SOP_HEADS = ("SOP", "Title", "Owner", "State", "Latest evidence", "Controls")


@dataclass(frozen=True, slots=True)
class StatementContent:
    """What the page tells."""

    rows: Sequence[StatementRow]
    claims: Sequence[StatementClaimRow]
    totals: Sequence[StatementTotalRow]
    findings: Sequence[Finding]
    notes: Sequence[str]


def format_statement_page(status: LibraryStatus, framework: Framework, content: StatementContent) -> str:
    """The page: what it is about, totals, a table for each theme, the SOPs, what is open, what contradicts itself."""
    name = status.library.config.library.name
    version = f"commit {status.head[:12]}" if status.head else "no commit, read from the files alone"
    states = [_state_words(state).capitalize() for state in ImplementationState]
    totals = [
        (
            f"{row.theme} {row.title}" if row.theme else f"All {row.controls}",
            *(str(getattr(row, state.replace("-", "_"))) for state in ImplementationState),
        )
        for row in content.totals
    ]
    findings = [
        f"- {one.severity}, {escape_markdown(one.path)}:{one.place.line}: {escape_markdown(one.message)}"
        for one in sorted(content.findings, key=lambda finding: finding.sort_key)
    ]
    lines = [
        f"# Statement of Applicability{': ' if name else ''}{escape_markdown(name)}",
        "",
        f"{escape_markdown(framework.title)}. As of {status.as_of}. Version: {version}.",
        "",
        "Whether a control applies, and why, is decided in `registers/soa.yaml`. The state is computed from the SOPs",
        "and from what was reviewed and approved; nobody types it:",
        "",
        *(f"- *{_state_words(state)}*: {said}" for state, said in _STATE_HEADS.items()),
        "",
        *_section("Totals", table_markdown(("Theme", *states), totals)),
    ]
    for theme in framework.groups:
        if theme.parent is None:
            inside = [_control_cells(row) for row in content.rows if row.theme == theme.id]
            lines += _section(f"{theme.id} {theme.title}", _table((*_CONTROL_HEADS, "Open actions"), inside))
    lines += _section("SOPs behind the controls", _table(_SOP_HEADS, list(_sop_cells(content.claims))))
    to_do = sorted({action for row in content.rows for action in row.to_do})
    lines += _section("Open actions", [f"- {escape_markdown(action)}" for action in to_do])
    lines += _section("Contradictions", findings)
    lines += _section("Notes", [f"- {escape_markdown(note)}" for note in (*status.notes, *content.notes)])
    return "\n".join(lines).rstrip("\n") + "\n"


def _state_words(state: ImplementationState) -> str:
    return state.replace("-", " ")


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {escape_markdown(title)}", "", *lines, ""] if lines else []


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return table_markdown(heads, rows) if rows else []


def _control_cells(row: StatementRow) -> tuple[str, ...]:
    why, how = [row.justification], [cell_text((*row.sops, *row.policies))]
    # Of a control that applies, a remark says what meets it, or the rest of it; else it is about the decision.
    (why if row.state in {ImplementationState.EXCLUDED, ImplementationState.UNDECIDED} else how).append(row.note)
    return (
        f"{row.control} {row.title}",
        row.applicable,
        "; ".join(filter(None, why)),
        cell_text((*row.drivers, *row.risks)),
        _state_words(row.state),
        "; ".join(filter(None, how)),
        row.owner,
        row.evidence,
        cell_text(row.actions),
    )


def _sop_cells(claims: Sequence[StatementClaimRow]) -> Iterator[tuple[str, ...]]:
    by_path: dict[str, list[StatementClaimRow]] = {}
    for claim in claims:
        by_path.setdefault(claim.path, []).append(claim)
    for path in sorted(by_path, key=lambda path: (by_path[path][0].sop, path)):
        one = by_path[path][0]
        controls = ", ".join(claim.control for claim in by_path[path])
        yield one.sop, one.title, one.owner, one.state, one.evidence, controls


_CONTROL_COLUMNS = ("control", "state", "sops", "actions", "last", "title")
_PRINTED_COLUMNS = (*_CONTROL_COLUMNS, "applicable", "justification", "drivers", "policies", "owner", "note")


def soa(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """Each control of a framework: whether it applies and why, and how far it is implemented."""
    library = status.library
    names = options.frameworks or library.config.library.frameworks[:1]
    if len(names) != 1:
        advice = "choose one with --framework ID" if names else "name it with --framework ID"
        raise SopkitError("a statement of applicability is about one framework", advice)
    framework = library.catalogue.require(names[0])
    some = assess_controls(status, framework)
    rows = tuple(statement_row(one, status) for one in some)
    claims = tuple(row for one in some for row in statement_claim_rows(one, status))
    totals = tuple(statement_total_rows(some))
    findings = tuple(find_contradictions(some, status))
    notes = tuple(_notes(some, status))
    return ReportResult(
        ReportTable("rows", "Controls", StatementRow, rows, _CONTROL_COLUMNS, printed=_PRINTED_COLUMNS),
        (
            ReportTable("claims", "Claims of SOPs", StatementClaimRow, claims, detail=True),
            ReportTable("totals", "Totals", StatementTotalRow, totals),
        ),
        findings,
        notes,
        forms={
            "markdown": partial(
                format_statement_page, status, framework, StatementContent(rows, claims, totals, findings, notes)
            )
        },
    )


def _notes(some: Sequence[ControlStatement], status: LibraryStatus) -> Iterator[str]:
    library = status.library
    register = library.registers["soa"]
    if not register.rows_at:
        yield f"nothing is decided yet: {register.file} has no rows; begin it with: sopkit register init soa"
    elif all(one.applies is ApplicabilityState.UNDECIDED for one in some):
        yield f"{register.file} decides nothing of {some[0].framework.id}" if some else "the framework has no controls"
    if register.findings:
        yield f"{register.file} has findings of its own, see `sopkit lint`; rows that cannot be read are left out"
    if unread := [sop.path for sop in library.sops if not sop.front.readable]:
        more = f" and {len(unread) - 1} more" if unread[1:] else ""
        yield f"what {unread[0]}{more} claims is not known: the front matter cannot be read"
    carried = [sops for one in some if one.applies is ApplicabilityState.YES and (sops := one.carried_by(status))]
    if shaky := sum(all(status.of(support.sop).state not in FRESH for support in sops) for sops in carried):
        yield f"{shaky} of {len(carried)} controls that are carried out rest on SOPs that are not current: sopkit stale"
    if status.keeps_approvals and library.sops and not any(status.of(sop).in_force for sop in library.sops):
        yield "no approval of any SOP was found, so no control counts as implemented"


REPORT = Report(
    "soa",
    "The statement of applicability: which controls apply and why, and how far the SOPs implement them.",
    soa,
    {"rows": StatementRow, "claims": StatementClaimRow, "totals": StatementTotalRow},
    takes=("frameworks",),
    finds=True,
)

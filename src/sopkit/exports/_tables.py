"""The tables of a whole library for workbook and CSV: status list, registers, reports, traceability."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Annotated

from sopkit.analysis.applicability import controls_in_cell, decision_by_control
from sopkit.analysis.control_claims import ControlKey, implementations_by_control
from sopkit.analysis.status_list import StatusRow, status_row
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.removed_sops import removed_status_row
from sopkit.model.finding import Severity
from sopkit.model.registers import Policy, Risk
from sopkit.model.sop import Sop
from sopkit.registers.export import register_csv, unread_rows
from sopkit.registers.export import sheet_of_register as register_sheet
from sopkit.reports import report_named
from sopkit.reports.report import ReportOptions, ReportResult, read_all_bodies
from sopkit.tables.document import ReportTable, rows_csv
from sopkit.tables.sheet import MAX_SHEET_NAME, Sheet
from sopkit.tables.workbook import build_sheet, column_title

RISK_COLUMNS = (
    "risk",
    "risk_title",
    "control",
    "control_title",
    "sop",
    "sop_title",
    "strength",
    "steps",
    "records",
    "state",
    "last",
)
POLICY_COLUMNS = ("policy", "policy_title", "control", "control_title", "sop", "sop_title", "strength", "state", "last")
"""What is printed of the two tables."""

_STRENGTH = (
    "How much of the control it carries out: full, partial or supporting. Where no SOP does: other-means or excluded "
    "if the statement of applicability says so, else none."
)


@dataclass(frozen=True, slots=True)
class RiskChain:
    """One way from a risk over a control to an SOP; without an SOP, nothing carries the control out."""

    risk: Annotated[str, "Id of the risk."]
    risk_title: Annotated[str, "What may happen."]
    treatment: Annotated[str, "What is done about it."]
    framework: Annotated[str, "Framework of the control."]
    control: Annotated[str, "Control that treats the risk; empty where the register names none."]
    control_title: Annotated[str, "Its short title."]
    sop: Annotated[str, "SOP that carries the control out."]
    sop_title: Annotated[str, "Its title."]
    strength: Annotated[str, _STRENGTH]
    steps: Annotated[tuple[str, ...], "Its steps that name the control."]
    records: Annotated[tuple[str, ...], "Records that carrying it out leaves behind."]
    state: Annotated[str, "State of the SOP as `sopkit stale` tells it."]
    owner: Annotated[str, "Title of the role that owns the SOP."]
    last: Annotated[date | None, "Day of its latest review or approval that counts."]


@dataclass(frozen=True, slots=True)
class PolicyChain:
    """One way from a policy over a control to an SOP that names the policy."""

    policy: Annotated[str, "Id of the policy."]
    policy_title: Annotated[str, "Its title."]
    policy_owner: Annotated[str, "Title of the role that owns it."]
    framework: Annotated[str, "Framework of the control."]
    control: Annotated[str, "Control that the policy answers; empty for an SOP that carries out none of these."]
    control_title: Annotated[str, "Its short title."]
    sop: Annotated[str, "SOP that names the policy and carries the control out; empty where there is none."]
    sop_title: Annotated[str, "Its title."]
    strength: Annotated[str, _STRENGTH]
    state: Annotated[str, "State of the SOP as `sopkit stale` tells it."]
    last: Annotated[date | None, "Day of its latest review or approval that counts."]


def risk_chains(status: LibraryStatus) -> tuple[RiskChain, ...]:
    """Every way from the risks that are open, in the order of the register."""
    library = status.library
    rows = (row for row in library.registers["risks"].rows if isinstance(row, Risk) and not row.gone(library.as_of))
    return tuple(chain for row in rows for chain in _chains_of_risk(row, status))


def policy_chains(status: LibraryStatus) -> tuple[PolicyChain, ...]:
    """Every way from the policies, in the order of the register; SOPs that carry out no control of theirs come last."""
    rows = (row for row in status.library.registers["policies"].rows if isinstance(row, Policy))
    return tuple(chain for row in rows for chain in _chains_of_policy(row, status))


def _chains_of_risk(row: Risk, status: LibraryStatus) -> Iterator[RiskChain]:
    library = status.library
    for control in controls_in_cell(row.controls, library) or (None,):
        for support in (implementations_by_control(library).get(control, ()) if control else ()) or (None,):
            sop = support.sop if support else None
            framework, control_id, title = _control_fields(control, library)
            yield RiskChain(
                risk=row.id,
                risk_title=row.title,
                treatment=row.treatment or "",
                framework=framework,
                control=control_id,
                control_title=title,
                sop=sop.name if sop else "",
                sop_title=sop.title if sop else "",
                strength=support.strength if support else _strength_without_sop(control, library),
                steps=tuple(step.number for step in support.steps) if support else (),
                records=tuple(
                    name
                    for record, _ in (sop.mappings("records") if sop else ())
                    if isinstance(name := record.get("name") or record.get("id"), str)
                ),
                state=status.of(sop).state if sop else "",
                owner=library.role_title(sop.text("owner")) if sop else "",
                last=status.of(sop).last if sop else None,
            )


def _chains_of_policy(row: Policy, status: LibraryStatus) -> Iterator[PolicyChain]:
    library = status.library
    for control, sop, strength in _policy_paths(row, library):
        framework, control_id, title = _control_fields(control, library)
        yield PolicyChain(
            policy=row.id,
            policy_title=row.title,
            policy_owner=library.role_title(row.owner),
            framework=framework,
            control=control_id,
            control_title=title,
            sop=sop.name if sop else "",
            sop_title=sop.title if sop else "",
            strength=strength,
            state=status.of(sop).state if sop else "",
            last=status.of(sop).last if sop else None,
        )


def _policy_paths(row: Policy, library: Library) -> Iterator[tuple[ControlKey | None, Sop | None, str]]:
    """The controls of a policy with the SOPs that name it and carry them out, then its other SOPs; never nothing."""
    controls = controls_in_cell(row.controls, library)
    naming = {sop.path: sop for sop in library.in_order if row.id in {name for name, _ in sop.texts("policies")}}
    naming = {path: sop for path, sop in naming.items() if sop.status != "retired"}
    covering: set[str] = set()
    for control in controls:
        found = [one for one in implementations_by_control(library).get(control, ()) if one.sop.path in naming]
        covering |= {one.sop.path for one in found}
        yield from ((control, one.sop, one.strength) for one in found)
        if not found:
            yield control, None, _strength_without_sop(control, library)
    beside = [sop for path, sop in naming.items() if path not in covering]
    yield from ((None, sop, "") for sop in beside)
    if not controls and not beside:
        yield None, None, ""


def _strength_without_sop(control: ControlKey | None, library: Library) -> str:
    """What stands for the strength where no SOP carries a control out."""
    decision = decision_by_control(library).get(control) if control else None
    if decision is not None and not decision.row.applicable:
        return "excluded"
    if decision is not None and not decision.row.procedure:
        return "other-means"
    return "none" if control else ""


def _control_fields(control: ControlKey | None, library: Library) -> tuple[str, str, str]:
    """Framework, id and title of a control."""
    if control is None:
        return "", "", ""
    framework, name = control
    return framework, name, library.catalogue.get(framework).by_id[name].title


STATUS_COLUMNS = (
    *("id", "title", "version", "status", "area_title", "owner_title", "approver_titles"),
    *("state", "reviewed", "approved", "due"),
)
"""What is printed of the master list."""


@dataclass(frozen=True, slots=True)
class SopStatusRow(StatusRow):
    """One SOP of the library, with what can be shown for it."""

    state: Annotated[str, "State as `sopkit stale` tells it."]
    reviewed: Annotated[date | None, "Day of the latest review that counts."]
    approved: Annotated[date | None, "Day of the latest approval that counts."]
    due: Annotated[date | None, "Last day on which the next review is in time."]
    evidence: Annotated[str, "What the latest of the two is shown by, with its level."]


def sop_status_rows(status: LibraryStatus) -> tuple[SopStatusRow, ...]:
    """Every SOP, retired ones too, in the order of ids; what has no id comes behind, and last what has no file."""
    library = status.library
    listing = [(status_row(sop, library), status.of(sop)) for sop in library.in_order]
    listing += [(removed_status_row(one, library), one) for one in status.removed]
    found = []
    for listed, sop_status in listing:
        found.append(
            SopStatusRow(
                **{field.name: getattr(listed, field.name) for field in fields(StatusRow)},
                state=sop_status.state,
                reviewed=sop_status.reviewed,
                approved=sop_status.approved,
                due=sop_status.due,
                evidence=sop_status.evidence,
            )
        )
    return tuple(found)


_REPORTS_BEFORE = {"soa": "Statement of Applicability", "coverage": "Coverage", "gaps": "Gaps"}
_REPORTS_AFTER = {"limits": "Time limits", "roles": "Roles and duties", "ignores": "Ignores"}
"""The reports that go into the whole before and after the registers, with the names of their sheets.

None is named as a register, so that `sopkit register import --all` takes none for one.
"""
_REGISTERS = ("risks", "assets", "vendors", "policies", "actions", "exceptions", "external")
"""The registers that go into the whole: those that an auditor asks for, and that name people by their roles alone."""
_SHORT_TITLES = {"soa": "Applicability", "roles": "Roles"}
"""What the names of their further sheets begin with, where those would be too long."""


@dataclass(frozen=True, slots=True)
class ExportTable:
    """One table: the name of its file without an ending, and what makes it a sheet or CSV.

    A `detail` says at length what another table says in short.
    """

    name: str
    sheet: Callable[[], Sheet]
    csv: Callable[[], str]
    detail: bool = False


@dataclass(frozen=True, slots=True)
class ExportTables:
    """All tables of a library, and what the reports remark on them."""

    pieces: tuple[ExportTable, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkbookFindingRow:
    """What a report finds to contradict itself or to be missing."""

    report: Annotated[str, "The report that tells it."]
    severity: Annotated[Severity, "How much it weighs."]
    name: Annotated[str, "What is wrong, as a code of words."]
    path: Annotated[str, "File, relative to the library."]
    line: Annotated[int, "Line in the file, from 1."]
    message: Annotated[str, "What is wrong and what to do."]


def build_tables(status: LibraryStatus, frameworks: tuple[str, ...]) -> ExportTables:
    """The tables in the order in which an auditor asks for them; those of the frameworks named, where any are."""
    results = dict(_run_reports(status, frameworks))
    findings = tuple(
        WorkbookFindingRow(name, one.severity, one.code, one.path, one.place.line, one.message)
        for name, report in results.items()
        for one in sorted(report.findings, key=lambda finding: finding.sort_key)
    )
    pieces = (
        *_report_tables(_REPORTS_BEFORE, results),
        _export_table(
            ReportTable("sops", "Master list", SopStatusRow, sop_status_rows(status), STATUS_COLUMNS), "master-list"
        ),
        *(_register_table(status.library, name) for name in _REGISTERS),
        _export_table(
            ReportTable("risks", "Risk to record", RiskChain, risk_chains(status), RISK_COLUMNS), "risk-to-record"
        ),
        _export_table(
            ReportTable("policies", "Policy to SOP", PolicyChain, policy_chains(status), POLICY_COLUMNS),
            "policy-to-sop",
        ),
        *_report_tables(_REPORTS_AFTER, results),
        _export_table(ReportTable("findings", "Findings", WorkbookFindingRow, findings), "findings"),
    )
    registers = status.library.registers
    notes = (
        *status.notes,
        *(f"{(_REPORTS_BEFORE | _REPORTS_AFTER)[name]}: {note}" for name, one in results.items() for note in one.notes),
        *(f"left out of {name}: {note}" for name in _REGISTERS for note in unread_rows(registers[name])),
    )
    return ExportTables(pieces, tuple(dict.fromkeys(notes)))


def _run_reports(status: LibraryStatus, frameworks: tuple[str, ...]) -> Iterator[tuple[str, ReportResult]]:
    """What each report tells. A statement of applicability is about one framework, the first; there may be none."""
    first = (frameworks or status.library.config.library.frameworks)[:1]
    named = {"coverage": frameworks, "soa": tuple(name.partition(":")[0] for name in first)}
    reports = [report_named(name) for name in (*_REPORTS_BEFORE, *_REPORTS_AFTER) if name != "soa" or first]
    read_all_bodies((report.reads for report in reports if report.reads), status)
    for report in reports:
        yield report.name, report.make(status, ReportOptions(frameworks=named.get(report.name, ())))


def _report_tables(titles: Mapping[str, str], results: Mapping[str, ReportResult]) -> Iterator[ExportTable]:
    for name, title in titles.items():
        if name in results:
            yield _export_table(replace(results[name].table, title=title), name)
            short = _SHORT_TITLES.get(name, title)
            for table in results[name].more:
                full = f"{short} - {table.title.lower()}"
                full = full if len(full) <= MAX_SHEET_NAME else f"{short} - {table.name}"
                yield _export_table(replace(table, title=full), f"{name}-{table.name}")


def _export_table(table: ReportTable, name: str) -> ExportTable:
    return ExportTable(name, lambda: build_sheet(table), lambda: rows_csv(table.kind, table.rows), table.detail)


def _register_table(library: Library, name: str) -> ExportTable:
    def sheet() -> Sheet:
        found = register_sheet(library, name)
        columns = tuple(replace(column, head=column_title(column.head)) for column in found.columns)
        return replace(found, name=name.capitalize(), columns=columns)

    return ExportTable(name, sheet, lambda: register_csv(name, library.registers[name].rows))

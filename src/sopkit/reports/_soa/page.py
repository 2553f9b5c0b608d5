"""The statement of applicability as a page for auditors."""

from collections.abc import Iterator, Sequence

from sopkit.lifecycle.standing import Standings
from sopkit.literal import markdown
from sopkit.model.finding import Finding
from sopkit.model.frameworks import Framework
from sopkit.reports._soa.tables import StatementRow, TotalRow
from sopkit.rows import joined

_STATES = {
    "implemented": "an SOP in force (active, and a text of it approved) claims the control in full",
    "partly": "an SOP in force claims it in part",
    "planned": "only SOPs that are not in force claim it, or an open action names it",
    "other-means": "a policy or configuration meets it, without a procedure",
    "not-implemented": "it applies, and nothing can be shown for it",
    "excluded": "it does not apply",
    "undecided": "nobody has written down whether it applies",
}
_HEADS = (
    "Control",
    "Applies",
    "Justification",
    "Drivers",
    "State",
    "Carried out by",
    "Owner",
    "Latest evidence",
    "Open actions",
)
_TOTALS = ("Theme", "Controls", "Applicable", "Implemented", "Partly", "Planned", "Other means", "Not implemented")
_MORE_TOTALS = ("Excluded", "Undecided")


def page(
    standings: Standings,
    framework: Framework,
    rows: Sequence[StatementRow],
    totals: Sequence[TotalRow],
    findings: Sequence[Finding],
    notes: Sequence[str],
) -> str:
    """The page: what it is about, totals, a table for each theme, and what contradicts itself."""
    name = standings.library.config.library.name
    version = f"commit {standings.head[:12]}" if standings.head else "no commit: read from the files alone"
    lines = [f"# Statement of Applicability{': ' if name else ''}{markdown(name)}", ""]
    lines += [f"{markdown(framework.title)}. As of {standings.as_of}; version: {version}.", ""]
    lines += [
        "Whether a control applies and why is decided in `registers/soa.yaml`. The state is computed from the SOPs and",
        "from what was reviewed and approved; nobody types it.",
        "",
        *(f"- *{state.replace('-', ' ')}*: {said}" for state, said in _STATES.items()),
        "",
    ]
    lines += ["## Totals", "", *_table((*_TOTALS, *_MORE_TOTALS), (_figures(row) for row in totals)), ""]
    for theme in framework.groups:
        inside = [row for row in rows if row.theme == theme.id]
        if theme.parent is None and inside:
            lines += [f"## {markdown(f'{theme.id} {theme.title}')}", ""]
            lines += [*_table(_HEADS, (_cells(row) for row in inside)), ""]
    lines += _findings(findings)
    told = [markdown(note) for note in (*standings.notes, *notes)]
    lines += ["## Notes", "", *(f"- {note}" for note in told), ""] if told else []
    return "\n".join(lines).rstrip("\n") + "\n"


def _figures(row: TotalRow) -> tuple[str, ...]:
    theme = f"{row.theme} {row.title}" if row.theme else "All"
    return (
        theme,
        *map(str, (row.controls, row.applicable, row.implemented, row.partly, row.planned)),
        *map(str, (row.other_means, row.not_implemented, row.excluded, row.undecided)),
    )


def _cells(row: StatementRow) -> tuple[str, ...]:
    said = "; ".join(filter(None, (row.justification, row.note)))
    return (
        f"{row.control} {row.title}",
        row.applicable,
        said,
        joined((*row.drivers, *row.risks)),
        row.state.replace("-", " "),
        joined(row.sops),
        row.owner,
        row.evidence,
        joined(row.actions),
    )


def _table(heads: Sequence[str], rows: Iterator[tuple[str, ...]]) -> list[str]:
    cells = (" | ".join(markdown(cell) for cell in row) for row in rows)
    return [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *(f"| {line} |" for line in cells)]


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield from ("## What contradicts itself", "")
        for one in sorted(findings, key=lambda finding: finding.sort_key):
            yield f"- {one.severity}: {markdown(one.message)} (`{one.path}:{one.place.line}`)"
        yield ""

"""The statement of applicability as a page for auditors."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.finding import Finding
from sopkit.model.frameworks import Framework
from sopkit.reports._soa.judged import State
from sopkit.reports._soa.tables import ClaimRow, StatementRow, TotalRow
from sopkit.tables.escape import escape_markdown
from sopkit.tables.rows import cell_text

_STATES = {
    State.IMPLEMENTED: "an SOP in force (active, and a text of it approved) claims the control in full",
    State.PARTLY: "an SOP in force claims it in part",
    State.PLANNED: "only SOPs that are not in force claim it, or an open action names it",
    State.OTHER_MEANS: "a policy or configuration meets it, without a procedure",
    State.NOT_IMPLEMENTED: "it applies, and nothing can be shown for it",
    State.EXCLUDED: "it does not apply",
    State.UNDECIDED: "nobody has written down whether it applies",
}
_CONTROLS = ("Control", "Applies", "Justification", "Drivers", "State", "Met by", "Owner", "Latest evidence")
_SOPS = ("SOP", "Title", "Owner", "State", "Latest evidence", "Controls")


@dataclass(frozen=True, slots=True)
class Content:
    """What the page tells."""

    rows: Sequence[StatementRow]
    claims: Sequence[ClaimRow]
    totals: Sequence[TotalRow]
    findings: Sequence[Finding]
    notes: Sequence[str]


def page(standings: LibraryStatus, framework: Framework, content: Content) -> str:
    """The page: what it is about, totals, a table for each theme, the SOPs, what is open, what contradicts itself."""
    name = standings.library.config.library.name
    version = f"commit {standings.head[:12]}" if standings.head else "no commit, read from the files alone"
    lines = [
        f"# Statement of Applicability{': ' if name else ''}{escape_markdown(name)}",
        "",
        f"{escape_markdown(framework.title)}. As of {standings.as_of}. Version: {version}.",
        "",
        "Whether a control applies, and why, is decided in `registers/soa.yaml`. The state is computed from the SOPs",
        "and from what was reviewed and approved; nobody types it:",
        "",
        *(f"- *{_words(state)}*: {said}" for state, said in _STATES.items()),
        "",
        *_section("Totals", _table(("Theme", *map(_head, State)), map(_figures, content.totals))),
    ]
    for theme in framework.groups:
        if theme.parent is None:
            inside = [_cells(row) for row in content.rows if row.theme == theme.id]
            lines += _section(f"{theme.id} {theme.title}", _table((*_CONTROLS, "Open actions"), inside))
    lines += _section("SOPs behind the controls", _table(_SOPS, _sops(content.claims)))
    to_do = sorted({said for row in content.rows for said in row.to_do})
    lines += _section("Open actions", [f"- {escape_markdown(said)}" for said in to_do])
    lines += _section("Contradictions", _findings(content.findings))
    lines += _section("Notes", [f"- {escape_markdown(note)}" for note in (*standings.notes, *content.notes)])
    return "\n".join(lines).rstrip("\n") + "\n"


def _words(state: State) -> str:
    return state.replace("-", " ")


def _head(state: State) -> str:
    return _words(state).capitalize()


def _section(title: str, lines: Iterable[str]) -> list[str]:
    told = list(lines)
    return [f"## {escape_markdown(title)}", "", *told, ""] if told else []


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(escape_markdown(cell) for cell in row)} |" for row in rows]
    return [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *lines] if lines else []


def _figures(row: TotalRow) -> tuple[str, ...]:
    counts = (getattr(row, state.replace("-", "_")) for state in State)
    return (f"{row.theme} {row.title}" if row.theme else f"All {row.controls}", *map(str, counts))


def _cells(row: StatementRow) -> tuple[str, ...]:
    why, how = [row.justification], [cell_text((*row.sops, *row.policies))]
    # Of a control that applies, a remark says what meets it, or the rest of it; else it is about the decision.
    (why if row.state in {State.EXCLUDED, State.UNDECIDED} else how).append(row.note)
    return (
        f"{row.control} {row.title}",
        row.applicable,
        "; ".join(filter(None, why)),
        cell_text((*row.drivers, *row.risks)),
        _words(row.state),
        "; ".join(filter(None, how)),
        row.owner,
        row.evidence,
        cell_text(row.actions),
    )


def _sops(claims: Sequence[ClaimRow]) -> Iterator[tuple[str, ...]]:
    by_path: dict[str, list[ClaimRow]] = {}
    for claim in claims:
        by_path.setdefault(claim.path, []).append(claim)
    for path in sorted(by_path, key=lambda path: (by_path[path][0].sop, path)):
        one = by_path[path][0]
        controls = ", ".join(claim.control for claim in by_path[path])
        yield one.sop, one.title, one.owner, one.state, one.evidence, controls


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    for one in sorted(findings, key=lambda finding: finding.sort_key):
        yield f"- {one.severity}, {escape_markdown(one.path)}:{one.place.line}: {escape_markdown(one.message)}"

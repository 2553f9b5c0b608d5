"""SOP403: An SOP claims no control that the statement of applicability (registers/soa.yaml) excludes."""

from collections.abc import Iterator

from sopkit.analysis.applicability import applicability_by_control
from sopkit.library import RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_ROW = "- {control: A.5.18, applicable: %s, reason: nobody outside signs in}\n"


@rule(
    "SOP403",
    severity=Severity.ERROR,
    bad=Example("", files={"registers/soa.yaml": _ROW % "false"}),
    good=Example("", files={"registers/soa.yaml": _ROW % "true"}),
)
def excluded_control(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """An SOP claims no control that the statement of applicability (registers/soa.yaml) excludes.

    Looked at: the front matter, and `Control:` lines of steps. Retired SOPs are history and not judged.

    Why: the auditor reads the two side by side; ISO/IEC 27001:2022, 6.1.3 d, asks for the justification of each
    exclusion, and an SOP that carries the control out contradicts it.
    Mend: delete the claim, or make the control applicable.
    """
    rows = applicability_by_control(context)
    if sop.status == "retired" or all(row.applicable for row in rows.values()):
        return
    for claim in context.claims(sop):
        for control in claim.ids:
            if (row := rows.get((claim.framework, control))) is not None and not row.applicable:
                yield sop.finding(claim.loc, _message(control))
    for named in sop.body.named_controls:
        match = context.control(named.text)
        for control in match.ids:
            if (row := rows.get((match.framework or "", control))) is not None and not row.applicable:
                yield sop.finding((named.start, named.end), _message(control))


def _message(control: str) -> str:
    return f"{control} is claimed here, but registers/soa.yaml excludes it; delete the claim or make it applicable"

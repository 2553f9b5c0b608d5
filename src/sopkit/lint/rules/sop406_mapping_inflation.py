"""SOP406: An SOP claims at most 12 controls of one framework."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.control_mentions import claimed_controls
from sopkit.lint.rule import Example, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_MAX_CONTROLS = 12
_IDS = [f"A.8.{number}" for number in range(1, _MAX_CONTROLS + 2)]
_TEXT = """
    ---
    controls:
      iso27001-2022: [%s]
    ---
    ## References

    - ISO 27001:2022 %s
    """


@rule(
    "SOP406",
    severity=Severity.INFO,
    default=False,
    bad=Example(_TEXT % ((", ".join(_IDS),) * 2)),
    good=Example(_TEXT % ((", ".join(_IDS[:-1]),) * 2)),
)
def mapping_inflation(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """An SOP claims at most 12 controls of one framework.

    Why: who claims half of a standard with one procedure proves none of it; the auditor asks for each of them.
    Mend: keep the controls that a step carries out; what the SOP only supports belongs to another SOP, or gets
    `strength: supporting` there.
    """
    for framework, ids in claimed_controls(sop, context).items():
        if len(ids) > _MAX_CONTROLS:
            where = ("controls", framework)
            yield sop.finding(where, f"{len(ids)} controls of {framework}; keep those that a step carries out")

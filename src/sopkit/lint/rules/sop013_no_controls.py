"""SOP013: From trial on an SOP names the controls that it carries out, and when active the risks that it treats."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from sopkit.library import Library
from sopkit.lint.control_mentions import claimed_controls, control_mentions
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP013",
    scope=RuleScope.SOP_IN_LIBRARY,
    severity=Severity.WARNING,
    when_active=Severity.ERROR,
    fix=FixClass.SUGGESTION,
    bad=Example(
        """
        ## References

        - Access policy
        """,
        without=("controls",),
    ),
    good="""
        ---
        controls:
          iso27001-2022: [A.5.18]
        ---
        """,
)
def no_controls(sop: Sop, library: Library) -> Iterator[Finding]:
    """From trial on an SOP names the controls that it carries out, and when active the risks that it treats.

    Risks are asked for when the library has a register of risks.

    Why: coverage of the standard is proved from these lists; ISO/IEC 27001:2022, 6.1.3, ties controls to risks.
    Mend: take the controls that References name, else those that most other SOPs of the area claim, where `--fix
    --unsafe` can tell them; name them under `controls:` and the rows of registers/risks.yaml under `risks:`.
    """
    if sop.status not in {"trial", "active"} or not sop.front.readable:
        return
    if not sop.front.values.get("controls"):
        message = f"status {sop.status} without `controls`; name the controls that it carries out"
        yield sop.finding("status", message, fix=_controls_fix(sop, library))
    if sop.active and library.registers["risks"] and not sop.front.values.get("risks"):
        yield sop.finding("status", "status active without `risks`; name the risks that it treats")


def _controls_fix(sop: Sop, library: Library) -> Fix | None:
    """The controls of the library's frameworks that References names, else those that the area has in common."""
    controls: dict[str, tuple[str, ...]] = {}
    for mention in control_mentions(sop, library):
        if mention.framework in library.config.library.frameworks:
            controls[mention.framework] = tuple(dict.fromkeys((*controls.get(mention.framework, ()), *mention.ids)))
    controls = controls or _common_controls(sop.text("area"), library)
    if not controls or "controls" in sop.front.typed or "controls" in sop.front.spelled:
        return None
    line_end, end = sop.source.line_end, sop.front.end
    lines = [f"  {framework}: [{', '.join(ids)}]{line_end}" for framework, ids in controls.items()]
    return Fix("add the controls", (Edit(end, end, f"controls:{line_end}{''.join(lines)}"),), FixClass.SUGGESTION)


@lru_cache(maxsize=64)
def _common_controls(area: str, library: Library) -> dict[str, tuple[str, ...]]:
    """The controls that more than half of an area's SOPs with controls claim."""
    claims = [claims for sop in library.sops if area == sop.text("area") and (claims := claimed_controls(sop, library))]
    counts = Counter((framework, control) for one in claims for framework, ids in one.items() for control in ids)
    found: dict[str, tuple[str, ...]] = {}
    for (framework, control), count in counts.items():
        if 2 * count > len(claims):
            found[framework] = (*found.get(framework, ()), control)
    return found

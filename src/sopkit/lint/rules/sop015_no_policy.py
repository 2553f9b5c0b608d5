"""SOP015: An active SOP names the policy whose rules it carries out."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.advice import add_key_fix
from sopkit.lint.control_mentions import claimed_controls
from sopkit.lint.rule import Example, rule
from sopkit.model.claims import claims_of
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.registers import Policy
from sopkit.model.sop import Sop

_POLICIES = "- {id: POL-01, title: Access policy, owner: security-lead, controls: {iso27001-2022: [A.5.15, A.5.18]}}\n"


@rule(
    "SOP015",
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    bad=Example("", files={"registers/policies.yaml": _POLICIES}),
    good=Example(
        """
        ---
        policies: [POL-01]
        ---
        """,
        files={"registers/policies.yaml": _POLICIES},
    ),
)
def no_policy(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """An active SOP names the policy whose rules it carries out.

    Asked for when the library has a register of policies.

    Why: a policy says what holds, an SOP how it is done; a rule that no procedure carries out is only paper, and a
    procedure without a rule is nobody's decision.
    Mend: name rows of registers/policies.yaml under `policies:`. The message, and the fix, name the policy that
    answers most of the SOP's controls.
    """
    if not sop.active or not sop.front.readable or sop.front.values.get("policies") or sop.flawed("policies"):
        return
    if context.registers["policies"]:
        near = _best_policy(sop, context)
        advice = f"; {near[0]} answers most of its controls" if near else ""
        message = f"status active without `policies`; name the policy that it carries out{advice}"
        yield sop.finding("status", message, fix=add_key_fix(sop, "policies", near, FixClass.SUGGESTION))


def _best_policy(sop: Sop, context: RuleContext) -> tuple[str, ...]:
    """The policy that shares most controls with the SOP, the first of several; nothing when none shares any."""
    own = {(framework, control) for framework, ids in claimed_controls(sop, context).items() for control in ids}
    shared: dict[str, int] = {}
    for row in context.registers["policies"].rows:
        if isinstance(row, Policy):
            controls = {framework: [claim.id for claim in claims] for framework, claims in row.controls.items()}
            claims = claims_of(controls, context.catalogue, "")
            shared[row.id] = len(own & {(claim.framework, control) for claim in claims for control in claim.ids})
    best = max(shared, key=lambda name: shared[name], default="")
    return (best,) if best and shared[best] else ()

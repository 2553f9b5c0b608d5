"""SOP014: From trial on an SOP of high criticality names the roles that are trained on it."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.advice import add_key_fix
from sopkit.lint.rule import Example, rule
from sopkit.model.config import Criticality
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP014",
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    bad=Example("---\ncriticality: high\n---\n", without=("audience",)),
    good="""
        ---
        criticality: high
        audience: [it-operations, line-manager]
        ---
        """,
)
def no_audience(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """From trial on an SOP of high criticality names the roles that are trained on it.

    Why: where much depends on a procedure, it has to be known before it is needed; nobody is told of a new version
    that has no audience.
    Mend: list the roles under `audience:`, or `[everyone]`. `--fix --unsafe` takes
    those that act in its steps.
    """
    if sop.text("criticality") != Criticality.HIGH or sop.status not in {"trial", "active"}:
        return
    if sop.front.values.get("audience") or sop.flawed("audience"):
        return
    found = (context.role(step.actor) for step in (sop.body.steps if context.roles else ()) if step.actor)
    roles = tuple(dict.fromkeys(role.id for role in found if role is not None))
    acting = f"; in its steps act {', '.join(roles)}" if roles else ""
    message = f"high criticality without `audience`; name the roles that are trained on it{acting}"
    yield sop.finding("criticality", message, fix=add_key_fix(sop, "audience", roles, FixClass.SUGGESTION))

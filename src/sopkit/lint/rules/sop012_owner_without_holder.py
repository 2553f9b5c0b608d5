"""SOP012: Owner and approvers are roles of the register, and somebody holds each of them on the day judged."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.body import is_undecided
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.parsing.yaml import rewrite_scalar


@rule(
    "SOP012",
    severity=Severity.WARNING,
    under_audit=Severity.ERROR,
    fix=FixClass.SUGGESTION,
    bad="""
        ---
        owner: head-of-nothing
        ---
        """,
    good="""
        ---
        owner: security-lead
        ---
        """,
)
def owner_without_holder(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """Owner and approvers are roles of the register, and somebody holds each of them on the day judged.

    An unknown role is an error; a role that nobody holds is a warning, under the profile audit an error, and asked for
    from trial on: while an SOP is a draft, SOP018 tells of the decision that its role awaits.

    Why: an SOP that nobody answers for rots; an approval by an unknown role never counts.
    Mend: name a role by its id in registers/roles.yaml, or give the role a holder there.
    """
    if not context.roles:
        return
    named = (*sop.texts("owner"), *context.placed_approvers(sop))
    for name, loc in named:
        if is_undecided(name):
            continue  # SOP104's
        what = {"owner": "owner", "approvers": "approver"}.get(str(loc[0]), "approver of the area")
        if name not in context.roles.keys:
            near = nearest(name, sorted(context.roles.keys), 1, 0.5)
            advice = f"did you mean `{near[0]}`?" if near else "add it to registers/roles.yaml"
            fix = None
            if near and loc != ("area",) and near[0] not in {one for one, at in named if at[0] == loc[0]}:
                fix = rewrite_scalar(sop.source, sop.place(loc), name, near[0])
            message = f"{what} `{name}` is no role of the register; {advice}"
            yield sop.finding(loc, message, severity=Severity.ERROR, fix=fix)
            continue
        role = context.role(name)
        if role is not None and sop.status != "draft" and not role.held_by(context.as_of):
            yield sop.finding(loc, f"nobody holds the role `{name}` on {context.as_of}; name a holder in the register")

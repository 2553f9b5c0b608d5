"""SOP301: Every role that a step, the Roles section or the front matter names is in the register of roles."""

from collections.abc import Iterator

from sopkit.analysis.responsibilities import unknown_roles
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.parsing.roles import EVERYONE
from sopkit.parsing.yaml import rewrite_scalar


@rule(
    "SOP301",
    severity=Severity.ERROR,
    fix=FixClass.SUGGESTION,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Access wizard**: Approve the request.
        3. **IT operations**: Grant the access.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access.
        """,
)
def unknown_role(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """Every role that a step, the Roles section or the front matter names is in the register of roles.

    Titles, ids and aliases count, without case; several may be joined by "and" or "/". Silent without a register. In
    `**Check the logs:** look for errors` the bold words are a title: where no step of a run names a role that is known,
    only words that end like one (manager, team, owner …), or resemble one of the register, are taken for a role.

    Why: a role that nobody has defined is held by nobody; two names for one role split its duties.
    Mend: use the register's title, or add the spelling to the role's aliases in registers/roles.yaml.
    """
    if not context.roles or context.roles.findings:
        return  # the names in a row that is wrong are not known
    for (name, *_), start, end in unknown_roles(sop, context):
        title, fix = _nearest(name, context), None
        if title and sop.source.data[start:end] == name.encode():
            fix = Fix(f"write `{title}`", (Edit(start, end, title),), FixClass.SUGGESTION)
        advice = f"did you mean `{title}`?" if title else "add it to registers/roles.yaml"
        yield sop.finding((start, end), f"`{name}` is no role of the register; {advice}", fix=fix)
    for key in ("contributors", "audience"):
        names = {name for name, _ in sop.texts(key)}
        for name, loc in sop.texts(key):
            if name not in context.roles.keys and name.casefold() not in EVERYONE:
                row = context.roles.by_name.get(_nearest(name, context).casefold())
                near = row.key if row else ""
                fix = rewrite_scalar(sop.source, sop.place(loc), name, near) if near and near not in names else None
                advice = f"did you mean `{near}`?" if near else "add it to registers/roles.yaml"
                yield sop.finding(loc, f"`{name}` in `{key}` is no role of the register; {advice}", fix=fix)


def _nearest(name: str, context: RuleContext) -> str:
    """The spelling of a role that a name resembles, or nothing."""
    near = nearest(name.casefold(), list(context.roles.by_name), 1, 0.6)
    return next(known for known in context.roles.by_name[near[0]].names if known.casefold() == near[0]) if near else ""

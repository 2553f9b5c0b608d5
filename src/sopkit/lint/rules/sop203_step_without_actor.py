"""SOP203: Every step says who acts: itself, its sub-heading, or the Roles section when it names one role only."""

from collections.abc import Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.sections import is_empty_section
from sopkit.lint.step_lead import names_actor
from sopkit.model.body import Step
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.roles import find_roles


@rule(
    "SOP203",
    severity=Severity.INFO,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. Approve the request.
        3. **IT operations**: Grant the access.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access.
        """,
)
def step_without_actor(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """Every step says who acts: itself, its sub-heading, or the Roles section when it names one role only.

    It may tell it in a sentence: "The line manager reports the leaver." A run in which no step names anybody is one
    finding, and so is an SOP in which no step does. Without a Roles section the latter is none: SOP101 and SOP103 ask
    for that section first, and it may name one role for all steps.

    Why: a step that is everybody's is nobody's; duties are separated by who acts (ISO/IEC 27001:2022, A.5.3).
    Mend: begin the step with the role: `**IT operations**: Disable the account.`
    """
    roles = sop.body.section("Roles")
    declared = find_roles(roles)
    if len(declared) == 1:
        return
    words = words_of(sop, context)
    names = {name.casefold() for name, _, _ in declared} | set(context.roles.by_name)
    runs = [run for run in sop.body.procedures if run.actor.casefold() not in names or not run.actor]
    if not any(_has_actor(step, names) for run in runs for step in run.steps):
        names_actors = any(names_actor(step.text, words) for run in runs for step in run.steps)
        runs = runs[:1] if roles and not is_empty_section(roles) and not names_actors else []
    for procedure in runs:
        silent = [step for step in procedure.steps if not (_has_actor(step, names) or names_actor(step.text, words))]
        if silent and len(silent) == len(procedure.steps) > 1:
            yield sop.finding((silent[0].start, silent[0].end), "no step begins with who acts; name its role in each")
            continue
        for step in silent:
            message = f"step {step.number} does not say who acts; begin it with the role"
            yield sop.finding((step.start, step.end), message)


def _has_actor(step: Step, names: set[str]) -> bool:
    text = step.text.casefold().removeprefix("the ").removeprefix("if ").lstrip().removeprefix("the ")
    return step.actor != "" or any(
        text.startswith(name) and not text[len(name) : len(name) + 1].isalnum() for name in names
    )

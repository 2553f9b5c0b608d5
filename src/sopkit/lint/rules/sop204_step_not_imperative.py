"""SOP204: A step opens with a verb that says what to do, with who does it, with a condition, or with a question."""

from collections.abc import Iterator, Sequence

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.step_lead import has_order, is_instruction, words_of_step
from sopkit.model.body import Step
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, any_phrase, is_imperative, is_statement_verb
from sopkit.parsing.roles import find_roles

_MAX_SINGLE_STEPS = 2
"""Steps of a run that are told one by one."""


@rule(
    "SOP204",
    severity=Severity.INFO,
    bad="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Deactivation of the account.
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Deactivate the account.
        3. **IT operations**: Close the ticket.
        """,
)
def step_not_imperative(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step opens with a verb that says what to do, with who does it, with a condition, or with a question.

    A run in which most steps do not, or more than two, is one finding. Titles of steps that are headings are not looked
    at, nor are lists of things: sub-steps of which most are no instructions or end with a semicolon, and a run without
    any instruction below a line that ends with a colon or semicolon and does not speak of steps ("Tools that help:"). A
    step that is but the label of a list, such as "Long term:", is let be as well.

    Why: "Deactivation of the account" names a topic; whether it is to be done, and by whom, is left to the reader.
    Mend: begin with the verb: "Deactivate the account". The words of other languages than English and German are
    not known; say `language` in the front matter.
    """
    words = words_of(sop, context)
    if not words.verbs or not sop.body.procedures:
        return
    names = frozenset(name.casefold() for name, _, _ in find_roles(sop.body.section("Roles")))
    names |= frozenset(context.roles.by_name)
    links = {(link.start, link.end) for link in sop.body.links}

    def unclear(steps: Sequence[Step]) -> list[Step]:
        found = [step for step in steps if not _is_plain_step(step, words) and not _is_label(sop, step)]
        found = [step for step in found if not any(a < step.start and step.end < b for a, b in links)]  # only a link
        return [step for step in found if not is_instruction(words_of_step(sop, step), words, names)]

    for procedure in sop.body.procedures:
        if procedure.shape != "headings" and (silent := unclear(procedure.steps)):
            if len(silent) == len(procedure.steps) and _is_listed(sop, silent[0], words):
                continue
            yield from _step_findings(sop, silent, most=len(silent) > 1 and len(silent) * 2 > len(procedure.steps))
        for step in (each for top in procedure.steps for each in top.walk() if each.children):
            for run in _runs(step.children):
                items = sum(each.text.endswith(";") for each in run)
                if items * 2 <= len(run) < sum(_is_plain_step(each, words) for each in run) * 2:
                    yield from _step_findings(sop, unclear(run))


def _is_listed(sop: Sop, first: Step, words: Lexicon) -> bool:
    """Whether the paragraph right above a step announces things, not steps."""
    above = [block for block in sop.body.root.children if block.end <= first.start]
    if not above or above[-1].kind != "paragraph" or not above[-1].text.rstrip().endswith((":", ";")):
        return False
    return any_phrase((*words.step_words, *words.procedures)).search(above[-1].text) is None


def _runs(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """The sub-steps of a step; those of a heading are several lists, each counted from one."""
    run: list[Step] = []
    for step in steps:
        if run and step.number.rpartition(".")[2] == "1":
            yield run
            run = []
        run.append(step)
    yield run


def _is_plain_step(step: Step, words: Lexicon) -> bool:
    """Whether the first word is a verb, as it mostly is: one that orders, or one behind who acts.

    A title in bold looks like who acts: `**Book the trip**: …`.
    """
    first = step.text.split(" ", 1)[0].rstrip(".,:;!")
    if has_order(step.text, words) if words.addressed else is_imperative(first, words):
        return True
    return step.actor != "" and (is_statement_verb(first, words) or is_imperative(step.actor.split(" ", 1)[0], words))


def _is_label(sop: Sop, step: Step) -> bool:
    """Whether a step is the label of a list below it, which says what to do: "Long term:"."""
    return step.text.endswith(":") and any(
        block.kind == "item" and block.start <= step.start < below.start and step.end <= below.start
        for block in sop.body.blocks
        for below in block.children[:2]
        if below.kind == "list"
    )


def _step_findings(sop: Sop, steps: Sequence[Step], *, most: bool = False) -> Iterator[Finding]:
    if most or len(steps) > _MAX_SINGLE_STEPS:
        numbers = ", ".join(step.number for step in steps[:-1])
        some = f"{len(steps)} steps of this run open" if most else f"steps {numbers} and {steps[-1].number} open"
        yield sop.finding((steps[0].start, steps[0].end), f"{some} with no verb; begin each with what to do")
        return
    for step in steps:
        yield sop.finding((step.start, step.end), f"step {step.number} opens with no verb; begin it with what to do")

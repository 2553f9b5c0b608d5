"""SOP224: A procedure is neither harder to follow than its area allows, nor too bare to be followed."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from sopkit.library import RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.lint.sections import section_text
from sopkit.model.areas import Area
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_MIN_WORDS = 200
"""Of a procedure that is short; in a longer one the words may say what its steps do not."""


class Complexity(NamedTuple):
    """What makes a procedure hard to follow, counted."""

    steps: int
    decisions: int
    actors: int
    handovers: int

    @property
    def total(self) -> int:
        """The measure; a decision counts twice, for its two outcomes."""
        return self.steps + 2 * self.decisions + self.actors + self.handovers


@rule(
    "SOP224",
    severity=Severity.INFO,
    default=False,
    bad=Example("", files={"sopkit.toml": "[areas.access-control]\ncomplexity = [4, 7]\n"}),
    good=Example("", files={"sopkit.toml": "[areas.access-control]\ncomplexity = [4, 8]\n"}),
)
def hard_to_follow(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A procedure is neither harder to follow than its area allows, nor too bare to be followed.

    The measure is the number of steps (sub-steps instead of the step that holds them), twice the number of steps with a
    decision, the number of roles that act, and how often one hands over to another. The band is `[areas.NAME]
    complexity`, by default 8 to 100: the SOPs of the example have 35 to 56, the templates up to 81. Below the band a
    procedure is reported where it is short, names nobody who acts and shows no command. Too few or too many steps are
    left to SOP201 and SOP202, and who acts to SOP203 where the SOP has a Roles section.

    Why: what branches and changes hands at every step is done wrongly under pressure; what names neither people nor
    decisions was not written by those who do it.
    Mend: above the band, move a branch into an SOP of its own or a table; below, say who acts, what is decided, and
    what is checked.
    """
    area = context.area(sop) or Area()
    runs = [len(procedure.steps) for procedure in sop.body.procedures]
    if not runs or sum(runs) < area.steps[0] or max(runs) > area.steps[1]:
        return
    least, most = area.complexity
    found = measure_complexity(sop)
    counts = f"complexity {found.total}: {found.steps} steps, {found.decisions} with a decision, {found.actors} roles"
    first = sop.body.procedures[0].steps[0]
    place = (first.start, first.end)
    if found.total > most:
        words = f"{counts}, {found.handovers} handovers"
        yield sop.finding(place, f"{words}; at most {most}: move a part into an SOP of its own")
    elif found.total < least and not found.actors and _is_plain(sop):
        yield sop.finding(place, f"{counts}; at least {least}: say who acts, what is decided, what is checked")


def measure_complexity(sop: Sop) -> Complexity:
    """The complexity of all procedures of an SOP together."""
    steps = list(sop.body.steps)
    acting = [step.actor.casefold() for step in steps if step.actor]
    return Complexity(
        steps=sum(not step.children for step in steps),
        decisions=sum(bool(step.condition or step.otherwise) for step in steps),
        actors=len({*acting, *(procedure.actor.casefold() for procedure in sop.body.procedures if procedure.actor)}),
        handovers=sum(one != other for one, other in pairwise(acting)),
    )


def _is_plain(sop: Sop) -> bool:
    """Whether the procedures are short, show no command, and no other rule asks who acts in them."""
    if sop.body.section("Roles") is not None:
        return False
    sections = [section for section in sop.body.sections if "Procedure" in section.names]
    if any(block.kind == "code" for section in sections for top in section.blocks for block in top.walk()):
        return False
    return sum(len(section_text(sop, section).split()) for section in sections) < _MIN_WORDS

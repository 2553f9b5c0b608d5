"""Which SOP implements which control: claimed in its front matter or named by its steps."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from sopkit.library import Library
from sopkit.model.body import Step
from sopkit.model.sop import Sop
from sopkit.model.source import Loc
from sopkit.parsing.anchors import step_anchors
from sopkit.parsing.sections import heading_names, heading_words
from sopkit.parsing.step_parts import split_control_ids

STRENGTHS = ("full", "partial", "supporting")
"""How much of a control an SOP carries out, the most first."""

COVERING = frozenset({"full", "partial"})
"""What counts as covering it."""

ControlKey = tuple[str, str]
"""A framework and the id of one of its controls."""

_LABEL = re.compile(
    rb"^[ \t]*(?:(?:[-*+>|]|\d+[.)]|\[[ x]\])[ \t]+){0,6}(?:<[^>\n]{0,200}>){0,3}[*_` ]{0,6}controls?\b([^\r\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_PLAIN_LABEL = re.compile(rb"[A-Za-z0-9 .,;:()/\t-]*")
_CONTINUATION = re.compile(rb"\r?\n[ \t]*(?![-*+][ \t]|\d+[.)][ \t]|\r?\n)[^ \t\r\n]")


@dataclass(frozen=True, slots=True)
class ControlStep:
    """A step that names a control in its `Control:` line.

    `anchor` is the one that its author wrote, if any; `target` the name by which every step can be linked to.
    """

    number: str
    anchor: str
    target: str
    text: str
    line: int
    section: str


StepsByControl = Mapping[ControlKey, tuple[ControlStep, ...]]


BodyFacts = tuple[StepsByControl, Mapping[str, str]]
"""The steps that name a control, by control; the headings by the words that mean them."""


@dataclass(frozen=True, eq=False)
class LazyBody:
    """What is asked of the body of an SOP; it is read then, and freed again."""

    sop: Sop
    library: Library

    @cached_property
    def named(self) -> StepsByControl:
        """The steps that name a control, by control."""
        return self.answers[0] if may_name_controls(self.sop) else {}

    @property
    def headings(self) -> Mapping[str, str]:
        """The headings by the words that mean them."""
        return self.answers[1]

    @cached_property
    def answers(self) -> BodyFacts:
        """Both, read at once."""
        found = self.read()
        self.sop.forget_body()
        return found

    def read(self) -> BodyFacts:
        """The answers out of a body that others read as well: they free it."""
        return _steps_by_control(self.sop, self.library), heading_names(self.sop.body)

    def know(self, answers: BodyFacts) -> None:
        """Take for the answers what was read."""
        self.__dict__["answers"] = answers


@dataclass(frozen=True, slots=True)
class ControlImplementation:
    """That an SOP carries out a control; one that only steps name is `supporting`, and not `claimed`.

    `loc` is where the claim stands in the front matter.
    """

    framework: str
    control: str
    sop: Sop
    strength: str
    note: str
    claimed: bool
    section: str
    body: LazyBody = field(repr=False, compare=False)
    loc: Loc = ()

    @property
    def would_cover(self) -> bool:
        """Whether it covers the control once it is in force: in full or in part."""
        return self.strength in COVERING

    @property
    def steps(self) -> tuple[ControlStep, ...]:
        """The steps that name the control; the body of the SOP is read when this is first asked."""
        return self.body.named.get((self.framework, self.control), ())

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings in the SOP under which the control is carried out: of the claim, then of steps that name it."""
        said = (self.body.headings.get(heading_words(self.section), self.section),) if self.section else ()
        return tuple(dict.fromkeys((*said, *(step.section for step in self.steps))))


@lru_cache(maxsize=1)
def implementations_by_control(library: Library) -> dict[ControlKey, tuple[ControlImplementation, ...]]:
    """What carries out each control, in the order of the SOPs' ids; retired SOPs are left out.

    Only ids that exist under their framework count; what is wrong with others, lint tells.
    """
    found: dict[ControlKey, list[ControlImplementation]] = {}
    for sop in library.in_order:
        if sop.status != "retired":
            for support in implementations_of(sop, library):
                found.setdefault((support.framework, support.control), []).append(support)
    return {control: tuple(some) for control, some in found.items()}


def bodies_of(library: Library) -> dict[str, LazyBody]:
    """The bodies that will be read to tell where in the SOPs controls are carried out, by path."""
    every = [one for some in implementations_by_control(library).values() for one in some]
    placed = {one.sop.path for one in every if one.section}
    bodies = {one.sop.path: one.body for one in every}
    return {path: body for path, body in bodies.items() if path in placed or may_name_controls(body.sop)}


def implementations_of(sop: Sop, library: Library) -> Iterator[ControlImplementation]:
    """What one SOP carries out, each control once: the first claim of it counts."""
    told: set[ControlKey] = set()
    body = LazyBody(sop, library)
    for claim in library.claims(sop):
        strength = claim.strength if claim.strength in STRENGTHS else STRENGTHS[-1]
        for control in claim.ids:
            if (claim.framework, control) not in told:
                told.add((claim.framework, control))
                yield ControlImplementation(
                    claim.framework,
                    control,
                    sop,
                    strength,
                    claim.note,
                    claimed=True,
                    section=claim.section,
                    body=body,
                    loc=claim.loc,
                )
    if _names_no_others(told, sop, library):
        return
    for framework, control in body.named:
        if (framework, control) not in told:
            yield ControlImplementation(
                framework, control, sop, STRENGTHS[-1], "", claimed=False, section="", body=body
            )


def _names_no_others(told: set[ControlKey], sop: Sop, library: Library) -> bool:
    """Whether a glance at the text tells that no step names another control, so that the body need not be parsed."""
    for line in _LABEL.finditer(sop.source.data, sop.body_start):
        if _PLAIN_LABEL.fullmatch(line[1]) is None or _CONTINUATION.match(sop.source.data, line.end()):
            return False
        typed = split_control_ids(line[1].decode("ascii").lstrip(" \t:,"))
        if any(pair not in told for name in typed for pair in library.control(name).controls):
            return False
    return True


def may_name_controls(sop: Sop) -> bool:
    """Whether a step may have a `Control:` line, by a glance at the text."""
    return _LABEL.search(sop.source.data, sop.body_start) is not None


def controls_of_step(step: Step, library: Library) -> tuple[ControlKey, ...]:
    """The controls that a step names in its `Control:` line."""
    typed = (name for text in step.controls for name in split_control_ids(text))
    return tuple(pair for name in typed for pair in library.control(name).controls)


def _steps_by_control(sop: Sop, library: Library) -> StepsByControl:
    found: dict[ControlKey, tuple[ControlStep, ...]] = {}
    for run, step, target in step_anchors(sop.body):
        for pair in controls_of_step(step, library):
            line = sop.source.line_of(step.start)
            place = ControlStep(step.number, step.anchor, target, step.text, line, run.heading.text)
            found[pair] = (*found.get(pair, ()), place)
    return found

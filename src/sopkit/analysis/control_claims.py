"""Which SOP implements which control: claimed in its front matter or named by its steps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sopkit.library import Library
from sopkit.model.body import Step
from sopkit.model.sop import Sop
from sopkit.model.source import Loc
from sopkit.parallel import spread
from sopkit.parsing.sections import heading_names, heading_words, step_anchors

STRENGTHS = ("full", "partial", "supporting")
"""How much of a control an SOP carries out, the most first."""

COVERING = frozenset({"full", "partial"})
"""What counts as covering it."""

ControlKey = tuple[str, str]
"""A framework and the id of one of its controls."""

_MIN_SOPS_TO_SHARE = 200  # SOPs; for fewer, a second process costs more than it saves


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


@dataclass(frozen=True, slots=True)
class ControlPlaces:
    """Where an SOP carries out controls: the steps that name each, and the headings by the words that mean them."""

    steps: Mapping[ControlKey, tuple[ControlStep, ...]]
    headings: Mapping[str, str]


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
    places: ControlPlaces = field(repr=False, compare=False)
    loc: Loc = ()

    @property
    def would_cover(self) -> bool:
        """Whether it covers the control once it is in force: in full or in part."""
        return self.strength in COVERING

    @property
    def steps(self) -> tuple[ControlStep, ...]:
        """The steps that name the control."""
        return self.places.steps.get((self.framework, self.control), ())

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings in the SOP under which the control is carried out: of the claim, then of steps that name it."""
        claimed = (self.places.headings.get(heading_words(self.section), self.section),) if self.section else ()
        return tuple(dict.fromkeys((*claimed, *(step.section for step in self.steps))))


@lru_cache(maxsize=1)
def implementations_by_control(library: Library) -> dict[ControlKey, tuple[ControlImplementation, ...]]:
    """What carries out each control, in the order of the SOPs' ids; retired SOPs are left out.

    Only ids that exist under their framework count; what is wrong with others, lint tells.
    """
    found: dict[ControlKey, list[ControlImplementation]] = {}
    for supports in implementations_by_sop(library).values():
        for support in supports:
            found.setdefault((support.framework, support.control), []).append(support)
    return {control: tuple(some) for control, some in found.items()}


@lru_cache(maxsize=1)
def implementations_by_sop(library: Library) -> dict[str, tuple[ControlImplementation, ...]]:
    """What each SOP that is not retired carries out, by its path, in the order of the SOPs' ids."""
    sops = [sop for sop in library.in_order if sop.status != "retired"]

    def read(some: Sequence[Sop]) -> list[ControlPlaces]:
        found = []
        for sop in some:
            found.append(_read_places(sop, library))
            sop.forget_body()
        return found

    places = spread(read, sops, _MIN_SOPS_TO_SHARE)
    return {sop.path: tuple(_implementations(sop, library, there)) for sop, there in zip(sops, places, strict=True)}


def implementations_of(sop: Sop, library: Library) -> Iterator[ControlImplementation]:
    """What one SOP carries out, each control once: the first claim of it counts."""
    return _implementations(sop, library, _read_places(sop, library))


def _implementations(sop: Sop, library: Library, places: ControlPlaces) -> Iterator[ControlImplementation]:
    claimed: set[ControlKey] = set()
    for claim in library.claims(sop):
        strength = claim.strength if claim.strength in STRENGTHS else STRENGTHS[-1]
        for control in claim.ids:
            if (claim.framework, control) not in claimed:
                claimed.add((claim.framework, control))
                yield ControlImplementation(
                    claim.framework,
                    control,
                    sop,
                    strength,
                    claim.note,
                    claimed=True,
                    section=claim.section,
                    places=places,
                    loc=claim.loc,
                )
    for framework, control in places.steps:
        if (framework, control) not in claimed:
            yield ControlImplementation(
                framework, control, sop, STRENGTHS[-1], "", claimed=False, section="", places=places
            )


def controls_of_step(step: Step, library: Library) -> tuple[ControlKey, ...]:
    """The controls that a step names in its `Control:` line."""
    return tuple(pair for named in step.named_controls for pair in library.control(named.text).controls)


def _read_places(sop: Sop, library: Library) -> ControlPlaces:
    steps: dict[ControlKey, tuple[ControlStep, ...]] = {}
    for run, step, target in step_anchors(sop.body):
        for pair in controls_of_step(step, library):
            line = sop.source.line_of(step.start)
            place = ControlStep(step.number, step.anchor, target, step.text, line, run.heading.text)
            steps[pair] = (*steps.get(pair, ()), place)
    return ControlPlaces(steps, heading_names(sop.body))

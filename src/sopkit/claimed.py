"""Which SOP carries out which control: claimed in its front matter, named by its steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sopkit.library import Library
from sopkit.model.claims import claims_of
from sopkit.model.control_ids import parse_control
from sopkit.model.id_resolution import MatchKind
from sopkit.model.sop import Sop
from sopkit.text.step_controls import ids_in

STRENGTHS = ("full", "partial", "supporting")
"""How much of a control an SOP carries out, the most first."""

Control = tuple[str, str]
"""A framework and the id of one of its controls."""


@dataclass(frozen=True, slots=True)
class NamingStep:
    """A step that names a control in its `Control:` line."""

    number: str
    anchor: str
    text: str
    line: int
    section: str


@dataclass(frozen=True, slots=True)
class Support:
    """That an SOP carries out a control; one that only steps name is `supporting`, and not `claimed`."""

    framework: str
    control: str
    sop: Sop
    strength: str
    note: str
    steps: tuple[NamingStep, ...]
    claimed: bool

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of the SOP in which the control is carried out, where that is said."""
        return tuple(dict.fromkeys(step.section for step in self.steps))


@lru_cache(maxsize=1)
def supports(library: Library) -> dict[Control, tuple[Support, ...]]:
    """What carries out each control, in the order of the SOPs' ids; retired SOPs are left out.

    Only ids that exist under their framework count; what is wrong with others, lint tells.
    """
    found: dict[Control, list[Support]] = {}
    for sop in sorted(library.sops, key=lambda sop: (sop.id, sop.path)):
        if sop.status != "retired":
            for support in supports_of(sop, library):
                found.setdefault((support.framework, support.control), []).append(support)
    return {control: tuple(some) for control, some in found.items()}


def supports_of(sop: Sop, library: Library) -> Iterator[Support]:
    """What one SOP carries out, each control once: the first claim of it counts."""
    frameworks = library.config.library.frameworks
    named = _named_by_steps(sop, library)
    told: set[Control] = set()
    for claim in claims_of(sop.front.values.get("controls"), library.catalogue, frameworks[0] if frameworks else ""):
        strength = claim.strength if claim.strength in STRENGTHS else STRENGTHS[-1]
        for control in claim.ids:
            if (claim.framework, control) not in told:
                told.add((claim.framework, control))
                steps = tuple(named.get((claim.framework, control), ()))
                yield Support(claim.framework, control, sop, strength, claim.note, steps, claimed=True)
    for (framework, control), some in named.items():
        if (framework, control) not in told:
            yield Support(framework, control, sop, STRENGTHS[-1], "", tuple(some), claimed=False)


def _named_by_steps(sop: Sop, library: Library) -> dict[Control, list[NamingStep]]:
    if b"ontrol" not in sop.source.data[sop.body_start :]:
        return {}
    frameworks = library.config.library.frameworks
    default = frameworks[0] if frameworks else None
    found: dict[Control, list[NamingStep]] = {}
    steps = [(run.heading.text, step) for run in sop.body.procedures for top in run.steps for step in top.walk()]
    for heading, step in steps:
        for typed in (name for text in step.controls for name in ids_in(text)):
            match = parse_control(typed, library.catalogue, default)
            if match.kind is MatchKind.FOUND and match.framework is not None:
                line = sop.source.place(step.start).line
                place = NamingStep(step.number, step.anchor, step.text, line, heading)
                for control in match.ids:
                    found.setdefault((match.framework, control), []).append(place)
    sop.forget_body()
    return found

"""The controls that registers name, and what is wrong with them, for the rules about controls."""

from collections.abc import Iterator
from functools import lru_cache

from sopkit.applicability import decisions
from sopkit.library import Library
from sopkit.model.claims import claim_troubles, trouble_of
from sopkit.model.finding import Finding
from sopkit.model.registers import REGISTERS


def troubles(library: Library, kinds: frozenset[str]) -> Iterator[Finding]:
    """What is wrong, of some kinds of error."""
    return (finding for kind, finding in _all(library) if kind in kinds)


@lru_cache(maxsize=4)
def _all(library: Library) -> tuple[tuple[str, Finding], ...]:
    return (*_claimed(library), *_stated(library))


def _claimed(library: Library) -> Iterator[tuple[str, Finding]]:
    """Under `controls` of policies, risks and actions."""
    for name, model in REGISTERS.items():
        register = library.registers[name] if "controls" in model.model_fields else None
        rows = register.tree.value if register is not None else None
        for index, row in enumerate(rows if isinstance(rows, list) else []):
            if register is None or not isinstance(row, dict) or not isinstance(row.get("controls"), dict):
                continue
            for trouble in claim_troubles(row["controls"], library.catalogue, library.config.library.frameworks):
                loc = (index, *trouble.loc)
                place = register.tree.place(loc) if trouble.typed else register.tree.key_place(loc)
                yield trouble.kind, Finding(register.path, place or register.source.line_place(1), trouble.said)


def _stated(library: Library) -> Iterator[tuple[str, Finding]]:
    """The controls of the statement of applicability."""
    register, frameworks = library.registers["soa"], library.config.library.frameworks
    for decision in decisions(library):
        match = decision.match
        older = match.superseded_by in frameworks
        trouble = trouble_of(match, (match.superseded_by if older else match.framework) or library.first_framework)
        if trouble is not None:
            place = register.tree.places[decision.at, "control"]
            yield trouble[0], Finding(register.path, place, trouble[1])

"""Pages of the handbook other than those of SOPs that the search offers by their names."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from sopkit.handbook.page import GLOSSARY, control_path, policy_path, role_path
from sopkit.handbook.views.glossary import glossary_of
from sopkit.model.registers import Policy, Role

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground


class Place(NamedTuple):
    """A page, or a part of one: its kind, its name, its address, and what else it is called by."""

    kind: str
    name: str
    path: str
    others: tuple[str, ...] = ()


def places_of(ground: "Ground", paths: Collection[str]) -> list[Place]:
    """The roles, controls, policies and terms that have a page among `paths`."""
    return [place for place in _places(ground) if place.path.partition("#")[0] in paths]


def _places(ground: "Ground") -> Iterator[Place]:
    library = ground.library
    for row in library.roles.rows:
        if isinstance(row, Role):
            yield Place("role", row.title or row.id, role_path(row.id), row.aliases)
    for name in library.config.library.frameworks:
        framework = library.catalogue.framework(name)
        for control in framework.controls if framework else ():
            yield Place("control", f"{control.id} {control.title}", control_path(name, control.id), (control.id,))
    for row in library.registers["policies"].rows:
        if isinstance(row, Policy):
            yield Place("policy", f"{row.id} {row.title}".rstrip(), policy_path(row.id), (row.id,))
    for entry in glossary_of(library).entries:
        yield Place("term", entry.row.term, f"{GLOSSARY}#{entry.anchor}", (*entry.row.aliases, *entry.row.avoid))

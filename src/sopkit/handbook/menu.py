"""The places to which the header and the foot of every page lead: those that the handbook has."""

from functools import lru_cache
from typing import TYPE_CHECKING

from sopkit.handbook.page import MenuItem, PageKind
from sopkit.registry import collect

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground


@lru_cache(4)
def menu_of(ground: "Ground") -> tuple[MenuItem, ...]:
    """The items of all kinds of pages that have pages on this ground, in their order."""
    from sopkit.handbook import pages  # each kind of page needs html.py, which needs this

    kinds = [(kind.menu, kind) for kind in collect(pages, PageKind) if kind.menu is not None]
    found = [item for item, kind in kinds if next((page.path for page in kind.pages(ground)), "") == item.path]
    return tuple(sorted(found, key=lambda item: item.rank))

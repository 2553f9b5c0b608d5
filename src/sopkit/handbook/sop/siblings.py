"""The SOPs of an area beside each of their pages; of a large area those nearby, with the way to the others."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from sopkit.handbook.html import lang_of
from sopkit.handbook.page import link, sop_path
from sopkit.handbook.views.areas import ShownArea, area_of

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground, Shown

_MOST = 25
_GROUP = 10
_LINE = Markup('<li><a href="{}"{}>{}</a></li>\n')
_CURRENT = Markup(' aria-current="page"')
_START = sop_path("-")


@dataclass(frozen=True, eq=False)
class Siblings:
    """The area of an SOP, and the lines of the list beside its page."""

    area: ShownArea
    lines: Markup


def siblings_of(ground: "Ground", one: "Shown") -> Siblings:
    """The list beside the page of an SOP."""
    area = area_of(ground, one)
    at = area.shown.index(one)
    first = at - at % _GROUP if len(area.shown) > _MOST else 0
    before, lines, after = _shared(ground, area, first)
    lines = lines.copy()
    lines[at - first] = _LINE.format("index.html", _CURRENT + lang_of(ground, one.sop), _words(one))
    return Siblings(area, Markup("").join((before, *lines, after)))


@lru_cache(maxsize=256)
def _shared(ground: "Ground", area: ShownArea, first: int) -> tuple[Markup, list[Markup], Markup]:
    """What all pages of a group list: the way to the SOPs before it, its SOPs, and the way to those after it."""
    here = area.shown[first : first + _GROUP] if len(area.shown) > _MOST else area.shown
    lines = [_LINE.format(link(_START, sop_path(one.id)), lang_of(ground, one.sop), _words(one)) for one in here]
    return _rest(area, 0, first), lines, _rest(area, first + len(here), len(area.shown))


def _rest(area: ShownArea, start: int, end: int) -> Markup:
    """A line for SOPs that are not listed, which leads to the first of them in the list of the area."""
    if start == end:
        return Markup()
    first, last = area.shown[start].id, area.shown[end - 1].id
    target = f"{area.path.partition('#')[0]}#{anchor(area, start)}"
    return _LINE.format(link(_START, target), "", f"{first} … {last}" if first != last else first)


def anchor(area: ShownArea, at: int) -> str:
    """The anchor of the row of an SOP in the list of its area, by its place there."""
    return f"{'row' if area.name else 'none'}-{at + 1}"


def _words(one: "Shown") -> str:
    return f"{one.id} {one.sop.title}"

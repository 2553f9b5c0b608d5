"""The list of areas, and of the SOPs of each."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.ground import Ground
from sopkit.handbook.html import write
from sopkit.handbook.page import AREAS, MenuItem, Page, PageKind
from sopkit.handbook.views.area_table import rows_of
from sopkit.handbook.views.areas import ShownArea, areas_of


def _pages(ground: Ground) -> Iterator[Page]:
    yield Page(AREAS, partial(_index, ground))
    for name, area in areas_of(ground).items():
        if name:
            yield Page(area.path, partial(_area, ground, area))


def _index(ground: Ground) -> str:
    areas = areas_of(ground)
    rest = areas.get("")
    return write(
        ground,
        AREAS,
        "areas.html.j2",
        ground.words("areas.title"),
        areas=tuple(area for name, area in areas.items() if name),
        rest=rest,
        rows=rows_of(ground, rest) if rest else (),
    )


def _area(ground: Ground, area: ShownArea) -> str:
    crumbs = ((AREAS, ground.words("areas.title")),)
    return write(ground, area.path, "area.html.j2", area.title, crumbs=crumbs, area=area, rows=rows_of(ground, area))


AREA_PAGES = PageKind("areas", _pages, MenuItem(AREAS, "areas.title", 1))

"""The list of areas, and of the SOPs of each."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.ground import Ground, Shown
from sopkit.handbook.html import write
from sopkit.handbook.page import AREAS, MenuItem, Page, PageKind, area_path


def _pages(ground: Ground) -> Iterator[Page]:
    by_area: dict[str, list[Shown]] = {}
    for one in ground.shown:
        by_area.setdefault(one.sop.text("area"), []).append(one)
    known = {name: area for name, area in ground.library.config.all_areas.items() if name in by_area}
    yield Page(AREAS, partial(write, ground, AREAS, "areas.html.j2", ground.words("areas.title"), areas=known))
    for name, area in known.items():
        path = area_path(name)
        content = partial(write, ground, path, "area.html.j2", area.title or name, rows=by_area[name])
        yield Page(path, content)


AREA_PAGES = PageKind("areas", _pages, MenuItem(AREAS, "areas.title", 1))

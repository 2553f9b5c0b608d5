"""The list of areas, the SOPs of each area, the list beside the page of each SOP, and all SOPs on one page."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

from markupsafe import Markup

from sopkit.handbook.html import lang_attribute, render_page
from sopkit.handbook.paths import AREAS, LIST, MenuItem, Page, PageKind, area_path, link, one_page, sop_path
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.handbook.status import StatusSign, status_banner


@dataclass(frozen=True, eq=False)
class PublishedArea:
    """An area of which SOPs are shown, and the path of its list; the one of SOPs without a known area has no name."""

    name: str
    title: str
    path: str
    shown: tuple[PublishedSop, ...]


@lru_cache(4)
def areas_of(handbook: PublishedLibrary) -> dict[str, PublishedArea]:
    """The areas by name, in the order of their titles; SOPs that name none come last."""
    known = handbook.library.config.all_areas
    found: dict[str, list[PublishedSop]] = {}
    for one in handbook.shown:
        found.setdefault(_area_names(handbook)[one.sop.text("area")], []).append(one)
    titles = {name: known[name].title if name in known else "" for name in found}
    titles = {name: title or name or handbook.words("areas.none") for name, title in titles.items()}
    return {
        name: PublishedArea(name, titles[name], area_path(name) if name else f"{AREAS}#none", tuple(found[name]))
        for name in sorted(found, key=lambda name: (not name, titles[name].casefold(), name))
    }


@lru_cache(4)
def _area_names(handbook: PublishedLibrary) -> dict[str, str]:
    """The areas that SOPs name, each by the name under which it is listed: those alike but for case are one."""
    typed = dict.fromkeys(one.sop.text("area") for one in handbook.shown)
    listed: dict[str, str] = {}
    for name in (*handbook.library.config.all_areas, *typed):
        listed.setdefault(_fold(name), name)
    return {name: listed[_fold(name)] if name.strip() else "" for name in typed}


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def area_of(handbook: PublishedLibrary, one: PublishedSop) -> PublishedArea:
    """The area of an SOP that is shown."""
    return areas_of(handbook)[_area_names(handbook)[one.sop.text("area")]]


_MAX_SIBLINGS = 25
_GROUP_SIZE = 10
_LIST_ITEM = Markup('<li><a href="{}"{}>{}</a></li>\n')
_CURRENT_PAGE = Markup(' aria-current="page"')
_EXAMPLE_PATH = sop_path("-")


@dataclass(frozen=True, eq=False)
class Siblings:
    """The area of an SOP, and the lines of the list beside its page."""

    area: PublishedArea
    lines: Markup


def siblings_of(handbook: PublishedLibrary, one: PublishedSop) -> Siblings:
    """The list beside the page of an SOP."""
    area = area_of(handbook, one)
    at = area.shown.index(one)
    first = at - at % _GROUP_SIZE if len(area.shown) > _MAX_SIBLINGS else 0
    before, items, after = _group_items(handbook, area, first)
    lines = [*items]
    lines[at - first] = _LIST_ITEM.format(
        "index.html", _CURRENT_PAGE + lang_attribute(handbook, one.sop), _item_label(one)
    )
    return Siblings(area, Markup("").join((before, *lines, after)))


@lru_cache(maxsize=256)
def _group_items(handbook: PublishedLibrary, area: PublishedArea, first: int) -> tuple[Markup, list[Markup], Markup]:
    """What all pages of a group list: the way to the SOPs before it, its SOPs, and the way to those after it."""
    here = area.shown[first : first + _GROUP_SIZE] if len(area.shown) > _MAX_SIBLINGS else area.shown
    lines = [
        _LIST_ITEM.format(link(_EXAMPLE_PATH, sop_path(one.id)), lang_attribute(handbook, one.sop), _item_label(one))
        for one in here
    ]
    return _overflow_item(area, 0, first), lines, _overflow_item(area, first + len(here), len(area.shown))


def _overflow_item(area: PublishedArea, start: int, end: int) -> Markup:
    """A line for SOPs that are not listed, which leads to the first of them in the list of the area."""
    if start == end:
        return Markup()
    first, last = area.shown[start].id, area.shown[end - 1].id
    target = f"{area.path.partition('#')[0]}#{row_anchor(area, start)}"
    return _LIST_ITEM.format(link(_EXAMPLE_PATH, target), "", f"{first} … {last}" if first != last else first)


def row_anchor(area: PublishedArea, at: int) -> str:
    """The anchor of the row of an SOP in the list of its area, by its place there."""
    return f"{'row' if area.name else 'none'}-{at + 1}"


def _item_label(one: PublishedSop) -> str:
    return f"{one.id} {one.sop.title}"


@dataclass(frozen=True, slots=True)
class AreaListRow:
    """One SOP: who answers for it, whether to follow it and what speaks against that, and when it is looked at."""

    one: PublishedSop
    anchor: str
    owner: str
    signs: tuple[StatusSign, ...]
    review: StatusSign | None


def area_list_rows(handbook: PublishedLibrary, area: PublishedArea) -> tuple[AreaListRow, ...]:
    """The rows of an area, in the order of the ids."""
    rows = []
    for at, one in enumerate(area.shown):
        banner = status_banner(handbook, one)
        owner = handbook.library.role_title(one.sop.text("owner"))
        rows.append(AreaListRow(one, row_anchor(area, at), owner, (banner.standing, *banner.alarms), banner.review))
    return tuple(rows)


def _pages(handbook: PublishedLibrary) -> Iterator[Page]:
    yield Page(AREAS, partial(_write_index, handbook))
    for name, area in areas_of(handbook).items():
        if name:
            yield Page(area.path, partial(_write_area, handbook, area))


def _write_index(handbook: PublishedLibrary) -> str:
    areas = areas_of(handbook)
    rest = areas.get("")
    return render_page(
        handbook,
        AREAS,
        "areas.html.j2",
        handbook.words("areas.title"),
        areas=tuple(area for name, area in areas.items() if name),
        rest=rest,
        rows=area_list_rows(handbook, rest) if rest else (),
    )


def _write_area(handbook: PublishedLibrary, area: PublishedArea) -> str:
    crumbs = ((AREAS, handbook.words("areas.title")),)
    return render_page(
        handbook, area.path, "area.html.j2", area.title, crumbs=crumbs, area=area, rows=area_list_rows(handbook, area)
    )


AREA_PAGES = PageKind("areas", _pages, MenuItem(AREAS, "areas.title", 1))


def _write_list(handbook: PublishedLibrary) -> str:
    library = handbook.library
    return render_page(
        handbook,
        LIST,
        "list.html.j2",
        handbook.words("list.title"),
        areas=areas_of(handbook).values(),
        owner_of=lambda sop: library.role_title(sop.text("owner")),
        controls_of=lambda sop: tuple(dict.fromkeys(name for claim in library.claims(sop) for name in claim.ids)),
    )


LIST_PAGE = PageKind("list", one_page(LIST, _write_list), MenuItem(LIST, "list.title", 10, foot=True))

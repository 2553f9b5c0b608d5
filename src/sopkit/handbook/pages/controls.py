"""The matrix of controls of each framework, and the page of each control."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from sopkit.handbook.ground import Ground
from sopkit.handbook.html import write
from sopkit.handbook.page import CONTROLS, MenuItem, Page, PageKind, framework_path
from sopkit.handbook.views.controls import (
    ControlView,
    control_views,
    controls_by_key,
    correspondences,
    counted,
    places_of,
    stated_framework,
)
from sopkit.handbook.views.due import weight_of
from sopkit.model.frameworks import Framework

_MOST = 6
"""How many SOPs a row of the matrix names; the page of the control has all."""
_MANY = 40
"""Of how many SOPs a control leads to each place; of more the places are only told."""


@dataclass(frozen=True, eq=False)
class Facets:
    """What the matrix can be narrowed to; a theme and an owner are named by their place in the list."""

    themes: tuple[str, ...]
    states: tuple[str, ...]
    owners: tuple[str, ...]


def _pages(ground: Ground) -> Iterator[Page]:
    every = control_views(ground)
    frameworks = {name: views[0].framework for name, views in every.items() if views}
    places = {name: CONTROLS if at == 0 else framework_path(name) for at, name in enumerate(frameworks)}
    for name, path in places.items():
        yield Page(path, partial(_matrix, ground, path, every[name], frameworks, places))
    for name, path in places.items():
        for view in every[name]:
            if view.page:
                yield Page(view.page, partial(_control, ground, view, path))


def _matrix(
    ground: Ground,
    path: str,
    views: Sequence[ControlView],
    frameworks: dict[str, Framework],
    places: dict[str, str],
) -> str:
    words, framework = ground.words, views[0].framework
    content = {
        "views": views,
        "framework": framework,
        "frameworks": frameworks,
        "places": places,
        "decided": framework.id == stated_framework(ground.library),
        "counts": counted(views),
        "facets": _facets(views),
        "owners_of": owners_of,
        "most": _MOST,
        "crumbs": () if path == CONTROLS else ((CONTROLS, words("controls.title")),),
    }
    title = words("controls.title") if path == CONTROLS else framework.title
    return write(ground, path, "controls.html.j2", title, **content)


def owners_of(view: ControlView) -> list[str]:
    """The titles of the roles that answer for a control."""
    return view.row.owner.split(", ") if view.row.owner else []


def _facets(views: Sequence[ControlView]) -> Facets:
    themes = dict.fromkeys(f"{view.theme.id} {view.theme.title}" for view in views)
    owners = sorted({owner for view in views for owner in owners_of(view)}, key=str.casefold)
    return Facets(tuple(themes), tuple(counted(views)), tuple(owners))


def _control(ground: Ground, view: ControlView, matrix: str) -> str:
    words = ground.words
    content = {
        "view": view,
        "correspondences": tuple(correspondences(view, ground)),
        "by_key": controls_by_key(ground),
        "places_of": places_of,
        "most": _MANY,
        "weight_of": weight_of,
        "crumbs": ((CONTROLS, words("controls.title")),)
        + (((matrix, view.framework.title),) if matrix != CONTROLS else ()),
    }
    return write(ground, view.page, "control.html.j2", f"{view.control.id} {view.control.title}", **content)


CONTROL_PAGES = PageKind("controls", _pages, MenuItem(CONTROLS, "controls.title", 3))

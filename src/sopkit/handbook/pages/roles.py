"""The list of roles, and what each does, decides, is told, must know and answers for."""

from collections.abc import Iterator
from functools import partial

from sopkit.analysis.responsibilities import ANYBODY
from sopkit.handbook.ground import Ground
from sopkit.handbook.html import write
from sopkit.handbook.page import ROLES, MenuItem, Page, PageKind, policy_path, role_path
from sopkit.handbook.sop.facts import Value, triggers_of
from sopkit.handbook.views.controls import control_page
from sopkit.handbook.views.due import weight_of
from sopkit.handbook.views.roles import RoleView, role_names, role_views
from sopkit.reports._roles.owned import OwnedRow

_MOST = 40
"""Of how many SOPs a list tells the words of each step, or the titles of what is read; of more only the numbers."""

_OWNED = ("policy", "control", "action", "asset", "risk", "vendor", "external document")


def _pages(ground: Ground) -> Iterator[Page]:
    names = role_names(ground)
    if names:
        yield Page(ROLES, partial(_write_all, ground))
        yield from (Page(role_path(name), partial(_write, ground, name)) for name in names)


def _write_all(ground: Ground) -> str:
    views = tuple(role_views(ground).values())
    return write(ground, ROLES, "roles.html.j2", ground.words("roles.title"), views=views)


def _write(ground: Ground, name: str) -> str:
    views = role_views(ground)
    view = views[name]
    content = {
        "view": view,
        "everyone": views[ANYBODY].of("knows") if ANYBODY in views and name != ANYBODY else (),
        "owned": _owned(view, ground),
        "triggers_of": partial(triggers_of, ground),
        "weight_of": weight_of,
        "most": _MOST,
        "crumbs": ((ROLES, ground.words("roles.title")),),
    }
    return write(ground, role_path(name), "role.html.j2", view.title, **content)


def _owned(view: RoleView, ground: Ground) -> dict[str, list[Value]]:
    """What it owns in the registers, by kind, each with its page in the handbook, if it has one."""
    found = {kind: [_value(row, ground) for row in view.owned if row.kind == kind] for kind in _OWNED}
    return {kind: some for kind, some in found.items() if some}


def _value(row: OwnedRow, ground: Ground) -> Value:
    path = policy_path(row.id) if row.kind == "policy" else ""
    if row.kind == "control":
        path = next((control_page(ground, key) for key in ground.library.control(row.id).controls), "")
    return Value(f"{row.id} {row.title}".strip(), path)


ROLE_PAGES = PageKind("roles", _pages, MenuItem(ROLES, "roles.title", 2))

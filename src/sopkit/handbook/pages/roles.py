"""The list of roles, and what each does, decides, is told, must know and answers for."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sopkit.duties import ANYBODY
from sopkit.handbook.due import weight_of
from sopkit.handbook.ground import Ground
from sopkit.handbook.html import write
from sopkit.handbook.page import ROLES, MenuItem, Page, PageKind, policy_path, role_path
from sopkit.handbook.role_view import RoleView, begins, role_views
from sopkit.reports._roles.owned import OwnedRow

_OWNED = ("policy", "control", "action", "asset", "risk", "vendor", "external document")


@dataclass(frozen=True, slots=True)
class Owned:
    """A row of a register that a role owns, and its page in the handbook, if it has one."""

    words: str
    path: str


def _pages(ground: Ground) -> Iterator[Page]:
    views = role_views(ground)
    if not views:
        return
    title = ground.words("roles.title")
    yield Page(ROLES, partial(write, ground, ROLES, "roles.html.j2", title, views=views))
    everyone = next((view.of("knows") for view in views if view.id == ANYBODY), ())
    for view in views:
        path = role_path(view.id)
        content = {
            "view": view,
            "everyone": () if view.id == ANYBODY else everyone,
            "owned": _owned(view),
            "begins": begins,
            "weight_of": weight_of,
            "crumbs": ((ROLES, title),),
        }
        yield Page(path, partial(write, ground, path, "role.html.j2", view.title, **content))


def _owned(view: RoleView) -> dict[str, list[Owned]]:
    """What it owns in the registers, by kind."""
    found = {kind: [_one(row) for row in view.owned if row.kind == kind] for kind in _OWNED}
    return {kind: some for kind, some in found.items() if some}


def _one(row: OwnedRow) -> Owned:
    path = policy_path(row.id) if row.kind == "policy" else ""
    return Owned(f"{row.id} {row.title}".strip(), path)


ROLE_PAGES = PageKind("roles", _pages, MenuItem(ROLES, "roles.title", 2))

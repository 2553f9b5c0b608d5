"""The roles, and what each does, decides, owns, must know and is informed of, in SOPs and registers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from textwrap import shorten

from sopkit.analysis.responsibilities import ANYBODY, Responsibility, ResponsibilityKind
from sopkit.handbook.glossary import body_index
from sopkit.handbook.html import render_page
from sopkit.handbook.pages.controls import control_page
from sopkit.handbook.pages.due import state_tone
from sopkit.handbook.pages.sops import FactValue, triggers_of
from sopkit.handbook.paths import ROLES, MenuItem, Page, PageKind, policy_path, role_path
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.lifecycle.people import person_name, read_roster
from sopkit.model.registers import Role
from sopkit.parsing.roles import EVERYONE, normal_name
from sopkit.reports.roles import OwnedRow, list_owned_rows

_GROUP_BY_KIND = {
    ResponsibilityKind.ACTS: "does",
    ResponsibilityKind.RESPONSIBLE: "does",
    ResponsibilityKind.DECIDES: "decides",
    ResponsibilityKind.ACCOUNTABLE: "decides",
    ResponsibilityKind.CONSULTED: "told",
    ResponsibilityKind.INFORMED: "told",
    ResponsibilityKind.TOLD: "told",
    ResponsibilityKind.OWNS: "owns",
    ResponsibilityKind.APPROVES: "approves",
    ResponsibilityKind.TRAINED: "knows",
}
_WORDS_PER_MINUTE = 200
_MAX_TASK_LENGTH = 110  # signs of a step, which its link leads to


@dataclass(frozen=True, slots=True)
class RoleTask:
    """One thing that an SOP asks of a role: `where` is a step's number, which `anchor` links to, or a row's title.

    `condition` says that the words are what a decision depends on.
    """

    where: str
    anchor: str
    words: str
    condition: bool = False


@dataclass(frozen=True, slots=True)
class RolePart:
    """What an SOP asks of a role, and the minutes that it takes to read."""

    one: PublishedSop
    tasks: tuple[RoleTask, ...]
    minutes: int


@dataclass(frozen=True, eq=False)
class RoleView:
    """One role: its `parts` in SOPs by what they are (does, decides, told, owns, approves, knows), and what it owns.

    `reports_to` is another role of the register. `holders` and `deputies` are names, and there are none where the
    register of people is not shown.
    """

    id: str
    title: str
    parts: Mapping[str, tuple[RolePart, ...]]
    owned: tuple[OwnedRow, ...] = ()
    reports_to: Role | None = None
    holders: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()

    def of(self, group: str) -> tuple[RolePart, ...]:
        """Its parts of one kind, in the order of the SOPs' ids."""
        return self.parts.get(group, ())

    @property
    def steps(self) -> int:
        """In how many steps it acts."""
        return sum(bool(task.anchor) for part in self.of("does") for task in part.tasks)

    @property
    def decisions(self) -> int:
        """How many things it decides."""
        return sum(len(part.tasks) for part in self.of("decides"))


def role_names(handbook: PublishedLibrary) -> tuple[str, ...]:
    """The ids of the roles of the register, and everyone where all must know an SOP.

    Without a register they are the names in the SOPs, for which the bodies of all are read.
    """
    known = [row.id for row in handbook.library.roles.by_key.values() if isinstance(row, Role)]
    if not known:
        return tuple(sorted(_role_parts(handbook)))
    audiences = (normal_name(name) for one in handbook.shown for name, _ in one.sop.texts("audience"))
    return tuple(dict.fromkeys((*known, *([ANYBODY] if any(name in EVERYONE for name in audiences) else []))))


@lru_cache(4)
def role_views(handbook: PublishedLibrary) -> Mapping[str, RoleView]:
    """Every role by its name, in the order of titles; everyone comes last."""
    library, parts = handbook.library, _role_parts(handbook)
    owned: dict[str, list[OwnedRow]] = {}
    for row in list_owned_rows(library):
        owned.setdefault(row.role, []).append(row)
    held, has_people = read_roster(library, library.as_of), bool(library.registers["people"].rows)
    views = []
    for name in role_names(handbook):
        role = library.role(name)
        views.append(
            RoleView(
                id=name,
                title=library.role_title(name) if role or name != ANYBODY else handbook.words("roles.everyone"),
                parts=parts.get(name, {}),
                owned=tuple(owned.get(name, ())),
                reports_to=library.role(role.reports_to) if role else None,
                holders=tuple(map(person_name, held.answering(name).holders)) if has_people else (),
                deputies=tuple(map(person_name, held.answering(name).deputies)) if has_people else (),
            )
        )
    ordered = sorted(views, key=lambda view: (view.id == ANYBODY, view.title.casefold(), view.id))
    return {view.id: view for view in ordered}


@lru_cache(4)
def _role_parts(handbook: PublishedLibrary) -> dict[str, dict[str, tuple[RolePart, ...]]]:
    index = body_index(handbook.status)
    found: dict[str, dict[str, list[RolePart]]] = {}
    for one in handbook.by_id.values():
        if (entry := index.get(one.sop.path)) is None:
            continue
        minutes = -(-entry.words // _WORDS_PER_MINUTE)
        steps = {duty.anchor: duty.text for duty in entry.duties if duty.kind is ResponsibilityKind.ACTS}
        groups: dict[tuple[str, str], dict[tuple[str, str], RoleTask]] = {}
        for duty in entry.duties:
            for role in duty.roles:
                tasks = groups.setdefault((role, _GROUP_BY_KIND[duty.kind]), {})
                tasks.setdefault((duty.where, duty.anchor or duty.text), _role_task(duty, steps))
        for (role, group), tasks in groups.items():
            found.setdefault(role, {}).setdefault(group, []).append(RolePart(one, tuple(tasks.values()), minutes))
    return {role: {group: tuple(some) for group, some in parts.items()} for role, parts in found.items()}


def _role_task(duty: Responsibility, steps: Mapping[str, str]) -> RoleTask:
    condition = duty.kind is ResponsibilityKind.DECIDES and steps.get(duty.anchor) != duty.text
    where = "" if duty.where == duty.text else duty.where
    words = duty.text if len(duty.text) <= _MAX_TASK_LENGTH else shorten(duty.text, _MAX_TASK_LENGTH, placeholder=" …")
    return RoleTask(where, duty.anchor, words, condition)


_MAX_DETAILED_SOPS = 40
"""Of how many SOPs a list tells the words of each step, or the titles of what is read; of more only the numbers."""

_OWNED_KINDS = ("policy", "control", "action", "asset", "risk", "vendor", "external document")


def _pages(handbook: PublishedLibrary) -> Iterator[Page]:
    if names := role_names(handbook):
        yield Page(ROLES, partial(_write_index, handbook))
        yield from (Page(role_path(name), partial(_write_role, handbook, name)) for name in names)


def _write_index(handbook: PublishedLibrary) -> str:
    views = tuple(role_views(handbook).values())
    return render_page(handbook, ROLES, "roles.html.j2", handbook.words("roles.title"), views=views)


def _write_role(handbook: PublishedLibrary, name: str) -> str:
    views = role_views(handbook)
    view = views[name]
    content = {
        "view": view,
        "everyone": views[ANYBODY].of("knows") if ANYBODY in views and name != ANYBODY else (),
        "owned": {kind: found for kind in _OWNED_KINDS if (found := _owned_values(view, kind, handbook))},
        "triggers_of": partial(triggers_of, handbook),
        "weight_of": state_tone,
        "most": _MAX_DETAILED_SOPS,
        "crumbs": ((ROLES, handbook.words("roles.title")),),
    }
    return render_page(handbook, role_path(name), "role.html.j2", view.title, **content)


def _owned_values(view: RoleView, kind: str, handbook: PublishedLibrary) -> list[FactValue]:
    values = []
    for row in view.owned:
        if row.kind == kind:
            path = policy_path(row.id) if kind == "policy" else ""
            if kind == "control":
                path = next((control_page(handbook, key) for key in handbook.library.control(row.id).controls), "")
            values.append(FactValue(f"{row.id} {row.title}".strip(), path))
    return values


ROLE_PAGES = PageKind("roles", _pages, MenuItem(ROLES, "roles.title", 2))

"""What each role has to do: its part in the SOPs that are shown, what it answers for, and who holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from textwrap import shorten

from sopkit.analysis.responsibilities import ANYBODY, Responsibility, ResponsibilityKind
from sopkit.handbook.ground import Ground, Shown
from sopkit.handbook.views.gists import gists
from sopkit.lifecycle.people import RoleHolders, person_name, read_roster
from sopkit.model.registers import Role
from sopkit.parsing.roles import EVERYONE, normal_name
from sopkit.reports._roles.owned import OwnedRow, owned_by_roles

_GROUPS = {
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
_WORDS_A_MINUTE = 200
_LONGEST = 110  # signs of a step, which its link leads to


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that an SOP asks of a role: `where` is a step's number, which `anchor` links to, or a row's title.

    `condition` says that the words are what a decision depends on.
    """

    where: str
    anchor: str
    words: str
    condition: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What an SOP asks of a role, and the minutes that it takes to read."""

    one: Shown
    tasks: tuple[Task, ...]
    minutes: int


@dataclass(frozen=True, eq=False)
class RoleView:
    """One role: its `parts` in SOPs by what they are (does, decides, told, owns, approves, knows), and what it owns.

    `reports_to` is another role of the register. `holders` and `deputies` are names, and there are none where the
    register of people is not shown.
    """

    id: str
    title: str
    parts: Mapping[str, tuple[Part, ...]]
    owned: tuple[OwnedRow, ...] = ()
    reports_to: Role | None = None
    holders: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()

    def of(self, group: str) -> tuple[Part, ...]:
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


def role_names(ground: Ground) -> tuple[str, ...]:
    """The ids of the roles of the register, and everyone where all must know an SOP.

    Without a register they are the names in the SOPs, for which the bodies of all are read.
    """
    known = [row.id for row in ground.library.roles.by_key.values() if isinstance(row, Role)]
    if not known:
        return tuple(sorted(_parts(ground)))
    audiences = (normal_name(name) for one in ground.shown for name, _ in one.sop.texts("audience"))
    return tuple(dict.fromkeys((*known, *([ANYBODY] if any(name in EVERYONE for name in audiences) else []))))


@lru_cache(4)
def role_views(ground: Ground) -> Mapping[str, RoleView]:
    """Every role by its name, in the order of titles; everyone comes last."""
    library, parts = ground.library, _parts(ground)
    owned: dict[str, list[OwnedRow]] = {}
    for row in owned_by_roles(library):
        owned.setdefault(row.role, []).append(row)
    held = read_roster(library, library.as_of)
    views = []
    for name in role_names(ground):
        role = library.role(name)
        views.append(
            RoleView(
                id=name,
                title=library.role_title(name) if role or name != ANYBODY else ground.words("roles.everyone"),
                parts=parts.get(name, {}),
                owned=tuple(owned.get(name, ())),
                reports_to=library.role(role.reports_to) if role else None,
                **_people(held.answering(name), ground),
            )
        )
    ordered = sorted(views, key=lambda view: (view.id == ANYBODY, view.title.casefold(), view.id))
    return {view.id: view for view in ordered}


def _people(answering: RoleHolders, ground: Ground) -> dict[str, tuple[str, ...]]:
    if not ground.library.registers["people"].rows:
        return {}
    return {
        "holders": tuple(map(person_name, answering.holders)),
        "deputies": tuple(map(person_name, answering.deputies)),
    }


@lru_cache(4)
def _parts(ground: Ground) -> dict[str, dict[str, tuple[Part, ...]]]:
    """The parts of each role in the SOPs, by what they are."""
    told = gists(ground.standings)
    found: dict[str, dict[str, list[Part]]] = {}
    for one in ground.by_id.values():
        if (gist := told.get(one.sop.path)) is None:
            continue
        minutes = -(-gist.words // _WORDS_A_MINUTE)
        steps = {duty.anchor: duty.text for duty in gist.duties if duty.kind is ResponsibilityKind.ACTS}
        asked: dict[tuple[str, str], dict[tuple[str, str], Task]] = {}
        for duty in gist.duties:
            for role in duty.roles:
                tasks = asked.setdefault((role, _GROUPS[duty.kind]), {})
                tasks.setdefault((duty.where, duty.anchor or duty.text), _task(duty, steps))
        for (role, group), tasks in asked.items():
            found.setdefault(role, {}).setdefault(group, []).append(Part(one, tuple(tasks.values()), minutes))
    return {role: {group: tuple(some) for group, some in groups.items()} for role, groups in found.items()}


def _task(duty: Responsibility, steps: Mapping[str, str]) -> Task:
    condition = duty.kind is ResponsibilityKind.DECIDES and steps.get(duty.anchor) != duty.text
    where = "" if duty.where == duty.text else duty.where
    words = duty.text if len(duty.text) <= _LONGEST else shorten(duty.text, _LONGEST, placeholder=" …")
    return Task(where, duty.anchor, words, condition)

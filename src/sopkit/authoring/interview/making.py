"""The answers of a team as a draft in its library: id, file, roles, limits and the rows that the registers lack."""

import re
from collections.abc import Iterator
from dataclasses import replace

from sopkit.authoring.fix import apply
from sopkit.authoring.interview.answers import Returned
from sopkit.authoring.interview.area import area_of
from sopkit.authoring.interview.draft import DraftHead, draft_text
from sopkit.authoring.interview.questions import BY_KEY
from sopkit.authoring.interview.steps import ToldStep, steps_of
from sopkit.authoring.templates.draft import Draft, registers_with, settle
from sopkit.authoring.templates.numbering import id_for, new_file
from sopkit.authoring.templates.owner import owner_role, with_role
from sopkit.authoring.templates.starter import load_starters
from sopkit.authoring.templates.wishes import Wishes, check_line
from sopkit.library import Library
from sopkit.lint.rules.sop218_untracked_time_limit import untracked_time_limit
from sopkit.model.body import is_undecided
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop

_APART = re.compile(r"[,;/\n]|\band\b|&")
_ROLE_LINE = re.compile(
    r"^\s*(?:[-*+\u2022]\s+)?\**(?P<role>[^\W\d_][^:|*]{0,60}?)\**(?:\s*:|\s+[-\u2013\u2014])\**\s+(?P<does>\S.*)$"
)
_DASHED = re.compile(r"^\**(?P<who>[^|*]{1,60}?)\**\s+(?:[-\u2013\u2014\u2192]|->)\s+(?P<what>\S.*)$")
_MOST_WORDS = 5
_LONGEST_TITLE = 120
_MOST_PASSES = 100
_MOST_ROLES = 100
UNOWNED = "[decide: which role answers for this SOP]"


def draft_of(library: Library, told: Returned, wishes: Wishes) -> Draft:
    """The draft; nothing is written yet. Raises SopkitError when the area is not known, or a wish is wrong."""
    area = area_of(library.config.all_areas, wishes.area or told.area)
    title = wishes.title or _title(told) or f"What {told.team or 'the team'} does"
    title = " ".join(title.split())
    roles = _Roles(library)
    owner = roles.id_of(wishes.owner or told.answers.get("owner", "")) or UNOWNED
    described_by = [roles.id_of(name) for name in contributors(told)]
    told, steps = _spelt(_with_role_rows(told), roles)
    kept = tuple(_not_taken(told, wishes, owner))
    told = replace(told, other=(*kept, *told.other))
    for name, value in {"title": title, "owner": owner}.items():
        check_line(name, value)
    head = DraftHead(
        id=id_for(library, area, wishes.id),
        title=title,
        area=area,
        owner=owner,
        approvers=library.config.all_areas[area].approvers,
        contributors=tuple(dict.fromkeys(filter(None, described_by))),
    )
    path = new_file(library, area, head.id, title)
    done = settle(library, (), roles.starters, _with_limits(library, path, draft_text(told, head, steps)))
    if wrong := library.read(path, done.text.encode()).reading:
        raise SopkitError(
            f"the draft would not be sound: {wrong[0].message}", "shorten or mend that answer, then try again"
        )
    notes = (f"kept under Feedback: the answer to {ask!r}" for ask, _ in kept)
    return replace(done, notes=(*roles.notes, *notes, *done.notes))


class _Roles:
    """The roles of the register, of the starter rows, and those that the answers name for the first time."""

    def __init__(self, library: Library) -> None:
        self.register = registers_with(library, ())["roles"]
        self.starters = load_starters(library.root)
        self.made: dict[str, None] = {}

    def id_of(self, name: str) -> str:
        """The id of a role; one that nobody knows is kept as a new one. Empty for what is no name of a role.

        Raises SopkitError for what is no line of text, and for far too many new roles.
        """
        if is_undecided(name) or not re.search(r"\w", name) or len(name.split()) > _MOST_WORDS:
            return ""
        check_line("role", name)
        key, made = owner_role(name, self.register, self.starters)
        self.starters = with_role(self.starters, made)
        if made:
            self.made[made.title] = None
        if len(self.made) > _MOST_ROLES:
            raise SopkitError(
                f"the answers name more than {_MOST_ROLES} roles that nobody knows", "name roles, not persons or steps"
            )
        return key

    def knows(self, name: str) -> bool:
        """Whether the register, the starter rows or the answers have a role of this name."""
        return name.casefold() in self.register.by_name or self.starters.role(name) is not None

    def spelt(self, name: str) -> str:
        """A name as the register spells it, or who named it first."""
        row = self.register.by_name.get(name.casefold()) or self.starters.role(name)
        names = row.names if row else ()
        return next((known for known in names if known.casefold() == name.casefold()), name)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to look at in the roles that nobody knew."""
        if not self.made:
            return ()
        named = ", ".join(self.made)
        return (f"new roles, in the words of the answers: {named}; unite those that are one, and replace persons",)


def contributors(told: Returned) -> list[str]:
    """The roles that answered; where none is named, the team."""
    names = _names(told.answers.get("contributors", ""))
    return names if names and not _is_prose(names) else _names(told.team)


def _title(told: Returned) -> str:
    """What the team calls it, in one line; nothing when they tell more than a name."""
    lines = [line.lstrip("-*+>#\u2022 ").rstrip() for line in told.answers.get("title", "").split("\n")]
    first = next(filter(None, lines), "")
    return first if len(first) <= _LONGEST_TITLE else ""


def _is_prose(names: list[str]) -> bool:
    return any(len(name.split()) > _MOST_WORDS for name in names)


def _not_taken(told: Returned, wishes: Wishes, owner: str) -> Iterator[tuple[str, str]]:
    """Questions whose answers have no place of their own: roles told in sentences, and what a wish says better."""
    prose = _is_prose(_names(told.answers.get("contributors", "")))
    passed_over = {
        "title": bool(wishes.title) or _title(told) != told.answers.get("title", ""),
        "contributors": prose,
        "owner": bool(wishes.owner) or owner == UNOWNED,
    }
    for key, passed in passed_over.items():
        if passed and told.answers.get(key):
            yield BY_KEY[key].ask, told.answers[key]


def _names(text: str) -> list[str]:
    return [name for name in (_stripped(part) for part in _APART.split(text)) if name]


def _stripped(name: str) -> str:
    return re.sub(r"^[-*\s]+", "", name).rstrip(". \t\n\xa0")


def _with_role_rows(told: Returned) -> Returned:
    """The answers with lines "Role: what it does" as rows, when every line is one."""
    lines = [line for line in told.answers.get("roles", "").split("\n") if line.strip()]
    found = [_ROLE_LINE.match(line) for line in lines]
    rows = tuple((match["role"], match["does"]) for match in found if match)
    if not lines or len(rows) != len(lines):
        return told
    return replace(
        told,
        answers={**told.answers, "roles": ""},
        rows={**told.rows, "roles": (*told.rows.get("roles", ()), *rows)},
    )


def _spelt(told: Returned, roles: _Roles) -> tuple[Returned, tuple[ToldStep, ...]]:
    """The answers and their steps, in which every role is known and spelt as the register has it."""
    steps = steps_of(told.rows.get("steps", ()), told.answers.get("steps", ""))
    for name in _acting(told, steps):
        roles.id_of(name)
    acting = (_with_actor(step, roles) for step in steps)
    taking_part = tuple((roles.spelt(who), *does) for who, *does in told.rows.get("roles", ()))
    told = replace(told, rows={**told.rows, "roles": taking_part})
    return told, tuple(replace(step, who=roles.spelt(step.who)) for step in acting)


def _with_actor(step: ToldStep, roles: _Roles) -> ToldStep:
    """A step that begins with a role and a dash as one of that role."""
    match = None if step.who else _DASHED.match(step.what)
    return replace(step, who=match["who"], what=match["what"]) if match and roles.knows(match["who"]) else step


def _acting(told: Returned, steps: tuple[ToldStep, ...]) -> Iterator[str]:
    yield from (name for step in steps for name in _names(step.who))
    yield from (name for row in told.rows.get("roles", ()) for name in _names(row[0]))


def _with_limits(library: Library, path: str, text: str) -> Sop:
    """The SOP with each "within 4 hours" of its steps under `time_limits`."""
    sop = library.read(path, text.encode())
    for _ in range(_MOST_PASSES):
        fixes = [found.fix for found in untracked_time_limit.check(sop, library) if found.fix]
        if not fixes:
            break
        sop = library.read(path, apply(sop.source.data, fixes[-1:])[0])  # each is put before the others
    return sop

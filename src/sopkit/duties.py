"""What an SOP asks of each role: who acts in it, decides, is told, owns and approves it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from sopkit.library import Library
from sopkit.model.body import Procedure, Section, Step
from sopkit.model.places import Loc
from sopkit.model.sop import Sop
from sopkit.rules._wording import words_of
from sopkit.rules.unknown_role import unknown_roles
from sopkit.text.actors import EVERYONE, bare, named_like_a_role, parts_of
from sopkit.text.anchors import step_anchors
from sopkit.text.lexicon import Lexicon, any_of
from sopkit.text.raci import assigned
from sopkit.text.roles import roles_named

ANYBODY = "everyone"
"""What stands for all people where a role is asked for."""

_LONGEST_ID = 3
_BEFORE = 60
_NAME_WORD = re.compile(r"[^\s,;:/()\[\]\"!?]*[^\s,;:/()\[\]\"!?.]")
_EITHER = re.compile(r"\bor\b|/|\boder\b", re.IGNORECASE)


class Kind(StrEnum):
    """What a role has to do with an SOP."""

    OWNS = "owns"
    APPROVES = "approves"
    ACTS = "acts"
    DECIDES = "decides"
    ACCOUNTABLE = "accountable"
    RESPONSIBLE = "responsible"
    CONSULTED = "consulted"
    INFORMED = "informed"
    TOLD = "told"
    TRAINED = "trained"


_RACI = {"R": Kind.RESPONSIBLE, "A": Kind.ACCOUNTABLE, "C": Kind.CONSULTED, "I": Kind.INFORMED}


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that an SOP asks of roles: of all of them, or of `either`.

    `roles` are ids of the register, `everyone`, or names as typed that the register lacks. `where` is the number of a
    step, the title of a row, or empty for the front matter; `anchor` is the name by which a step can be linked to.
    """

    kind: Kind
    roles: tuple[str, ...]
    where: str
    text: str
    place: Loc | tuple[int, int]
    either: bool = False
    anchor: str = ""


class Acting(NamedTuple):
    """A step of a run with its anchor, and the roles of which all act in it, or `either`."""

    run: Procedure
    step: Step
    roles: tuple[str, ...]
    either: bool
    anchor: str


def duties_in(sop: Sop, library: Library) -> Iterator[Duty]:
    """What an SOP asks, in the order of its text."""
    yield from _of_front(sop, library)
    if not sop.readable:
        return
    counts = _counting(sop, library)
    for one in assigned(sop):
        if roles := meant(one.role, library, counts):
            yield Duty(_RACI[one.letter], roles, one.title, one.title, (one.start, one.end))
    yield from _of_steps(sop, library)
    if (section := sop.body.section("Escalation")) is not None:
        yield from _escalated(sop, section, library)


def meant(name: str, library: Library, counts: Callable[[str], bool]) -> tuple[str, ...]:
    """The roles that a name stands for; a part of it that the register lacks is one where it `counts`."""
    whole = library.role(name) or library.role(bare(name))
    if whole is not None:
        return (whole.id,)
    found = []
    for part in parts_of(name):
        row = library.role(part) or library.role(bare(part))
        if row is not None:
            found.append(row.id)
        elif bare(part) in EVERYONE:
            found.append(ANYBODY)
        elif counts(part):
            found.append(part)
    return tuple(dict.fromkeys(found))


def _counting(sop: Sop, library: Library) -> Callable[[str], bool]:
    """Whether a name that the register lacks is one of a role: SOP301 finds it, or it looks so without a register."""
    if library.roles:
        unknown = cache(lambda: frozenset(name for names, _, _ in unknown_roles(sop, library) for name in names))
        return lambda name: name in unknown()  # most SOPs name only roles that are known, and then nobody asks
    words = words_of(sop, library)
    declared = {bare(name) for name, _, _ in roles_named(sop.body.section("Roles"))}
    return lambda name: named_like_a_role(name, words) or bare(name) in declared


def _of_front(sop: Sop, library: Library) -> Iterator[Duty]:
    def duty(kind: Kind, name: str, text: str, loc: Loc) -> Iterator[Duty]:
        if roles := meant(name, library, lambda _: True):
            yield Duty(kind, roles, "", text, loc)

    if owner := sop.text("owner").strip():
        yield from duty(Kind.OWNS, owner, "keep it right and reviewed", ("owner",))
    for name, loc in library.placed_approvers(sop):
        yield from duty(Kind.APPROVES, name, "approve each new text", loc)
    for name, loc in sop.texts("audience"):
        yield from duty(Kind.TRAINED, name, "know it", loc)


def actors_of(sop: Sop, library: Library) -> Iterator[Acting]:
    """Each step with the roles that act in it: named there, by its heading, or alone in the Roles section."""
    declared = roles_named(sop.body.section("Roles"))
    alone = declared[0][0] if len(declared) == 1 else ""
    counts = _counting(sop, library)
    for run, step, anchor in step_anchors(sop.body):
        written = step.actor or (run.actor or alone if any(step is top for top in run.steps) else "")
        roles = meant(written, library, counts) if written else ()
        yield Acting(run, step, roles, _EITHER.search(written) is not None, anchor)


def _of_steps(sop: Sop, library: Library) -> Iterator[Duty]:
    words = words_of(sop, library)
    approve = any_of(words.duties.get("approve", ()))
    for _, step, roles, either, anchor in actors_of(sop, library):
        place = (
            (step.actor_start, step.actor_start + len(step.actor.encode())) if step.actor else (step.start, step.end)
        )
        if roles:
            yield Duty(Kind.ACTS, roles, step.number, step.text, place, either, anchor)
        if roles and (step.condition or step.otherwise or approve.match(step.text)):
            yield Duty(Kind.DECIDES, roles, step.number, step.condition or step.text, place, either, anchor)
        said = ". ".join((step.text, step.condition, step.otherwise, *step.notes))
        if told := tuple(role for role in _told(said, library, words) if role not in roles):
            yield Duty(Kind.TOLD, told, step.number, step.text, (step.start, step.end), anchor=anchor)


def _escalated(sop: Sop, section: Section, library: Library) -> Iterator[Duty]:
    words = words_of(sop, library)
    for block in section.blocks:
        for row in block.children[1:] if block.kind == "table" else block.children:
            if block.kind == "table" and row.children:
                roles = tuple(role for cell in row.children[1:] for _, _, role in _mentioned(cell.text, library))
                title = row.children[0].text
            else:
                title = " ".join(part.text for part in row.walk() if part.text)
                roles = tuple(_told(title, library, words))
            if roles:
                yield Duty(Kind.TOLD, tuple(dict.fromkeys(roles)), section.heading.text, title, (row.start, row.end))


def _told(text: str, library: Library, words: Lexicon) -> Iterator[str]:
    """The roles behind a word for telling, such as "page the CTO", and those joined to one."""
    telling, before, joined = _ways(words)
    if telling.search(text) is None:
        return
    told = -1
    for start, end, role in _mentioned(text, library):
        if before.search(text, max(0, start - _BEFORE), start) or (told >= 0 and joined.fullmatch(text, told, start)):
            told = end
            yield role


@lru_cache(maxsize=8)
def _ways(words: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A word for telling, what stands before a role that is told, and what between two that are."""
    articles = "|".join(map(re.escape, sorted(words.articles))) or "(?!)"
    telling = any_of(words.tellings)
    return (
        telling,
        re.compile(rf"{telling.pattern}\s+(?:(?i:{articles})\s+)?\Z"),
        re.compile(rf"\s*(?:,|&|/|\w{{2,4}})\s*(?:(?i:{articles})\s+)?"),
    )


def _mentioned(text: str, library: Library) -> Iterator[tuple[int, int, str]]:
    """Where a text names a role, in the singular or the plural, and which: the longest name at each place."""
    names, most, firsts = _names(library)
    words = [match.span() for match in _NAME_WORD.finditer(text)]
    at = 0
    while at < len(words):
        start, end = words[at]
        if text[start:end] not in firsts:
            at += 1
            continue
        for size in range(min(most, len(words) - at), 0, -1):
            end = words[at + size - 1][1]
            name = " ".join(text[start:end].split())
            role = next(
                (names[one] for one in (name, name.removesuffix("s"), name.removesuffix("es")) if one in names), ""
            )
            if role:
                yield start, end, role
                at += size - 1
                break
        at += 1


@lru_cache(maxsize=2)
def _names(library: Library) -> tuple[dict[str, str], int, frozenset[str]]:
    """Role by each of its names, the most words of a name, and the words with which a text can begin to name one.

    As typed, in lower case or with a capital; short ids and acronyms only as typed, for `it` is a word.
    """
    names: dict[str, str] = {}
    for row in reversed(library.roles.rows):  # of two with one name the first counts
        for name in (" ".join(name.split()) for name in row.names):
            if len(name) > _LONGEST_ID or not name.islower():
                forms = {name} if name.isupper() else {name, name.lower(), name[:1].upper() + name[1:]}
                names |= dict.fromkeys(forms, row.key)
    plurals = (f"{name}{end}" for name in names for end in ("", "s", "es"))
    firsts = frozenset(match[0] for name in plurals if (match := _NAME_WORD.match(name)))
    return names, max((len(name.split()) for name in names), default=0), firsts

"""What an SOP requires of each role: who owns, approves, acts, decides, is informed or is trained."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from sopkit.analysis.wording import words_of
from sopkit.library import Library, RuleContext
from sopkit.model.body import Procedure, Section, Step
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.model.source import Loc
from sopkit.parsing.lexicon import Lexicon, any_phrase
from sopkit.parsing.roles import (
    EVERYONE,
    ROLE_SEPARATOR,
    find_roles,
    is_role_like,
    normal_name,
    raci_assignments,
    split_names,
)
from sopkit.parsing.sections import step_anchors

ANYBODY = "everyone"
"""What stands for all people where a role is asked for."""

_ALIKE = 0.8  # of a name and a role of the register
_MAX_SHORT_ID = 3
_MAX_BEFORE = 60
_NAME_WORD = re.compile(r"[^\s,;:/()\[\]\"!?]*[^\s,;:/()\[\]\"!?.]")
_EITHER = re.compile(r"\bor\b|/|\boder\b", re.IGNORECASE)


class ResponsibilityKind(StrEnum):
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


_RACI = {
    "R": ResponsibilityKind.RESPONSIBLE,
    "A": ResponsibilityKind.ACCOUNTABLE,
    "C": ResponsibilityKind.CONSULTED,
    "I": ResponsibilityKind.INFORMED,
}


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One thing that an SOP asks of roles: of all of them, or of `either`.

    `roles` are ids of the register, `everyone`, or names as typed that the register lacks. `where` is the number of a
    step, the title of a row, or empty for the front matter; `anchor` is the name by which a step can be linked to.
    """

    kind: ResponsibilityKind
    roles: tuple[str, ...]
    where: str
    text: str
    place: Loc | tuple[int, int]
    either: bool = False
    anchor: str = ""


class StepActors(NamedTuple):
    """A step of a run with its anchor, and the roles of which all act in it, or `either`."""

    run: Procedure
    step: Step
    roles: tuple[str, ...]
    either: bool
    anchor: str


def responsibilities_in(sop: Sop, library: Library) -> Iterator[Responsibility]:
    """What an SOP asks, in the order of its text."""
    yield from _front_matter_responsibilities(sop, library)
    if not sop.readable:
        return
    counts = _role_test(sop, library)
    for one in raci_assignments(sop):
        if roles := resolve_roles(one.role, library, counts):
            yield Responsibility(_RACI[one.letter], roles, one.title, one.title, (one.start, one.end))
    yield from _step_responsibilities(sop, library)
    if (section := sop.body.section("Escalation")) is not None:
        yield from _escalation_responsibilities(sop, section, library)


def resolve_roles(name: str, library: Library, counts: Callable[[str], bool]) -> tuple[str, ...]:
    """The roles that a name stands for; a part of it that the register lacks is one where it `counts`."""
    if (row := library.role(name) or library.role(normal_name(name))) is not None:
        return (row.id,)
    found = []
    for part in split_names(name):
        if (row := library.role(part) or library.role(normal_name(part))) is not None:
            found.append(row.id)
        elif normal_name(part) in EVERYONE:
            found.append(ANYBODY)
        elif counts(part):
            found.append(part)
    return tuple(dict.fromkeys(found))


def _role_test(sop: Sop, library: Library) -> Callable[[str], bool]:
    """Whether a name that the register lacks is one of a role: SOP301 finds it, or it looks so without a register."""
    if library.roles:
        unknown = cache(lambda: frozenset(name for names, _, _ in unknown_roles(sop, library) for name in names))
        return lambda name: name in unknown()  # most SOPs name only roles that are known, and then nobody asks
    words = words_of(sop, library)
    declared = {normal_name(name) for name, _, _ in find_roles(sop.body.section("Roles"))}
    return lambda name: is_role_like(name, words) or normal_name(name) in declared


def _front_matter_responsibilities(sop: Sop, library: Library) -> Iterator[Responsibility]:
    def duty(kind: ResponsibilityKind, name: str, text: str, loc: Loc) -> Iterator[Responsibility]:
        if roles := resolve_roles(name, library, lambda _: True):
            yield Responsibility(kind, roles, "", text, loc)

    if owner := sop.text("owner").strip():
        yield from duty(ResponsibilityKind.OWNS, owner, "keep it right and reviewed", ("owner",))
    for name, loc in library.placed_approvers(sop):
        yield from duty(ResponsibilityKind.APPROVES, name, "approve each new text", loc)
    for name, loc in sop.texts("audience"):
        yield from duty(ResponsibilityKind.TRAINED, name, "know it", loc)


def actors_of(sop: Sop, library: Library) -> Iterator[StepActors]:
    """Each step with the roles that act in it: named there, by its heading, or alone in the Roles section."""
    declared = find_roles(sop.body.section("Roles"))
    alone = declared[0][0] if len(declared) == 1 else ""
    counts = _role_test(sop, library)
    for run, step, anchor in step_anchors(sop.body):
        written = step.actor or (run.actor or alone if any(step is top for top in run.steps) else "")
        roles = resolve_roles(written, library, counts) if written else ()
        yield StepActors(run, step, roles, _EITHER.search(written) is not None, anchor)


def _step_responsibilities(sop: Sop, library: Library) -> Iterator[Responsibility]:
    words = words_of(sop, library)
    approve = any_phrase(words.duties.get("approve", ()))
    for _, step, roles, either, anchor in actors_of(sop, library):
        number, span = step.number, (step.start, step.end)
        place = (step.actor_start, step.actor_start + len(step.actor.encode())) if step.actor else span
        if roles:
            yield Responsibility(ResponsibilityKind.ACTS, roles, number, step.text, place, either, anchor)
        if roles and (step.condition or step.otherwise or approve.match(step.text)):
            text = step.condition or step.text
            yield Responsibility(ResponsibilityKind.DECIDES, roles, number, text, place, either, anchor)
        words_of_step = ". ".join((step.text, step.condition, step.otherwise, *step.notes))
        if informed := tuple(role for role in _informed_roles(words_of_step, library, words) if role not in roles):
            yield Responsibility(ResponsibilityKind.TOLD, informed, number, step.text, span, anchor=anchor)


def _escalation_responsibilities(sop: Sop, section: Section, library: Library) -> Iterator[Responsibility]:
    words = words_of(sop, library)
    for block in section.blocks:
        for row in block.children[1:] if block.kind == "table" else block.children:
            if block.kind == "table" and row.children:
                roles = tuple(role for cell in row.children[1:] for _, _, role in _role_mentions(cell.text, library))
                title = row.children[0].text
            else:
                title = " ".join(part.text for part in row.walk() if part.text)
                roles = tuple(_informed_roles(title, library, words))
            if roles:
                roles, where = tuple(dict.fromkeys(roles)), section.heading.text
                yield Responsibility(ResponsibilityKind.TOLD, roles, where, title, (row.start, row.end))


def _informed_roles(text: str, library: Library, words: Lexicon) -> Iterator[str]:
    """The roles behind a word for telling, such as "page the CTO", and those joined to one."""
    telling, before, joined = _notification_patterns(words)
    if telling.search(text) is None:
        return
    last = -1
    for start, end, role in _role_mentions(text, library):
        is_joined = last >= 0 and joined.fullmatch(text, last, start)
        if is_joined or before.search(text, max(0, start - _MAX_BEFORE), start):
            last = end
            yield role


@lru_cache(maxsize=8)
def _notification_patterns(words: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A word for telling, what stands before a role that is told, and what between two that are."""
    articles = "|".join(map(re.escape, sorted(words.articles))) or "(?!)"
    telling = any_phrase(words.tellings)
    return (
        telling,
        re.compile(rf"{telling.pattern}\s+(?:(?i:{articles})\s+)?\Z"),
        re.compile(rf"\s*(?:,|&|/|\w{{2,4}})\s*(?:(?i:{articles})\s+)?"),
    )


def _role_mentions(text: str, library: Library) -> Iterator[tuple[int, int, str]]:
    """Where a text names a role, in the singular or the plural, and which: the longest name at each place."""
    names, most, firsts = _role_names(library)
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
            singular = next(
                (one for one in (name, name.removesuffix("s"), name.removesuffix("es")) if one in names), ""
            )
            if singular:
                yield start, end, names[singular]
                at += size - 1
                break
        at += 1


@lru_cache(maxsize=2)
def _role_names(library: Library) -> tuple[dict[str, str], int, frozenset[str]]:
    """Role by each of its names, the most words of a name, and the words with which a text can begin to name one.

    As typed, in lower case or with a capital; short ids and acronyms only as typed, for `it` is a word.
    """
    names: dict[str, str] = {}
    for row in reversed(library.roles.rows):  # of two with one name the first counts
        for name in (" ".join(name.split()) for name in row.names):
            if len(name) > _MAX_SHORT_ID or not name.islower():
                forms = {name} if name.isupper() else {name, name.lower(), name[:1].upper() + name[1:]}
                names |= dict.fromkeys(forms, row.key)
    plurals = (f"{name}{end}" for name in names for end in ("", "s", "es"))
    firsts = frozenset(match[0] for name in plurals if (match := _NAME_WORD.match(name)))
    return names, max((len(name.split()) for name in names), default=0), firsts


def unknown_roles(sop: Sop, context: RuleContext) -> Iterator[tuple[list[str], int, int]]:
    """The names in steps and in the Roles section that no role of the register has, with the bytes that hold them.

    Several that are joined, such as "HR and Legal", stand in one place.
    """
    words, names = words_of(sop, context), list(context.roles.by_name)
    for procedure in sop.body.procedures:
        steps = [step for top in procedure.steps for step in top.walk() if step.actor]
        by_role = procedure.shape == "table" or any(_is_known(step.actor, context) for step in steps)
        labelled = procedure.steps if procedure.shape == "headings" else ()  # a line of their own says who acts
        for step in steps:
            is_listed = by_role or step in labelled or is_role_like(step.actor, words)
            if is_listed or nearest(normal_name(step.actor), names, 1, _ALIKE):
                length = len(step.actor.encode())
                yield from _unknown_names(context, step.actor, step.actor_start, step.actor_start + length)
    for name, start, end in find_roles(sop.body.section("Roles")):
        yield from _unknown_names(context, name, start, end)


def _unknown_names(context: RuleContext, written: str, start: int, end: int) -> Iterator[tuple[list[str], int, int]]:
    parts = (part.strip() for part in ROLE_SEPARATOR.split(written))
    names = [name for name in parts if name and not _is_known(name, context)]
    if names and not _is_known(written, context):
        yield names, start, end


def _is_known(name: str, context: RuleContext) -> bool:
    plain = " ".join(name.split()).casefold()
    return any(word in context.roles.by_name or word in EVERYONE for word in (plain, normal_name(name)))

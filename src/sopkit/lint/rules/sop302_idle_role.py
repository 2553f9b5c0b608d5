"""SOP302: Who acts in a step is declared in Roles, and who is declared there acts, is told or decides."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import actor_place
from sopkit.model.body import Step
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.roles import EVERYONE, find_roles, normal_name, split_names

_REMARK = re.compile(r"\(([^)]*)\)$")
_MAX_REMARK_WORDS, _MIN_INITIALS = 4, 2
_MAX_NAME_LENGTH = 200


class DeclaredRole(NamedTuple):
    """A name in the Roles section, where it stands, and each way to write it, in lower case."""

    name: str
    start: int
    end: int
    spellings: frozenset[str]


@lru_cache(maxsize=8)
def declared_roles(sop: Sop, context: RuleContext) -> tuple[DeclaredRole, ...]:
    """The roles that the Roles section names."""
    named = find_roles(sop.body.section("Roles"))
    return tuple(DeclaredRole(name, start, end, spellings(name, context)) for name, start, end in named)


@lru_cache(maxsize=4096)
def spellings(name: str, context: RuleContext) -> frozenset[str]:
    """Each way to write a role, or several that are joined: as told, as in the register, as initials."""
    found: set[str] = set()
    remark = _REMARK.search(name.strip()) if len(name) < _MAX_NAME_LENGTH else None
    if remark is not None and 0 < len(remark[1].split()) < _MAX_REMARK_WORDS:
        found.add(normal_name(remark[1]))
    for part in {name, *split_names(name)}:
        row = context.role(part) or context.role(normal_name(part))
        for written in (normal_name(part), *(row.names if row is not None else ())):
            found.add(written.casefold())
            initials = "".join(word[0] for word in re.split(r"[\s-]+", written) if word[:1].isalpha())
            if len(initials) >= _MIN_INITIALS:
                found.add(initials.casefold())
    return frozenset(found - {""})


@lru_cache(maxsize=4096)
def is_role(name: str, context: RuleContext) -> bool:
    """Whether every part of a name is a role of the register; without a register every name is taken for one."""
    if not context.roles:
        return True
    row = context.role(name) or context.role(normal_name(name))
    return all(
        context.role(part) or context.role(normal_name(part)) or normal_name(part) in EVERYONE
        for part in ([name] if row else split_names(name))
    )


def has_name(text: str, names: frozenset[str]) -> bool:
    """Whether a text in lower case has one of the names as whole words, in the singular or the plural."""
    for name in (name.removesuffix("s") for name in names):
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            end += next((len(plural) for plural in ("es", "s") if text.startswith(plural, end)), 0)
            if not any(mark.isalnum() or mark == "_" for mark in (text[at - 1 : at], text[end : end + 1])):
                return True
            at = text.find(name, at + 1)
    return False


_NO_DEED = frozenset({"Roles", "Purpose", "Scope", "Definitions", "References"})
"""Sections in which being named is neither to act nor to be told."""
_ANYBODY = EVERYONE | {"employees", "staff"}
_MAX_DEED, _MAX_ROLES = 120, 100


@rule(
    "SOP302",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **Security lead**: Compare the request with the role.
        4. **IT operations**: Grant the access within 4 hours.
        """,
    good="""
        ## Roles

        - **Line manager**: asks for access.
        - **Asset owner**: approves the request.
        - **Security lead**: compares the request with the role.
        - **IT operations**: grants the access.

        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **Security lead**: Compare the request with the role.
        4. **IT operations**: Grant the access within 4 hours.
        """,
)
def idle_role(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """Who acts in a step is declared in Roles, and who is declared there acts, is told or decides.

    To be named anywhere outside of Purpose, Scope, Roles, Definitions and References is enough, by title, id, alias,
    initials, or the last word of the name ("the commander"). Owner and approvers of the SOP may be declared for that
    alone. Silent where no step says who acts, and where Roles names a role that the register does not know (SOP301).

    Why: a role that is declared and idle hides a step that is missing; one that acts undeclared is not trained.
    Mend: delete the role, write what it does or is told, or declare it. `--fix` declares who acts with the words of
    the step, where Roles is a plain list or table.
    """
    roles = declared_roles(sop, context)[:_MAX_ROLES]
    acting = list({step.actor: step for step in reversed(tuple(sop.body.steps)) if step.actor}.values())[::-1]
    if not roles or not acting or not all(is_role(role.name, context) for role in roles):
        return
    undeclared = list(_undeclared_actors(sop, context, roles, acting))
    idle = list(_idle_roles(sop, context, roles))
    if len(undeclared) == len(idle) == 1:  # most likely one role under two names
        [step], [role] = undeclared, idle
        words = f"`{step.actor}` acts but is not declared in Roles, and `{role.name}` there does nothing"
        yield sop.finding(actor_place(step), f"{words}; name one role")
        return
    for step in undeclared:
        message = f"`{step.actor}` acts but is not declared in Roles; declare it"
        yield sop.finding(actor_place(step), message, fix=_declaration_fix(sop, step))
    for role in idle:
        message = f"`{role.name}` is declared, but acts in no step and is told nothing; delete it or say what it does"
        yield sop.finding((role.start, role.end), message)


def _idle_roles(sop: Sop, context: RuleContext, roles: tuple[DeclaredRole, ...]) -> Iterator[DeclaredRole]:
    governing = {name for key in ("owner", "approvers") for name, _ in sop.texts(key)}
    text = _acting_text(sop)
    last_words = Counter(role.name.casefold().split()[-1] for role in roles)
    for role in roles:
        if role.spellings & (governing | _ANYBODY) or has_name(text, role.spellings):
            continue
        last = role.name.casefold().split()[-1]  # "the commander" is an incident commander if no other role ends so
        by_last_word = frozenset(f"{article} {last}" for article in words_of(sop, context).articles)
        if last_words[last] > 1 or not has_name(text, by_last_word):
            yield role


def _undeclared_actors(
    sop: Sop, context: RuleContext, roles: tuple[DeclaredRole, ...], acting: list[Step]
) -> Iterator[Step]:
    """The first step of each role that acts and that the Roles section does not name."""
    section = sop.body.section("Roles")
    begin, end = sop.body.prose.within(section.start, section.end) if section is not None else (0, 0)
    text = sop.body.prose.text[begin:end].casefold()
    known = frozenset[str]().union(*(role.spellings for role in roles))
    for step in acting[:_MAX_ROLES]:
        names = spellings(step.actor, context)
        if names & (known | _ANYBODY) or has_name(text, names) or not is_role(step.actor, context):
            continue
        known |= names
        yield step


def _acting_text(sop: Sop) -> str:
    """The text in which to be named is to act, to be told or to decide, in lower case."""
    prose = sop.body.prose
    at = prose.within(sop.body_start, sop.body_start)[0]
    parts = []
    for section in sop.body.sections:
        if _NO_DEED.issuperset(section.names):
            begin, end = prose.within(section.heading.start, section.end)
            parts.append(prose.text[at:begin])
            at = end
    parts.append(prose.text[at:])
    return "\n\n".join(parts).casefold()


def _declaration_fix(sop: Sop, step: Step) -> Fix | None:
    """A line of Roles with the words of the step, behind the last line of a list or a table of two columns."""
    deed = step.text.partition(". ")[0].strip().rstrip(".")
    if not deed or len(deed) > _MAX_DEED or any(mark in deed for mark in ("|", "\n")):
        return None
    section = sop.body.section("Roles")
    blocks = section.blocks if section is not None else ()
    last = next((block for block in reversed(blocks) if block.kind in {"list", "table"}), None)
    if last is None or not last.children:
        return None
    row = last.children[-1]
    if last.kind == "table":
        if [cell.text.strip() for cell in last.children[0].children][1:2] == [] or len(row.children) != 2:  # noqa: PLR2004
            return None
        line = f"| {step.actor} | {deed} |"
    else:
        if last.ordered is not None or len(row.children) != 1 or row.children[0].inlines[0].kind != "strong":
            return None
        bullet = sop.source.data[row.start : row.start + 1].decode()
        line = f"{bullet} **{step.actor}**: {deed}"
    end = row.start + len(sop.source.data[row.start : row.end].rstrip())
    return Fix(f"declare {step.actor} in Roles", (Edit(end, end, f"{sop.source.line_end}{line}"),))

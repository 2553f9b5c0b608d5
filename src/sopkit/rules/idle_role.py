"""SOP302."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.body import Step
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.rules._roles import Declared, declared_roles, is_role, named_in, spellings
from sopkit.rules._rule import rule
from sopkit.rules._wording import words_of
from sopkit.text.actors import EVERYONE

_NO_DEED = frozenset({"Roles", "Purpose", "Scope", "Definitions", "References"})
"""Sections in which being named is neither to act nor to be told."""
_ANYBODY = EVERYONE | {"employees", "staff"}
_LONGEST_DEED, _MOST_ROLES = 120, 100


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
def idle_role(sop: Sop, library: Library) -> Iterator[Finding]:
    """Who acts in a step is declared in Roles, and who is declared there acts, is told or decides.

    To be named anywhere outside of Purpose, Scope, Roles, Definitions and References is enough, by title, id, alias,
    initials, or the last word of the name ("the commander"). Owner and approvers of the SOP may be declared for that
    alone. Silent where no step says who acts, and where Roles names a role that the register does not know (SOP301).

    Why: a role that is declared and idle hides a step that is missing; one that acts undeclared is not trained.
    Mend: delete the role, write what it does or is told, or declare it. `--fix` declares who acts with the words of
    the step, where Roles is a plain list or table.
    """
    roles = declared_roles(sop, library)[:_MOST_ROLES]
    acting = list({step.actor: step for step in reversed(tuple(sop.body.steps)) if step.actor}.values())[::-1]
    if not roles or not acting or not all(is_role(role.name, library) for role in roles):
        return
    undeclared = list(_undeclared(sop, library, roles, acting))
    idle = list(_idle(sop, library, roles))
    if len(undeclared) == len(idle) == 1:  # most likely one role under two names
        [step], [role] = undeclared, idle
        message = (
            f"`{step.actor}` acts but is not declared in Roles, and `{role.name}` there does nothing; name one role"
        )
        yield sop.finding(_place(step), message)
        return
    for step in undeclared:
        message = f"`{step.actor}` acts but is not declared in Roles; declare it"
        yield sop.finding(_place(step), message, fix=_declaration(sop, step))
    for role in idle:
        message = f"`{role.name}` is declared, but acts in no step and is told nothing; delete it or say what it does"
        yield sop.finding((role.start, role.end), message)


def _place(step: Step) -> tuple[int, int]:
    return step.actor_start, step.actor_start + len(step.actor.encode())


def _idle(sop: Sop, library: Library, roles: tuple[Declared, ...]) -> Iterator[Declared]:
    governing = {name for key in ("owner", "approvers") for name, _ in sop.texts(key)}
    told = _told(sop)
    for role in roles:
        if role.spellings & (governing | _ANYBODY) or named_in(told, role.spellings):
            continue
        if not _by_last_word(sop, library, told, role, roles):
            yield role


def _undeclared(sop: Sop, library: Library, roles: tuple[Declared, ...], acting: list[Step]) -> Iterator[Step]:
    """The first step of each role that acts and that the Roles section does not name."""
    section = sop.body.section("Roles")
    begin, end = sop.body.prose.within(section.start, section.end) if section is not None else (0, 0)
    text = sop.body.prose.text[begin:end].casefold()
    known = frozenset[str]().union(*(role.spellings for role in roles))
    for step in acting[:_MOST_ROLES]:
        names = spellings(step.actor, library)
        if names & (known | _ANYBODY) or named_in(text, names) or not is_role(step.actor, library):
            continue
        known |= names
        yield step


def _told(sop: Sop) -> str:
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


def _by_last_word(sop: Sop, library: Library, text: str, role: Declared, roles: tuple[Declared, ...]) -> bool:
    """Whether "the commander" stands for an incident commander: no other role ends with that word."""
    last = role.name.casefold().split()[-1]
    if sum(last == other.name.casefold().split()[-1] for other in roles) > 1:
        return False
    return named_in(text, frozenset(f"{article} {last}" for article in words_of(sop, library).articles))


def _declaration(sop: Sop, step: Step) -> Fix | None:
    """A line of Roles with the words of the step, behind the last line of a list or a table of two columns."""
    deed = step.text.partition(". ")[0].strip().rstrip(".")
    if not deed or len(deed) > _LONGEST_DEED or any(mark in deed for mark in ("|", "\n")):
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

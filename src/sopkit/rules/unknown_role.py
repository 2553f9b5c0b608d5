"""SOP301."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.nearest import nearest
from sopkit.model.sop import Sop
from sopkit.rules._rule import rule
from sopkit.text.roles import roles_named

_JOINED = re.compile(r"\s+(?:and|or|with)\s+|\s*[,/&+;]\s*|\s+/\s+")
_EVERYONE = frozenset({"everyone", "all", "all staff", "anyone", "every employee", "all employees"})


@rule(
    "SOP301",
    severity=Severity.ERROR,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Access wizard**: Approve the request.
        3. **IT operations**: Grant the access.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access.
        """,
)
def unknown_role(sop: Sop, library: Library) -> Iterator[Finding]:
    """Every role that a step, the Roles section or the front matter names is in the register of roles.

    Titles, ids and aliases count, without case; several may be joined by "and" or "/". Silent without a register.

    Why: a role that nobody has defined is held by nobody; two names for one role split its duties.
    Mend: use the register's title, or add the spelling to the role's aliases in registers/roles.yaml.
    """
    if not library.roles or library.roles.findings:
        return  # the names in a row that is wrong are not known
    for step in sop.body.steps:
        if step.actor:
            length = len(step.actor.encode())
            yield from _unknown(sop, library, step.actor, step.actor_start, step.actor_start + length)
    for name, start, end in roles_named(sop.body.section("Roles")):
        yield from _unknown(sop, library, name, start, end)
    for key in ("contributors", "audience"):
        for name, loc in sop.texts(key):
            if name not in library.roles.keys and name.casefold() not in _EVERYONE:
                yield sop.finding(loc, f"`{name}` in `{key}` is no role of the register; {_advice(name, library)}")


def _unknown(sop: Sop, library: Library, written: str, start: int, end: int) -> Iterator[Finding]:
    if _known(written, library):
        return
    for name in _JOINED.split(written):
        if name.strip() and not _known(name, library):
            yield sop.finding((start, end), f"`{name.strip()}` is no role of the register; {_advice(name, library)}")
            return


def _known(name: str, library: Library) -> bool:
    plain = " ".join(name.split()).casefold()
    bare = re.sub(r"\s*\([^)]*\)$", "", plain).removeprefix("the ")
    return any(word in library.roles.by_name or word in _EVERYONE for word in (plain, bare))


def _advice(name: str, library: Library) -> str:
    near = nearest(name.casefold(), list(library.roles.by_name), 1, 0.6)
    if not near:
        return "add it to registers/roles.yaml"
    row = library.roles.by_name[near[0]]
    return f"did you mean `{next(known for known in row.names if known.casefold() == near[0])}`?"

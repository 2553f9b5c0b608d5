"""SOP301."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.nearest import nearest
from sopkit.model.sop import Sop
from sopkit.rules._rule import rule
from sopkit.rules._wording import words_of
from sopkit.text.actors import EVERYONE, JOINED, bare, named_like_a_role
from sopkit.text.roles import roles_named
from sopkit.text.scalar import rewritten

_ALIKE = 0.8


@rule(
    "SOP301",
    severity=Severity.ERROR,
    fix=FixClass.SUGGESTION,
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

    Titles, ids and aliases count, without case; several may be joined by "and" or "/". Silent without a register. In
    `**Check the logs:** look for errors` the bold words are a title: where no step of a run names a role that is known,
    only words that end like one (manager, team, owner …), or resemble one of the register, are taken for a role.

    Why: a role that nobody has defined is held by nobody; two names for one role split its duties.
    Mend: use the register's title, or add the spelling to the role's aliases in registers/roles.yaml.
    """
    if not library.roles or library.roles.findings:
        return  # the names in a row that is wrong are not known
    for (name, *_), start, end in unknown_roles(sop, library):
        title = _nearest(name, library)
        fix = None
        if title and sop.source.data[start:end] == name.encode():
            fix = Fix(f"write `{title}`", (Edit(start, end, title),), FixClass.SUGGESTION)
        yield sop.finding((start, end), f"`{name}` is no role of the register; {_advice(title)}", fix=fix)
    for key in ("contributors", "audience"):
        taken = {name for name, _ in sop.texts(key)}
        for name, loc in sop.texts(key):
            if name not in library.roles.keys and name.casefold() not in EVERYONE:
                row = library.roles.by_name.get(_nearest(name, library).casefold())
                named, message = row.key if row else "", f"`{name}` in `{key}` is no role of the register"
                fix = rewritten(sop.source, sop.place(loc), name, named) if named and named not in taken else None
                yield sop.finding(loc, f"{message}; {_advice(named)}", fix=fix)


def unknown_roles(sop: Sop, library: Library) -> Iterator[tuple[list[str], int, int]]:
    """The names in steps and in the Roles section that no role of the register has, with the bytes that hold them.

    Several that are joined, such as "HR and Legal", stand in one place.
    """
    for procedure in sop.body.procedures:
        steps = [step for top in procedure.steps for step in top.walk() if step.actor]
        by_role = procedure.shape == "table" or any(_known(step.actor, library) for step in steps)
        said = procedure.steps if procedure.shape == "headings" else ()  # a line of their own says who is responsible
        for step in steps:
            if by_role or step in said or _resembles_a_role(step.actor, sop, library):
                length = len(step.actor.encode())
                yield from _unknown(library, step.actor, step.actor_start, step.actor_start + length)
    for name, start, end in roles_named(sop.body.section("Roles")):
        yield from _unknown(library, name, start, end)


def _unknown(library: Library, written: str, start: int, end: int) -> Iterator[tuple[list[str], int, int]]:
    if _known(written, library):
        return
    if names := [name.strip() for name in JOINED.split(written) if name.strip() and not _known(name, library)]:
        yield names, start, end


def _known(name: str, library: Library) -> bool:
    plain = " ".join(name.split()).casefold()
    return any(word in library.roles.by_name or word in EVERYONE for word in (plain, bare(name)))


def _resembles_a_role(written: str, sop: Sop, library: Library) -> bool:
    words = words_of(sop, library)
    return named_like_a_role(written, words) or bool(nearest(bare(written), list(library.roles.by_name), 1, _ALIKE))


def _nearest(name: str, library: Library) -> str:
    """The spelling of a role that a name resembles, or nothing."""
    near = nearest(name.casefold(), list(library.roles.by_name), 1, 0.6)
    return next(known for known in library.roles.by_name[near[0]].names if known.casefold() == near[0]) if near else ""


def _advice(near: str) -> str:
    return f"did you mean `{near}`?" if near else "add it to registers/roles.yaml"

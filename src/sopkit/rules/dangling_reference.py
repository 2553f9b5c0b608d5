"""SOP501."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.decisions import undecided
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.nearest import nearest
from sopkit.model.places import Loc
from sopkit.model.references import COLUMNS, FRONT_MATTER, HOLDERS, SOPS
from sopkit.model.sop import Sop
from sopkit.rules._example import Example
from sopkit.rules._rule import rule
from sopkit.text.scalar import rewritten
from sopkit.text.sections import called, heading_words

_SHOWN = 12
"""Headings that a message names."""


def _in_registers(library: Library) -> Iterator[Finding]:
    for name, columns in COLUMNS.items():
        register = library.registers[name]
        for row in register.rows:
            for column, other in columns.items():
                value = getattr(row, column)
                known = _known(library, other)
                if value and known and value not in known and not undecided(value):
                    place = register.place(row.key, column)
                    fix = rewritten(register.source, place, value, near) if (near := _nearest(value, known)) else None
                    yield Finding(register.path, place, _message(value, column, other, known), fix=fix)
    people = library.registers["people"]
    for row in library.roles.rows if people else ():
        for column in HOLDERS:
            for index, holder in enumerate(getattr(row, column)):
                if holder.person not in people.keys and not undecided(holder.person):
                    place, name = library.roles.place(row.key, column, index, "person"), holder.person
                    near = _nearest(name, people.keys)
                    fix = rewritten(library.roles.source, place, name, near) if near else None
                    yield Finding(library.roles.path, place, _message(name, column, "people", people.keys), fix=fix)


@rule(
    "SOP501",
    severity=Severity.ERROR,
    fix=FixClass.SUGGESTION,
    in_registers=_in_registers,
    bad=Example(
        """
        ---
        assets: [okt]
        ---
        """,
        files={"registers/assets.yaml": "- {id: okta, title: Okta, owner: security-lead}\n"},
    ),
    good=Example(
        """
        ---
        assets: [okta]
        ---
        """,
        files={"registers/assets.yaml": "- {id: okta, title: Okta, owner: security-lead}\n"},
    ),
)
def dangling_reference(sop: Sop, library: Library) -> Iterator[Finding]:
    """Every policy, asset, risk, vendor and SOP that is named exists; in registers, every role and person as well.

    A register that is absent or empty asks for nothing. The `section` of a claimed control is one of the SOP's own
    headings, or the name of one of its sections.

    Why: traceability from a risk to the procedure that treats it breaks at the first id that leads nowhere.
    Mend: correct the id, or add the row to the register.
    """
    for key, name in FRONT_MATTER.items():
        if name == "roles":
            continue  # a rule of its own
        known = _known(library, name)
        for value, loc in sop.texts(key):
            if (known or name == SOPS) and value not in known and not undecided(value):
                yield _finding(sop, value, key, name, known, loc)
    yield from _sections(sop, library)


def _sections(sop: Sop, library: Library) -> Iterator[Finding]:
    for claim in library.claims(sop) if "section" in str(sop.front.values.get("controls")) else ():
        names = called(sop.body) if claim.section else {}
        if claim.section and heading_words(claim.section) not in names and not undecided(claim.section):
            loc = (*claim.loc[:-1], "section")
            near = _nearest(claim.section, frozenset(names.values()))
            shown = ", ".join([*dict.fromkeys(names.values())][:_SHOWN])
            advice = f"did you mean `{near}`?" if near else f"write one of them: {shown}" if shown else "add it"
            fix = rewritten(sop.source, sop.place(loc), claim.section, near) if near else None
            said = (
                f"`{claim.section}` in `section` of {claim.typed} leads nowhere: no such heading in this SOP; {advice}"
            )
            yield sop.finding(loc, said, fix=fix)


def _finding(sop: Sop, value: str, key: str, name: str, known: frozenset[str], loc: Loc) -> Finding:
    near = _nearest(value, known)
    new = near not in {"", sop.id, *(other for other, _ in sop.texts(key))}
    fix = rewritten(sop.source, sop.place(loc), value, near) if new else None
    return sop.finding(loc, _message(value, key, name, known), fix=fix)


def _nearest(value: str, known: frozenset[str]) -> str:
    return next(iter(nearest(value, sorted(known), 1, 0.6)), "")


def _known(library: Library, name: str) -> frozenset[str]:
    if name == SOPS:
        return library.ids
    register = library.registers[name]
    return register.keys if register else frozenset()


def _message(value: str, key: str, name: str, known: frozenset[str]) -> str:
    near = _nearest(value, known)
    where = "the library has no such SOP" if name == SOPS else f"registers/{name}.yaml has no such row"
    advice = f"did you mean `{near}`?" if near else "correct the id or add it there"
    return f"`{value}` in `{key}` leads nowhere: {where}; {advice}"

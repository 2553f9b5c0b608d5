"""SOP501: dangling reference."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.body import is_undecided
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.registers import HOLDER_COLUMNS, REFERENCE_COLUMNS, REFERENCE_KEYS, SOP_TARGET
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.model.source import Loc
from sopkit.parsing.register import Register
from sopkit.parsing.sections import heading_names, heading_words
from sopkit.parsing.yaml import rewrite_scalar

_SHOWN = 12
"""Headings that a message names."""


def _in_registers(library: Library) -> Iterator[Finding]:
    for name, columns in REFERENCE_COLUMNS.items():
        register = library.registers[name]
        for row in register.rows:
            for column, target in columns.items():
                value, known = getattr(row, column), _known_ids(library, target)
                if value and known and value not in known and not is_undecided(value):
                    yield _row_finding(register, (row.key, column), value, column, target, known)
    people = library.registers["people"]
    for row in library.roles.rows if people else ():
        for column in HOLDER_COLUMNS:
            for index, holder in enumerate(getattr(row, column)):
                if holder.person not in people.keys and not is_undecided(holder.person):
                    loc = (row.key, column, index, "person")
                    yield _row_finding(library.roles, loc, holder.person, column, "people", people.keys)


def _row_finding(
    register: Register, loc: tuple[str, *Loc], value: str, column: str, target: str, known: frozenset[str]
) -> Finding:
    place, near = register.place(*loc), _nearest(value, known)
    fix = rewrite_scalar(register.source, place, value, near) if near else None
    return Finding(register.path, place, _message(value, column, target, near), fix=fix)


@rule(
    "SOP501",
    scope=RuleScope.SOP_IN_LIBRARY,
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
    for key, target in REFERENCE_KEYS.items():
        if target == "roles":
            continue  # SOP301's
        known = _known_ids(library, target)
        for value, loc in sop.texts(key):
            if (known or target == SOP_TARGET) and value not in known and not is_undecided(value):
                near = _nearest(value, known)
                is_new = near not in {"", sop.id, *(other for other, _ in sop.texts(key))}
                fix = rewrite_scalar(sop.source, sop.place(loc), value, near) if is_new else None
                yield sop.finding(loc, _message(value, key, target, near), fix=fix)
    yield from _sections(sop, library)


def _sections(sop: Sop, library: Library) -> Iterator[Finding]:
    for claim in library.claims(sop) if "section" in str(sop.front.values.get("controls")) else ():
        names = heading_names(sop.body) if claim.section else {}
        if claim.section and heading_words(claim.section) not in names and not is_undecided(claim.section):
            loc = (*claim.loc[:-1], "section")
            near = _nearest(claim.section, frozenset(names.values()))
            headings = ", ".join([*dict.fromkeys(names.values())][:_SHOWN])
            advice = f"did you mean `{near}`?" if near else f"write one of them: {headings}" if headings else "add it"
            fix = rewrite_scalar(sop.source, sop.place(loc), claim.section, near) if near else None
            words = f"`{claim.section}` in `section` of {claim.typed} leads nowhere: no such heading in this SOP"
            yield sop.finding(loc, f"{words}; {advice}", fix=fix)


def _nearest(value: str, known: frozenset[str]) -> str:
    return next(iter(nearest(value, sorted(known), 1, 0.6)), "")


def _known_ids(library: Library, target: str) -> frozenset[str]:
    if target == SOP_TARGET:
        return library.ids
    register = library.registers[target]
    return register.keys if register else frozenset()


def _message(value: str, key: str, target: str, near: str) -> str:
    where = "the library has no such SOP" if target == SOP_TARGET else f"registers/{target}.yaml has no such row"
    advice = f"did you mean `{near}`?" if near else "correct the id or add it there"
    return f"`{value}` in `{key}` leads nowhere: {where}; {advice}"

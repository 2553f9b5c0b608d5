"""SOP513: No two ids differ by case or blanks alone, be it of SOPs or of rows of one register."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from sopkit.analysis.applicability import decisions
from sopkit.analysis.control_claims import ControlKey
from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import REGISTERS, Role
from sopkit.model.similarity import describe_difference, visual_key
from sopkit.model.sop import Sop

_ONE = "keep one of the two, or give one another id"
_ROWS = "- {id: nist-csf, title: Cybersecurity Framework}\n- {id: %s, title: Community Profiles}\n"


def _in_registers(library: Library) -> Iterator[Finding]:
    for name, model in REGISTERS.items():
        if name == "glossary":
            continue  # words, which may differ by case alone: `IT` and `it`
        register, column = library.registers[name], model.key_field.rstrip("_")
        for key, first in _similar_keys(row.key for row in register.rows).items():
            words = f"`{key}` and `{first}` differ by {describe_difference(key, first)} alone; {_ONE}"
            yield Finding(register.path, register.place(key, column), words)
    yield from _in_roles(library)
    yield from _in_statement(library)


def _in_roles(library: Library) -> Iterator[Finding]:
    """Names that mean two roles: a title or alias of one that is a name of another."""
    roles = library.roles
    owners: dict[str, Role] = {}
    for row in roles.rows:
        if not isinstance(row, Role):
            continue
        for name in dict.fromkeys(map(visual_key, row.names)):
            first = owners.setdefault(name, row)
            if first.key != row.key and visual_key(first.key) != visual_key(row.key):
                words = f"`{name}` means two roles, `{first.id}` and `{row.id}`; give one of them another name"
                column = "title" if visual_key(row.title) == name else "aliases" if name != visual_key(row.id) else "id"
                yield Finding(roles.path, roles.place(row.key, column), words)


def _in_statement(library: Library) -> Iterator[Finding]:
    """Rows of the statement of applicability that are about one control."""
    register = library.registers["soa"]
    seen: dict[ControlKey, str] = {}
    for decision in decisions(library):
        typed = decision.row.control
        others = [seen[control] for control in decision.again if seen[control] != typed]
        if others and visual_key(others[0]) != visual_key(typed):
            words = f"`{typed}` and `{others[0]}` are the same control; keep one of the two rows"
            yield Finding(register.path, register.place(typed, "control"), words)
        for control in decision.controls:
            seen.setdefault(control, typed)


@rule(
    "SOP513",
    scope=RuleScope.SOP_IN_LIBRARY,
    severity=Severity.ERROR,
    in_registers=_in_registers,
    bad=Example("", files={"registers/external.yaml": _ROWS % "NIST-CSF"}),
    good=Example("", files={"registers/external.yaml": _ROWS % "nist-csf-profiles"}),
)
def look_alike_id(sop: Sop, library: Library) -> Iterator[Finding]:
    """No two ids differ by case or blanks alone, be it of SOPs or of rows of one register.

    Nor by the form of characters: wide letters, an accent typed apart, another hyphen, one that nobody sees.
    A name that means two roles is found as well, and two rows of the statement of applicability about one control.

    Why: people read the two as one and spreadsheets sort them as one, while every reference means just one of them;
    of a name that means two roles, the first is taken.
    Mend: keep one of the two and let all references name it, or give one of them another id.
    """
    first = _similar_sops(library).get(sop.id) if library.config.library.identity == "id" else None
    if first:
        words = f"`{sop.id}` and `{first}` differ by {describe_difference(sop.id, first)} alone"
        yield sop.finding("id", f"{words}; {_ONE}")


@lru_cache(maxsize=4)
def _similar_sops(library: Library) -> dict[str, str]:
    return _similar_keys(library.by_id)


def _similar_keys(keys: Iterable[str]) -> dict[str, str]:
    """Each key that looks like an earlier key, with the earlier key."""
    seen: dict[str, str] = {}
    firsts = {key: seen.setdefault(visual_key(key), key) for key in keys}
    return {key: first for key, first in firsts.items() if key != first}

"""SOP608: CODEOWNERS has each SOP under its approvers."""

import re
from collections.abc import Iterable, Iterator

from sopkit.analysis.code_owners import code_owner_spellings, find_role_people
from sopkit.git.codeowners import CodeOwnersFile, find_code_owners
from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.registers import Person, RowModel
from sopkit.model.sop import Sop
from sopkit.model.source import Loc

_FIX_HINT = "run: sopkit doctor --codeowners --write"


@rule(
    "SOP608",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    fix=FixClass.SUGGESTION,
    bad=Example("", files={".github/CODEOWNERS": "/registers/ ann@acme.example\n/sops/ ben@acme.example\n"}),
    good=Example("", files={".github/CODEOWNERS": "/registers/ ann@acme.example\n/sops/ ann@acme.example\n"}),
)
def wrong_code_owners(library: Library) -> Iterator[Finding]:
    """CODEOWNERS has each SOP under its approvers.

    Every approver role has a holder or deputy of the day among the code owners (with `approve_by = "any"` one role
    is enough), and nobody else but the owner is there. People are known by forge login or e-mail; who is in a team
    cannot be told, so a team is believed. Sections of GitLab count each for itself. Silent without a CODEOWNERS file.

    Why: the forge asks code owners to review a change; when they are not the approvers, a text can be merged that
    no approver has seen.
    Mend: run `sopkit doctor --codeowners --write`, or correct the line that matches last.
    """
    file = find_code_owners(library.root)
    if file.data is None:
        return
    for sop in library.sops:
        if not sop.readable:
            continue
        sections = file.owners(file.folder + sop.path)
        if not sections:
            yield sop.finding("id", f"{file.path} names no owner of this file; {_FIX_HINT}")
            continue
        faults = [_owners_fault(sop, library, file, owners) for owners in sections]
        if None not in faults and faults[-1] is not None:
            loc, words = faults[-1]
            yield sop.finding(loc, f"{words}; {_FIX_HINT}")


def _owners_fault(sop: Sop, library: Library, file: CodeOwnersFile, owners: tuple[str, ...]) -> tuple[Loc, str] | None:
    """What is wrong with the owners of one section: where, and in which words."""
    if not library.registers["people"]:
        return None
    named = {owner.casefold(): owner for owner in owners}
    approvers = ((role, loc, _names(find_role_people(role, library))) for role, loc in library.placed_approvers(sop))
    roles = [(role, loc, names) for role, loc, names in approvers if names]
    if not roles:
        return None  # SOP012 tells who is missing
    known = _names(library.registers["people"].rows)
    teams = {name for name in named if re.search("/|^@@", name) or (file.for_gitlab and name not in known)}
    absent = [(role, loc) for role, loc, names in roles if not teams and not names & set(named)]
    if absent and (library.config.approval.approve_by == "all" or len(absent) == len(roles)):
        role, loc = absent[0]
        return loc, f"no holder of the approver role `{role}` is a code owner in {file.path}"
    allowed = _names(find_role_people(sop.text("owner"), library)).union(*(names for _, _, names in roles))
    others = sorted(set(named) - allowed - teams)
    if others:
        return ("approvers",), f"`{named[others[0]]}` is a code owner in {file.path}, but neither approver nor owner"
    return None


def _names(people: Iterable[RowModel]) -> frozenset[str]:
    return frozenset(name for person in people if isinstance(person, Person) for name in code_owner_spellings(person))

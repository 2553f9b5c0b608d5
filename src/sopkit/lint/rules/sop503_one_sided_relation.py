"""SOP503: one sided relation."""

from collections.abc import Iterator

from sopkit.analysis.links import sops_naming
from sopkit.library import Library
from sopkit.lint.advice import add_key_fix
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop

_OLD = "---\nid: AC-003\nstatus: retired\n{}---\n"


@rule(
    "SOP503",
    scope=RuleScope.SOP_IN_LIBRARY,
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad=Example(
        """
        ---
        supersedes: [AC-003]
        ---
        """,
        files={"sops/ac-003-hand-out-tokens.md": _OLD.format("")},
    ),
    good=Example(
        """
        ---
        supersedes: [AC-003]
        ---
        """,
        files={"sops/ac-003-hand-out-tokens.md": _OLD.format("superseded_by: [AC-001]\n")},
    ),
)
def one_sided_relation(sop: Sop, library: Library) -> Iterator[Finding]:
    """An SOP that another one supersedes says so (`superseded_by`), and the other one says the same (`supersedes`).

    A draft or trial may announce what it will supersede: the old SOP is in force until the new one is.

    Why: a reader who finds the old procedure has to see that there is a new one; an auditor has to see what became of
    the old one.
    Mend: add the id to the other side as well. The finding stands in the file that lacks it, and `--fix` adds it there.
    """
    if not sop.front.readable or not _has_unique_id(sop, library):
        return
    for key, reverse in (("superseded_by", "supersedes"), ("supersedes", "superseded_by")):
        others = sops_naming(library, reverse).get(sop.id, ())
        named = {name for name, _ in sop.texts(key)} if others else set()
        if not named <= library.ids:
            continue  # one of them is misspelled, which is SOP501's
        for other in dict.fromkeys(others):
            announced = key == "superseded_by" and other.status in {"draft", "trial"}
            if other is sop or not _has_unique_id(other, library) or other.id in named or announced:
                continue
            place = key if sop.front.values.get(key) else "id"
            message = f"{other.id} names this SOP under `{reverse}`; add {other.id} to `{key}` here"
            yield sop.finding(place, message, fix=_add_fix(sop, key, other.id))


def _has_unique_id(sop: Sop, library: Library) -> bool:
    """Whether an SOP has an id that no other SOP has."""
    return len(library.by_id.get(sop.id, ())) == 1


def _add_fix(sop: Sop, key: str, name: str) -> Fix | None:
    """The id as a new key, or at the end of a list in brackets; None for lists in lines."""
    place = sop.front.places.get((sop.front.spelled.get(key, key),))
    if place is None:
        return add_key_fix(sop, key, (name,), FixClass.MATERIAL)
    typed = sop.source.data[place.start : place.end]
    if not typed.endswith(b"]") or not sop.texts(key):
        return None
    end = place.end - 1
    return Fix(f"add {name} to `{key}`", (Edit(end, end, f", {name}"),))

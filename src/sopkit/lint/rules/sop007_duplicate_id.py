"""SOP007: An id belongs to one SOP for ever, also after that one is retired. Keys of registers are judged as well."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP007",
    scope=RuleScope.SOP_IN_LIBRARY,
    severity=Severity.ERROR,
    bad=Example("", files={"sops/ac-001-hand-out-tokens.md": "---\nid: AC-001\nstatus: retired\n---\n"}),
    good=Example("", files={"sops/ac-002-hand-out-tokens.md": "---\nid: AC-002\nstatus: retired\n---\n"}),
)
def duplicate_id(sop: Sop, library: Library) -> Iterator[Finding]:
    """An id belongs to one SOP for ever, also after that one is retired. Keys of registers are judged as well.

    Why: reviews, approvals and training records name the id; two documents with one id share one history.
    Mend: give the newer document the next free id.
    """
    same = library.by_id.get(sop.id, ()) if sop.id and library.config.library.identity == "id" else ()
    others = [other for other in same if other is not sop]
    if not others:
        return
    # The older claim is that of a retired SOP, of a file named after the id, of the first path.
    first = min(same, key=lambda other: (other.status != "retired", not _has_id_in_name(other), other.path))
    if first is not sop:
        retired = " (retired)" if first.status == "retired" else ""
        yield sop.finding("id", f"id `{sop.id}` belongs to {first.path}{retired}; take the next free id")


def _has_id_in_name(sop: Sop) -> bool:
    return sop.path.rsplit("/", 1)[-1].casefold().startswith(sop.id.casefold())

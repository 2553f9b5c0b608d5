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
    if all(other is sop for other in same):
        return

    def precedence(other: Sop) -> tuple[bool, bool, str]:
        """The older claim is that of a retired SOP, of a file named after the id, of the first path."""
        named = other.path.rsplit("/", 1)[-1].casefold().startswith(other.id.casefold())
        return other.status != "retired", not named, other.path

    first = min(same, key=precedence)
    if first is not sop:
        retired = " (retired)" if first.status == "retired" else ""
        yield sop.finding("id", f"id `{sop.id}` belongs to {first.path}{retired}; take the next free id")

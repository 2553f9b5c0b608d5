"""SOP109: A scope names systems, people or data, or what is left out."""

from collections.abc import Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.sections import is_empty_section, section_text
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import any_phrase

_NAMING = ("assets", "vendors", "roles")


@rule(
    "SOP109",
    severity=Severity.INFO,
    default=False,
    bad="""
        ## Scope

        This procedure applies to all of Acme, as the security policy says.
        """,
    good="""
        ## Scope

        All staff accounts in Okta. Service accounts are out of scope.
        """,
)
def scope_without_limits(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A scope names systems, people or data, or what is left out.

    The names of the registers of assets, vendors and roles count, and so do a list, a table and a piece of code.

    Why: whether a case falls under the SOP must be decided by reading, not by asking its author.
    Mend: name the systems and teams that it covers, and add "Out of scope: …" with what people might expect in it.
    """
    section, limits = sop.body.section("Scope"), words_of(sop, context).limits
    if section is None or not limits or is_empty_section(section):
        return
    text = section_text(sop, section)
    blocks = [block for top in section.blocks for block in top.walk()]
    if any_phrase(limits).search(text) or any(block.kind in {"list", "table", "code"} for block in blocks):
        return
    if any(part.kind == "code" for block in blocks for part in block.inlines):
        return
    rows = (row for kind in _NAMING for row in context.registers[kind].rows)
    names = (name.casefold() for row in rows for name in (*row.names, getattr(row, "title", "")) if name)
    if not any(name in text.casefold() for name in names):
        place = (section.heading.start, section.heading.end)
        yield sop.finding(place, "the scope names no system, team or data; say what it covers and what it leaves out")

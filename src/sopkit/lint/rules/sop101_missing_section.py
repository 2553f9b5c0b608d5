"""SOP101: An SOP has the six sections Purpose, Scope, Roles, Inputs, Procedure and References."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.lint.sections import OTHER_RULES_SECTIONS, aliases_of, missing_section_findings
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.sections import heading_words


@rule(
    "SOP101",
    severity=Severity.ERROR,
    fix=FixClass.MATERIAL,
    bad=Example("", without=("Scope",)),
    good="""
        ## Scope

        All staff accounts in Okta. Service accounts are out of scope.
        """,
)
def missing_section(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """An SOP has the six sections Purpose, Scope, Roles, Inputs, Procedure and References.

    A warning is given for each further section that its area asks for by `[areas.NAME] requires`, such as Records;
    SOP220 and SOP221 report Rollback and Escalation.

    Why: readers, auditors and the reports look for them; a procedure without a scope or without roles cannot be
    followed by somebody who did not write it. Other headings that mean the same are known ("Responsibilities",
    "Prerequisites", "Steps"); `[sections] aliases` adds more, in any language.
    Mend: add the section, or rename the heading under which its text stands; no rule looks at steps outside of a
    Procedure. `--fix` adds a stub with a marked decision.
    """
    area = context.area(sop)
    names = aliases_of(context)
    for name in (name for heading in (area.requires if area else ()) for name in names.get(heading_words(heading), ())):
        if name not in OTHER_RULES_SECTIONS:
            why = f"which area {sop.text('area')} asks for; write it"
            yield from missing_section_findings(sop, context, name, why)

"""SOP110: An SOP has the sections that its template has gained since."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.lint.sections import OTHER_RULES_SECTIONS, aliases_of, has_section, template_of
from sopkit.model.finding import Edit, Finding, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.sections import add_stubs, are_sections_certain, heading_words
from sopkit.parsing.template import section_headings


@rule(
    "SOP110",
    severity=Severity.INFO,
    fix=FixClass.SUGGESTION,
    default=False,
    bad=Example(
        """
        ---
        template: access-provisioning@0.9
        ---
        ## Escalation

        - The access is missing after 4 hours: tell the security lead.

        ## Rollback

        1. **IT operations**: Take the access back in Okta.
        """,
    ),
    good=Example(
        """
        ---
        template: access-provisioning@0.9
        ---
        ## Exceptions

        - None without a row in the exceptions register.

        ## Escalation

        - The access is missing after 4 hours: tell the security lead.

        ## Rollback

        1. **IT operations**: Take the access back in Okta.

        ## Metrics

        - Rights that are granted within 4 hours: 95 %.
        """,
    ),
)
def template_drift(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """An SOP has the sections that its template has gained since.

    `template: name@version` says what the SOP was made from. When the installed template of that name, the library's
    own or a shipped one, has another version, its second-level headings are looked for; those that stand below a
    condition of the template are not. What SOP101, SOP220 and SOP221 report is left to them.

    Why: a template is mended after an audit or an incident, and the SOPs made from it earlier do not learn of it.
    Mend: add the sections, or say under Exceptions why they do not apply, and name the template's version of today.
    """
    template = template_of(sop, context)
    declared = sop.text("template").partition("@")[2].strip()
    if template is None or declared == template.header.version or not are_sections_certain(sop):
        return
    missing = [text for text in section_headings(template) if not _is_present(sop, context, text)]
    if missing:
        known = [names[0] for text in missing if (names := aliases_of(context).get(heading_words(text), ()))]
        place = sop.place("template")
        label = Edit(place.start, place.end, template.label)
        fix = add_stubs(sop, known, FixClass.SUGGESTION, (label,)) if len(known) == len(missing) else None
        message = f"{template.label} has sections that are missing here: {', '.join(missing)}; add them"
        yield sop.finding("template", message, fix=fix)


def _is_present(sop: Sop, context: RuleContext, text: str) -> bool:
    words = heading_words(text)
    names = aliases_of(context).get(words, ())
    if names:
        return all(name in OTHER_RULES_SECTIONS or has_section(sop, context, name) for name in names)
    return any(heading_words(heading.text) == words for heading in sop.body.headings)

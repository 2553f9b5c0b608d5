"""Sections that an area or a template requires, and whether an SOP has them."""

import re
from collections.abc import Iterator
from functools import cache

from sopkit.library import RuleContext
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.model.template import Template
from sopkit.parsing.sections import add_stubs, alias_table, are_sections_certain, heading_words, title_place
from sopkit.parsing.template import section_headings

SectionAliases = dict[str, tuple[str, ...]]


def aliases_of(context: RuleContext) -> SectionAliases:
    """Words of a heading to the sections that it fills, in a library."""
    return _alias_table(tuple(context.config.sections.aliases.items()))


@cache
def _alias_table(extra: tuple[tuple[str, tuple[str, ...]], ...]) -> SectionAliases:
    return alias_table(dict(extra))


def required_section_findings(sop: Sop, context: RuleContext, name: str, what: str) -> Iterator[Finding]:
    """A finding when an SOP lacks a section that its area or its template asks for; `what` the section says."""
    if sop.body.section(name) is not None:
        return
    if who := _requiring_area(sop, context, name) or _requiring_template(sop, context, name):
        yield from missing_section_findings(sop, context, name, f"which {who} asks for; {what}")


def missing_section_findings(sop: Sop, context: RuleContext, name: str, why: str) -> Iterator[Finding]:
    """A warning when an SOP lacks a section, with a stub as its fix."""
    if are_sections_certain(sop) and not has_section(sop, context, name):
        message = f"no section {name}, {why}"
        yield sop.finding(title_place(sop), message, severity=Severity.WARNING, fix=add_stubs(sop, (name,)))


def _requiring_area(sop: Sop, context: RuleContext, name: str) -> str:
    area = context.area(sop)
    asked = area is not None and name.casefold() in (asked.casefold() for asked in area.requires)
    return f"area {sop.text('area')}" if asked else ""


def _requiring_template(sop: Sop, context: RuleContext, name: str) -> str:
    template = template_of(sop, context)
    headings = section_headings(template) if template is not None else ()
    asked = any(name in aliases_of(context).get(heading_words(text), ()) for text in headings)
    return f"template {template.name}" if template is not None and asked else ""


def template_of(sop: Sop, context: RuleContext) -> Template | None:
    """The template that an SOP says it was made from, as it is installed now."""
    name = sop.text("template").partition("@")[0].strip()
    return context.template(name) if name else None


def has_section(sop: Sop, context: RuleContext, name: str) -> bool:
    """Whether an SOP has a section, or a heading of any level that holds a name of it, such as "Rollback plan"."""
    if sop.body.section(name) is not None:
        return True
    spelled = _spelling_pattern(tuple(words for words, names in aliases_of(context).items() if name in names))
    return any(spelled.search(heading_words(heading.text)) for heading in sop.body.headings)


@cache
def _spelling_pattern(spellings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, spellings))})\b" if spellings else r"(?!)")

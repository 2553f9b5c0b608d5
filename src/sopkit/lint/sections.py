"""Sections as rules see them: empty or not, required by an area or a template or not."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from sopkit.library import RuleContext
from sopkit.model.body import Section
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.model.sop_document import REQUIRED_SECTIONS
from sopkit.model.template import Template
from sopkit.parsing.sections import add_stubs, alias_table, are_sections_certain, heading_words, title_place
from sopkit.parsing.template import section_headings

OTHER_RULES_SECTIONS = frozenset({*REQUIRED_SECTIONS, "Rollback", "Escalation"})
"""Sections whose absence the schema, SOP220 and SOP221 report."""
DECISION = re.compile(r"\[\s*decide\b[^\[\]]*\]", re.IGNORECASE)
_CONTENT = frozenset({"code", "table"})
_MARKUP = re.compile(r"<!--.*?(?:-->|$)|<[^<>]*>", re.DOTALL)
_PICTURE = re.compile(r"<(?:img|video|object|iframe)\b", re.IGNORECASE)

SectionAliases = dict[str, tuple[str, ...]]


def section_text(sop: Sop, section: Section) -> str:
    """The words of a section without its heading."""
    prose = sop.body.prose
    return prose.text[slice(*prose.within(section.start, section.end))]


def is_empty_section(section: Section) -> bool:
    """Whether a section holds no words, or nothing but a marked decision."""
    first = section.blocks[0] if section.blocks else None
    if first is not None and first.kind == "paragraph" and first.text[:1].isalnum():
        return False  # nearly all of them, without a look at the rest
    for block in (block for top in section.blocks for block in top.walk() if block.kind != "heading"):
        if block.kind in _CONTENT or any(part.kind == "image" for part in block.inlines):
            return False
        if DECISION.sub("", block.text).strip(" .*_-"):
            return False
        if block.kind == "html":  # a table or a picture is often written so
            markup = "".join(part.text for part in block.inlines)
            if _MARKUP.sub("", DECISION.sub("", markup)).strip() or _PICTURE.search(markup):
                return False
    return True


@lru_cache(maxsize=4)
def aliases_of(context: RuleContext) -> SectionAliases:
    """Words of a heading to the sections that it fills, in a library."""
    return alias_table(context.config.sections.aliases)


def required_section_findings(sop: Sop, context: RuleContext, name: str, what: str) -> Iterator[Finding]:
    """A finding when an SOP lacks a section that its area or its template asks for; `what` the section says."""
    if sop.body.section(name) is not None:
        return
    area, template = context.area(sop), template_of(sop, context)
    if area is not None and name.casefold() in (required.casefold() for required in area.requires):
        who = f"area {sop.text('area')}"
    elif template is not None and any(
        name in aliases_of(context).get(heading_words(text), ()) for text in section_headings(template)
    ):
        who = f"template {template.name}"
    else:
        return
    yield from missing_section_findings(sop, context, name, f"which {who} asks for; {what}")


def missing_section_findings(sop: Sop, context: RuleContext, name: str, why: str) -> Iterator[Finding]:
    """A warning when an SOP lacks a section, with a stub as its fix."""
    if are_sections_certain(sop) and not has_section(sop, context, name):
        message = f"no section {name}, {why}"
        yield sop.finding(title_place(sop), message, severity=Severity.WARNING, fix=add_stubs(sop, (name,)))


def template_of(sop: Sop, context: RuleContext) -> Template | None:
    """The template that an SOP says it was made from, as it is installed now."""
    name = sop.text("template").partition("@")[0].strip()
    return context.template(name) if name else None


def has_section(sop: Sop, context: RuleContext, name: str) -> bool:
    """Whether an SOP has a section, or a heading of any level that holds a name of it, such as "Rollback plan"."""
    if sop.body.section(name) is not None:
        return True
    pattern = _spelling_pattern(tuple(words for words, names in aliases_of(context).items() if name in names))
    return any(pattern.search(heading_words(heading.text)) for heading in sop.body.headings)


@cache
def _spelling_pattern(spellings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, spellings))})\b" if spellings else r"(?!)")

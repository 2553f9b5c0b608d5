"""Sections that an area or a template asks for, and whether an SOP has them."""

import re
from collections.abc import Iterator
from functools import cache

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.model.template import Template
from sopkit.text.sections import alias_table, heading_words
from sopkit.text.stubs import sections_known, stubs, title_place
from sopkit.text.template import section_headings

Aliases = dict[str, tuple[str, ...]]


def aliases_of(library: Library) -> Aliases:
    """Words of a heading to the sections that it fills, in a library."""
    return _table(tuple(library.config.sections.aliases.items()))


@cache
def _table(extra: tuple[tuple[str, tuple[str, ...]], ...]) -> Aliases:
    return alias_table(dict(extra))


def lacking(sop: Sop, library: Library, name: str, what: str) -> Iterator[Finding]:
    """A finding when an SOP lacks a section that its area or its template asks for; `what` the section says."""
    if sop.body.section(name) is not None:
        return
    if who := _area_asks(sop, library, name) or _template_asks(sop, library, name):
        yield from missing(sop, library, name, f"which {who} asks for; {what}")


def missing(sop: Sop, library: Library, name: str, why: str) -> Iterator[Finding]:
    """A warning when an SOP lacks a section, with a stub as its fix."""
    if sections_known(sop) and not has(sop, library, name):
        message = f"no section {name}, {why}"
        yield sop.finding(title_place(sop), message, severity=Severity.WARNING, fix=stubs(sop, (name,)))


def _area_asks(sop: Sop, library: Library, name: str) -> str:
    area = library.area(sop)
    asked = area is not None and name.casefold() in (asked.casefold() for asked in area.requires)
    return f"area {sop.text('area')}" if asked else ""


def _template_asks(sop: Sop, library: Library, name: str) -> str:
    template = template_of(sop, library)
    headings = section_headings(template) if template is not None else ()
    asked = any(name in aliases_of(library).get(heading_words(text), ()) for text in headings)
    return f"template {template.name}" if template is not None and asked else ""


def template_of(sop: Sop, library: Library) -> Template | None:
    """The template that an SOP says it was made from, as it is installed now."""
    name = sop.text("template").partition("@")[0].strip()
    return library.template(name) if name else None


def has(sop: Sop, library: Library, name: str) -> bool:
    """Whether an SOP has a section, or a heading of any level that holds a name of it, such as "Rollback plan"."""
    if sop.body.section(name) is not None:
        return True
    spelled = _spelled(tuple(words for words, names in aliases_of(library).items() if name in names))
    return any(spelled.search(heading_words(heading.text)) for heading in sop.body.headings)


@cache
def _spelled(spellings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, spellings))})\b" if spellings else r"(?!)")

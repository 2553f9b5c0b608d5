"""What can be written at a place of an SOP's text: sections, roles, links, ids, and controls among the references."""

import posixpath
import re
from collections.abc import Iterator

from sopkit.analysis.references import anchors_in, is_unmistakable
from sopkit.library import Library
from sopkit.model.registers import SOP_TARGET, Role
from sopkit.model.sop import Sop
from sopkit.model.sop_document import REQUIRED_SECTIONS
from sopkit.model.source import Source
from sopkit.parsing.sections import SHIPPED_ALIASES, alias_table, heading_words
from sopkit.server.lsp.suggestion import Kind, Suggestion, controls_of, ids_of, matching

_SECTION = re.compile(r"##[ ]+(?P<typed>[^#]*)")
_LEAD = re.compile(r"[ \t]*(?:\d{1,4}[.)]|[-*+])[ \t]+(?:\[[ xX]\][ \t]+)?\*\*(?P<typed>[^*]*)")
_LINK = re.compile(r"\]\((?P<typed>[^()\s]*)$")
_WORD = re.compile(r"[\w.()-]*$")
_HEADING = re.compile(r"(#{1,6})[ ]+(.*)")
_ITEM = re.compile(r"[ \t]*[-*+][ \t]+(?P<typed>[^\[\]<>]*)")
_LEAST = 2  # letters before ids are suggested
_REGISTERS = ("policies", "risks", "assets", "vendors", "exceptions", "external", "actions")


def in_text(library: Library, sop: Sop, source: Source, head: str, offset: int) -> Iterator[Suggestion]:
    """What can be written at a byte; `head` is its line up to there."""
    if match := _SECTION.fullmatch(head):
        yield from _sections(library, sop, source, match["typed"], offset)
    elif match := _LEAD.fullmatch(head):
        yield from _roles(library, source, match["typed"], offset)
    elif match := _LINK.search(head):
        yield from _links(library, sop, match["typed"], offset)
    elif (match := _ITEM.fullmatch(head)) and _section_at(library, source, offset) == "References":
        yield from _references(library, match["typed"], offset)
    else:
        word = _WORD.search(head)
        yield from _ids(library, word[0] if word is not None else "", offset)


def _sections(library: Library, sop: Sop, source: Source, typed: str, offset: int) -> Iterator[Suggestion]:
    """The sections that the SOP does not have yet: first those that every SOP has, then those of its area."""
    table = alias_table(library.config.sections.aliases)
    here = source.line_of(offset)
    lines = (source.line_text(at) for at in range(1, len(source.line_starts) + 1) if at != here)
    taken = {
        name for text in lines if (match := _HEADING.match(text)) for name in table.get(heading_words(match[2]), ())
    }
    area = library.area(sop)
    asked = [name for name in SHIPPED_ALIASES if area is not None and name.casefold() in area.requires]
    for name in dict.fromkeys((*REQUIRED_SECTIONS, *asked, *SHIPPED_ALIASES)):
        if name not in taken and name.casefold().startswith(typed.casefold()):
            why = "every SOP has it" if name in REQUIRED_SECTIONS else "the area asks for it" if name in asked else ""
            yield Suggestion(name, name, offset - len(typed.encode()), offset, Kind.SECTION, why)


def _roles(library: Library, source: Source, typed: str, offset: int) -> Iterator[Suggestion]:
    closed = source.data[offset : offset + 2] == b"**"
    for row in library.roles.rows:
        if isinstance(row, Role) and any(True for _ in matching([(row.id, " ".join(row.names))], typed)):
            name = row.title or row.id
            text = name if closed else f"{name}**: "
            yield Suggestion(name, text, offset - len(typed.encode()), offset, Kind.ROLE, row.id)


def _links(library: Library, sop: Sop, typed: str, offset: int) -> Iterator[Suggestion]:
    """Files of SOPs as the link has to name them, and anchors behind `#`."""
    path, mark, _ = typed.partition("#")
    start = offset - len(typed.encode())
    folder = posixpath.dirname(sop.path)
    if mark:
        full = posixpath.normpath(posixpath.join(folder, path)) if path else sop.path
        other = library.by_path.get(full)
        for one in anchors_in(other) if other is not None and other.readable else ():
            line = other.source.line_text(other.source.line_of(one.start)) if other is not None else ""
            yield Suggestion(
                f"{path}#{one.target.id}", f"{path}#{one.target.id}", start, offset, Kind.FILE, line.strip()
            )
        return
    for other in library.sops:
        if other.path != sop.path:
            link = posixpath.relpath(other.path, folder or ".").replace(" ", "%20")
            yield Suggestion(link, link, start, offset, Kind.FILE, f"{other.id} {other.text('title')}".strip())


def _references(library: Library, typed: str, offset: int) -> Iterator[Suggestion]:
    """Lines for the References section: controls as they are cited, then policies and documents of others."""
    start = offset - len(typed.encode())
    for framework in library.config.library.frameworks:
        head = library.catalogue.heads.get(framework)
        cited = head.cited_as[0] if head is not None and head.cited_as else framework
        for name, title in matching(controls_of(library, framework), typed.removeprefix(f"{cited} ")):
            yield Suggestion(name, f"{cited} {name} {title}", start, offset, Kind.ID, title, cited)
    for kind in (SOP_TARGET, "policies", "external"):
        for name, title in matching(ids_of(library, kind), typed):
            yield Suggestion(name, f"{name} {title}".strip(), start, offset, Kind.ID, title)


def _ids(library: Library, typed: str, offset: int) -> Iterator[Suggestion]:
    """The ids that begin with what is typed, letter for letter, so that words of the language bring up nothing."""
    if len(typed) < _LEAST:
        return
    for kind in (SOP_TARGET, *_REGISTERS):
        for name, title in ids_of(library, kind):
            if name.startswith(typed) and is_unmistakable(name):
                yield Suggestion(name, name, offset - len(typed.encode()), offset, Kind.ID, title)


def _section_at(library: Library, source: Source, offset: int) -> str:
    """The section in whose lines a byte stands, by the heading above it."""
    table = alias_table(library.config.sections.aliases)
    for at in range(source.line_of(offset) - 1, 0, -1):
        match = _HEADING.match(source.line_text(at))
        if match is not None and (names := table.get(heading_words(match[2]))):
            return names[0]
    return ""

"""What can be written at a place of an SOP or a register: ids, keys, values, sections, roles and links."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lsprotocol.types import CompletionItemKind

from sopkit.analysis.references import CONTROLS, anchors_in, is_unmistakable
from sopkit.library import Library
from sopkit.lsp.schema import YamlCursor, find_cursor, keys_at, schema_of, values_at
from sopkit.model.registers import HOLDER_COLUMNS, REFERENCE_COLUMNS, REFERENCE_KEYS, REGISTERS, SOP_TARGET, Role
from sopkit.model.sop import Sop
from sopkit.model.sop_document import REQUIRED_SECTIONS
from sopkit.model.source import Source
from sopkit.parsing.sections import SHIPPED_ALIASES, alias_table, heading_names, heading_words

MAX_SUGGESTIONS = 200
_YAML_SPECIAL = frozenset(",[]{}#&*!|>'\"%@`")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` takes the place of the bytes `start:end`; `words` are what is searched, `label` and `detail` shown."""

    label: str
    text: str
    start: int
    end: int
    kind: CompletionItemKind = CompletionItemKind.EnumMember
    detail: str = ""
    about: str = ""

    @property
    def words(self) -> str:
        """The text that the editor matches with what is typed."""
        return f"{self.label} {self.detail}".strip()


IdWithTitle = tuple[str, str]
"""An id and its title."""


def ids_of(library: Library, kind: str) -> Iterator[IdWithTitle]:
    """The ids of the SOPs, or of the rows of a register that are in force."""
    if kind == SOP_TARGET:
        for name, sops in sorted(library.by_id.items()):
            yield name, sops[0].text("title")
        return
    register = library.registers[kind]
    for row in register.rows:
        if row.gone(library.as_of) is None:
            yield row.key, str(getattr(row, "title", "") or getattr(row, "name", ""))


def controls_of(library: Library, framework: str) -> Iterator[IdWithTitle]:
    """The controls of a framework that were not withdrawn."""
    found = library.catalogue.framework(framework)
    for control in found.controls if found is not None else ():
        if not control.withdrawn and not control.heading_only:
            yield control.id, control.title


def filter_matching(pairs: Iterable[IdWithTitle], typed: str) -> Iterator[IdWithTitle]:
    """The pairs whose id or title contains every typed word."""
    words = typed.casefold().split()
    for name, title in pairs:
        text = f"{name} {title}".casefold()
        if all(word in text for word in words):
            yield name, title


def yaml_value(name: str) -> str:
    """A value in YAML, quoted where necessary."""
    plain = not _YAML_SPECIAL.intersection(name) and ": " not in name and name == name.strip() and name[:1] not in "-?:"
    return name if plain and name else f'"{name}"'


_SECTION = re.compile(r"##[ ]+(?P<typed>[^#]*)")
_LEAD = re.compile(r"[ \t]*(?:\d{1,4}[.)]|[-*+])[ \t]+(?:\[[ xX]\][ \t]+)?\*\*(?P<typed>[^*]*)")
_LINK = re.compile(r"\]\((?P<typed>[^()\s]*)$")
_WORD = re.compile(r"[\w.()-]*$")
_HEADING = re.compile(r"(#{1,6})[ ]+(.*)")
_ITEM = re.compile(r"[ \t]*[-*+][ \t]+(?P<typed>[^\[\]<>]*)")
_MIN_LETTERS = 2  # letters before ids are suggested
_CITED_REGISTERS = ("policies", "risks", "assets", "vendors", "exceptions", "external", "actions")


def text_suggestions(library: Library, sop: Sop, source: Source, head: str, offset: int) -> Iterator[Suggestion]:
    """What can be written at a byte; `head` is its line up to there."""
    if match := _SECTION.fullmatch(head):
        yield from _section_suggestions(library, sop, source, match["typed"], offset)
    elif match := _LEAD.fullmatch(head):
        yield from _role_suggestions(library, source, match["typed"], offset)
    elif match := _LINK.search(head):
        yield from _link_suggestions(library, sop, match["typed"], offset)
    elif (match := _ITEM.fullmatch(head)) and _section_at(library, source, offset) == "References":
        yield from _reference_suggestions(library, match["typed"], offset)
    else:
        word = _WORD.search(head)
        yield from _id_suggestions(library, word[0] if word is not None else "", offset)


def _section_suggestions(library: Library, sop: Sop, source: Source, typed: str, offset: int) -> Iterator[Suggestion]:
    """The sections that the SOP does not have yet: first those that every SOP has, then those of its area."""
    table = alias_table(library.config.sections.aliases)
    here = source.line_of(offset)
    lines = (source.line_text(at) for at in range(1, len(source.line_starts) + 1) if at != here)
    present = {
        name for text in lines if (match := _HEADING.match(text)) for name in table.get(heading_words(match[2]), ())
    }
    area = library.area(sop)
    area_sections = [name for name in SHIPPED_ALIASES if area is not None and name.casefold() in area.requires]
    for name in dict.fromkeys((*REQUIRED_SECTIONS, *area_sections, *SHIPPED_ALIASES)):
        if name not in present and name.casefold().startswith(typed.casefold()):
            why = "the area asks for it" if name in area_sections else ""
            why = "every SOP has it" if name in REQUIRED_SECTIONS else why
            yield Suggestion(name, name, offset - len(typed.encode()), offset, CompletionItemKind.Module, why)


def _role_suggestions(library: Library, source: Source, typed: str, offset: int) -> Iterator[Suggestion]:
    closed = source.data[offset : offset + 2] == b"**"
    for row in library.roles.rows:
        if isinstance(row, Role) and any(True for _ in filter_matching([(row.id, " ".join(row.names))], typed)):
            name = row.title or row.id
            text = name if closed else f"{name}**: "
            yield Suggestion(name, text, offset - len(typed.encode()), offset, CompletionItemKind.Class, row.id)


def _link_suggestions(library: Library, sop: Sop, typed: str, offset: int) -> Iterator[Suggestion]:
    """Paths of SOPs, relative to this one, and anchors after `#`."""
    path, mark, _ = typed.partition("#")
    start = offset - len(typed.encode())
    folder = posixpath.dirname(sop.path)
    if mark:
        full = posixpath.normpath(posixpath.join(folder, path)) if path else sop.path
        other = library.by_path.get(full)
        for one in anchors_in(other) if other is not None and other.readable else ():
            line = other.source.line_text(other.source.line_of(one.start)) if other is not None else ""
            link = f"{path}#{one.target.id}"
            yield Suggestion(link, link, start, offset, CompletionItemKind.File, line.strip())
        return
    for other in library.sops:
        if other.path != sop.path:
            link = posixpath.relpath(other.path, folder or ".").replace(" ", "%20")
            title = f"{other.id} {other.text('title')}".strip()
            yield Suggestion(link, link, start, offset, CompletionItemKind.File, title)


def _reference_suggestions(library: Library, typed: str, offset: int) -> Iterator[Suggestion]:
    """Lines for the References section: controls as they are cited, then policies and documents of others."""
    start = offset - len(typed.encode())
    for framework in library.config.library.frameworks:
        head = library.catalogue.heads.get(framework)
        cited = head.cited_as[0] if head is not None and head.cited_as else framework
        for name, title in filter_matching(controls_of(library, framework), typed.removeprefix(f"{cited} ")):
            yield Suggestion(name, f"{cited} {name} {title}", start, offset, CompletionItemKind.Reference, title, cited)
    for kind in (SOP_TARGET, "policies", "external"):
        for name, title in filter_matching(ids_of(library, kind), typed):
            yield Suggestion(name, f"{name} {title}".strip(), start, offset, CompletionItemKind.Reference, title)


def _id_suggestions(library: Library, typed: str, offset: int) -> Iterator[Suggestion]:
    """The ids that begin with the typed letters in the same case, so that ordinary words match nothing."""
    if len(typed) < _MIN_LETTERS:
        return
    for kind in (SOP_TARGET, *_CITED_REGISTERS):
        for name, title in ids_of(library, kind):
            if name.startswith(typed) and is_unmistakable(name):
                yield Suggestion(name, name, offset - len(typed.encode()), offset, CompletionItemKind.Reference, title)


def _section_at(library: Library, source: Source, offset: int) -> str:
    """The section that contains a byte, by the heading above it."""
    table = alias_table(library.config.sections.aliases)
    for at in range(source.line_of(offset) - 1, 0, -1):
        match = _HEADING.match(source.line_text(at))
        if match is not None and (names := table.get(heading_words(match[2]))):
            return names[0]
    return ""


_FENCE = re.compile(r"---[ \t]*")
_HEADING_START = re.compile(r"#{1,6}[ ]")


def completions(library: Library, path: str, source: Source, offset: int) -> tuple[Suggestion, ...]:
    """What can be written at a byte of a file, in the order of use; at most `MAX_SUGGESTIONS`."""
    line = source.line_of(offset)
    start = source.line_starts[line - 1]
    head = source.data[max(start, source.text_start) : offset].decode("utf-8", "replace")
    register = path.removeprefix("registers/").removesuffix(".yaml")
    if path not in library.by_path:
        if register not in REGISTERS:
            return ()
        found = _yaml_suggestions(library, None, register, source, line, head, offset)
    # Front matter lies between `---` and `---`, or before the first heading while the second is not written.
    elif (
        line > 1
        and _FENCE.fullmatch(source.line_text(1))
        and not any(_FENCE.fullmatch(text) or _HEADING_START.match(text) for text in _lines(source, 2, line - 1))
    ):
        found = _yaml_suggestions(library, library.by_path[path], "", source, line, head, offset)
    else:
        found = text_suggestions(library, library.by_path[path], source, head, offset)
    return tuple(islice(found, MAX_SUGGESTIONS))


def _lines(source: Source, first: int, last: int) -> list[str]:
    return [source.line_text(at) for at in range(max(first, 1), min(last, len(source.line_starts)) + 1)]


def _yaml_suggestions(
    library: Library, sop: Sop | None, register: str, source: Source, line: int, head: str, offset: int
) -> Iterator[Suggestion]:
    below = _lines(source, line + 1, line + 200)
    if not register:
        below = below[: next((at for at, text in enumerate(below) if _FENCE.fullmatch(text)), len(below))]
    cursor = find_cursor([*_lines(source, 1 if register else 2, line - 1), head], below)
    schema = schema_of(register)
    typed = cursor.typed.lstrip("\"'")
    start = offset - len(typed.encode())
    if cursor.value:
        for name, detail in _yaml_values(library, sop, register, cursor, typed):
            text = name if cursor.typed[:1] in {'"', "'"} else yaml_value(name)
            kind = CompletionItemKind.Reference if detail else CompletionItemKind.EnumMember
            yield Suggestion(name, text, start, offset, kind, detail)
    if cursor.key:
        catalogue = library.catalogue
        current = (name for name in catalogue.ids if not catalogue.heads[name].superseded_by)
        names = (*library.config.library.frameworks, *current) if cursor.path[-1:] == ("controls",) else ()
        frameworks = ((name, catalogue.heads[name].title) for name in dict.fromkeys(names) if name in catalogue.ids)
        for name, title in filter_matching(frameworks, typed):
            yield Suggestion(name, f"{name}: ", start, offset, CompletionItemKind.Property, title)
        for key, (about, needed) in keys_at(schema, cursor.path).items():
            if key not in cursor.known and key.startswith(typed):
                detail = "required" if needed else ""
                yield Suggestion(key, f"{key}: ", start, offset, CompletionItemKind.Property, detail, about)


def _yaml_values(
    library: Library, sop: Sop | None, register: str, cursor: YamlCursor, typed: str
) -> Iterator[tuple[str, str]]:
    """The words or ids that are valid values at a path, each with its title."""
    key = cursor.path[0] if cursor.path else ""
    kind, framework = _id_kind(library, register, cursor.path)
    if kind:
        if key == "audience" and "everyone".startswith(typed):
            yield "everyone", ""
        yield from filter_matching(
            controls_of(library, framework) if kind == CONTROLS else ids_of(library, kind), typed
        )
    elif not register and cursor.path == ("area",):
        areas = library.config.all_areas
        yield from filter_matching(((name, area.title) for name, area in areas.items()), typed)
    elif sop is not None and key == "controls" and cursor.path[-1] == "section":
        headings = dict.fromkeys(heading_names(sop.body).values())
        yield from filter_matching(((heading, "") for heading in headings), typed)
    else:
        scale = getattr(library.config.scales, key, ()) if register in {"risks", "vendors"} else ()
        for word in (*map(str, scale), *values_at(schema_of(register), cursor.path)):
            if word.startswith(typed):
                yield word, ""


def _id_kind(library: Library, register: str, path: tuple[str, ...]) -> tuple[str, str]:
    """The kind of ids at a path, and the framework if they are controls; empty for none."""
    default = library.first_framework
    match path:
        case ("controls",) if not register:
            return CONTROLS, default
        case ("controls", framework) | ("controls", framework, "id"):
            return CONTROLS, framework
        case ("control",) if register == "soa":
            return CONTROLS, default
        case (column, "person") if register == "roles" and column in HOLDER_COLUMNS:
            return "people", ""
        case (column,) if register:
            return REFERENCE_COLUMNS.get(register, {}).get(column, ""), ""
        case (key,):
            return REFERENCE_KEYS.get(key, ""), ""
    return "", ""

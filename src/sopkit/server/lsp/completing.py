"""What can be written at a place of an SOP or a register."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from sopkit.analysis.references import CONTROLS
from sopkit.library import Library
from sopkit.model.registers import HOLDER_COLUMNS, REFERENCE_COLUMNS, REFERENCE_KEYS, REGISTERS
from sopkit.model.sop import Sop
from sopkit.model.source import Source
from sopkit.parsing.sections import heading_names
from sopkit.server.lsp.cursor import Cursor, cursor_in
from sopkit.server.lsp.in_text import in_text
from sopkit.server.lsp.shape import keys_at, shape_of, words_at
from sopkit.server.lsp.suggestion import MOST, Kind, Suggestion, in_yaml, matching, named

_FENCE = re.compile(r"---[ \t]*")
_LATER = re.compile(r"#{1,6}[ ]")


def completions(library: Library, path: str, source: Source, offset: int) -> tuple[Suggestion, ...]:
    """What can be written at a byte of a file, in the order of use; at most `MOST`."""
    line = source.line_of(offset)
    start = source.line_starts[line - 1]
    head = source.data[max(start, source.text_start) : offset].decode("utf-8", "replace")
    register = path.removeprefix("registers/").removesuffix(".yaml")
    if path not in library.by_path:
        if register not in REGISTERS:
            return ()
        found = _in_yaml(library, None, register, source, line, head, offset)
    elif _in_front_matter(source, line):
        found = _in_yaml(library, library.by_path[path], "", source, line, head, offset)
    else:
        found = in_text(library, library.by_path[path], source, head, offset)
    return tuple(islice(found, MOST))


def _in_front_matter(source: Source, line: int) -> bool:
    """Whether a line lies between `---` and `---`, or before the first heading while the second is not written."""
    if line == 1 or not _FENCE.fullmatch(source.line_text(1)):
        return False
    return not any(
        _FENCE.fullmatch(text) or _LATER.match(text) for text in (source.line_text(at) for at in range(2, line))
    )


def _lines(source: Source, first: int, last: int) -> list[str]:
    return [source.line_text(at) for at in range(max(first, 1), min(last, len(source.line_starts)) + 1)]


def _in_yaml(
    library: Library, sop: Sop | None, register: str, source: Source, line: int, head: str, offset: int
) -> Iterator[Suggestion]:
    below = _lines(source, line + 1, line + 200)
    if not register:
        below = below[: next((at for at, text in enumerate(below) if _FENCE.fullmatch(text)), len(below))]
    cursor = cursor_in([*_lines(source, 1 if register else 2, line - 1), head], below)
    schema = shape_of(register)
    typed = cursor.typed.lstrip("\"'")
    start = offset - len(typed.encode())
    if cursor.value:
        for name, detail in _values(library, sop, register, cursor, typed):
            quoted = cursor.typed[:1] in {'"', "'"}
            yield Suggestion(
                name, name if quoted else in_yaml(name), start, offset, Kind.ID if detail else Kind.WORD, detail
            )
    if cursor.key:
        frameworks = _frameworks(library) if cursor.path[-1:] == ("controls",) else ()
        for name, title in matching(frameworks, typed):
            yield Suggestion(name, f"{name}: ", start, offset, Kind.KEY, title)
        for key, (about, needed) in keys_at(schema, cursor.path).items():
            if key not in cursor.known and key.startswith(typed):
                yield Suggestion(key, f"{key}: ", start, offset, Kind.KEY, "required" if needed else "", about)


def _frameworks(library: Library) -> Iterable[tuple[str, str]]:
    """The frameworks of the library, then all others that are in force."""
    catalogue = library.catalogue
    current = (name for name in catalogue.ids if not catalogue.heads[name].superseded_by)
    for name in dict.fromkeys((*library.config.library.frameworks, *current)):
        if name in catalogue.ids:
            yield name, catalogue.heads[name].title


def _values(library: Library, sop: Sop | None, register: str, cursor: Cursor, typed: str) -> Iterator[tuple[str, str]]:
    """The words or ids that may stand at a place, each with its title."""
    key = cursor.path[0] if cursor.path else ""
    kind, framework = _kind(library, register, cursor.path)
    if kind:
        if key == "audience" and "everyone".startswith(typed):
            yield "everyone", ""
        yield from matching(named(library, kind, framework), typed)
    elif not register and cursor.path == ("area",):
        areas = library.config.all_areas
        yield from matching(((name, area.title) for name, area in areas.items()), typed)
    elif sop is not None and key == "controls" and cursor.path[-1] == "section":
        yield from matching(((heading, "") for heading in dict.fromkeys(heading_names(sop.body).values())), typed)
    else:
        scale = getattr(library.config.scales, key, ()) if register in {"risks", "vendors"} else ()
        for word in (*map(str, scale), *words_at(shape_of(register), cursor.path)):
            if word.startswith(typed):
                yield word, ""


def _kind(library: Library, register: str, path: tuple[str, ...]) -> tuple[str, str]:
    """Of what ids stand at a path, and of which framework when they are controls; empty for none."""
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

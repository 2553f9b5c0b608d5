"""The outline of an SOP or a register, and the ids of a library."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lsprotocol.types import SymbolKind

from sopkit.library import Library
from sopkit.model.body import Heading, Step
from sopkit.model.registers import REGISTERS
from sopkit.model.sop import Sop
from sopkit.model.source import Source
from sopkit.parsing.register import Register

_MAX_TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class OutlinePart:
    """A part of a document: its bytes `start:end`, and `first:last` for what is shown when one goes there."""

    name: str
    detail: str
    kind: SymbolKind
    start: int
    end: int
    first: int
    last: int
    children: tuple["OutlinePart", ...] = ()


@dataclass(frozen=True, slots=True)
class LibrarySymbol:
    """An id of the library with its title, and where it is defined."""

    name: str
    title: str
    kind: SymbolKind
    path: str
    start: int
    end: int


def document_at(library: Library, path: str) -> Sop | Register | None:
    """The SOP or register that is read from a path."""
    register = (one for one in library.registers.values() if one.path == path)
    return library.by_path.get(path) or next(register, None)


def outline_of_sop(sop: Sop) -> tuple[OutlinePart, ...]:
    """Front matter, nested headings, and steps with their anchors."""
    if not sop.readable:
        return ()
    parts: list[OutlinePart] = []
    if sop.front.present and sop.front.end > sop.front.start:
        start, end = sop.front.start, sop.front.end
        parts.append(OutlinePart("Front matter", sop.id, SymbolKind.Namespace, start, end, start, start))
    steps = [step for procedure in sop.body.procedures for step in procedure.steps]
    headings = [
        heading for heading in sop.body.headings if not any(step.start <= heading.start < step.end for step in steps)
    ]
    return (*parts, *_heading_parts(headings, steps, sop.source, len(sop.source.data)))


def _heading_parts(headings: list[Heading], steps: list[Step], source: Source, end: int) -> Iterator[OutlinePart]:
    """The headings of the highest level with everything below each."""
    at = 0
    while at < len(headings):
        head = headings[at]
        until = next((i for i in range(at + 1, len(headings)) if headings[i].level <= head.level), len(headings))
        stop = headings[until].start if until < len(headings) else end
        inner = headings[at + 1 : until]
        own_end = inner[0].start if inner else stop
        own = [step for step in steps if head.end <= step.start < own_end]
        children = (*_step_parts(own, own_end), *_heading_parts(inner, steps, source, stop))
        name = head.text or "(no words)"
        yield OutlinePart(name, "", SymbolKind.String, head.start, stop, head.start, head.end, children)
        at = until


def _step_parts(steps: list[Step] | tuple[Step, ...], end: int) -> Iterator[OutlinePart]:
    for at, step in enumerate(steps):
        stop = max(steps[at + 1].start if at + 1 < len(steps) else end, step.end)
        words = step.text if len(step.text) <= _MAX_TITLE_LENGTH else f"{step.text[:_MAX_TITLE_LENGTH]}…"
        name = f"{step.number} {words}".strip() or "(no words)"
        detail = " ".join(word for word in (step.actor, f"#{step.anchor}" if step.anchor else "") if word)
        children = tuple(_step_parts(step.children, stop))
        yield OutlinePart(name, detail, SymbolKind.Event, step.start, stop, step.start, step.end, children)


def outline_of_register(register: Register) -> tuple[OutlinePart, ...]:
    """Each row by its key, with its title."""
    places = register.tree.places
    items = register.tree.value if isinstance(register.tree.value, list) else []
    key_name = REGISTERS[register.name].key_field.rstrip("_")
    found = []
    for at, key in enumerate(register.rows_at):
        row, cell = places.get((at,)), places.get((at, key_name))
        if row is not None:
            first, last = (cell.start, cell.end) if cell is not None else (row.start, row.start)
            item = items[at]
            titles = (item.get(name) for name in ("title", "name", "meaning", "what")) if isinstance(item, dict) else ()
            title = next((value for value in titles if isinstance(value, str)), "")
            found.append(OutlinePart(key or "(no id)", title, SymbolKind.Object, row.start, row.end, first, last))
    return tuple(found)


def symbols(library: Library, query: str, most: int = 200) -> tuple[LibrarySymbol, ...]:
    """The SOPs and register rows whose id or title has every word of the query, at most so many."""

    def all_symbols() -> Iterator[LibrarySymbol]:
        for sop in library.in_order:
            place = sop.place("id")
            yield LibrarySymbol(sop.name, sop.text("title"), SymbolKind.File, sop.path, place.start, place.end)
        for register in library.registers.values():
            for part in outline_of_register(register):
                yield LibrarySymbol(part.name, part.detail, SymbolKind.Object, register.path, part.first, part.last)

    words = query.casefold().split()
    every = ((one, f"{one.name} {one.title}".casefold()) for one in all_symbols())
    return tuple(islice((one for one, text in every if all(word in text for word in words)), most))

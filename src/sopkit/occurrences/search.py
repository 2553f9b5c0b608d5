"""What stands at a place, where a thing is defined, and every place that names it."""

import posixpath
from collections.abc import Iterable, Iterator

from sopkit.library import Library
from sopkit.model.references import SOPS
from sopkit.model.sop import Sop
from sopkit.occurrences.in_register import in_register
from sopkit.occurrences.in_sop import anchors_in, controls_in, in_body, in_front_matter
from sopkit.occurrences.occurrence import ANCHORS, CONTROLS, Form, Occurrence, Target


def occurrence_at(library: Library, path: str, offset: int) -> Occurrence | None:
    """What the byte at an offset of a file belongs to, or None. Of several the shortest is meant."""
    sop = library.by_path.get(path)
    if sop is not None:
        found = _around(sop, library, offset)
    else:
        found = (one for name in library.registers.values() if name.path == path for one in in_register(name, library))
    here = [one for one in found if one.start <= offset <= one.end]
    return min(here, key=lambda one: (one.end == offset, one.end - one.start, one.form is Form.LINK), default=None)


def _around(sop: Sop, library: Library, offset: int) -> Iterator[Occurrence]:
    """What an SOP names near a byte: the whole front matter, or only the line and the block that it stands in."""
    if not sop.readable:
        return
    if offset < sop.body_start:
        yield from in_front_matter(sop, library)
        return
    line = sop.source.line_place(sop.source.line_of(offset))
    yield from in_body(sop, library, line.start, line.end)
    for block in sop.body.blocks:
        if block.inlines and block.start <= offset <= block.end:
            yield from controls_in(sop, library, block.start, block.end)


def occurrences_of(library: Library, target: Target) -> tuple[Occurrence, ...]:
    """Every place of the library that means a thing, its definition included, in the order of files and bytes."""
    found: list[Occurrence] = []
    for sop in library.sops:
        found += (one for one in _in_sop(sop, library, target) if one.target == target)
        sop.forget_body()
    found += [one for name in library.registers.values() for one in in_register(name, library) if one.target == target]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.path, one.start, one.end)))


def _in_sop(sop: Sop, library: Library, target: Target) -> Iterator[Occurrence]:
    """What an SOP names, or nothing when its bytes show that it does not name the target."""
    if not sop.readable:
        return
    if target.kind == CONTROLS:  # a claim may be a range, in which the id is not written
        yield from in_front_matter(sop, library)
        if target.id.encode() in sop.source.data:
            yield from controls_in(sop, library, sop.body_start, len(sop.source.data))
    elif sop.source.has(*(word.lower().encode() for word in _words(library, target))) or sop.path == target.scope:
        yield from in_front_matter(sop, library)
        yield from in_body(sop, library, sop.body_start, len(sop.source.data))


def _words(library: Library, target: Target) -> Iterable[str]:
    """Words of which a text that means the target has one."""
    if target.kind == SOPS:
        files = (posixpath.basename(sop.path) for sop in library.by_id.get(target.id, ()))
        return (target.id, *(name.split(".")[0] for name in files), "%")  # an address may be encoded
    if target.kind == ANCHORS:
        return (target.id, "%")
    row = library.registers[target.kind].by_key.get(target.id)
    return (target.id, *row.names) if row else (target.id,)


def definition_of(library: Library, target: Target) -> tuple[Occurrence, ...]:
    """Where a thing is defined; several places where an id is there twice, none for a control."""
    if target.kind == CONTROLS:
        return ()
    if target.kind == SOPS:
        found = [one for sop in library.by_id.get(target.id, ()) for one in _named(sop, library)]
    elif target.kind == ANCHORS:
        home = library.by_path.get(target.scope)
        found = list(anchors_in(home)) if home is not None and home.readable else []
    else:
        found = list(in_register(library.registers[target.kind], library))
    return tuple(one for one in found if one.target == target and one.form is Form.DEFINITION)


def _named(sop: Sop, library: Library) -> Iterator[Occurrence]:
    """The id of an SOP, or its first byte where its path is its id or the front matter cannot be read."""
    written = [one for one in in_front_matter(sop, library) if one.form is Form.DEFINITION]
    yield from written or [Occurrence(Target(SOPS, sop.id), sop.path, 0, 0, Form.DEFINITION)]

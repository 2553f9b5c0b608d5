"""References to SOPs, register rows, controls and anchors: find them in SOPs and registers, and at an offset."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain

from sopkit.analysis.links import link_file, link_parts
from sopkit.library import Library
from sopkit.model.claims import Claim, claims_of
from sopkit.model.mentions import find_controls
from sopkit.model.registers import HOLDER_COLUMNS, REFERENCE_COLUMNS, REFERENCE_KEYS, REGISTERS, SOP_TARGET
from sopkit.model.sop import Sop
from sopkit.model.source import Loc, Places
from sopkit.parsing.register import Register
from sopkit.parsing.roles import ROLE_SEPARATOR, find_roles
from sopkit.parsing.sections import heading_anchors

CONTROLS = "controls"
"""Kind of a control, whose `scope` is its framework."""

ANCHORS = "anchors"
"""Kind of an anchor in an SOP, whose `scope` is the path of the file."""


class ReferenceForm(StrEnum):
    """How a thing is meant."""

    DEFINITION = "definition"
    ID = "id"
    NAME = "name"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class ReferenceTarget:
    """A thing that can be meant. `kind` is the name of a register, `sops`, `controls` or `anchors`."""

    kind: str
    id: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """The bytes `start:end` of a file mean `target`: by its id, by its title, or as a link to its file."""

    target: ReferenceTarget
    path: str
    start: int
    end: int
    form: ReferenceForm = ReferenceForm.ID


_TOKEN = re.compile(rb"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_UNMISTAKABLE = re.compile(r"(?=.*\d).*-")
_MAX_ADDRESS = 300
_MAX_CHARACTER_BYTES = 4  # bytes of a character
_WORD_KEY_REGISTERS = ("people", "glossary", "soa")
"""Registers whose keys are words or ids of something else."""


@lru_cache(maxsize=4)
def targets_by_id(library: Library) -> dict[str, ReferenceTarget]:
    """The ids of SOPs and register rows, each with what it means; of two things with one id the SOP, then the first."""
    found = {name: ReferenceTarget(SOP_TARGET, name) for name in sorted(library.ids)}
    for register in library.registers.values():
        if register.name not in _WORD_KEY_REGISTERS:
            for key in sorted(register.keys):
                found.setdefault(key, ReferenceTarget(register.name, key))
    return found


def is_unmistakable(name: str) -> bool:
    """Whether an id can be told from a word of the language: it has a digit and a hyphen, as RSK-001 has."""
    return _UNMISTAKABLE.match(name) is not None


def ids_in_text(library: Library, data: bytes, start: int, end: int) -> Iterator[tuple[ReferenceTarget, int, int]]:
    """The ids in the bytes `start:end`; one that could be a word counts only as `code`. None is in an address."""
    known = targets_by_id(library)
    for match in _TOKEN.finditer(data, start, end):
        target = known.get(match[0].decode("ascii"))
        if target is None:
            continue
        first, last = match.span()
        before = data[max(first - _MAX_CHARACTER_BYTES, 0) : first].decode("utf-8", "ignore")[-1:]
        after = data[last : last + _MAX_CHARACTER_BYTES].decode("utf-8", "ignore")[:1]
        is_inside_word = before.isalnum() or after.isalnum() or "_" in (before, after)
        is_code = data[first - 1 : first] == data[last : last + 1] == b"`"
        if not is_inside_word and (is_code or is_unmistakable(target.id)):
            words = data[max(first - _MAX_ADDRESS, 0) : first].split()
            if not words or data[first - 1 : first].isspace() or b"://" not in words[-1]:  # else in an address
                yield target, first, last


_NamedValue = tuple[ReferenceTarget, Loc, str, ReferenceForm]
"""A value that names a thing: what it means, where it is, how it is typed, and its form."""


def _locate(path: str, places: Places, values: Iterable[_NamedValue]) -> Iterator[Reference]:
    """Each value where it is written, without its quotes; none that is a default, or written with escapes."""
    for target, loc, typed, form in values:
        place, written = places.get(loc), typed.encode()
        start = places.source.data.find(written, place.start, place.end) if place is not None and written else -1
        if start >= 0:
            yield Reference(target, path, start, start + len(written), form)


def references_in_register(register: Register, library: Library) -> Iterator[Reference]:
    """Everything that a register names, in no order."""
    if not register.path:
        return
    located = _locate(register.path, register.tree.places, _cells(register, library))
    found = {(one.start, one.end): one for one in located}
    for target, start, end in ids_in_text(library, register.source.data, 0, len(register.source.data)):
        found.setdefault((start, end), Reference(target, register.path, start, end))
    yield from found.values()


def _cells(register: Register, library: Library) -> Iterator[_NamedValue]:
    model = REGISTERS[register.name]
    key_name = model.key_field.rstrip("_")
    rows = register.tree.value if isinstance(register.tree.value, list) else []
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            continue
        key = row.get(key_name)
        if isinstance(key, str):
            at = (index, key_name)
            yield ReferenceTarget(register.name, key), at, key, ReferenceForm.DEFINITION
            if register.name == "soa":
                yield from _controls(claims_of(key, library.catalogue, library.first_framework), at)
        for column, kind in REFERENCE_COLUMNS.get(register.name, {}).items():
            if isinstance(value := row.get(column), str):
                yield ReferenceTarget(kind, value), (index, column), value, ReferenceForm.ID
        if register.name == "roles":
            yield from _holders(index, row)
        if "controls" in model.model_fields and (cell := row.get("controls")) is not None:
            yield from _controls(claims_of(cell, library.catalogue, library.first_framework), (index,))


def _holders(index: int, row: Mapping[str, object]) -> Iterator[_NamedValue]:
    for column in HOLDER_COLUMNS:
        holders = row.get(column)
        for at, holder in enumerate(holders if isinstance(holders, list) else []):
            if isinstance(holder, dict) and isinstance(person := holder.get("person"), str):
                yield ReferenceTarget("people", person), (index, column, at, "person"), person, ReferenceForm.ID


def _controls(claims: Iterable[Claim], at: Loc) -> Iterator[_NamedValue]:
    """The controls of claims below a row or the front matter, or of the one cell at a longer `at`."""
    for claim in claims:
        loc = at if len(at) > 1 else (*at, *claim.loc)
        for control in claim.ids:
            yield ReferenceTarget(CONTROLS, control, claim.framework), loc, claim.typed, ReferenceForm.ID


_ANCHOR = re.compile(rb"<[a-z][^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)


def references_in_front_matter(sop: Sop, library: Library) -> Iterator[Reference]:
    """The SOP's own id, every role, register row, SOP and control that its front matter names, and ids in its text."""
    values: list[_NamedValue] = []
    if sop.id and library.config.library.identity == "id":
        values.append((ReferenceTarget(SOP_TARGET, sop.id), ("id",), sop.id, ReferenceForm.DEFINITION))
    for key, kind in REFERENCE_KEYS.items():
        values += ((ReferenceTarget(kind, text), loc, text, ReferenceForm.ID) for text, loc in sop.texts(key))
    values += _controls(library.claims(sop), ())
    spelled = (
        (target, (sop.front.spelled.get(str(loc[0]), loc[0]), *loc[1:]), typed, form)
        for target, loc, typed, form in values
    )
    found = list(_locate(sop.path, sop.front.places, spelled))
    yield from found
    known = {(one.start, one.end) for one in found}
    for target, start, end in ids_in_text(library, sop.source.data, sop.front.start, sop.front.end):
        if (start, end) not in known:
            yield Reference(target, sop.path, start, end)


def references_in_body(sop: Sop, library: Library, start: int, end: int) -> Iterator[Reference]:
    """What the text from byte `start` to `end` names, controls apart: ids, roles by their names, links and anchors."""
    for target, first, last in ids_in_text(library, sop.source.data, max(start, sop.body_start), end):
        yield Reference(target, sop.path, first, last)
    for one in (*_role_references(sop, library), *_link_references(sop, library), *anchors_in(sop)):
        if one.end >= start and one.start <= end:
            yield one


def controls_in(sop: Sop, library: Library, start: int, end: int) -> Iterator[Reference]:
    """The controls that the text from byte `start` to `end` mentions."""
    claims = sop.front.values.get("controls")
    claimed = tuple(name for name in claims if name in library.catalogue.ids) if isinstance(claims, dict) else ()
    frameworks = tuple(dict.fromkeys((*library.config.library.frameworks, *claimed)))
    prose = sop.body.prose
    first, last = prose.within(start, end)
    for mention in find_controls(prose.text[first:last], library.catalogue, frameworks):
        begin, stop = prose.span(first + mention.start, first + mention.end)
        for control in mention.ids:
            yield Reference(ReferenceTarget(CONTROLS, control, mention.framework), sop.path, begin, stop)


def anchors_in(sop: Sop) -> Iterator[Reference]:
    """Each anchor of an SOP where it is made: by a heading, or by `<a id>`."""
    for heading, name in zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True):
        end = heading.start + len(sop.source.data[heading.start : heading.end].rstrip())
        yield Reference(
            ReferenceTarget(ANCHORS, name, sop.path), sop.path, heading.start, end, ReferenceForm.DEFINITION
        )
    for block in sop.body.blocks:
        for part in block.inlines:
            if part.kind == "html" and (match := _ANCHOR.search(sop.source.data, part.start, part.end)):
                target = ReferenceTarget(ANCHORS, match[1].decode("utf-8", "replace"), sop.path)
                yield Reference(target, sop.path, match.start(1), match.end(1), ReferenceForm.DEFINITION)


def _role_references(sop: Sop, library: Library) -> Iterator[Reference]:
    if not library.roles.by_name:
        return
    written = [(step.actor, step.actor_start) for step in sop.body.steps if step.actor]
    written += [(name, start) for name, start, _ in find_roles(sop.body.section("Roles"))]
    for names, start in written:
        for name, offset in _split_names(names):
            if (role := library.role(name)) is not None:
                first = start + len(names[:offset].encode())
                last = first + len(name.encode())
                yield Reference(ReferenceTarget("roles", role.id), sop.path, first, last, ReferenceForm.NAME)


def _split_names(names: str) -> Iterator[tuple[str, int]]:
    """The names in "HR and Legal" with where each begins; first the whole, which may be one name."""
    yield names, 0
    at = 0
    for joint in ROLE_SEPARATOR.finditer(names):
        yield names[at : joint.start()], at
        at = joint.end()
    if at:
        yield names[at:], at


def _link_references(sop: Sop, library: Library) -> Iterator[Reference]:
    for link in sop.body.links:
        if (parts := link_parts(link)) is None:
            continue
        path, anchor = parts
        other = library.by_path.get(link_file(sop, library, path) or "")
        if other is None:
            continue
        written = link.target.encode()
        start = sop.source.data.rfind(written, link.start, link.end)
        first, last = (start, start + len(written)) if start >= 0 else (link.start, link.end)
        if anchor:
            yield Reference(ReferenceTarget(ANCHORS, anchor, other.path), sop.path, first, last, ReferenceForm.LINK)
        if path and other.id:
            yield Reference(ReferenceTarget(SOP_TARGET, other.id), sop.path, first, last, ReferenceForm.LINK)


def reference_at(library: Library, path: str, offset: int) -> Reference | None:
    """What the byte at an offset of a file belongs to, or None. Of several the shortest is meant."""
    sop = library.by_path.get(path)
    found: Iterable[Reference] = ()
    if sop is None:
        registers = (register for register in library.registers.values() if register.path == path)
        found = (one for register in registers for one in references_in_register(register, library))
    elif sop.readable and offset < sop.body_start:
        found = references_in_front_matter(sop, library)
    elif sop.readable:  # only in the line and the block
        line = sop.source.line_place(sop.source.line_of(offset))
        blocks = (block for block in sop.body.blocks if block.inlines and block.start <= offset <= block.end)
        controls = (controls_in(sop, library, block.start, block.end) for block in blocks)
        found = chain(references_in_body(sop, library, line.start, line.end), *controls)
    here = [one for one in found if one.start <= offset <= one.end]
    return min(
        here, key=lambda one: (one.end == offset, one.end - one.start, one.form is ReferenceForm.LINK), default=None
    )


def references_to(library: Library, target: ReferenceTarget) -> tuple[Reference, ...]:
    """Every place of the library that means a thing, its definition included, in the order of files and bytes."""
    found: list[Reference] = []
    for sop in library.sops:
        found += (one for one in _sop_references(sop, library, target) if one.target == target)
        sop.forget_body()
    for register in library.registers.values():
        found += (one for one in references_in_register(register, library) if one.target == target)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.path, one.start, one.end)))


def _sop_references(sop: Sop, library: Library, target: ReferenceTarget) -> Iterator[Reference]:
    """What an SOP names, or nothing when its bytes show that it does not name the target."""
    if not sop.readable:
        return
    if target.kind == CONTROLS:  # a claim may be a range, in which the id is not written
        yield from references_in_front_matter(sop, library)
        if target.id.encode() in sop.source.data:
            yield from controls_in(sop, library, sop.body_start, len(sop.source.data))
    elif sop.path == target.scope or sop.source.has(*_search_words(library, target)):
        yield from references_in_front_matter(sop, library)
        yield from references_in_body(sop, library, sop.body_start, len(sop.source.data))


def _search_words(library: Library, target: ReferenceTarget) -> Iterator[bytes]:
    """Words, in lower case, of which a text that means the target has one."""
    words = [target.id]
    if target.kind in {SOP_TARGET, ANCHORS}:
        words.append("%")  # an address may be encoded
        words += (posixpath.basename(sop.path).split(".")[0] for sop in library.by_id.get(target.id, ()))
    elif (row := library.registers[target.kind].by_key.get(target.id)) is not None:
        words += row.names
    return (word.lower().encode() for word in words)


def definitions_of(library: Library, target: ReferenceTarget) -> tuple[Reference, ...]:
    """Where a thing is defined; several places where an id is there twice, none for a control."""
    if target.kind == CONTROLS:
        return ()
    if target.kind == SOP_TARGET:
        found = []
        for sop in library.by_id.get(target.id, ()):
            written = [one for one in references_in_front_matter(sop, library) if one.form is ReferenceForm.DEFINITION]
            # its first byte where its path is its id or the front matter cannot be read
            found += written or [Reference(target, sop.path, 0, 0, ReferenceForm.DEFINITION)]
    elif target.kind == ANCHORS:
        home = library.by_path.get(target.scope)
        found = list(anchors_in(home)) if home is not None and home.readable else []
    else:
        found = list(references_in_register(library.registers[target.kind], library))
    return tuple(one for one in found if one.target == target and one.form is ReferenceForm.DEFINITION)

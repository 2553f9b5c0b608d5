"""What an SOP names: in its front matter, in its steps and Roles section, in links, and anywhere in the text."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.mentions import find_controls
from sopkit.model.places import Loc
from sopkit.model.references import FRONT_MATTER, SOPS
from sopkit.model.sop import Sop
from sopkit.occurrences.links import file_of, parts_of
from sopkit.occurrences.occurrence import ANCHORS, CONTROLS, Form, Occurrence, Target
from sopkit.occurrences.tokens import ids_in_text
from sopkit.text.anchors import heading_anchors
from sopkit.text.roles import roles_named

_JOINT = re.compile(r"\s+(?:and|or|with)\s+|\s*[,/&+;]\s*")
_ANCHOR = re.compile(rb"<[a-z][^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)


def in_front_matter(sop: Sop, library: Library) -> Iterator[Occurrence]:
    """The SOP's own id, every role, register row, SOP and control that its front matter names, and ids in its text."""
    found = list(_in_values(sop, library))
    yield from found
    taken = {(one.start, one.end) for one in found}
    for target, start, end in ids_in_text(library, sop.source.data, sop.front.start, sop.front.end):
        if (start, end) not in taken:
            yield Occurrence(target, sop.path, start, end)


def _in_values(sop: Sop, library: Library) -> Iterator[Occurrence]:
    if sop.id and library.config.library.identity == "id":
        yield from _value(sop, Target(SOPS, sop.id), ("id",), sop.id, Form.DEFINITION)
    for key, kind in FRONT_MATTER.items():
        for value, loc in sop.texts(key):
            yield from _value(sop, Target(kind, value), loc, value)
    for claim in library.claims(sop):
        for control in claim.ids:
            yield from _value(sop, Target(CONTROLS, control, claim.framework), claim.loc, claim.typed)


def _value(sop: Sop, target: Target, loc: Loc, typed: str, form: Form = Form.ID) -> Iterator[Occurrence]:
    """The value at a key, without its quotes; nothing where it is a default, or written with escapes."""
    place = sop.front.places.get((sop.front.spelled.get(str(loc[0]), loc[0]), *loc[1:]))
    if place is not None and typed:
        start = sop.source.data.find(typed.encode(), place.start, place.end)
        if start >= 0:
            yield Occurrence(target, sop.path, start, start + len(typed.encode()), form)


def in_body(sop: Sop, library: Library, start: int, end: int) -> Iterator[Occurrence]:
    """What the text from byte `start` to `end` names, controls apart: ids, roles by their names, links and anchors."""
    for target, first, last in ids_in_text(library, sop.source.data, max(start, sop.body_start), end):
        yield Occurrence(target, sop.path, first, last)
    for one in (*_roles(sop, library), *_links(sop, library), *anchors_in(sop)):
        if one.end >= start and one.start <= end:
            yield one


def controls_in(sop: Sop, library: Library, start: int, end: int) -> Iterator[Occurrence]:
    """The controls that the text from byte `start` to `end` mentions."""
    claims = sop.front.values.get("controls")
    claimed = tuple(name for name in claims if name in library.catalogue.ids) if isinstance(claims, dict) else ()
    frameworks = tuple(dict.fromkeys((*library.config.library.frameworks, *claimed)))
    prose = sop.body.prose
    first, last = prose.within(start, end)
    for mention in find_controls(prose.text[first:last], library.catalogue, frameworks):
        begin, stop = prose.span(first + mention.start, first + mention.end)
        for control in mention.ids:
            yield Occurrence(Target(CONTROLS, control, mention.framework), sop.path, begin, stop)


def anchors_in(sop: Sop) -> Iterator[Occurrence]:
    """Each anchor of an SOP where it is made: by a heading, or by `<a id>`."""
    for heading, name in zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True):
        end = heading.start + len(sop.source.data[heading.start : heading.end].rstrip())
        yield Occurrence(Target(ANCHORS, name, sop.path), sop.path, heading.start, end, Form.DEFINITION)
    for block in sop.body.blocks:
        for part in block.inlines:
            if part.kind == "html" and (match := _ANCHOR.search(sop.source.data, part.start, part.end)):
                target = Target(ANCHORS, match[1].decode("utf-8", "replace"), sop.path)
                yield Occurrence(target, sop.path, match.start(1), match.end(1), Form.DEFINITION)


def _roles(sop: Sop, library: Library) -> Iterator[Occurrence]:
    if not library.roles.by_name:
        return
    written = [(step.actor, step.actor_start) for step in sop.body.steps if step.actor]
    written += [(name, start) for name, start, _ in roles_named(sop.body.section("Roles"))]
    for names, start in written:
        for name, offset in _apart(names):
            role = library.role(name)
            if role is not None:
                first = start + len(names[:offset].encode())
                yield Occurrence(Target("roles", role.id), sop.path, first, first + len(name.encode()), Form.NAME)


def _apart(names: str) -> Iterator[tuple[str, int]]:
    """The names in "HR and Legal" with where each begins; first the whole, which may be one name."""
    yield names, 0
    at = 0
    for joint in _JOINT.finditer(names):
        yield names[at : joint.start()], at
        at = joint.end()
    if at:
        yield names[at:], at


def _links(sop: Sop, library: Library) -> Iterator[Occurrence]:
    for link in sop.body.links:
        if (parts := parts_of(link)) is None:
            continue
        path, anchor = parts
        where = file_of(sop, library, path)
        other = library.by_path.get(where) if where else None
        if other is None:
            continue
        written = link.target.encode()
        start = sop.source.data.rfind(written, link.start, link.end)
        first, last = (start, start + len(written)) if start >= 0 else (link.start, link.end)
        if anchor:
            yield Occurrence(Target(ANCHORS, anchor, other.path), sop.path, first, last, Form.LINK)
        if path and other.id:
            yield Occurrence(Target(SOPS, other.id), sop.path, first, last, Form.LINK)

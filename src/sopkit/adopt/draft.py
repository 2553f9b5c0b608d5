"""Make one draft: front matter, body, links and the plan lines about them."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from sopkit.adopt.body import RebuiltBody, rebuild_body
from sopkit.adopt.documents import format_origin
from sopkit.adopt.front_matter import FrontShape, find_shape
from sopkit.adopt.front_rewrite import SOP_KEYS, FrontValue, RewrittenFront, rewrite_front
from sopkit.adopt.links import MovedLinks, find_broken_links, find_changed_anchors, move_links
from sopkit.adopt.metadata.labels import Statement
from sopkit.adopt.metadata.reader import choose_surest
from sopkit.adopt.plan import AdoptedDraft, MappingResult, PlanLine, leftover_line, mapping_line
from sopkit.adopt.register_rows import RoleIndex
from sopkit.adopt.survey import Destination, DocumentSurvey
from sopkit.library import Library
from sopkit.model.body import is_undecided
from sopkit.model.errors import SopkitError
from sopkit.model.sop import FrontMatter, FrontMatterReading, Sop
from sopkit.model.source import Source
from sopkit.parsing.sections import alias_table
from sopkit.parsing.sop import read_body
from sopkit.registers.edits import apply_edits

_OWNER_MARK = "[decide: which role owns this]"
_AREA_MARK = "[decide: which area this belongs to]"
_FIRST_VERSION = "0.1"
_VERSION = re.compile(r"\d{1,6}\.\d{1,6}(\.\d{1,6})?")
_COMPUTED_KEYS = frozenset({"id", "title", "version", "status", "area", "owner", "template"})
_FRONT_MATTER_RULES = frozenset({"SOP004", "SOP005", "SOP401", "SOP402"})
_UNREADABLE_RULES = frozenset({"SOP001", "SOP002"})
_ROLE_LISTS = ("approvers", "contributors", "audience")
_MAX_TRIES = 4


def make_draft(
    one: DocumentSurvey, destination: Destination, library: Library, names: RoleIndex, targets: Mapping[Path, str]
) -> AdoptedDraft:
    """The draft of a document; `names` gives ids of roles, `targets` where others go.

    Raises SopkitError for one that could not be read as an SOP: too large, or with too many lines of front matter.
    """
    source = Source(one.data)
    shape = find_shape(source)
    table = alias_table(library.config.sections.aliases)
    reading = FrontMatterReading(FrontMatter(), shape.outer_end, ())
    body = read_body(
        Sop("", source, lambda _: reading, lambda sop: sop.body, lambda _: (None, ()), known_id=""),
        table,
        library.config.library.language,
    )
    found = choose_surest(one.found)
    values, plan_lines = _collect_values(one, destination, library, found, names.id_of)
    links: MovedLinks = move_links(one, destination, body, library, targets) if destination.moved else MovedLinks()
    spans = [(statement.start, statement.end) for statement in one.found]
    rebuilt: RebuiltBody = rebuild_body(source, body, one.title, table, one.decision, spans, links.changes)
    origin = (format_origin(one.foreign.name),) if destination.moved else ()
    top, sop, refused = _write_front(source, shape, values, rebuilt, destination.target, library, origin)
    if broken := next((finding for finding in sop.findings if finding.code in _UNREADABLE_RULES), None):
        raise SopkitError(
            f"the draft could not be read: line {broken.place.line}: {broken.message}",
            "shorten the document, or its front matter, which has at most 400 lines",
        )
    plan_lines = tuple(statement for statement in plan_lines if statement.about.removeprefix("key ") not in refused)
    named = [name for key in ("owner", *_ROLE_LISTS) for name in _as_texts(values.get(key))]
    roles = [name for name in named if not name.startswith("[") and name != "everyone"]
    before = Source(one.foreign.data)  # by how many lines the body moved since the front matter was mended
    shift = source.line_of(shape.outer_end) - before.line_of(find_shape(before).outer_end)
    return AdoptedDraft(
        source=one.foreign.name,
        target=destination.target,
        before=one.foreign.data,
        fixed=one.data,
        after=sop.source.data,
        moved=destination.moved,
        id=destination.id,
        title=one.title,
        area=one.area.area,
        owner=str(values["owner"]),
        plan_lines=(
            *destination.plan_lines,
            *one.plan_lines,
            *plan_lines,
            *_list_unused(one, found),
            *top.plan_lines,
            *_shift_lines(rebuilt.plan_lines, shift),
            *links.plan_lines,
            *find_broken_links(sop, library, moved=destination.moved),
            *_shift_lines(find_changed_anchors(source, body, sop), shift),
        ),
        changes=(*top.changes, *rebuilt.changes),
        extra=top.extra,
        roles=tuple(dict.fromkeys((*roles, *names.named_in(sop)))),
        policies=_as_texts(values.get("policies")),
        headings=rebuilt.headings,
        sections=rebuilt.sections,
        bullets=one.decision.bullets,
        undecided_bullets=tuple(bullets.under for bullets in rebuilt.bullets),
        beside=links.beside,
        stubs=rebuilt.stubs,
    )


def _shift_lines(plan_lines: Iterable[PlanLine], shift: int) -> Iterator[PlanLine]:
    return (replace(one, line=max(one.line - shift, 1) if one.line else 0) for one in plan_lines)


def _collect_values(
    one: DocumentSurvey,
    destination: Destination,
    library: Library,
    found: Mapping[str, Statement],
    role: Callable[[str], str],
) -> tuple[dict[str, FrontValue | None], tuple[PlanLine, ...]]:
    values: dict[str, FrontValue | None] = {}
    if library.config.library.identity != "path":
        values["id"] = destination.id
    values["title"] = one.title
    values["version"], version_line = _choose_version(found)
    values["status"] = "draft"
    values["area"] = one.area.area or _AREA_MARK
    area_line = mapping_line("key area", f"{values['area']}: {one.area.why}", 0, one.area.confidence)
    values["owner"], owner_line = _choose_owner(one, found, role)
    area_line = area_line if one.area.area else replace(area_line, how=MappingResult.LEFT)
    plan_lines = [version_line, area_line, owner_line]
    lines = Source(one.data)
    for key, statement in found.items():
        if key in _COMPUTED_KEYS or key not in SOP_KEYS:
            continue
        value: FrontValue = statement.value
        if key in _ROLE_LISTS:
            value = tuple(dict.fromkeys(role(name) for name in _as_texts(statement.value)))
        values[key] = value
        words = f"{_format_value(value)}: {statement.how}" + (f"; {statement.note}" if statement.note else "")
        plan_lines.append(mapping_line(f"key {key}", words, lines.line_of(statement.start), statement.confidence))
    return values, tuple(plan_lines)


def _choose_version(found: Mapping[str, Statement]) -> tuple[str, PlanLine]:
    statement = found.get("version")
    if statement is None:
        return _FIRST_VERSION, mapping_line("key version", f"{_FIRST_VERSION}: it names none")
    text = str(statement.value).strip()
    plain = text.removeprefix("v").removeprefix("V")
    if _VERSION.fullmatch(plain):
        return plain, mapping_line("key version", f"{plain}: {statement.how}")
    words = f"{_FIRST_VERSION}, as `{text}` is no MAJOR.MINOR: {statement.how}"
    return _FIRST_VERSION, leftover_line("key version", words)


def _choose_owner(
    one: DocumentSurvey, found: Mapping[str, Statement], role: Callable[[str], str]
) -> tuple[str, PlanLine]:
    statement = found.get("owner")
    if is_undecided(one.decision.owner):
        line = leftover_line("key owner", "decide which role owns this, as the map file says")
        return one.decision.owner, line
    if one.decision.owner:
        owner = role(one.decision.owner)
        return owner, mapping_line("key owner", f"{owner}, as it was decided")
    if statement is None or not isinstance(statement.value, str):
        channel = found.get("owner_channel")
        more = f"; `{channel.value}` is a channel, no role ({channel.how})" if channel else ""
        return _OWNER_MARK, leftover_line("key owner", f"decide which role owns this{more}")
    owner, number = role(statement.value), Source(one.data).line_of(statement.start)
    return owner, mapping_line("key owner", f"{owner}: {statement.how}", number, statement.confidence)


def _list_unused(one: DocumentSurvey, found: Mapping[str, Statement]) -> Iterator[PlanLine]:
    lines = Source(one.data)
    for statement in one.found:
        line = lines.line_of(statement.start)
        if statement.key is None:
            yield leftover_line("metadata", f"{statement.how}: {statement.note}", line)
        elif statement.key not in SOP_KEYS and found.get(statement.key) is statement:
            note = f"; {statement.note}" if statement.note else ""
            words = f"`{_format_value(statement.value)}` stays where it is, {statement.how}{note}"
            yield leftover_line(statement.key.replace("_", " "), words, line)


def _write_front(
    source: Source,
    shape: FrontShape,
    values: dict[str, FrontValue | None],
    rebuilt: RebuiltBody,
    target: str,
    library: Library,
    origin: tuple[str, ...],
) -> tuple[RewrittenFront, Sop, set[str]]:
    """The front matter, the whole draft as it is read, and the keys whose values are none for us."""
    refused: dict[str, str] = {}
    for _ in range(_MAX_TRIES):
        top = rewrite_front(source, shape, {**values, **dict.fromkeys(refused)}, library.config, origin)
        sop = library.read(target, apply_edits(source.data, (*top.changes, *rebuilt.changes)))
        wrong = _find_invalid_keys(sop, set(top.extra) | set(refused))
        if not wrong:
            break
        refused |= wrong
    plan_lines = tuple(leftover_line(f"key {key}", f"not taken over: {why}") for key, why in refused.items())
    return RewrittenFront(top.changes, top.extra, (*top.plan_lines, *plan_lines)), sop, set(refused)


def _find_invalid_keys(sop: Sop, known: set[str]) -> dict[str, str]:
    """The keys that the schema refuses, each with the reason; what must be decided anyway is not among them."""
    wrong: dict[str, str] = {}
    spans = sorted(
        (name.start, max(name.end, value.end if (value := sop.front.places.get((key,))) else 0), key)
        for key in sop.front.typed
        if (name := sop.front.key_places.get((key,))) is not None
    )
    for finding in sop.findings:
        at = bisect_right(spans, finding.place.start, key=lambda span: span[0]) - 1
        key = spans[at][2] if at >= 0 and finding.place.start <= spans[at][1] else ""
        if finding.code in _FRONT_MATTER_RULES and key and key not in known and key not in _COMPUTED_KEYS:
            wrong.setdefault(key, finding.message)
    return wrong


def _as_texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, tuple) else ()


def _format_value(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {', '.join(items)}" for name, items in value.items())
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)

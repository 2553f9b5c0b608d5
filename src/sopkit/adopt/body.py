"""Rebuild a body with the sections of an SOP, in order, with stubs for missing sections."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sopkit.adopt.decisions import DocumentDecision
from sopkit.adopt.heading_mapping import (
    SectionGroup,
    SectionMeaning,
    SectionPart,
    Spans,
    find_meaning,
    group_parts,
    order_parts,
    split_lead,
)
from sopkit.adopt.headings import (
    AliasTable,
    BodyPiece,
    BodyPieces,
    BulletList,
    change_level,
    convert_checklist,
    count_steps,
    find_plain_bullets,
    number_bullets,
    split_body,
)
from sopkit.adopt.metadata.labels import Confidence
from sopkit.adopt.plan import PlanLine, leftover_line, mapping_line
from sopkit.library import Library
from sopkit.model.body import Body
from sopkit.model.finding import Edit
from sopkit.model.sop_document import REQUIRED_SECTIONS, SECTION_ORDER
from sopkit.model.source import Source
from sopkit.parsing.sections import alias_table, heading_words
from sopkit.registers.edits import apply_edits

_STUB_MARKS = {
    "Purpose": "[decide: why this procedure exists]",
    "Scope": "[decide: what it covers, and what it does not]",
    "Roles": "[decide: who does what]",
    "Inputs": "[decide: what must be at hand before the first step]",
    "Procedure": "[decide: the steps]",
    "References": "[decide: the controls, policies and documents that it rests on]",
}
"""What stands in a section that the source lacks."""


def arrange_groups(
    source: Source, groups: Sequence[SectionGroup], end: int, inner: Sequence[Edit]
) -> tuple[tuple[Edit, ...], list[PlanLine], tuple[str, ...]]:
    """The edits that bring a body into groups, the plan lines about them, and the missing sections.

    `inner` are changes of the text itself, carried along.
    """
    data, eol = source.data, source.line_end
    changes: list[Edit] = []
    plan_lines: list[PlanLine] = []
    moved_edits: set[Edit] = set()
    filled = {name for group in groups for name in group.names}
    stubs = tuple(name for name in REQUIRED_SECTIONS if name not in filled)
    places = _place_stubs(groups, stubs)
    at = groups[0].parts[0].piece.start if groups else end
    for index, group in enumerate((*groups, None)):
        if group is not None and not group.parts[0].moved:
            at = group.parts[0].piece.start
        elif group is None:
            at = end
        for number, name in enumerate(places.get(index, ())):
            stub = f"## {name}{eol}{eol}{_STUB_MARKS[name]}{eol}"
            text = stub + eol if group is not None else (eol if number else "") + stub
            changes.append(Edit(at, at, text))
        if group is None:
            continue
        if group.added:
            changes.append(Edit(at, at, f"## {group.added}{eol}{eol}"))
        for number, part in enumerate(group.parts):
            top = 3 if group.added or number else 2
            levels = _level_changes(data, part.piece, top)
            plan_lines += _part_lines(source, part, group, top)
            if part.moved:
                inside = [
                    one for one in (*inner, *levels) if part.piece.start <= one.start <= one.end <= part.piece.end
                ]
                moved_edits.update(inside)
                changes.append(Edit(part.piece.start, part.piece.end, ""))
                changes.append(Edit(at, at, _moved_text(data, part.piece, inside, eol)))
            else:
                changes += levels
                at = part.piece.end
    plan_lines += _missing_section_lines(stubs)
    stay = (one for one in inner if one not in moved_edits)
    return (*stay, *_separate_headings(data, changes, eol)), plan_lines, stubs


def _missing_section_lines(stubs: Sequence[str]) -> Iterator[PlanLine]:
    if len(stubs) == 1:
        yield leftover_line(f"section {stubs[0]}", f"is missing: decide what belongs under `{_STUB_MARKS[stubs[0]]}`")
    elif stubs:
        names = f"{', '.join(stubs[:-1])} and {stubs[-1]}"
        yield leftover_line(f"sections {names}", "are missing: decide what belongs under each mark `[decide: …]`")


def _place_stubs(groups: Sequence[SectionGroup], stubs: Sequence[str]) -> dict[int, list[str]]:
    """Before which group each stub stands: the first of a later section, else what follows the last section."""
    last = max((at for at, group in enumerate(groups) if group.names), default=-1) + 1
    places: dict[int, list[str]] = {}
    for name in stubs:
        later = SECTION_ORDER[SECTION_ORDER.index(name) + 1 :]
        at = next((at for at, group in enumerate(groups) if set(group.names) & set(later)), last)
        places.setdefault(at, []).append(name)
    return places


def _level_changes(data: bytes, piece: BodyPiece, top: int) -> tuple[Edit, ...]:
    down = top - piece.heading.level if piece.heading else 0
    changes = (change_level(data, heading, heading.level + down) for heading in piece.headings)
    return tuple(change for change in changes if change is not None)


def _moved_text(data: bytes, piece: BodyPiece, inside: Sequence[Edit], eol: str) -> str:
    moved = (replace(one, start=one.start - piece.start, end=one.end - piece.start) for one in inside)
    text = apply_edits(data[piece.start : piece.end], moved).decode("utf-8", "surrogateescape")
    return text.rstrip("\r\n") + eol + eol


def _separate_headings(data: bytes, changes: Sequence[Edit], eol: str) -> Iterator[Edit]:
    """The changes, with a blank line before a heading that is put right behind text."""
    seen: set[int] = set()
    for change in changes:
        inserted = change.start == change.end and change.text.strip()
        if inserted and change.start not in seen:
            seen.add(change.start)
            yield replace(change, text=_blank_line_before(data, change.start, eol) + change.text)
        else:
            yield change


def _blank_line_before(data: bytes, at: int, eol: str) -> str:
    """The line ends that make a blank line above a place; none at the beginning."""
    if not at:
        return ""
    if data[at - 1 : at] not in {b"\n", b"\r"}:
        return eol + eol
    end = at - (2 if data[at - 2 : at] == b"\r\n" else 1)
    line = data[max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, end)) + 1 : end]
    return eol if line.strip() else ""


def _part_lines(source: Source, part: SectionPart, group: SectionGroup, top: int) -> Iterator[PlanLine]:
    heading = part.piece.heading
    line = source.line_of(part.piece.start)
    about = f"heading {heading.text}" if heading else "text before the first heading"
    if not part.meaning.names:
        yield leftover_line(about, f"stays as it is: {part.meaning.why}", line)
        return
    names = " and ".join(part.meaning.names)
    words = f"section {names}: {part.meaning.why}"
    if top == 3 and group.added and heading:  # noqa: PLR2004 - the level of a part of a section
        words += f"; a part of the heading {group.added} that is put above"
    elif top == 3 and heading:  # noqa: PLR2004 - as above
        words += f"; a part of {group.added or names}"
    if part.moved:
        words += ", moved there so that the section stands once"
    yield mapping_line(about, words, line, part.meaning.confidence)


_MIN_PROCEDURE_STEPS = 3

_OPEN_HTML = re.compile(r"<!--|<(script|pre|style|textarea)\b")
"""What Markdown reads as HTML until its end is written, over blank lines."""


@dataclass(frozen=True)
class RebuiltBody:
    """The changes of a body, what the plan says of them, and what was decided."""

    changes: tuple[Edit, ...]
    plan_lines: tuple[PlanLine, ...]
    stubs: tuple[str, ...]
    sections: dict[str, str]
    """Heading to the section under which it stands; empty for one that stays as it is."""
    headings: frozenset[str]
    """Those of the highest level, as words."""
    bullets: tuple[BulletList, ...]
    """Plain bullets in the procedure of which nobody said whether they are steps."""


def rebuild_body(
    source: Source,
    body: Body,
    title: str,
    table: AliasTable,
    decision: DocumentDecision,
    spans: Spans,
    carried: Sequence[Edit],
) -> RebuiltBody:
    """Bring a body into the sections of an SOP.

    `spans` are the bytes that hold metadata; `carried` are changes of the text itself, such as of links.
    """
    cut_up = split_body(body, table, lambda heading: decision.section(heading) is not None)
    parts = [
        *split_lead(cut_up, spans, table),
        *(SectionPart(one, find_meaning(one, table, decision)) for one in cut_up.pieces),
    ]
    groups = group_parts(order_parts(parts))
    procedure = [part.piece for group in groups if "Procedure" in group.names for part in group.parts]
    bullets = tuple(one for piece in procedure for one in find_plain_bullets(piece))
    listed = bullets if decision.bullets == "steps" else ()
    checklists = () if decision.bullets == "keep" else tuple(_find_checklists(source, procedure))
    inner = (
        *carried,
        *(change for one in listed for change in number_bullets(source.data, one)),
        *(change for _, changes in checklists for change in changes),
        *_closing_lines(source, body),
    )
    changes, lines, stubs = arrange_groups(source, groups, cut_up.end, inner)
    head, plan_lines = _change_title(source, cut_up, title, body.root.start)
    plan_lines += (
        *lines,
        *_bullet_lines(source, bullets, decision.bullets),
        *_several_procedures_lines(procedure),
        *_code_lines(source, body, checklists),
    )
    return RebuiltBody(
        (*head, *changes),
        tuple(plan_lines),
        stubs,
        _collect_sections(groups),
        frozenset(heading_words(piece.heading.text) for piece in cut_up.pieces if piece.heading),
        () if decision.bullets else bullets,
    )


def find_meanings(body: Body, library: Library, decision: DocumentDecision) -> Iterator[tuple[str, SectionMeaning]]:
    """What each top heading of a body means, by its words."""
    table = alias_table(library.config.sections.aliases)
    for piece in split_body(body, table, lambda heading: decision.section(heading) is not None).pieces:
        if piece.heading is not None:
            yield heading_words(piece.heading.text), find_meaning(piece, table, decision)


def _change_title(source: Source, cut_up: BodyPieces, title: str, start: int) -> tuple[list[Edit], list[PlanLine]]:
    heading = cut_up.title
    if heading is None:
        change = Edit(start, start, f"# {title}{source.line_end * 2}")
        return [change], [mapping_line("title", f"there is no heading with the title: `# {title}` is added")]
    level = change_level(source.data, heading, 1)
    if level is None:
        return [], []
    line = source.line_of(heading.start)
    return [level], [mapping_line("title", "the first heading is above all others", line, Confidence.LIKELY)]


def _find_checklists(source: Source, procedure: Iterable[BodyPiece]) -> Iterator[tuple[int, tuple[Edit, ...]]]:
    for block in (block for piece in procedure for block in piece.blocks if block.kind == "code"):
        if changes := tuple(convert_checklist(source.data, block)):
            yield source.line_of(block.start), changes


def _collect_sections(groups: Iterable[SectionGroup]) -> dict[str, str]:
    """Heading to section; not of headings with the same words and other sections, of which no map could speak."""
    pairs = [
        (part.piece.heading.text, part.name)
        for group in groups
        for part in group.parts
        if part.piece.heading is not None
        if not part.meaning.is_certain or (part.piece.inner and part.name)
    ]
    sections: dict[str, set[str]] = {}
    for heading, name in pairs:
        sections.setdefault(heading_words(heading), set()).add(name)
    return {heading: name for heading, name in pairs if len(sections[heading_words(heading)]) == 1}


def _bullet_lines(source: Source, bullets: Sequence[BulletList], decision: str) -> Iterator[PlanLine]:
    if decision == "keep":
        return
    by_heading: dict[str, list[BulletList]] = {}
    for one in bullets:
        by_heading.setdefault(one.under, []).append(one)
    for under, lists in by_heading.items():
        about = f"bullets under {under}" if under else "bullets"
        line = source.line_of(lists[0].list.start)
        if decision == "steps":
            yield mapping_line(about, "steps, as it was decided", line)
        else:
            words = "are these steps? --bullets steps makes them so, keep leaves them"
            yield leftover_line(about, words if len(lists) == 1 else f"{len(lists)} lists: {words}", line)


def _several_procedures_lines(procedure: Iterable[BodyPiece]) -> Iterator[PlanLine]:
    names = [
        piece.heading.text
        for piece in procedure
        if piece.heading and not piece.heading.text.casefold().startswith("step")
        if count_steps(piece.blocks) >= _MIN_PROCEDURE_STEPS
    ]
    if len(names) > 1:
        words = f"holds {len(names)} procedures, kept together: {'; '.join(names)}; an SOP for each is easier to follow"
        yield leftover_line("document", words)


def _code_lines(source: Source, body: Body, checklists: Iterable[tuple[int, tuple[Edit, ...]]]) -> Iterator[PlanLine]:
    for line, _ in checklists:
        yield mapping_line("checklist", "a checklist drawn as code is a task list", line, Confidence.LIKELY)
    if body.findings:
        yield leftover_line("code", "a code fence was never closed and is closed now; see where the code ends")
    if closing := _closing_html(source, body):
        yield leftover_line("HTML", f"`{closing}` was missing and is put at the end; see where it belongs")


def _closing_html(source: Source, body: Body) -> str:
    """What ends the HTML at the end of a body that swallows all that is put below it; nothing where none does."""
    last = body.root.children[-1] if body.root.children else None
    if last is None or last.kind != "html":
        return ""
    text = source.data[last.start :].decode("utf-8", "replace").lower()
    match = _OPEN_HTML.match(text.lstrip())
    closing = "" if match is None else "-->" if match[1] is None else f"</{match[1]}>"
    return "" if closing in text else closing


def _closing_lines(source: Source, body: Body) -> Iterator[Edit]:
    """A line that closes the last code fence, or HTML, without which everything below it would belong to that."""
    closing = _closing_html(source, body)
    lines = [closing] if closing else []
    for finding in body.findings:
        line = source.line_text(finding.place.line).lstrip()
        lines.append(line[: len(line) - len(line.lstrip(line[:1]))])
    end, gap = len(source.data), "" if source.data.endswith((b"\n", b"\r")) else source.line_end
    return (Edit(end, end, f"{gap}{line}{source.line_end}") for line in lines)

"""The body of a foreign document as that of an SOP: title, sections, steps, stubs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sopkit.authoring.adopt.changes import TextChange
from sopkit.authoring.adopt.decisions import DocumentDecision
from sopkit.authoring.adopt.metadata.statement import Confidence
from sopkit.authoring.adopt.outline.arrangement import Arranged, arrange
from sopkit.authoring.adopt.outline.boxes import task_list
from sopkit.authoring.adopt.outline.bullets import Bullets, as_steps, plain_bullets
from sopkit.authoring.adopt.outline.groups import SectionGroup, SectionPart, grouped, order
from sopkit.authoring.adopt.outline.lead import Spans, lead_parts
from sopkit.authoring.adopt.outline.levels import relevelled
from sopkit.authoring.adopt.outline.mapping import Meaning, count_steps, meaning_of
from sopkit.authoring.adopt.outline.pieces import Cut, Table, cut
from sopkit.authoring.adopt.plan import How, PlanLine
from sopkit.library import Library
from sopkit.model.body import Body
from sopkit.model.source import Source
from sopkit.parsing.sections import alias_table, heading_words

_MANY = 3

_SWALLOWING = re.compile(r"<!--|<(script|pre|style|textarea)\b")
"""What Markdown reads as HTML until its end is written, over blank lines."""


@dataclass(frozen=True)
class Rebuilt:
    """The changes of a body, what the plan says of them, and what was decided."""

    changes: tuple[TextChange, ...]
    told: tuple[PlanLine, ...]
    stubs: tuple[str, ...]
    sections: dict[str, str]
    """Heading to the section under which it stands; empty for one that stays as it is."""
    headings: frozenset[str]
    """Those of the highest level, as words."""
    bullets: tuple[Bullets, ...]
    """Plain bullets in the procedure of which nobody said whether they are steps."""


def rebuild(
    source: Source,
    body: Body,
    title: str,
    table: Table,
    decision: DocumentDecision,
    spans: Spans,
    carried: Sequence[TextChange],
) -> Rebuilt:
    """Bring a body into the sections of an SOP.

    `spans` are the bytes that hold metadata; `carried` are changes of the text itself, such as of links.
    """
    cut_up = cut(body, table, lambda heading: decision.section(heading) is not None)
    parts = [
        *lead_parts(cut_up, spans, table),
        *(SectionPart(one, meaning_of(one, table, decision)) for one in cut_up.pieces),
    ]
    groups = grouped(order(parts))
    bullets = tuple(one for group in groups if "Procedure" in group.names for one in _bullets(group))
    listed = bullets if decision.bullets == "steps" else ()
    drawn = () if decision.bullets == "keep" else tuple(_boxes(source, groups))
    inner = (
        *carried,
        *(change for one in listed for change in as_steps(source.data, one)),
        *(change for _, changes in drawn for change in changes),
        *_closing_lines(source, body),
    )
    arranged: Arranged = arrange(source, groups, cut_up.end, inner)
    head, told = _title(source, cut_up, title, body.root.start)
    told += (
        *arranged.told,
        *_told_bullets(source, bullets, decision.bullets),
        *_several(groups),
        *_told_code(source, body, drawn),
    )
    return Rebuilt(
        (*head, *arranged.changes),
        tuple(told),
        arranged.stubs,
        _decided(groups),
        frozenset(heading_words(piece.heading.text) for piece in cut_up.pieces if piece.heading),
        () if decision.bullets else bullets,
    )


def meanings(body: Body, library: Library, decision: DocumentDecision) -> Iterator[tuple[str, Meaning]]:
    """What each top heading of a body means, by its words."""
    table = alias_table(library.config.sections.aliases)
    for piece in cut(body, table, lambda heading: decision.section(heading) is not None).pieces:
        if piece.heading is not None:
            yield heading_words(piece.heading.text), meaning_of(piece, table, decision)


def _title(source: Source, cut_up: Cut, title: str, start: int) -> tuple[list[TextChange], list[PlanLine]]:
    heading = cut_up.title
    if heading is None:
        eol = source.line_end
        change = TextChange(start, start, f"# {title}{eol}{eol}", "heading with the title")
        return [change], [PlanLine(How.MAPPED, "title", f"there is no heading with the title: `# {title}` is added")]
    change_of_level = relevelled(source.data, heading, 1)
    if change_of_level is None:
        return [], []
    line = source.line_of(heading.start)
    told = PlanLine(How.GUESSED, "title", "the first heading is above all others", line, Confidence.LIKELY)
    return [change_of_level], [told]


def _bullets(group: SectionGroup) -> Iterator[Bullets]:
    for part in group.parts:
        yield from plain_bullets(part.piece)


def _boxes(source: Source, groups: Sequence[SectionGroup]) -> Iterator[tuple[int, tuple[TextChange, ...]]]:
    """The checklists drawn as code in the procedure: line, and changes."""
    for group in groups:
        for part in group.parts if "Procedure" in group.names else ():
            for block in part.piece.blocks:
                if block.kind == "code" and (changes := tuple(task_list(source.data, block))):
                    yield source.line_of(block.start), changes


def _decided(groups: Iterable[SectionGroup]) -> dict[str, str]:
    """Heading to section; not of headings with the same words and other sections, of which no map could speak."""
    named = [pair for group in groups for pair in _named(group)]
    meant: dict[str, set[str]] = {}
    for heading, name in named:
        meant.setdefault(heading_words(heading), set()).add(name)
    return {heading: name for heading, name in named if len(meant[heading_words(heading)]) == 1}


def _named(group: SectionGroup) -> Iterator[tuple[str, str]]:
    for part in group.parts:
        if part.piece.heading is None:
            continue
        if not part.meaning.certain or (part.piece.inner and part.name):
            yield part.piece.heading.text, part.name


def _told_bullets(source: Source, bullets: Sequence[Bullets], decided: str) -> Iterator[PlanLine]:
    if decided == "keep":
        return
    by_heading: dict[str, list[Bullets]] = {}
    for one in bullets:
        by_heading.setdefault(one.under, []).append(one)
    for under, lists in by_heading.items():
        about = f"bullets under {under}" if under else "bullets"
        line = source.line_of(lists[0].list.start)
        if decided == "steps":
            yield PlanLine(How.MAPPED, about, "steps, as it was decided", line)
        else:
            words = "are these steps? --bullets steps makes them so, keep leaves them"
            yield PlanLine(How.LEFT, about, words if len(lists) == 1 else f"{len(lists)} lists: {words}", line)


def _several(groups: Sequence[SectionGroup]) -> Iterator[PlanLine]:
    """A word on documents that hold several procedures."""
    held = [
        part.piece.heading.text
        for group in groups
        if "Procedure" in group.names
        for part in group.parts
        if part.piece.heading and not part.piece.heading.text.casefold().startswith("step")
        if count_steps(part.piece.blocks) >= _MANY
    ]
    if len(held) > 1:
        words = f"holds {len(held)} procedures, kept together: {'; '.join(held)}; an SOP for each is easier to follow"
        yield PlanLine(How.LEFT, "document", words)


def _told_code(source: Source, body: Body, drawn: Iterable[tuple[int, tuple[TextChange, ...]]]) -> Iterator[PlanLine]:
    """What is said of code: checklists drawn in it, and a fence that was never closed."""
    for line, changes in drawn:
        yield PlanLine(How.GUESSED, "checklist", changes[0].why, line, Confidence.LIKELY)
    if body.findings:
        yield PlanLine(How.LEFT, "code", "a code fence was never closed and is closed now; see where the code ends")
    if closing := _closing_html(source, body):
        yield PlanLine(How.LEFT, "HTML", f"`{closing}` was missing and is put at the end; see where it belongs")


def _closing_html(source: Source, body: Body) -> str:
    """What ends the HTML at the end of a body that swallows all that is put below it; nothing where none does."""
    last = body.root.children[-1] if body.root.children else None
    if last is None or last.kind != "html":
        return ""
    text = source.data[last.start :].decode("utf-8", "replace").lower()
    match = _SWALLOWING.match(text.lstrip())
    closing = "" if match is None else "-->" if match[1] is None else f"</{match[1]}>"
    return "" if closing in text else closing


def _closing_lines(source: Source, body: Body) -> Iterator[TextChange]:
    """A line that closes the last code fence, or HTML, without which everything below it would belong to that."""
    end = len(source.data)
    if closing := _closing_html(source, body):
        gap = "" if source.data.endswith((b"\n", b"\r")) else source.line_end
        yield TextChange(end, end, f"{gap}{closing}{source.line_end}", "a line that closes the HTML")
    for finding in body.findings:
        line = source.line_text(finding.place.line).lstrip()
        fence = line[: len(line) - len(line.lstrip(line[:1]))]
        gap = "" if source.data.endswith((b"\n", b"\r")) else source.line_end
        yield TextChange(end, end, f"{gap}{fence}{source.line_end}", "a line that closes the code")

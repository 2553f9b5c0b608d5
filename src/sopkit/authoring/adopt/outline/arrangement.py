"""The pieces of a foreign body under the sections of an SOP, each section once, and stubs for the missing ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sopkit.authoring.adopt.changes import TextChange, carry_out
from sopkit.authoring.adopt.metadata.statement import Confidence
from sopkit.authoring.adopt.outline.groups import SectionGroup, SectionPart, lacking
from sopkit.authoring.adopt.outline.levels import relevelled
from sopkit.authoring.adopt.outline.pieces import Piece
from sopkit.authoring.adopt.plan import How, PlanLine
from sopkit.model.sop_document import SECTION_ORDER
from sopkit.model.source import Source

_MARKS = {
    "Purpose": "[decide: why this procedure exists]",
    "Scope": "[decide: what it covers, and what it does not]",
    "Roles": "[decide: who does what]",
    "Inputs": "[decide: what must be at hand before the first step]",
    "Procedure": "[decide: the steps]",
    "References": "[decide: the controls, policies and documents that it rests on]",
}
"""What stands in a section that the source lacks."""


@dataclass(frozen=True)
class Arranged:
    """The changes that arrange a body, what the plan says of them, and the sections that are missing."""

    changes: tuple[TextChange, ...]
    told: tuple[PlanLine, ...]
    stubs: tuple[str, ...]


def arrange(source: Source, groups: Sequence[SectionGroup], end: int, inner: Sequence[TextChange]) -> Arranged:
    """The changes that bring a body into groups; `inner` are changes of the text itself, carried along."""
    data, eol = source.data, source.line_end
    changes: list[TextChange] = []
    told: list[PlanLine] = []
    gone: set[TextChange] = set()
    stubs = lacking(groups)
    places = _places(groups, stubs)
    at = groups[0].parts[0].piece.start if groups else end
    for index, group in enumerate((*groups, None)):
        if group is not None and not group.parts[0].moved:
            at = group.parts[0].piece.start
        elif group is None:
            at = end
        for number, name in enumerate(places.get(index, ())):
            stub = f"## {name}{eol}{eol}{_MARKS[name]}{eol}"
            text = stub + eol if group is not None else (eol if number else "") + stub
            changes.append(TextChange(at, at, text, f"section {name}: a stub"))
        if group is None:
            continue
        if group.added:
            changes.append(TextChange(at, at, f"## {group.added}{eol}{eol}", f"heading {group.added}"))
        for number, part in enumerate(group.parts):
            top = 3 if group.added or number else 2
            levels = tuple(_levels(data, part.piece, top))
            told += _told(source, part, group, top)
            if part.moved:
                inside = [
                    one for one in (*inner, *levels) if part.piece.start <= one.start <= one.end <= part.piece.end
                ]
                gone.update(inside)
                changes.append(TextChange(part.piece.start, part.piece.end, "", f"moved to {part.name}"))
                changes.append(TextChange(at, at, _carried(data, part.piece, inside, eol), f"moved to {part.name}"))
            else:
                changes += levels
                at = part.piece.end
    told += _told_lacking(stubs)
    stay = (one for one in inner if one not in gone)
    return Arranged((*stay, *_apart(data, changes, eol)), tuple(told), stubs)


def _told_lacking(stubs: Sequence[str]) -> Iterator[PlanLine]:
    if len(stubs) == 1:
        yield PlanLine(How.LEFT, f"section {stubs[0]}", f"is missing: decide what belongs under `{_MARKS[stubs[0]]}`")
    elif stubs:
        names = f"{', '.join(stubs[:-1])} and {stubs[-1]}"
        yield PlanLine(How.LEFT, f"sections {names}", "are missing: decide what belongs under each mark `[decide: …]`")


def _places(groups: Sequence[SectionGroup], stubs: Sequence[str]) -> dict[int, list[str]]:
    """Before which group each stub stands: the first of a later section, else what follows the last section."""
    last = max((at for at, group in enumerate(groups) if group.names), default=-1) + 1
    places: dict[int, list[str]] = {}
    for name in stubs:
        later = SECTION_ORDER[SECTION_ORDER.index(name) + 1 :]
        at = next((at for at, group in enumerate(groups) if set(group.names) & set(later)), last)
        places.setdefault(at, []).append(name)
    return places


def _levels(data: bytes, piece: Piece, top: int) -> Iterator[TextChange]:
    if piece.heading is None:
        return
    for heading in piece.headings:
        change = relevelled(data, heading, heading.level - piece.heading.level + top)
        if change is not None:
            yield change


def _carried(data: bytes, piece: Piece, inside: Sequence[TextChange], eol: str) -> str:
    moved = (replace(one, start=one.start - piece.start, end=one.end - piece.start) for one in inside)
    text = carry_out(data[piece.start : piece.end], moved).decode("utf-8", "surrogateescape")
    return text.rstrip("\r\n") + eol + eol


def _apart(data: bytes, changes: Sequence[TextChange], eol: str) -> Iterator[TextChange]:
    """The changes, with a blank line before a heading that is put right behind text."""
    seen: set[int] = set()
    for change in changes:
        inserted = change.start == change.end and change.text.strip()
        if inserted and change.start not in seen:
            seen.add(change.start)
            yield replace(change, text=_gap(data, change.start, eol) + change.text)
        else:
            yield change


def _gap(data: bytes, at: int, eol: str) -> str:
    """The line ends that make a blank line above a place; none at the beginning."""
    if not at:
        return ""
    if data[at - 1 : at] not in {b"\n", b"\r"}:
        return eol + eol
    end = at - (2 if data[at - 2 : at] == b"\r\n" else 1)
    line = data[max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, end)) + 1 : end]
    return eol if line.strip() else ""


def _told(source: Source, part: SectionPart, group: SectionGroup, top: int) -> Iterator[PlanLine]:
    heading = part.piece.heading
    line = source.line_of(part.piece.start)
    about = f"heading {heading.text}" if heading else "text before the first heading"
    if not part.meaning.names:
        yield PlanLine(How.LEFT, about, f"stays as it is: {part.meaning.why}", line)
        return
    names = " and ".join(part.meaning.names)
    how = How.MAPPED if part.meaning.certain else How.GUESSED
    words = f"section {names}: {part.meaning.why}"
    if top == 3 and group.added and heading:  # noqa: PLR2004 - the level of a part of a section
        words += f"; a part of the heading {group.added} that is put above"
    elif top == 3 and heading:  # noqa: PLR2004 - as above
        words += f"; a part of {group.added or names}"
    if part.moved:
        words += ", moved there so that the section stands once"
    yield PlanLine(
        how, about, words, line, None if part.meaning.certain else part.meaning.confidence or Confidence.GUESS
    )

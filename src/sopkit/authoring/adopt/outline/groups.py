"""The pieces of a foreign body in groups, one for each section: in the order in which they shall stand."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sopkit.authoring.adopt.outline.mapping import Meaning, count_steps
from sopkit.authoring.adopt.outline.pieces import Piece
from sopkit.model.sop_document import REQUIRED_SECTIONS


@dataclass(frozen=True, eq=False)
class SectionPart:
    """A piece and what it means; `moved` when it stands elsewhere in the draft."""

    piece: Piece
    meaning: Meaning
    moved: bool = False

    @property
    def name(self) -> str:
        """The one section that it fills; empty for none and for several."""
        return self.meaning.names[0] if len(self.meaning.names) == 1 else ""

    @property
    def settled(self) -> bool:
        """Whether it stays under its own heading as it is."""
        return self.meaning.certain or not self.name


@dataclass(frozen=True, eq=False)
class SectionGroup:
    """Parts that stand together: under the heading of the first, or under one that is `added`."""

    added: str
    parts: tuple[SectionPart, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The sections that it fills."""
        return (self.added,) if self.added else self.parts[0].meaning.names


def order(parts: Sequence[SectionPart]) -> tuple[SectionPart, ...]:
    """The parts so that those of one section stand together: what stands elsewhere moves to where most of it is."""
    ordered = list(parts)
    for name in dict.fromkeys(part.name for part in parts if not part.settled):
        runs = list(_runs(ordered, name))
        if len(runs) > 1:
            home = _home(ordered, runs, name)
            ordered = _gathered(ordered, runs, home)
    return tuple(ordered)


def _runs(parts: Sequence[SectionPart], name: str) -> Iterator[range]:
    """Stretches of neighbouring parts that fill a section."""
    start = None
    for at, part in enumerate((*parts, None)):
        fills = part is not None and name in part.meaning.names
        if fills and start is None:
            start = at
        elif not fills and start is not None:
            yield range(start, at)
            start = None


def _home(parts: Sequence[SectionPart], runs: Sequence[range], name: str) -> range:
    own = next((run for run in runs if any(parts[at].meaning.certain for at in run)), None)
    if own is not None:
        return own
    if name != "Procedure":
        return runs[0]
    return max(runs, key=lambda run: (sum(_weight(parts[at]) for at in run), -run.start))


def _weight(part: SectionPart) -> int:
    return 1 + 10 * count_steps(part.piece.blocks)


def _gathered(parts: list[SectionPart], runs: Sequence[range], home: range) -> list[SectionPart]:
    under_own = parts[home.start].settled
    before: list[SectionPart] = []
    after: list[SectionPart] = []
    gone: set[int] = set()
    for run in runs:
        if run == home:
            continue
        for at in run:
            part = parts[at]
            if part.settled or (part.piece.heading is None and under_own):
                continue  # two headings that name one section are the author's; text without one has no other place
            gone.add(at)
            (before if run.start < home.start and not under_own else after).append(replace(part, moved=True))
    return [
        *(part for at, part in enumerate(parts[: home.start]) if at not in gone),
        *before,
        *parts[home.start : home.stop],
        *after,
        *(part for at, part in enumerate(parts) if at >= home.stop and at not in gone),
    ]


def grouped(parts: Sequence[SectionPart]) -> tuple[SectionGroup, ...]:
    """Neighbours of one section under one heading: that of the first where it names the section, else an added one."""
    groups: list[SectionGroup] = []
    for part in parts:
        last = groups[-1] if groups else None
        joins = last is not None and bool(part.name) and part.name in last.names
        if last is not None and joins and (not part.settled or last.added):
            groups[-1] = SectionGroup(last.added, (*last.parts, part))
        else:
            groups.append(SectionGroup("" if part.settled else part.name, (part,)))
    return tuple(groups)


def lacking(groups: Iterable[SectionGroup]) -> tuple[str, ...]:
    """The required sections that no group fills."""
    filled = {name for group in groups for name in group.names}
    return tuple(name for name in REQUIRED_SECTIONS if name not in filled)

"""A foreign body in pieces: the title, the text before the first heading, and what stands under each top heading."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sopkit.model.body import Block, Body, Heading
from sopkit.parsing.sections import STEP_HEADING, find_headings, heading_words

Table = Mapping[str, tuple[str, ...]]
_SPLITTING = frozenset({"Purpose", "Scope", "Roles"})
_FEWEST = 2


@dataclass(frozen=True, eq=False)
class Piece:
    """A stretch of the body: a heading (None: text before the first one), its blocks, and all headings in it."""

    heading: Heading | None
    start: int
    end: int
    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...] = ()
    inner: bool = False
    """Whether its heading stood below another one, whose parts are the sections of an SOP."""


@dataclass(frozen=True, eq=False)
class Cut:
    """The body cut up. `title` is None when no heading is one."""

    title: Heading | None
    lead: tuple[Block, ...]
    pieces: tuple[Piece, ...]
    end: int


def cut(body: Body, table: Table, decided: Callable[[str], bool]) -> Cut:
    """Cut a body at its top headings; `decided` says of a heading whether somebody decided about it."""
    root = body.root
    found = find_headings(root)
    title = body.title or _title(found, table)
    at = next((index for index, (_, heading) in enumerate(found) if title and heading.start == title.start), -1)
    after = found[at + 1 :] if at >= 0 else found
    first = after[0][0] if after else len(root.children)
    lead = root.children[(found[at][0] + 1 if at >= 0 else 0) : first]
    pieces = tuple(piece for top in _pieces(root, after, root.end) for piece in _split(root, top, table, decided))
    return Cut(title, tuple(lead), pieces, root.end)


def _title(found: Sequence[tuple[int, Heading]], table: Table) -> Heading | None:
    """The first heading where it stands above all others, though not at the first level."""
    if not found:
        return None
    first = found[0][1]
    below = all(heading.level > first.level for _, heading in found[1:])
    return first if below and heading_words(first.text) not in table and not STEP_HEADING.match(first.text) else None


def _pieces(root: Block, found: Sequence[tuple[int, Heading]], end: int) -> Iterator[Piece]:
    tops: list[int] = []
    for position, (_, heading) in enumerate(found):
        if not tops or heading.level <= found[tops[-1]][1].level:
            tops.append(position)
    for number, position in enumerate(tops):
        stop = tops[number + 1] if number + 1 < len(tops) else len(found)
        yield _piece(root, found, position, stop, end)


def _piece(root: Block, found: Sequence[tuple[int, Heading]], position: int, stop: int, end: int) -> Piece:
    index, heading = found[position]
    last, until = (found[stop][0], found[stop][1].start) if stop < len(found) else (len(root.children), end)
    blocks = tuple(block for block in root.children[index + 1 : last] if block.start < end)
    return Piece(heading, heading.start, until, blocks, tuple(one for _, one in found[position:stop]))


def _split(root: Block, piece: Piece, table: Table, decided: Callable[[str], bool]) -> Iterator[Piece]:
    """The piece, or its own text and each part of it where its sub-headings are the sections of an SOP."""
    heading = piece.heading
    inner = [one for one in piece.headings if one is not heading]
    whole = decided(heading.text) if heading is not None else False
    if whole and any(decided(one.text) for one in inner):
        whole = False  # a map that was saved names the heading and each of its parts
    if heading is None or not inner or heading_words(heading.text) in table or whole:
        yield piece
        return
    level = min(one.level for one in inner)
    names = {name for one in inner if one.level == level for name in table.get(heading_words(one.text), ())}
    if len(names) < _FEWEST or not names & _SPLITTING:
        yield piece
        return
    at = {block.start: index for index, block in enumerate(root.children)}
    found = [(at[one.start], one) for one in inner]
    first = found[0][1].start
    own = tuple(block for block in piece.blocks if block.start < first)
    yield Piece(heading, piece.start, first, own, (heading,))
    yield from (replace(one, inner=True) for one in _pieces(root, found, piece.end))

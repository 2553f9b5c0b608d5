"""What differs between two texts, as little as a page tells of it; worked out once for each pair and kept."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sopkit.lifecycle.change_summary import PartChange, keep_changed_sections, list_part_changes
from sopkit.parallel import spread
from sopkit.parsing.digest import CANONICALISER, immaterial_keys
from sopkit.redline import compare
from sopkit.redline.model import BlockChange, How, Run
from sopkit.redline.told import place_of, target_of

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground, Shown
    from sopkit.model.sop import Sop

MOST_PIECES, _MOST_LETTERS = 12, 3_000
_EDGE = 60
_KIND, _FORM = "changes", 1
_WORTH_SHARING = 40  # pairs; for fewer, a second process costs more than it saves
_EXTERNAL = re.compile(r"(?:https?|mailto):")


class Words(NamedTuple):
    """Words that stayed, came or went; of those that stayed only what stands beside the others."""

    how: str
    text: str


class Piece(NamedTuple):
    """A paragraph, list item or row that is not as it was: its section, its step if it is of one, and its words."""

    section: str
    step: str
    moved: bool
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a text changed against another: which parts, the first pieces of it, and how many there are beside them."""

    fates: tuple[PartChange, ...]
    pieces: tuple[Piece, ...] = ()
    more: int = 0


class Pair(NamedTuple):
    """Two revisions of an SOP that are compared, by number; `name` names their texts by their blobs.

    `sound` tells that both are known to be readable.
    """

    one: "Shown"
    old: int
    new: int
    name: str
    sound: bool


def changed(old: "Sop", new: "Sop", skipped: frozenset[str], *, sound: bool = False) -> Changed:
    """What a text changed; both are known to be readable when they are `sound`.

    No value of the front matter is told: it may name what must not be.
    """
    redline = compare(*keep_changed_sections(old, new, skipped, sound=sound), skipped)
    touched = [block for block in redline.blocks if not block.kept]
    pieces = tuple(_bounded(map(_piece, touched[:MOST_PIECES])))
    return Changed(tuple(list_part_changes(redline)), pieces, len(touched) - len(pieces))


def all_changed(ground: "Ground", pairs: Sequence[Pair]) -> dict[str, Changed]:
    """What changed in each pair, by its name; what was worked out before is not worked out again."""
    judged = ground.standings.judged
    if judged is None or not pairs:
        return {}
    skipped = immaterial_keys(judged.config)
    rests_on = [
        *(_FORM, CANONICALISER, sorted(skipped), version("pyromark")),
        *(sorted(judged.config.front_matter.aliases.items()), sorted(judged.config.sections.aliases.items())),
    ]
    kept: dict[str, Any] = judged.store.read(_KIND, rests_on) or {}
    by_name = {pair.name: pair for pair in pairs}
    missing = [pair for name, pair in by_name.items() if name not in kept]

    def work(some: Sequence[Pair]) -> list[tuple[str, Any]]:
        return [(pair.name, _packed(_changed(ground, pair, skipped))) for pair in some]

    ground.prepare(pair.one for pair in missing)
    fresh = dict(spread(work, missing, _WORTH_SHARING))
    ground.prepare(())
    known = kept | fresh
    if len(known) > 2 * len(by_name):  # most are of texts that nobody asks for any more
        known = {name: known[name] for name in by_name}
    if fresh:
        judged.store.write(_KIND, rests_on, known)
    return {name: _unpacked(known[name]) for name in by_name}


def _changed(ground: "Ground", pair: Pair, skipped: frozenset[str]) -> Changed:
    old, new = ground.typed(pair.one, pair.old), ground.typed(pair.one, pair.new)
    return changed(old, new, skipped, sound=pair.sound) if old is not None and new is not None else Changed(())


def _packed(one: Changed) -> list[object]:
    return [[(fate.part, fate.how, fate.names) for fate in one.fates], one.pieces, one.more]


def _unpacked(kept: Any) -> Changed:  # noqa: ANN401 - JSON, as packed above
    parts, pieces, more = kept
    return Changed(
        tuple(PartChange(part, How(how), tuple(names)) for part, how, names in parts),
        tuple(
            Piece(section, step, moved, tuple(Words(*run) for run in words)) for section, step, moved, words in pieces
        ),
        more,
    )


def _bounded(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces until there are too many letters; always the first."""
    letters = 0
    for piece in pieces:
        letters += sum(len(run.text) for run in piece.words)
        if letters > _MOST_LETTERS and letters != sum(len(run.text) for run in piece.words):
            return
        yield piece


def _piece(block: BlockChange) -> Piece:
    place, runs = place_of(block), [run for run in block.runs if "html" not in run.style]
    return Piece(place.section, place.step, block.moved, tuple(_words(runs)))


def _words(runs: Sequence[Run]) -> Iterator[Words]:
    """The words of a block, those of one fate together."""
    groups = groupby(runs, key=lambda run: run.how)
    joined = [(str(how), "".join(map(_told, some))) for how, some in groups]
    for at, (how, text) in enumerate(joined):
        kept = _cut(text, first=not at, last=at == len(joined) - 1) if how == How.KEPT else text[:_MOST_LETTERS]
        yield Words(how, kept)


def _told(run: Run) -> str:
    """The words of a run; a link that came or went says where it leads outside the library."""
    target = target_of(run) if run.how is not How.KEPT else ""
    return f"{run.text} ({target})" if _EXTERNAL.match(target) else run.text


def _cut(text: str, *, first: bool, last: bool) -> str:
    """Words that stayed, as far as they stand beside others."""
    if len(text) <= 2 * _EDGE:
        return text
    head = "" if first and not last else text[:_EDGE]
    tail = "" if last and not first else text[-_EDGE:]
    return f"{head}…{tail}"

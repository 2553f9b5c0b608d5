"""What changed between two texts, as briefly as a page shows it; computed once for each pair and cached."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import groupby
from typing import Any, NamedTuple

from sopkit.diff import compare
from sopkit.diff.formats import block_place, link_target
from sopkit.diff.model import ChangeKind, TextRun
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.lifecycle.change_summary import PartChange, keep_changed_sections, list_part_changes
from sopkit.model.sop import Sop
from sopkit.parallel import spread
from sopkit.parsing.digest import CANONICALISER, immaterial_keys

MAX_BLOCKS, _MAX_LETTERS = 12, 3_000
_CONTEXT_LETTERS = 60
_CACHE_KIND, _CACHE_FORMAT = "changes", 1
_MIN_SHARED_PAIRS = 40  # pairs; for fewer, a second process costs more than it saves
_EXTERNAL = re.compile(r"(?:https?|mailto):")


class WordRun(NamedTuple):
    """Words that stayed, came or went; of those that stayed only what stands beside the others."""

    how: str
    text: str


class ChangedBlock(NamedTuple):
    """A paragraph, list item or row that is not as it was: its section, its step if it is of one, and its words."""

    section: str
    step: str
    moved: bool
    words: tuple[WordRun, ...]


@dataclass(frozen=True, slots=True)
class TextChanges:
    """What a text changed against another: which parts, the first pieces of it, and how many there are beside them."""

    fates: tuple[PartChange, ...]
    pieces: tuple[ChangedBlock, ...] = ()
    more: int = 0


class RevisionPair(NamedTuple):
    """Two revisions of an SOP that are compared, by number; `name` names their texts by their blobs.

    `sound` tells that both are known to be readable.
    """

    one: PublishedSop
    old: int
    new: int
    name: str
    sound: bool


def compare_texts(old: Sop, new: Sop, skipped: frozenset[str], *, sound: bool = False) -> TextChanges:
    """What a text changed; both are known to be readable when they are `sound`.

    No value of the front matter is told: it may name what must not be.
    """
    redline = compare(*keep_changed_sections(old, new, skipped, sound=sound), skipped)
    touched = [block for block in redline.blocks if not block.kept]
    pieces: list[ChangedBlock] = []
    letters = 0
    for block in touched[:MAX_BLOCKS]:
        place = block_place(block)
        words = tuple(_word_runs([run for run in block.runs if "html" not in run.style]))
        before, letters = letters, letters + sum(len(run.text) for run in words)
        if before and letters > _MAX_LETTERS:
            break
        pieces.append(ChangedBlock(place.section, place.step, block.moved, words))
    return TextChanges(tuple(list_part_changes(redline)), tuple(pieces), len(touched) - len(pieces))


def compare_pairs(handbook: PublishedLibrary, pairs: Sequence[RevisionPair]) -> dict[str, TextChanges]:
    """What changed in each pair, by its name; what was worked out before is not worked out again."""
    history = handbook.status.judged
    if history is None or not pairs:
        return {}
    skipped = immaterial_keys(history.config)
    rests_on = [
        *(_CACHE_FORMAT, CANONICALISER, sorted(skipped), version("pyromark")),
        *(sorted(history.config.front_matter.aliases.items()), sorted(history.config.sections.aliases.items())),
    ]
    cached: dict[str, Any] = history.store.read(_CACHE_KIND, rests_on) or {}
    by_name = {pair.name: pair for pair in pairs}
    missing = [pair for name, pair in by_name.items() if name not in cached]

    def work(some: Sequence[RevisionPair]) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        for pair in some:
            old, new = handbook.typed(pair.one, pair.old), handbook.typed(pair.one, pair.new)
            one = TextChanges(())
            if old is not None and new is not None:
                one = compare_texts(old, new, skipped, sound=pair.sound)
            fates = [(fate.part, fate.how, fate.names) for fate in one.fates]
            found.append((pair.name, [fates, one.pieces, one.more]))
        return found

    handbook.prepare(pair.one for pair in missing)
    fresh = dict(spread(work, missing, _MIN_SHARED_PAIRS))
    handbook.prepare(())
    known = cached | fresh
    if len(known) > 2 * len(by_name):  # most are of texts that nobody asks for any more
        known = {name: known[name] for name in by_name}
    if fresh:
        history.store.write(_CACHE_KIND, rests_on, known)
    return {name: _unpack(known[name]) for name in by_name}


def _unpack(cached: Any) -> TextChanges:  # noqa: ANN401 - JSON, as packed above
    parts, pieces, more = cached
    return TextChanges(
        tuple(PartChange(part, ChangeKind(how), tuple(names)) for part, how, names in parts),
        tuple(
            ChangedBlock(section, step, moved, tuple(WordRun(*run) for run in words))
            for section, step, moved, words in pieces
        ),
        more,
    )


def _word_runs(runs: Sequence[TextRun]) -> Iterator[WordRun]:
    """The words of a block, those of one fate together."""
    groups = groupby(runs, key=lambda run: run.how)
    joined = [(str(how), "".join(map(_run_text, some))) for how, some in groups]
    for at, (how, text) in enumerate(joined):
        words = (
            _trim_context(text, first=not at, last=at == len(joined) - 1)
            if how == ChangeKind.KEPT
            else text[:_MAX_LETTERS]
        )
        yield WordRun(how, words)


def _run_text(run: TextRun) -> str:
    """The words of a run; a link that came or went says where it leads outside the library."""
    target = link_target(run) if run.how is not ChangeKind.KEPT else ""
    return f"{run.text} ({target})" if _EXTERNAL.match(target) else run.text


def _trim_context(text: str, *, first: bool, last: bool) -> str:
    """Words that stayed, as far as they stand beside others."""
    if len(text) <= 2 * _CONTEXT_LETTERS:
        return text
    head = "" if first and not last else text[:_CONTEXT_LETTERS]
    tail = "" if last and not first else text[-_CONTEXT_LETTERS:]
    return f"{head}…{tail}"

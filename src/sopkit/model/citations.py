"""The names of frameworks and the words before ids, as documents write them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from sopkit.model.catalogue import Catalogue

_NEUTRAL_WORDS = r"[Cc]ontrols?|[Rr]equirements?|[Cc]riteria|[Cc]riterion|[Ss]ections?|[Pp]art|[Rr]ule"
_IGNORED_IN_NAMES = re.compile(r"[\s:-]+")
_GAP = re.compile(r"[\s,:;./(\u2013\u2014-]*")
_AFTER = re.compile(r"[\s,(]+(?:of|under|in)?\s*(?:the\s+)?$", re.IGNORECASE)


def _spelled(name: str) -> str:
    # Spaces may be missing; the year may stand after a colon or a hyphen.
    return re.escape(name).replace(r"\ ", r"[\s-]*").replace(":", r"\s?[:-]")


def _folded(name: str) -> str:
    return _IGNORED_IN_NAMES.sub("", name).lower()


@dataclass(frozen=True, eq=False)
class Names:
    """Every name and word of a catalogue with the frameworks that it may stand for."""

    by_name: dict[str, tuple[str, ...]]
    by_word: dict[str, tuple[str, ...]]
    pattern: str
    word_pattern: str
    own_word_pattern: str

    def named(self, text: str) -> tuple[str, ...]:
        """The frameworks that a matched name may stand for."""
        return self.by_name[_folded(text)]

    def worded(self, text: str) -> tuple[str, ...]:
        """The frameworks before whose ids a matched word stands; none for a neutral word."""
        return self.by_word.get(_folded(text), ())


@lru_cache(maxsize=4)
def names_of(catalogue: Catalogue) -> Names:
    """Collect the names from the heads of the frameworks."""
    names: dict[str, list[str]] = {}
    words: dict[str, list[str]] = {}
    for head in catalogue.heads.values():
        for name in (head.id, *head.cited_as):
            names.setdefault(name, []).append(head.id)
        for word in head.id_words:
            words.setdefault(word, []).append(head.id)
    every = sorted(names, key=lambda name: (-len(name), name))
    own_words = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) or "(?!)"
    return Names(
        _merged(names),
        _merged(words),
        rf"(?:{'|'.join(map(_spelled, every))})(?!\w)",
        rf"(?:(?:{own_words})(?![a-z])|(?:{_NEUTRAL_WORDS})(?!\w))",
        f"(?:{own_words})",
    )


def _merged(found: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for name, ids in found.items():
        merged[_folded(name)] = tuple(dict.fromkeys((*merged.get(_folded(name), ()), *ids)))
    return merged


@lru_cache(maxsize=4)
def _patterns(catalogue: Catalogue) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    names = names_of(catalogue)
    return (
        re.compile(rf"{names.pattern}(?!:\d{{4}})", re.IGNORECASE),
        re.compile(names.word_pattern, re.IGNORECASE),
        re.compile(rf"(?<!\w){names.pattern}\)?$", re.IGNORECASE),
    )


def read_citation(written: str, catalogue: Catalogue) -> tuple[tuple[str, ...], str]:
    """Split a citation into the frameworks that it names (none when it names none) and the id in it."""
    name, word, last_name = _patterns(catalogue)
    named: set[str] | None = None
    words: set[str] = set()
    names = names_of(catalogue)
    at = 0
    while True:
        gap = _GAP.match(written, at)
        at = gap.end() if gap else at
        if found := name.match(written, at):
            named = _narrowed(named, names.named(found[0]))
        elif found := word.match(written, at):
            words.update(names.worded(found[0]))
        else:
            break
        at = found.end()
    rest = written[at:]
    if found := last_name.search(rest):
        head = _AFTER.sub("", rest[: found.start()])
        if head != rest[: found.start()]:
            named = _narrowed(named, names.named(found[0].rstrip(")")))
            rest = head
    chosen = named if not words else words if named is None else (named & words) or named
    return tuple(framework for framework in catalogue.ids if framework in (chosen or ())), rest.rstrip(" .,;:")


def _narrowed(before: set[str] | None, found: tuple[str, ...]) -> set[str]:
    return set(found) if before is None else (before & set(found)) or before

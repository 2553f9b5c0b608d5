"""The frameworks and mappings of a library, loaded on first use, and the names by which text cites them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import Framework, FrameworkHead
from sopkit.model.similarity import nearest

if TYPE_CHECKING:
    from sopkit.model.mappings import Mapping


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Frameworks and mappings by id. The readers, made by `sopkit.frameworks.loader`, remember."""

    ids: tuple[str, ...]
    read_head: Callable[[str], FrameworkHead]
    read_framework: Callable[[str], Framework]
    read_mapping: "Callable[[str], Mapping]"
    read_ends: Callable[[], dict[tuple[str, str], str]]
    _inverted: "dict[str, Mapping]" = field(default_factory=dict, repr=False)

    def framework(self, framework_id: str) -> Framework | None:
        """The framework of that id, or None. SopkitError when its file is broken."""
        return self.read_framework(framework_id) if framework_id in self.ids else None

    def get(self, framework_id: str) -> Framework:
        """The framework of an id that is in `ids`. KeyError when it is not."""
        if framework_id not in self.ids:
            raise KeyError(framework_id)
        return self.read_framework(framework_id)

    def require(self, framework_id: str) -> Framework:
        """The framework of an id that somebody typed. SopkitError with the nearest id when there is none."""
        if framework_id not in self.ids:
            near = nearest(framework_id.lower(), self.ids, 1, 0.3)
            advice = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(self.ids)}"
            raise SopkitError(f"no framework `{framework_id}`", advice)
        return self.read_framework(framework_id)

    def mapping(self, source: str, target: str) -> "Mapping | None":
        """The mapping from one framework to another, turned round when it was written the other way."""
        if found := self.ends.get((source, target)):
            return self.read_mapping(found)
        if found := self.ends.get((target, source)):
            if found not in self._inverted:
                self._inverted[found] = self.read_mapping(found).inverted()
            return self._inverted[found]
        return None

    def successors(self, framework_id: str, control_id: str) -> tuple[tuple[str, str], ...]:
        """What a control became: in its own framework where it was withdrawn, and in the edition that came after."""
        framework = self.get(framework_id)
        within = tuple((framework_id, control) for control in framework.by_id[control_id].successors)
        newer = framework.superseded_by
        mapping = self.mapping(framework_id, newer) if newer else None
        return (
            (*within, *((newer, control) for control in mapping.targets(control_id))) if newer and mapping else within
        )

    def neighbours(self, framework_id: str) -> tuple[str, ...]:
        """The frameworks that a mapping connects with this one."""
        pairs = (pair for pair in self.ends if framework_id in pair)
        return tuple(dict.fromkeys(target if source == framework_id else source for source, target in pairs))

    @cached_property
    def ends(self) -> dict[tuple[str, str], str]:
        """The mappings by source and target framework."""
        return self.read_ends()

    @cached_property
    def heads(self) -> dict[str, FrameworkHead]:
        """What each framework says about itself."""
        return {framework_id: self.read_head(framework_id) for framework_id in self.ids}

    @cached_property
    def predecessors(self) -> dict[str, tuple[str, ...]]:
        """The withdrawn frameworks by the one that superseded them."""
        found: dict[str, tuple[str, ...]] = {}
        for head in self.heads.values():
            if head.superseded_by:
                found[head.superseded_by] = (*found.get(head.superseded_by, ()), head.id)
        return found


_NEUTRAL_WORDS = r"[Cc]ontrols?|[Rr]equirements?|[Cc]riteria|[Cc]riterion|[Ss]ections?|[Pp]art|[Rr]ule"
_NAME_SEPARATORS = re.compile(r"[\s:-]+")
_GAP = re.compile(r"[\s,:;./(\u2013\u2014-]*")
_AFTER = re.compile(r"[\s,(]+(?:of|under|in)?\s*(?:the\s+)?$", re.IGNORECASE)


def _fold_name(name: str) -> str:
    return _NAME_SEPARATORS.sub("", name).lower()


@dataclass(frozen=True, eq=False)
class FrameworkNames:
    """Every name and word of a catalogue with the frameworks that it may stand for."""

    by_name: dict[str, tuple[str, ...]]
    by_word: dict[str, tuple[str, ...]]
    pattern: str
    word_pattern: str
    own_word_pattern: str

    def named(self, text: str) -> tuple[str, ...]:
        """The frameworks that a matched name may stand for."""
        return self.by_name[_fold_name(text)]

    def worded(self, text: str) -> tuple[str, ...]:
        """The frameworks before whose ids a matched word stands; none for a neutral word."""
        return self.by_word.get(_fold_name(text), ())


@lru_cache(maxsize=4)
def framework_names(catalogue: Catalogue) -> FrameworkNames:
    """Collect the names from the heads of the frameworks."""
    names: dict[str, list[str]] = {}
    words: dict[str, list[str]] = {}
    for head in catalogue.heads.values():
        for name in (head.id, *head.cited_as):
            names.setdefault(name, []).append(head.id)
        for word in head.id_words:
            words.setdefault(word, []).append(head.id)
    every = sorted(names, key=lambda name: (-len(name), name))
    # Spaces may be missing; the year may stand after a colon or a hyphen.
    patterns = [re.escape(name).replace(r"\ ", r"[\s-]*").replace(":", r"\s?[:-]") for name in every]
    own_words = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) or "(?!)"
    return FrameworkNames(
        _merge_names(names),
        _merge_names(words),
        rf"(?:{'|'.join(patterns)})(?!\w)",
        rf"(?:(?:{own_words})(?![a-z])|(?:{_NEUTRAL_WORDS})(?!\w))",
        f"(?:{own_words})",
    )


def _merge_names(found: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for name, ids in found.items():
        merged[_fold_name(name)] = tuple(dict.fromkeys((*merged.get(_fold_name(name), ()), *ids)))
    return merged


@lru_cache(maxsize=4)
def _patterns(catalogue: Catalogue) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    names = framework_names(catalogue)
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
    names = framework_names(catalogue)
    at = 0
    while True:
        gap = _GAP.match(written, at)
        at = gap.end() if gap else at
        if found := name.match(written, at):
            named = _narrow_frameworks(named, names.named(found[0]))
        elif found := word.match(written, at):
            words.update(names.worded(found[0]))
        else:
            break
        at = found.end()
    rest = written[at:]
    if found := last_name.search(rest):
        head = _AFTER.sub("", rest[: found.start()])
        if head != rest[: found.start()]:
            named = _narrow_frameworks(named, names.named(found[0].rstrip(")")))
            rest = head
    chosen = named if not words else words if named is None else (named & words) or named
    return tuple(framework for framework in catalogue.ids if framework in (chosen or ())), rest.rstrip(" .,;:")


def _narrow_frameworks(before: set[str] | None, found: tuple[str, ...]) -> set[str]:
    return set(found) if before is None else (before & set(found)) or before

"""What one SOP gives to the index: how it is called and filtered, and how weighty each of its terms is."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sopkit.analysis.control_claims import ControlImplementation, implementations_of
from sopkit.analysis.responsibilities import resolve_roles
from sopkit.handbook.cut.choice import Authority
from sopkit.handbook.search.codes import Codes, code_of
from sopkit.handbook.search.passages import Passage
from sopkit.handbook.search.terms import stems_of, words_in
from sopkit.lifecycle.status import SopState
from sopkit.model.frameworks import Control
from sopkit.parsing.lexicon import language_of

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground, Shown

TEXT, LEAD, ABOUT, NAME = range(4)
"""Where a term stands: in running text, in a heading or the words of a step, about the SOP, in its name."""

OFTEN = (0, 0, 1, 1, 2, 2, 2, 2, 2, 2, 3)
"""The class of how often a term stands in an SOP, by its count; the last is for all that is more."""

_OVERDUE = {SopState.OVERDUE, SopState.UNPROVEN_OVERDUE}
_CLAIMED = {"full": NAME, "partial": ABOUT, "supporting": LEAD}


@dataclass(frozen=True, slots=True)
class Entry:
    """One SOP in the index; `weights` has for each term 4 times the class of how often, and where it stands at best."""

    id: str
    title: str
    language: str
    area: str
    roles: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    states: tuple[str, ...]
    weights: dict[str, int]


def entry_of(one: "Shown", passages: Sequence[Passage], ground: "Ground", codes: Codes) -> Entry:
    """What an SOP gives to the index, from the passages of the text that is shown."""
    sop, library = one.sop, ground.library
    language = sop.text("language") or library.config.library.language
    controls = tuple(implementations_of(sop, library))
    named = ((code_of(one.id), NAME), *((code_of(each.control), _weight(each)) for each in controls))
    texts: dict[int, list[str]] = {
        TEXT: [text for passage in passages for text in passage.texts],
        LEAD: [passage.lead for passage in passages],
    }
    for text, weight in _about(one, controls, ground):
        texts.setdefault(weight, []).append(text)
    return Entry(
        id=one.id,
        title=sop.title,
        language=language_of(language),
        area=sop.text("area"),
        roles=tuple(_roles(one, ground)),
        groups=tuple(dict.fromkeys(_groups(controls, ground))),
        states=tuple(_states(one)),
        weights=_weights(texts, named, stems_of(language), codes),
    )


def _weights(
    texts: Mapping[int, Iterable[str]], named: Iterable[tuple[str, int]], stems: Mapping[str, str], codes: Codes
) -> dict[str, int]:
    counts: Counter[str] = Counter()
    best: dict[str, int] = {}
    for weight in sorted(texts):
        words = words_in("\n".join(texts[weight]))
        terms = [*codes.taken_from(words), *map(stems.__getitem__, words)]
        counts.update(terms)
        best |= dict.fromkeys(terms, weight)
    for code, weight in named:
        best[code] = max(best.get(code, TEXT), weight)
    best.pop("", None)
    most = len(OFTEN) - 1
    return {
        term: weight + 4 * (OFTEN[count] if (count := counts[term]) < most else OFTEN[most])
        for term, weight in best.items()
    }


def _weight(support: ControlImplementation) -> int:
    return _CLAIMED[support.strength] if support.claimed else LEAD


def _about(one: "Shown", controls: Sequence[ControlImplementation], ground: "Ground") -> Iterator[tuple[str, int]]:
    """What the front matter says that readers look for."""
    sop, library = one.sop, ground.library
    yield sop.title, NAME
    area = library.area(sop)
    yield (area.title if area else sop.text("area")), LEAD
    yield library.role_title(sop.text("owner")), LEAD
    yield sop.text("summary"), ABOUT
    yield from ((text, ABOUT) for text, _ in sop.texts("tags"))
    yield from ((text, LEAD) for text in _values(sop.front.values, "triggers", "records", "time_limits"))
    for support in controls:
        yield support.note, TEXT
        if support.claimed:
            yield _control(support, ground).title, TEXT


def _values(front: Mapping[str, object], *keys: str) -> Iterator[str]:
    """The words of lists and tables below some keys."""
    waiting = [front[key] for key in keys if key in front]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _roles(one: "Shown", ground: "Ground") -> Iterable[str]:
    """The roles of the register that own the SOP or act in it."""
    sop, library = one.sop, ground.library
    names = dict.fromkeys((sop.text("owner"), *(step.actor for step in sop.body.steps)))
    return dict.fromkeys(role for name in names if name for role in resolve_roles(name, library, lambda _: False))


def _groups(controls: Sequence[ControlImplementation], ground: "Ground") -> Iterator[tuple[str, str]]:
    """The groups of the controls, each with its framework."""
    for support in controls:
        yield support.framework, _control(support, ground).group


def _control(support: ControlImplementation, ground: "Ground") -> Control:
    return ground.library.catalogue.get(support.framework).by_id[support.control]


def _states(one: "Shown") -> Iterator[str]:
    if one.authority is not Authority.UNKEPT:
        yield "draft" if one.authority is Authority.NONE else "approved"
    if one.awaits:
        yield "newer"
    if one.row is not None and not _OVERDUE.isdisjoint(one.row.flags):
        yield "overdue"

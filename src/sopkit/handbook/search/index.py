"""The search index as a script: the entry of each SOP with weighted terms, facets, and other pages by name."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import NamedTuple

from sopkit.analysis.control_claims import ControlImplementation, implementations_of
from sopkit.analysis.responsibilities import resolve_roles
from sopkit.handbook.glossary import glossary_of
from sopkit.handbook.paths import GLOSSARY, control_path, policy_path, role_path
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.handbook.search.passages import (
    CodeIndex,
    Passage,
    code_of,
    page_folder,
    script_json,
    split_words,
    stemming_of,
    stems_of,
)
from sopkit.handbook.status import Standing, standing_of
from sopkit.lifecycle.status import SopState
from sopkit.model.frameworks import Control
from sopkit.model.registers import Policy, Role, Term
from sopkit.parsing.lexicon import language_of

_DIGITS = "".join(chr(number) for number in range(35, 127) if chr(number) not in "\\`<&")
_BASE = len(_DIGITS) // 2
LAST, GOES_ON = _DIGITS[:_BASE], _DIGITS[_BASE:]
_TABLE_SIZE = 4096


def _encode_digits(number: int) -> str:
    signs = LAST[number % _BASE]
    while number := number // _BASE:
        signs = GOES_ON[number % _BASE] + signs
    return signs


_TABLE = [_encode_digits(number) for number in range(_TABLE_SIZE)]


def encode_number(number: int) -> str:
    """A number of 0 or more: signs that go on, then one that is the last, each a digit to the base 44."""
    return _TABLE[number] if number < _TABLE_SIZE else _encode_digits(number)


class SearchPlace(NamedTuple):
    """A page, or a part of one: its kind, its name, its address, and what else it is called by."""

    kind: str
    name: str
    path: str
    others: tuple[str, ...] = ()


def search_places(handbook: PublishedLibrary, paths: Collection[str]) -> list[SearchPlace]:
    """The roles, controls, policies and terms that have a page among `paths`."""
    return [place for place in _all_places(handbook) if place.path.partition("#")[0] in paths]


def _all_places(handbook: PublishedLibrary) -> Iterator[SearchPlace]:
    library = handbook.library
    for row in library.roles.rows:
        if isinstance(row, Role):
            yield SearchPlace("role", row.title or row.id, role_path(row.id), row.aliases)
    for name in library.config.library.frameworks:
        framework = library.catalogue.framework(name)
        for control in framework.controls if framework else ():
            yield SearchPlace("control", f"{control.id} {control.title}", control_path(name, control.id), (control.id,))
    for row in library.registers["policies"].rows:
        if isinstance(row, Policy):
            yield SearchPlace("policy", f"{row.id} {row.title}".rstrip(), policy_path(row.id), (row.id,))
    for entry in glossary_of(library).entries:
        yield SearchPlace("term", entry.row.term, f"{GLOSSARY}#{entry.anchor}", (*entry.row.aliases, *entry.row.avoid))


TEXT, LEAD, ABOUT, NAME = range(4)
"""Where a term stands: in running text, in a heading or the words of a step, about the SOP, in its name."""

FREQUENCY_CLASSES = (0, 0, 1, 1, 2, 2, 2, 2, 2, 2, 3)
"""The class of how often a term stands in an SOP, by its count; the last is for all that is more."""

_OVERDUE_STATES = {SopState.OVERDUE, SopState.UNPROVEN_OVERDUE}
_STRENGTH_WEIGHTS = {"full": NAME, "partial": ABOUT, "supporting": LEAD}


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """One SOP in the index; `weights` has for each term 4 times the class of how often, and where it stands at best."""

    id: str
    title: str
    language: str
    area: str
    roles: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    states: tuple[str, ...]
    weights: dict[str, int]


def search_entry(
    one: PublishedSop, passages: Sequence[Passage], handbook: PublishedLibrary, codes: CodeIndex
) -> SearchEntry:
    """What an SOP gives to the index, from the passages of the text that is shown."""
    sop, library = one.sop, handbook.library
    language = sop.text("language") or library.config.library.language
    actors = dict.fromkeys((sop.text("owner"), *(step.actor for step in sop.body.steps)))
    controls = tuple(implementations_of(sop, library))
    named = (
        (code_of(one.id), NAME),
        *((code_of(each.control), _STRENGTH_WEIGHTS[each.strength] if each.claimed else LEAD) for each in controls),
    )
    texts: dict[int, list[str]] = {
        TEXT: [text for passage in passages for text in passage.texts],
        LEAD: [passage.lead for passage in passages],
    }
    for text, weight in _front_matter_terms(one, controls, handbook):
        texts.setdefault(weight, []).append(text)
    return SearchEntry(
        id=one.id,
        title=sop.title,
        language=language_of(language),
        area=sop.text("area"),
        roles=tuple(
            dict.fromkeys(role for name in actors if name for role in resolve_roles(name, library, lambda _: False))
        ),
        groups=tuple(dict.fromkeys((each.framework, _control_of(each, handbook).group) for each in controls)),
        states=tuple(_review_states(one)),
        weights=_term_weights(texts, named, stems_of(language), codes),
    )


def _term_weights(
    texts: Mapping[int, Iterable[str]], named: Iterable[tuple[str, int]], stems: Mapping[str, str], codes: CodeIndex
) -> dict[str, int]:
    counts: Counter[str] = Counter()
    best: dict[str, int] = {}
    for weight in sorted(texts):
        words = split_words("\n".join(texts[weight]))
        terms = [*codes.taken_from(words), *map(stems.__getitem__, words)]
        counts.update(terms)
        best |= dict.fromkeys(terms, weight)
    for code, weight in named:
        best[code] = max(best.get(code, TEXT), weight)
    best.pop("", None)
    most = len(FREQUENCY_CLASSES) - 1
    return {
        term: weight + 4 * (FREQUENCY_CLASSES[count] if (count := counts[term]) < most else FREQUENCY_CLASSES[most])
        for term, weight in best.items()
    }


def _front_matter_terms(
    one: PublishedSop, controls: Sequence[ControlImplementation], handbook: PublishedLibrary
) -> Iterator[tuple[str, int]]:
    sop, library = one.sop, handbook.library
    yield sop.title, NAME
    area = library.area(sop)
    yield (area.title if area else sop.text("area")), LEAD
    yield library.role_title(sop.text("owner")), LEAD
    yield sop.text("summary"), ABOUT
    yield from ((text, ABOUT) for text, _ in sop.texts("tags"))
    yield from ((text, LEAD) for text in _front_matter_values(sop.front.values, "triggers", "records", "time_limits"))
    for support in controls:
        yield support.note, TEXT
        if support.claimed:
            yield _control_of(support, handbook).title, TEXT


def _front_matter_values(front: Mapping[str, object], *keys: str) -> Iterator[str]:
    waiting = [front[key] for key in keys if key in front]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _control_of(support: ControlImplementation, handbook: PublishedLibrary) -> Control:
    return handbook.library.catalogue.get(support.framework).by_id[support.control]


def _review_states(one: PublishedSop) -> Iterator[str]:
    standing = standing_of(one)
    if standing is not Standing.UNKEPT:
        yield "draft" if standing is Standing.UNAPPROVED else str(standing)
    if one.awaits:
        yield "newer"
    if one.row is not None and not _OVERDUE_STATES.isdisjoint(one.row.flags):
        yield "overdue"


INDEX = "assets/search-index.js"


def index_script(
    entries: Iterable[SearchEntry], handbook: PublishedLibrary, paths: Collection[str], phrases: Collection[str] = ()
) -> str:
    """The script that hands the index to the engine.

    `paths` are those of all pages of the handbook, `phrases` what several SOPs say alike.
    """
    ordered = sorted({entry.id: entry for entry in entries}.values(), key=lambda entry: entry.id)
    terms, hits = _encode_terms(ordered)
    data = {
        "stems": {language: stemming_of(language).data for language in sorted({one.language for one in ordered})},
        "leads": CodeIndex(handbook.library).leads,
        "same": list(_synonyms(handbook)),
        **_facets(ordered, handbook),
        "ids": [one.id for one in ordered],
        "titles": [one.title for one in ordered],
        "folders": {at: folder for at, one in enumerate(ordered) if (folder := page_folder(one.id)) != f"sop/{one.id}"},
        "tongues": {at: one.language for at, one in enumerate(ordered) if one.language != handbook.words.language},
        "places": search_places(handbook, paths),
        "terms": terms,
        "hits": hits,
        "phrases": list(phrases),
        "say": {
            key.removeprefix("search."): text for key, text in handbook.words.texts.items() if key.startswith("search.")
        },
    }
    return f"sopkitSearch.read({script_json(data)});\n"


def _encode_terms(ordered: Sequence[SearchEntry]) -> tuple[str, str]:
    """The terms in order, each as how much it shares with the one before and the rest; and in which SOPs it stands.

    For each SOP, the distance to the one before and the weight in one number.
    """
    found: dict[str, list[str]] = {}
    last: dict[str, int] = {}
    for at, entry in enumerate(ordered):
        for term, weight in entry.weights.items():
            sign = encode_number((at - last.get(term, -1) - 1) * 16 + weight)
            last[term] = at
            found.setdefault(term, []).append(sign)
    terms = sorted(found)
    sharing = ((_shared_prefix_length(before, term), term) for before, term in pairwise(("", *terms)))
    coded = " ".join(f"{LAST[shared]}{term[shared:]}" for shared, term in sharing)
    return coded, " ".join("".join(found[term]) for term in terms)


def _shared_prefix_length(one: str, other: str) -> int:
    pairs = zip(one[: len(LAST) - 1], other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _facets(ordered: Sequence[SearchEntry], handbook: PublishedLibrary) -> dict[str, object]:
    """What results are filtered by: the values of each facet with their titles, and which of them each SOP has."""
    library = handbook.library
    areas = list(dict.fromkeys(one.area for one in ordered))
    roles = sorted({role for one in ordered for role in one.roles}, key=library.role_title)
    groups = sorted({group for one in ordered for group in one.groups})
    return {
        "areas": [[area, known.title if (known := library.config.all_areas.get(area)) else area] for area in areas],
        "roles": [[role, library.role_title(role)] for role in roles],
        "groups": [
            [f"{name}/{group}", f"{group} {framework.groups_by_id[group].title}", framework.title]
            for name, group in groups
            for framework in [library.catalogue.get(name)]
        ],
        "area": [areas.index(one.area) for one in ordered],
        "role": [[roles.index(role) for role in one.roles] for one in ordered],
        "group": [[groups.index(group) for group in one.groups] for one in ordered],
        "state": [list(one.states) for one in ordered],
    }


def _synonyms(handbook: PublishedLibrary) -> Iterable[list[list[str]]]:
    """What stands for the same: a term or role with its other spellings, and the words to be avoided for it."""
    for row in handbook.library.registers["glossary"].rows:
        if isinstance(row, Term) and (row.aliases or row.avoid):
            yield [[row.term, *row.aliases], list(row.avoid)]
    for row in handbook.library.roles.rows:
        if isinstance(row, Role) and row.aliases:
            yield [[row.title or row.id, *row.aliases], []]

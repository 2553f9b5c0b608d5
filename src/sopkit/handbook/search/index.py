"""The index of the search: the entries of all SOPs put together, as a script that hands it to the engine."""

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sopkit.handbook.search.codes import Codes
from sopkit.handbook.search.entry import Entry
from sopkit.handbook.search.numbers import LAST, written
from sopkit.handbook.search.places import places_of
from sopkit.handbook.search.terms import stemming_of
from sopkit.handbook.search.words import folder_of, written_json
from sopkit.model.registers import Role, Term

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground

INDEX = "assets/search-index.js"


def index_of(entries: Iterable[Entry], ground: "Ground", paths: Collection[str], phrases: Collection[str] = ()) -> str:
    """The script that hands the index to the engine.

    `paths` are those of all pages of the handbook, `phrases` what several SOPs say alike.
    """
    ordered = sorted({entry.id: entry for entry in entries}.values(), key=lambda entry: entry.id)
    terms, hits = _terms(ordered)
    data = {
        "stems": {language: stemming_of(language).data for language in sorted({one.language for one in ordered})},
        "leads": Codes(ground.library).leads,
        "same": list(_same(ground)),
        **_facets(ordered, ground),
        "ids": [one.id for one in ordered],
        "titles": [one.title for one in ordered],
        "folders": {at: folder for at, one in enumerate(ordered) if (folder := folder_of(one.id)) != f"sop/{one.id}"},
        "tongues": {at: one.language for at, one in enumerate(ordered) if one.language != ground.words.language},
        "places": places_of(ground, paths),
        "terms": terms,
        "hits": hits,
        "phrases": list(phrases),
        "say": {
            key.removeprefix("search."): text for key, text in ground.words.texts.items() if key.startswith("search.")
        },
    }
    return f"sopkitSearch.read({written_json(data)});\n"


def _terms(ordered: Sequence[Entry]) -> tuple[str, str]:
    """The terms in order, each as how much it shares with the one before and the rest; and in which SOPs it stands.

    For each SOP, the distance to the one before and the weight in one number.
    """
    found: dict[str, list[str]] = {}
    last: dict[str, int] = {}
    for at, entry in enumerate(ordered):
        for term, weight in entry.weights.items():
            sign = written((at - last.get(term, -1) - 1) * 16 + weight)
            last[term] = at
            if term in found:
                found[term].append(sign)
            else:
                found[term] = [sign]
    terms = sorted(found)
    sharing = ((_shared(before, term), term) for before, term in pairwise(("", *terms)))
    coded = " ".join(f"{LAST[shared]}{term[shared:]}" for shared, term in sharing)
    return coded, " ".join("".join(found[term]) for term in terms)


def _shared(one: str, other: str) -> int:
    size = 0
    for first, second in zip(one, other, strict=False):
        if first != second or size == len(LAST) - 1:
            break
        size += 1
    return size


def _facets(ordered: Sequence[Entry], ground: "Ground") -> dict[str, object]:
    """What results are filtered by: the values of each facet with their titles, and which of them each SOP has."""
    library = ground.library
    areas = list(dict.fromkeys(one.area for one in ordered))
    roles = sorted({role for one in ordered for role in one.roles}, key=library.role_title)
    groups = sorted({group for one in ordered for group in one.groups})
    return {
        "areas": [[area, known.title if (known := library.config.all_areas.get(area)) else area] for area in areas],
        "roles": [[role, library.role_title(role)] for role in roles],
        "groups": [[f"{name}/{group}", *_group_titles(name, group, ground)] for name, group in groups],
        "area": [areas.index(one.area) for one in ordered],
        "role": [[roles.index(role) for role in one.roles] for one in ordered],
        "group": [[groups.index(group) for group in one.groups] for one in ordered],
        "state": [list(one.states) for one in ordered],
    }


def _group_titles(name: str, group: str, ground: "Ground") -> tuple[str, str]:
    framework = ground.library.catalogue.get(name)
    return f"{group} {framework.groups_by_id[group].title}", framework.title


def _same(ground: "Ground") -> Iterable[list[list[str]]]:
    """What stands for the same: a term or role with its other spellings, and the words to be avoided for it."""
    for row in ground.library.registers["glossary"].rows:
        if isinstance(row, Term) and (row.aliases or row.avoid):
            yield [[row.term, *row.aliases], list(row.avoid)]
    for row in ground.library.roles.rows:
        if isinstance(row, Role) and row.aliases:
            yield [[row.title or row.id, *row.aliases], []]

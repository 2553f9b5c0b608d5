"""Schema errors in plain words, grouped by mistake, with suggested fixes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from sopkit.model.finding import Edit, Fix, FixClass
from sopkit.model.similarity import nearest
from sopkit.model.source import Place, Source
from sopkit.parsing.yaml import rewrite_scalar

ErrorDetail = dict[str, Any]


def group_errors(details: Iterable[Mapping[str, Any]], *, least: int = 1) -> list[ErrorDetail]:
    """The errors, with all keys that one mapping lacks in one of them, under `keys`.

    A mapping is looked at from the depth `least` on; the keys of the document itself stay apart.
    """
    groups: dict[tuple[Any, ...], list[ErrorDetail]] = {}
    for count, detail in enumerate(details):
        loc = tuple(detail["loc"])
        together = detail["type"] == "missing" and len(loc) > least
        groups.setdefault((loc[:-1], "missing") if together else (loc, count), []).append(dict(detail))
    return [
        {**group[0], "keys": tuple(str(part) for detail in group for part in detail["loc"][-1:])}
        for group in groups.values()
    ]


def group_stray_items(
    details: list[ErrorDetail], values: Mapping[str, Any], keys_of: Callable[[str], Iterable[str]]
) -> list[ErrorDetail]:
    """The errors, with list items that hold no key of theirs brought together.

    That is what remains when the line that began the next list is gone: its items fall to the list above. The error
    that says so takes the place of the one that misses the list.
    """
    wrong = {(detail["loc"][0], detail["loc"][1]) for detail in details if _is_item_key(detail)}
    alien = {where for where in wrong if _has_no_known_key(details, values, where)}
    said: list[ErrorDetail] = []
    for field in dict.fromkeys(field for field, _ in alien):
        inside = [detail for detail in details if _is_item_key(detail) and tuple(detail["loc"][:2]) in alien]
        inside = [detail for detail in inside if detail["loc"][0] == field]
        names = tuple(dict.fromkeys(str(detail["loc"][-1]) for detail in inside))
        gone = next((key for key in _missing_keys(details) if set(names) <= set(keys_of(key))), "")
        said.append({**inside[0], "type": "stray", "ctx": {"keys": names, "gone": gone}})
    dropped = {detail["ctx"]["gone"] for detail in said}
    kept = [
        detail
        for detail in details
        if tuple(detail["loc"][:2]) not in alien and not (len(detail["loc"]) == 1 and detail["loc"][0] in dropped)
    ]
    return kept + said


def _is_item_key(detail: ErrorDetail) -> bool:
    loc = detail["loc"]
    return detail["type"] == "extra_forbidden" and len(loc) == 3 and isinstance(loc[1], int)  # noqa: PLR2004 - list, item, key


def _has_no_known_key(details: list[ErrorDetail], values: Mapping[str, Any], where: tuple[Any, ...]) -> bool:
    items = values.get(where[0])
    item = items[where[1]] if isinstance(items, list) and where[1] < len(items) else None
    unknown = sum(_is_item_key(detail) and tuple(detail["loc"][:2]) == where for detail in details)
    return isinstance(item, dict) and unknown == len(item) > 1


def _missing_keys(details: list[ErrorDetail]) -> Iterator[str]:
    for detail in details:
        if len(detail["loc"]) == 1 and detail["type"] in {"missing", "missing_for_status"}:
            yield str(detail["loc"][0])


_EXAMPLES = {
    "controls": "name the framework, for example `iso27001-2022: [A.5.18]`",
    "triggers": "write `- event: …` or `- every: P3M`",
    "records": "write `- id: …` with name, where and retention",
    "time_limits": "write for example `remove-access: PT4H`",
}
_MAPPING_EXPECTED = "is not a set of `key: value` lines"

_SHAPES: dict[str, Callable[[dict[str, Any]], str]] = {
    "string_type": lambda _: "is not text; write a single value",
    "dict_type": lambda _: _MAPPING_EXPECTED,
    "model_type": lambda _: _MAPPING_EXPECTED,
    "tuple_type": lambda _: "is not a list; write `[one, two]`",
    "greater_than_equal": lambda context: f"is less than {context.get('ge')}",
    "less_than_equal": lambda context: f"is more than {context.get('le')}",
    "int_parsing": lambda _: "is not a whole number",
    "int_type": lambda _: "is not a whole number",
    "bool_parsing": lambda _: "is neither true nor false",
}


def explain_error(detail: Mapping[str, Any], known: Iterable[str]) -> str:
    """What is wrong and what to do, without the words of the schema library."""
    kind, loc, context = detail["type"], detail["loc"], dict(detail.get("ctx", {}))
    key = str(loc[-1]) if loc else ""
    given = detail.get("input")
    if kind == "missing":
        where = f" in `{loc[0]}`" if len(loc) > 1 else ""
        keys = detail.get("keys", (key,))
        names = ", ".join(f"`{name}`" for name in keys)
        advice = _missing_advice(key) if len(loc) == 1 else "add it" if len(keys) == 1 else "add them"
        return f"no {names}{where}; {advice}"
    if kind == "stray":
        names = ", ".join(f"`{name}`" for name in context["keys"])
        advice = f"is the line `{context['gone']}:` gone above them?" if context["gone"] else "delete them"
        return f"{names} are no keys of `{loc[0]}`; {advice}"
    if kind == "missing_for_status":
        return f"no `{key}`, which status {context['status']} asks for; {_missing_advice(key)}"
    if kind == "extra_forbidden":
        near = nearest(key, list(known), 1, 0.6)
        return f"unknown key `{key}`; " + (
            f"did you mean `{near[0]}`?" if near else "delete it, or list it under [front_matter] extra"
        )
    if kind in {"enum", "literal_error"}:
        return _not_one_of(key, str(given), allowed_values(detail), "")
    if kind == "area":
        return _not_one_of("area", str(given), allowed_values(detail), "; or add [areas.NAME] to sopkit.toml")
    if kind == "string_pattern_mismatch":
        return f"`{given}` is not a version; write MAJOR.MINOR or MAJOR.MINOR.PATCH, for example 1.0"
    if kind in _SHAPES:
        field = key if not isinstance(loc[-1] if loc else "", int) else str(loc[-2])
        said = _SHAPES[kind](context)
        example = _EXAMPLES.get(str(loc[0])) if loc and said is _MAPPING_EXPECTED else None
        if loc[:1] == ("controls",):
            field = "controls"
        return f"`{field}` {said}" + (f"; {example}" if example else "")
    said = str(context.get("said", detail.get("msg", "not a valid value")))
    return said.removeprefix("Value error, ")


def _missing_advice(key: str) -> str:
    return {
        "id": "give the SOP an id that no other has",
        "title": "give it the title that the heading has",
        "version": 'write for example `version: "0.1"`',
        "status": "write `status: draft` until it is tried and agreed",
        "area": "name the area that it belongs to",
        "owner": "name the role that answers for this SOP",
        "approvers": "name the roles that approve it, or give its area approvers in sopkit.toml",
        "criticality": "write low, medium or high",
        "contributors": "name the roles that described how it is done today",
        "triggers": "say what sets it off: `- event: …` or `- every: P3M`",
        "effective": "write the day from which it is in force",
        "records": "name what carrying it out leaves behind: id, name, where, retention",
    }.get(key, "add it")


def allowed_values(detail: Mapping[str, Any]) -> tuple[str, ...]:
    """The values that may stand where the value is none of them; nothing where any text may."""
    context = detail.get("ctx", {})
    if detail["type"] == "area":
        return tuple(context["known"])
    if detail["type"] not in {"enum", "literal_error"}:
        return ()
    text = str(context.get("expected", context.get("said", "")))
    return tuple(part.strip(" '") for part in text.removeprefix("Input should be ").replace(" or ", ", ").split(","))


def _not_one_of(key: str, given: str, choices: Iterable[str], end: str) -> str:
    known = list(choices)
    near = nearest_choice(given, known)
    advice = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(known)}"
    return f"`{given}` is no known {key}; {advice}{end}"


def nearest_choice(given: str, choices: Iterable[str]) -> list[str]:
    """The choice that a value was meant to be, in a list; an empty one when it resembles none."""
    return nearest(given.lower(), list(choices), 1, 0.6)


def key_fix(source: Source, place: Place, key: str, known: Iterable[str], taken: Collection[str]) -> Fix | None:
    """A suggestion to write the known key that an unknown one resembles, unless that one is there already."""
    near = nearest(key, list(known), 1, 0.6)
    if not near or near[0] in taken or source.data[place.start : place.end] != key.encode():
        return None
    return Fix(f"write `{near[0]}`", (Edit(place.start, place.end, near[0]),), FixClass.SUGGESTION)


def value_fix(source: Source, place: Place, detail: Mapping[str, Any], language: str = "") -> Fix | None:
    """What can be written in place of a value: the day that it means, the choice or the control that it resembles."""
    given, replacement = detail.get("input"), detail.get("ctx", {}).get("replacement")
    if replacement and detail["type"] == "superseded_control":
        return Fix(f"replace it by {replacement}", (Edit(place.start, place.end, replacement),))
    if replacement:
        return rewrite_scalar(source, place, detail["ctx"]["typed"], replacement)
    if not isinstance(given, str):
        return None
    if detail["type"] == "date":
        from sopkit.parsing.lexicon import parse_date  # only for what is wrong

        day = parse_date(given, language)
        return rewrite_scalar(source, place, given, day.isoformat()) if day else None
    near = nearest_choice(given, allowed_values(detail))
    return rewrite_scalar(source, place, given, near[0]) if near else None

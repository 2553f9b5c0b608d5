"""What the schema finds wrong, in plain words."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sopkit.model.nearest import nearest

_EXAMPLES = {
    "controls": "name the framework, for example `iso27001-2022: [A.5.18]`",
    "triggers": "write `- event: …` or `- every: P3M`",
    "records": "write `- id: …` with name, where and retention",
    "time_limits": "write for example `remove-access: PT4H`",
}
_KEYED = "is not a set of `key: value` lines"

_SHAPES: dict[str, Callable[[dict[str, Any]], str]] = {
    "string_type": lambda _: "is not text; write a single value",
    "dict_type": lambda _: _KEYED,
    "model_type": lambda _: _KEYED,
    "tuple_type": lambda _: "is not a list; write `[one, two]`",
    "greater_than_equal": lambda context: f"is less than {context.get('ge')}",
    "less_than_equal": lambda context: f"is more than {context.get('le')}",
    "int_parsing": lambda _: "is not a whole number",
    "int_type": lambda _: "is not a whole number",
    "bool_parsing": lambda _: "is neither true nor false",
}


def plain(detail: Mapping[str, Any], known: Iterable[str]) -> str:
    """What is wrong and what to do, without the words of the schema library."""
    kind, loc, context = detail["type"], detail["loc"], dict(detail.get("ctx", {}))
    key = str(loc[-1]) if loc else ""
    given = detail.get("input")
    if kind == "missing":
        where = f" in `{loc[0]}`" if len(loc) > 1 else ""
        keys = detail.get("keys", (key,))
        names = ", ".join(f"`{name}`" for name in keys)
        return f"no {names}{where}; {_ask(key) if len(loc) == 1 else 'add it' if len(keys) == 1 else 'add them'}"
    if kind == "stray":
        names = ", ".join(f"`{name}`" for name in context["keys"])
        advice = f"is the line `{context['gone']}:` gone above them?" if context["gone"] else "delete them"
        return f"{names} are no keys of `{loc[0]}`; {advice}"
    if kind == "missing_for_status":
        return f"no `{key}`, which status {context['status']} asks for; {_ask(key)}"
    if kind == "extra_forbidden":
        near = nearest(key, list(known), 1, 0.6)
        return f"unknown key `{key}`; " + (
            f"did you mean `{near[0]}`?" if near else "delete it, or list it under [front_matter] extra"
        )
    if kind in {"enum", "literal_error"}:
        return _one_of(key, str(given), choices_of(detail), "")
    if kind == "area":
        return _one_of("area", str(given), choices_of(detail), "; or add [areas.NAME] to sopkit.toml")
    if kind == "string_pattern_mismatch":
        return f"`{given}` is not a version; write MAJOR.MINOR or MAJOR.MINOR.PATCH, for example 1.0"
    if kind in _SHAPES:
        field = key if not isinstance(loc[-1] if loc else "", int) else str(loc[-2])
        said = _SHAPES[kind](context)
        example = _EXAMPLES.get(str(loc[0])) if loc and said is _KEYED else None
        if loc[:1] == ("controls",):
            field = "controls"
        return f"`{field}` {said}" + (f"; {example}" if example else "")
    said = str(context.get("said", detail.get("msg", "not a valid value")))
    return said.removeprefix("Value error, ")


def _ask(key: str) -> str:
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


def choices_of(detail: Mapping[str, Any]) -> tuple[str, ...]:
    """The values that may stand where the value is none of them; nothing where any text may."""
    context = detail.get("ctx", {})
    if detail["type"] == "area":
        return tuple(context["known"])
    if detail["type"] not in {"enum", "literal_error"}:
        return ()
    text = str(context.get("expected", context.get("said", "")))
    return tuple(part.strip(" '") for part in text.removeprefix("Input should be ").replace(" or ", ", ").split(","))


def _one_of(key: str, given: str, choices: Iterable[str], end: str) -> str:
    known = list(choices)
    near = nearest_choice(given, known)
    advice = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(known)}"
    return f"`{given}` is no known {key}; {advice}{end}"


def nearest_choice(given: str, choices: Iterable[str]) -> list[str]:
    """The choice that a value was meant to be, in a list; an empty one when it resembles none."""
    return nearest(given.lower(), list(choices), 1, 0.6)

"""Schema errors that come from one slip, brought together: one finding for each mistake."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Detail = dict[str, Any]


def grouped(details: Iterable[Mapping[str, Any]], *, least: int = 1) -> list[Detail]:
    """The errors, with all keys that one mapping lacks in one of them, under `keys`.

    A mapping is looked at from the depth `least` on; the keys of the document itself stay apart.
    """
    groups: dict[tuple[Any, ...], list[Detail]] = {}
    for count, detail in enumerate(details):
        loc = tuple(detail["loc"])
        together = detail["type"] == "missing" and len(loc) > least
        groups.setdefault((loc[:-1], "missing") if together else (loc, count), []).append(dict(detail))
    return [
        {**group[0], "keys": tuple(str(part) for detail in group for part in detail["loc"][-1:])}
        for group in groups.values()
    ]


def strays(details: list[Detail], values: Mapping[str, Any], keys_of: Callable[[str], Iterable[str]]) -> list[Detail]:
    """The errors, with list items that hold no key of theirs brought together.

    That is what remains when the line that began the next list is gone: its items fall to the list above. The error
    that says so takes the place of the one that misses the list.
    """
    wrong = {(detail["loc"][0], detail["loc"][1]) for detail in details if _of_item(detail)}
    alien = {where for where in wrong if _knows_none(details, values, where)}
    said: list[Detail] = []
    for field in dict.fromkeys(field for field, _ in alien):
        inside = [detail for detail in details if _of_item(detail) and tuple(detail["loc"][:2]) in alien]
        inside = [detail for detail in inside if detail["loc"][0] == field]
        names = tuple(dict.fromkeys(str(detail["loc"][-1]) for detail in inside))
        gone = next((key for key in _missing(details) if set(names) <= set(keys_of(key))), "")
        said.append({**inside[0], "type": "stray", "ctx": {"keys": names, "gone": gone}})
    dropped = {detail["ctx"]["gone"] for detail in said}
    kept = [
        detail
        for detail in details
        if tuple(detail["loc"][:2]) not in alien and not (len(detail["loc"]) == 1 and detail["loc"][0] in dropped)
    ]
    return kept + said


def _of_item(detail: Detail) -> bool:
    loc = detail["loc"]
    return detail["type"] == "extra_forbidden" and len(loc) == 3 and isinstance(loc[1], int)  # noqa: PLR2004 - list, item, key


def _knows_none(details: list[Detail], values: Mapping[str, Any], where: tuple[Any, ...]) -> bool:
    items = values.get(where[0])
    item = items[where[1]] if isinstance(items, list) and where[1] < len(items) else None
    unknown = sum(_of_item(detail) and tuple(detail["loc"][:2]) == where for detail in details)
    return isinstance(item, dict) and unknown == len(item) > 1


def _missing(details: list[Detail]) -> Iterator[str]:
    for detail in details:
        if len(detail["loc"]) == 1 and detail["type"] in {"missing", "missing_for_status"}:
            yield str(detail["loc"][0])

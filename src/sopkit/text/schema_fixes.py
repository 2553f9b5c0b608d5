"""Fixes for what the schema finds wrong, where a program can tell what was meant."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sopkit.model.finding import Edit, Fix, FixClass
from sopkit.model.nearest import nearest
from sopkit.model.source import Place, Source
from sopkit.text.scalar import rewritten
from sopkit.text.schema_words import choices_of, nearest_choice


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
        return rewritten(source, place, detail["ctx"]["typed"], replacement)
    if not isinstance(given, str):
        return None
    if detail["type"] == "date":
        from sopkit.text.days import day_in  # noqa: PLC0415 - only for what is wrong

        day = day_in(given, language)
        return rewritten(source, place, given, day.isoformat()) if day else None
    near = nearest_choice(given, choices_of(detail))
    return rewritten(source, place, given, near[0]) if near else None

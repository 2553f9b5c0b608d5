"""Validate an SOP against its schema: one finding for each mistake, at its place, in plain words and with its fix."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from sopkit.model.config import Config
from sopkit.model.durations import DateText, Duration, date_part
from sopkit.model.finding import Edit, Finding, Fix, FixClass
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.model.sop_document import REQUIRED_SECTIONS, SopDocument, ValidationContext
from sopkit.model.source import Loc, Place, Source
from sopkit.parsing.lexicon import parse_date
from sopkit.parsing.sections import missing_sections
from sopkit.parsing.yaml import rewrite_scalar

_FIELDS = {name for name in SopDocument.model_fields if name != "sections"}


def validate(sop: Sop, config: Config, around: ValidationContext) -> tuple[SopDocument | None, tuple[Finding, ...]]:
    """The valid document, or None and what is wrong with it."""
    if not sop.front.readable:
        return None, tuple(missing_sections(sop))
    values, moved = _model_input(sop, config)
    findings = list(_claim_findings(sop, config))
    try:
        document = SopDocument.model_validate(values, context=around)
    except ValidationError as error:
        found = {finding.sort_key: finding for finding in _schema_findings(sop, error, moved, config)}
        return None, (*findings, *found.values())
    return document, tuple(findings)


def _model_input(sop: Sop, config: Config) -> tuple[dict[str, Any], bool]:
    """What the model reads, and whether a bare list of controls was put under the first framework."""
    tolerated = {*config.front_matter.extra, *config.front_matter.claims.values()}
    values = {key: value for key, value in sop.front.values.items() if key in _FIELDS or key not in tolerated}
    if config.library.identity == "path":
        values.setdefault("id", sop.path)
    controls, moved = values.get("controls"), False
    if isinstance(controls, list | str) and config.library.frameworks:
        values["controls"], moved = {config.library.frameworks[0]: controls}, True
    limits = values.get("time_limits")
    if isinstance(limits, dict):
        values["time_limits"] = {
            key: {"limit": item} if isinstance(item, str) else item for key, item in limits.items()
        }
    sections = ((name, sop.body.section(name)) for name in REQUIRED_SECTIONS)
    values["sections"] = {
        name.lower(): sop.source.data[section.start : section.end].decode("utf-8", "replace")
        for name, section in sections
        if section is not None
    }
    return values, moved


class _DateModel(BaseModel, defer_build=True):
    value: DateText


class _DurationModel(BaseModel, defer_build=True):
    value: Duration


def _claim_findings(sop: Sop, config: Config) -> Iterable[Finding]:
    """Claimed review dates must be dates, claimed intervals durations."""
    for what, key in config.front_matter.claims.items():
        value = sop.front.typed.get(key)
        if value is None or (what == "every" and config.front_matter.aliases.get(key) in _FIELDS):
            continue
        try:
            if what == "every":
                _DurationModel.model_validate({"value": value})
            else:
                _DateModel.model_validate({"value": date_part(value) if isinstance(value, str) else value})
        except ValidationError as error:
            yield Finding(sop.path, sop.place(key), explain_error(error.errors()[0], ()), "SOP005")


def _schema_findings(sop: Sop, error: ValidationError, moved: bool, config: Config) -> Iterable[Finding]:  # noqa: FBT001 - a fact, not a switch
    tolerated = (*_FIELDS, *config.front_matter.extra, *config.front_matter.aliases)
    details = group_errors(error.errors(include_url=False))
    renamed: dict[Loc, set[str]] = {}
    for detail in group_stray_items(details, sop.front.values, lambda key: nested_keys((key,))):
        loc: Loc = detail["loc"]
        if loc[0] == "sections":
            continue
        if moved and loc[0] == "controls":
            loc = (loc[0], *loc[2:])
        at, place = _key_place(sop, loc), sop.place(loc)
        known = tuple(name for name in tolerated if name != "sections") if len(loc) == 1 else nested_keys(loc)
        code, message = code_of(detail), explain_error(detail, known)
        if code == "SOP004" and detail["type"] != "stray":
            around = _sibling_keys(sop, loc, config)
            fix = key_fix(sop.source, at, str(loc[-1]), known, around | renamed.setdefault(loc[:-1], set()))
            renamed[loc[:-1]].update(edit.text for edit in fix.edits) if fix else None
            yield Finding(sop.path, at, message, code, fix=fix)
        elif code == "SOP004" or detail["type"] == "unknown_framework":
            yield Finding(sop.path, at, message, code)
        elif code == "SOP006":
            yield _missing_finding(sop, loc, message, config)
        else:
            language = sop.text("language") or config.library.language
            yield Finding(sop.path, place, message, code, fix=value_fix(sop.source, place, detail, language))
    yield from missing_sections(sop)


def _key_place(sop: Sop, loc: Loc) -> Place:
    loc = (sop.front.spelled.get(str(loc[0]), loc[0]), *loc[1:])
    return sop.front.key_places.get(loc) or sop.place(loc)


def _sibling_keys(sop: Sop, loc: Loc, config: Config) -> set[str]:
    """The keys of the mapping in which a key stands, under all their names."""
    value: Any = sop.front.typed if len(loc) == 1 else sop.front.values
    for step in loc[:-1]:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    keys = set(value) if isinstance(value, dict) else set()
    if len(loc) > 1:
        return keys
    keys |= set(sop.front.values)
    return keys | {alias for alias, name in config.front_matter.aliases.items() if name in keys}


def _missing_finding(sop: Sop, loc: Loc, message: str, config: Config) -> Finding:
    key = str(loc[0])
    typed = sop.front.spelled.get(key, key)
    if len(loc) > 1 or (typed,) in sop.front.places:
        return Finding(sop.path, _key_place(sop, loc), message, "SOP006")
    value = default_value(key, sop, config)
    fix = None
    if value:
        end = sop.front.end
        fix = Fix(f"add `{key}: {value}`", (Edit(end, end, f"{key}: {value}{sop.source.line_end}"),))
    return Finding(sop.path, sop.source.line_place(1), message, "SOP006", fix=fix)


def default_value(key: str, sop: Sop, config: Config) -> str:
    """The value that a missing key can be given without asking anybody, or nothing."""
    name = sop.path.rsplit("/", 1)[-1]
    parts = sop.path.split("/")[:-1]
    if key == "id":
        return config.library.id_at_start(name).upper()
    if key == "title" and sop.body.title is not None:
        text = sop.body.title.text
        return text if re.fullmatch(r"[A-Za-z][\w ,.()/-]*", text) else "'" + text.replace("'", "''") + "'"
    if key == "area":
        by_folder = [part for part in parts if part in config.all_areas]
        by_prefix = [area for area, table in config.all_areas.items() if sop.id.partition("-")[0] == table.prefix != ""]
        return (by_folder or by_prefix or [""])[-1]
    return {"version": '"0.1"', "status": "draft", "criticality": "medium"}.get(key, "")


def code_of(detail: Mapping[str, Any]) -> str:
    """The rule that a schema error belongs to."""
    return {
        "missing": "SOP006",
        "missing_for_status": "SOP006",
        "extra_forbidden": "SOP004",
        "unknown_control": "SOP401",
        "unknown_framework": "SOP401",
        "superseded_control": "SOP402",
        "stray": "SOP004",
    }.get(detail["type"], "SOP005")


def nested_keys(loc: Loc) -> tuple[str, ...]:
    """The keys that are known inside a mapping of the front matter."""
    field = SopDocument.model_fields.get(str(loc[0]))
    models = nested_models(field.annotation) if field is not None else ()
    return tuple(sorted({name for model in models for name in model.model_fields}))


def nested_models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - a type annotation
    """The models in the annotation of a field."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from nested_models(argument)


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
    """The errors, with list items that have none of the keys of their list brought together.

    That is what remains when the line that began the next list is missing: its items become part of the list above.
    The error that says so takes the place of the one about the missing list.
    """
    stray = [
        detail
        for detail in details
        if detail["type"] == "extra_forbidden" and len(detail["loc"]) == 3 and isinstance(detail["loc"][1], int)  # noqa: PLR2004 - list, item, key
    ]
    alien = set()
    for (name, at), count in Counter(tuple(detail["loc"][:2]) for detail in stray).items():
        items = values.get(name)
        item = items[at] if isinstance(items, list) and at < len(items) else None
        if isinstance(item, dict) and count == len(item) > 1:
            alien.add((name, at))
    missing = [
        str(detail["loc"][0])
        for detail in details
        if len(detail["loc"]) == 1 and detail["type"] in {"missing", "missing_for_status"}
    ]
    grouped: list[ErrorDetail] = []
    for name in dict.fromkeys(name for name, _ in alien):
        inside = [detail for detail in stray if detail["loc"][0] == name and tuple(detail["loc"][:2]) in alien]
        keys = tuple(dict.fromkeys(str(detail["loc"][-1]) for detail in inside))
        gone = next((key for key in missing if set(keys) <= set(keys_of(key))), "")
        grouped.append({**inside[0], "type": "stray", "ctx": {"keys": keys, "gone": gone}})
    dropped = {detail["ctx"]["gone"] for detail in grouped}
    others = [
        detail
        for detail in details
        if tuple(detail["loc"][:2]) not in alien and not (len(detail["loc"]) == 1 and detail["loc"][0] in dropped)
    ]
    return others + grouped


_EXAMPLES = {
    "controls": "name the framework, for example `iso27001-2022: [A.5.18]`",
    "triggers": "write `- event: …` or `- every: P3M`",
    "records": "write `- id: …` with name, where and retention",
    "time_limits": "write for example `remove-access: PT4H`",
}
_MAPPING_EXPECTED = "is not a set of `key: value` lines"

_SHAPES = {
    "string_type": "is not text; write a single value",
    "dict_type": _MAPPING_EXPECTED,
    "model_type": _MAPPING_EXPECTED,
    "tuple_type": "is not a list; write `[one, two]`",
    "greater_than_equal": "is less than {ge}",
    "less_than_equal": "is more than {le}",
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "bool_parsing": "is neither true nor false",
}


def explain_error(detail: Mapping[str, Any], known: Iterable[str]) -> str:
    """What is wrong and what to do, without the words of the schema library."""
    kind, loc, context = detail["type"], detail["loc"], dict(detail.get("ctx", {}))
    key = str(loc[-1]) if loc else ""
    typed = detail.get("input")
    if kind == "missing":
        where = f" in `{loc[0]}`" if len(loc) > 1 else ""
        keys = detail.get("keys", (key,))
        names = ", ".join(f"`{name}`" for name in keys)
        advice = _MISSING_ADVICE.get(key, "add it") if len(loc) == 1 else "add it" if len(keys) == 1 else "add them"
        return f"no {names}{where}; {advice}"
    if kind == "stray":
        names = ", ".join(f"`{name}`" for name in context["keys"])
        advice = f"is the line `{context['gone']}:` gone above them?" if context["gone"] else "delete them"
        return f"{names} are no keys of `{loc[0]}`; {advice}"
    if kind == "missing_for_status":
        return f"no `{key}`, which status {context['status']} asks for; {_MISSING_ADVICE.get(key, 'add it')}"
    if kind == "extra_forbidden":
        near = nearest(key, list(known), 1, 0.6)
        return f"unknown key `{key}`; " + (
            f"did you mean `{near[0]}`?" if near else "delete it, or list it under [front_matter] extra"
        )
    if kind in {"enum", "literal_error"}:
        return _not_one_of(key, str(typed), allowed_values(detail))
    if kind == "area":
        return _not_one_of("area", str(typed), allowed_values(detail), "; or add [areas.NAME] to sopkit.toml")
    if kind == "string_pattern_mismatch":
        return f"`{typed}` is not a version; write MAJOR.MINOR or MAJOR.MINOR.PATCH, for example 1.0"
    if kind in _SHAPES:
        shape = _SHAPES[kind].format(**context)
        example = _EXAMPLES.get(str(loc[0])) if loc and shape == _MAPPING_EXPECTED else None
        field = str(loc[-2]) if loc and isinstance(loc[-1], int) else key
        field = "controls" if loc[:1] == ("controls",) else field
        return f"`{field}` {shape}" + (f"; {example}" if example else "")
    return str(context.get("message", detail.get("msg", "not a valid value"))).removeprefix("Value error, ")


_MISSING_ADVICE = {
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
}


def allowed_values(detail: Mapping[str, Any]) -> tuple[str, ...]:
    """The values that may stand where the value is none of them; nothing where any text may."""
    context = detail.get("ctx", {})
    if detail["type"] == "area":
        return tuple(context["known"])
    if detail["type"] not in {"enum", "literal_error"}:
        return ()
    text = str(context.get("expected", context.get("message", "")))
    return tuple(part.strip(" '") for part in text.removeprefix("Input should be ").replace(" or ", ", ").split(","))


def _not_one_of(key: str, typed: str, choices: tuple[str, ...], end: str = "") -> str:
    near = nearest(typed.lower(), choices, 1, 0.6)
    advice = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(choices)}"
    return f"`{typed}` is no known {key}; {advice}{end}"


def key_fix(source: Source, place: Place, key: str, known: Iterable[str], present: Collection[str]) -> Fix | None:
    """A suggestion to write the known key that an unknown one resembles, unless that one is there already."""
    near = nearest(key, list(known), 1, 0.6)
    if not near or near[0] in present or source.data[place.start : place.end] != key.encode():
        return None
    return Fix(f"write `{near[0]}`", (Edit(place.start, place.end, near[0]),), FixClass.SUGGESTION)


def value_fix(source: Source, place: Place, detail: Mapping[str, Any], language: str = "") -> Fix | None:
    """What can be written in place of a value: the day that it means, the choice or the control that it resembles."""
    typed, replacement = detail.get("input"), detail.get("ctx", {}).get("replacement")
    if replacement and detail["type"] == "superseded_control":
        return Fix(f"replace it by {replacement}", (Edit(place.start, place.end, replacement),))
    if replacement:
        return rewrite_scalar(source, place, detail["ctx"]["typed"], replacement)
    if not isinstance(typed, str):
        return None
    if detail["type"] == "date":
        day = parse_date(typed, language)
        return rewrite_scalar(source, place, typed, day.isoformat()) if day else None
    near = nearest(typed.lower(), allowed_values(detail), 1, 0.6)
    return rewrite_scalar(source, place, typed, near[0]) if near else None

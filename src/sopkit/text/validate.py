"""The schema's errors as findings: one for each mistake, in plain words, at the right place."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from sopkit.model.config import Config
from sopkit.model.document import REQUIRED_SECTIONS, SopDocument, Surroundings
from sopkit.model.durations import Duration
from sopkit.model.finding import Edit, Finding, Fix
from sopkit.model.places import Loc
from sopkit.model.shapes import DateText, day_written
from sopkit.model.sop import Sop
from sopkit.text.mistakes import grouped, strays
from sopkit.text.schema_fixes import key_fix, value_fix
from sopkit.text.schema_words import plain
from sopkit.text.stubs import missing_sections

_FIELDS = {name for name in SopDocument.model_fields if name != "sections"}


def validate(sop: Sop, config: Config, around: Surroundings) -> tuple[SopDocument | None, tuple[Finding, ...]]:
    """The valid document, or None and what is wrong with it."""
    if not sop.front.readable:
        return None, tuple(missing_sections(sop))
    values, moved = _input(sop, config)
    findings = list(_claims(sop, config))
    try:
        document = SopDocument.model_validate(values, context=around)
    except ValidationError as error:
        found = {finding.sort_key: finding for finding in _findings(sop, error, moved, config)}
        return None, (*findings, *found.values())
    return document, tuple(findings)


def _input(sop: Sop, config: Config) -> tuple[dict[str, Any], bool]:
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
    values["sections"] = _section_texts(sop)
    return values, moved


def _section_texts(sop: Sop) -> dict[str, str]:
    texts = {}
    for name in REQUIRED_SECTIONS:
        section = sop.body.section(name)
        if section is not None:
            texts[name.lower()] = sop.source.data[section.start : section.end].decode("utf-8", "replace")
    return texts


def _claims(sop: Sop, config: Config) -> Iterable[Finding]:
    """Claimed review dates must be dates, claimed intervals durations."""
    for what, key in config.front_matter.claims.items():
        value = sop.front.typed.get(key)
        aliased = config.front_matter.aliases.get(key) in _FIELDS
        if value is None or (what == "every" and aliased):
            continue
        model = _Every if what == "every" else _Day
        if what != "every" and isinstance(value, str):
            value = day_written(value)
        try:
            model.model_validate({"value": value})
        except ValidationError as error:
            yield Finding(sop.path, sop.place(key), plain(error.errors()[0], ()), "SOP005")


class _Day(BaseModel, defer_build=True):
    value: DateText


class _Every(BaseModel, defer_build=True):
    value: Duration


def _findings(sop: Sop, error: ValidationError, moved: bool, config: Config) -> Iterable[Finding]:  # noqa: FBT001 - a fact, not a switch
    tolerated = (*_FIELDS, *config.front_matter.extra, *config.front_matter.aliases)
    details = grouped(error.errors(include_url=False))
    renamed: dict[Loc, set[str]] = {}
    for detail in strays(details, sop.front.values, lambda key: nested_keys((key,))):
        loc: Loc = detail["loc"]
        if loc[0] == "sections":
            continue
        if moved and loc[0] == "controls":
            loc = (loc[0], *loc[2:])
        at, place = _key_place(sop, loc), sop.place(loc)
        known = tuple(name for name in tolerated if name != "sections") if len(loc) == 1 else nested_keys(loc)
        code, message = code_of(detail), plain(detail, known)
        if code == "SOP004" and detail["type"] != "stray":
            around = _around(sop, loc, config)
            fix = key_fix(sop.source, at, str(loc[-1]), known, around | renamed.setdefault(loc[:-1], set()))
            renamed[loc[:-1]].update(edit.text for edit in fix.edits) if fix else None
            yield Finding(sop.path, at, message, code, fix=fix)
        elif code == "SOP004" or detail["type"] == "unknown_framework":
            yield Finding(sop.path, at, message, code)
        elif code == "SOP006":
            yield _missing(sop, loc, message, config)
        else:
            language = sop.text("language") or config.library.language
            yield Finding(sop.path, place, message, code, fix=value_fix(sop.source, place, detail, language))
    yield from missing_sections(sop)


def _key_place(sop: Sop, loc: Loc) -> Any:  # noqa: ANN401 - a Place
    loc = (sop.front.spelled.get(str(loc[0]), loc[0]), *loc[1:])
    return sop.front.key_places.get(loc) or sop.place(loc)


def _around(sop: Sop, loc: Loc, config: Config) -> set[str]:
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


def _missing(sop: Sop, loc: Loc, message: str, config: Config) -> Finding:
    key = str(loc[0])
    typed = sop.front.spelled.get(key, key)
    if len(loc) > 1 or (typed,) in sop.front.places:
        return Finding(sop.path, _key_place(sop, loc), message, "SOP006")
    value = default_for(key, sop, config)
    fix = None
    if value:
        end = sop.front.end
        fix = Fix(f"add `{key}: {value}`", (Edit(end, end, f"{key}: {value}{sop.source.line_end}"),))
    return Finding(sop.path, sop.source.line_place(1), message, "SOP006", fix=fix)


def default_for(key: str, sop: Sop, config: Config) -> str:
    """The value that a missing key can be given without asking anybody, or nothing."""
    import re  # noqa: PLC0415 - only for documents that lack a key

    name = sop.path.rsplit("/", 1)[-1]
    parts = sop.path.split("/")[:-1]
    if key == "id":
        match = re.match(config.library.id_pattern, name, re.IGNORECASE)
        return match[0].upper() if match else ""
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
    model: Any = SopDocument.model_fields.get(str(loc[0]))
    names: set[str] = set()
    if model is not None:
        for found in _models(model.annotation):
            names |= set(found.model_fields)
    return tuple(sorted(names))


def _models(annotation: Any) -> Iterable[type[BaseModel]]:  # noqa: ANN401 - a type annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models(argument)

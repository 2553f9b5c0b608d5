"""Validate an SOP against its schema: one finding for each mistake, at its place."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from sopkit.model.config import Config
from sopkit.model.durations import DateText, Duration, date_part
from sopkit.model.finding import Edit, Finding, Fix
from sopkit.model.sop import Sop
from sopkit.model.sop_document import REQUIRED_SECTIONS, SopDocument, ValidationContext
from sopkit.model.source import Loc
from sopkit.parsing.schema_errors import explain_error, group_errors, group_stray_items, key_fix, value_fix
from sopkit.parsing.sections import missing_sections

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
    values["sections"] = _section_texts(sop)
    return values, moved


def _section_texts(sop: Sop) -> dict[str, str]:
    texts = {}
    for name in REQUIRED_SECTIONS:
        section = sop.body.section(name)
        if section is not None:
            texts[name.lower()] = sop.source.data[section.start : section.end].decode("utf-8", "replace")
    return texts


def _claim_findings(sop: Sop, config: Config) -> Iterable[Finding]:
    """Claimed review dates must be dates, claimed intervals durations."""
    for what, key in config.front_matter.claims.items():
        value = sop.front.typed.get(key)
        aliased = config.front_matter.aliases.get(key) in _FIELDS
        if value is None or (what == "every" and aliased):
            continue
        model = _DurationModel if what == "every" else _DateModel
        if what != "every" and isinstance(value, str):
            value = date_part(value)
        try:
            model.model_validate({"value": value})
        except ValidationError as error:
            yield Finding(sop.path, sop.place(key), explain_error(error.errors()[0], ()), "SOP005")


class _DateModel(BaseModel, defer_build=True):
    value: DateText


class _DurationModel(BaseModel, defer_build=True):
    value: Duration


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


def _key_place(sop: Sop, loc: Loc) -> Any:  # noqa: ANN401 - a Place
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
    import re  # only for documents that lack a key

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
        for found in _nested_models(model.annotation):
            names |= set(found.model_fields)
    return tuple(sorted(names))


def _nested_models(annotation: Any) -> Iterable[type[BaseModel]]:  # noqa: ANN401 - a type annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _nested_models(argument)

"""What is wrong with the keys of a framework or mapping, and with its groups and controls among themselves."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sopkit.control_files.file import ControlFile
from sopkit.model.finding import Finding, Severity
from sopkit.model.frameworks import Control, EndKind, Framework, Group, LooseEnd, loose_ends
from sopkit.model.id_keys import IdKey, id_key
from sopkit.model.mappings import Mapping as MappingModel
from sopkit.model.nearest import nearest
from sopkit.model.places import Loc

_Part = TypeVar("_Part", bound=BaseModel)
_CODES = {EndKind.TWICE: "SOP007", EndKind.FORM: "SOP005", EndKind.NOWHERE: "SOP501", EndKind.CIRCLE: "SOP501"}
_ADVICE = {
    EndKind.TWICE: "give one of them another id, or delete it",
    EndKind.FORM: "mend the id or the form",
    EndKind.NOWHERE: "mend it, or list what is missing",
    EndKind.CIRCLE: "name what it is really part of, or delete the line",
}


def findings_of_parts(file: ControlFile) -> Iterator[Finding]:
    """The findings about keys and values; for a framework about groups and controls as well."""
    found = list(_of_schema(file, MappingModel if file.is_mapping else Framework))
    yield from found
    if not file.is_mapping:
        groups = _readable(file, "groups", Group, title="?")
        group = groups[0][1].id if groups else "?"
        controls = _readable(file, "controls", Control, title="?", group=group)
        form = file.values.get("id_form")
        broken = any(finding.code == "SOP005" and "id_form" in finding.message for finding in found)
        for end in loose_ends(form if isinstance(form, str) and not broken else "", groups, controls):
            yield _of_end(file, end)
        yield from _alike(file, groups, controls)
        if not any(finding.code in {"SOP004", "SOP005", "SOP006"} for finding in found):
            yield from _unused(file, groups, controls)


def _of_schema(file: ControlFile, model: type[BaseModel]) -> Iterator[Finding]:
    try:
        model.model_validate(file.values, by_name=False, by_alias=True)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if detail["type"] == "framework" and detail["ctx"]["at"][0] in {"groups", "controls"}:
                continue  # all of these are told below, and with what to do
            at: Loc = tuple(detail.get("ctx", {}).get("at", detail["loc"]))
            code, said = _said(detail, at, model)
            yield file.finding(code, said, at)


def _said(detail: Mapping[str, Any], at: Loc, model: type[BaseModel]) -> tuple[str, str]:
    """The code and the sentence for an error of the schema."""
    kind, key, given = detail["type"], _key(at), detail.get("input")
    if kind == "missing":
        return "SOP006", f"no `{key}`; add it"
    if kind == "extra_forbidden":
        near = nearest(key, _known(model, at), 1, 0.6)
        return "SOP004", f"unknown key `{key}`; " + (f"did you mean `{near[0]}`?" if near else "delete it")
    if kind == "framework":
        return "SOP005", f"{key}: {detail['msg']}; mend the expression"
    if given is None or kind == "string_too_short":
        return "SOP006", f"`{key}` is empty; write it"
    if kind == "literal_error":
        choices = str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        return "SOP005", f"`{given}` is no known {key}; write one of {choices}"
    if kind == "string_pattern_mismatch":
        return "SOP005", f"`{given}` is no id of a file; write small letters, digits, dots and hyphens"
    if at and isinstance(at[-1], int) and "model" in kind:
        return "SOP005", f"an item of `{key}` is not a set of `key: value` lines; write its id as a key"
    shape = {"tuple_type": "is not a list; write `[one, two]`", "string_type": "is not text; write a single value"}
    said = shape.get(kind, "is not a set of `key: value` lines" if "model" in kind else f"is wrong: {detail['msg']}")
    return "SOP005", f"`{key}` {said}"


def _key(at: Loc) -> str:
    return next((str(step) for step in reversed(at) if isinstance(step, str)), "file")


def _known(model: type[BaseModel], at: Loc) -> list[str]:
    """The keys that the mapping around an unknown key may have."""
    for step in at[:-1]:
        if isinstance(step, str):
            inner = next((arg for arg in getattr(model.model_fields[step].annotation, "__args__", ())), None)
            model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else model
    return [info.alias or name for name, info in model.model_fields.items()]


def _readable(file: ControlFile, key: str, model: type[_Part], **instead: str) -> list[tuple[int, _Part]]:
    """The items of a list with their indices; what is wrong in one gives way to `instead`, so that its id counts."""
    items, found = file.values.get(key), []
    for index, item in enumerate(items if isinstance(items, list) else []):
        if not isinstance(item, dict):
            continue
        known = {name: value for name, value in item.items() if name in model.model_fields and value is not None}
        for values in (item, {**instead, **known}, {**known, **instead}, {**instead, "id": item.get("id")}):
            with suppress(ValidationError):
                found.append((index, model.model_validate(values)))
                break
    return found


def _of_end(file: ControlFile, end: LooseEnd) -> Finding:
    return file.finding(_CODES[end.kind], f"{end.said}; {_ADVICE[end.kind]}", end.at)


def _alike(
    file: ControlFile, groups: Sequence[tuple[int, Group]], controls: Sequence[tuple[int, Control]]
) -> Iterator[Finding]:
    """People write ids with or without capitals, padding and dots, so that two such ids are one to them."""
    seen: dict[IdKey | str, str] = {}
    parts = [(("groups", index, "id"), group.id) for index, group in groups]
    for at, name in [*parts, *((("controls", index, "id"), control.id) for index, control in controls)]:
        key = id_key(name) or name.casefold()
        other = seen.setdefault(key, name)
        if other != name:
            how = "differ in capitals only" if other.casefold() == name.casefold() else "are read as the same id"
            yield file.finding("SOP007", f"{other} and {name} {how}; give one of them another id", at)


def _unused(
    file: ControlFile, groups: Sequence[tuple[int, Group]], controls: Sequence[tuple[int, Control]]
) -> Iterator[Finding]:
    used = {control.group for _, control in controls} | {group.parent for _, group in groups}
    for index, group in groups:
        if group.id not in used:
            said = f"no control belongs to the group {group.id}; delete it, or add its controls"
            yield file.finding("SOP501", said, ("groups", index, "id"), Severity.WARNING)

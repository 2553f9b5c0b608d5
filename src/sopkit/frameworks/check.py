"""Check the frameworks and mappings in a library's controls/ folder: keys, groups, controls and mapped ids."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sopkit.frameworks.loader import FOLDER, MAPPING, ControlFile, load_catalogue, read_control_files
from sopkit.model.catalogue import Catalogue
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding, Severity
from sopkit.model.frameworks import (
    Control,
    ControlGroup,
    Framework,
    IdKey,
    InconsistencyKind,
    find_inconsistencies,
    id_key,
)
from sopkit.model.mappings import Mapping as MappingModel
from sopkit.model.similarity import nearest
from sopkit.model.source import Loc, Source
from sopkit.parsing.validation import nested_models

_SOURCE, _TARGET, _CLAUSES = "source_framework", "target_framework", "clause_framework"
_ROW_LISTS = {
    "rows": (_SOURCE, _TARGET),
    "reverse_rows": (_TARGET, _SOURCE),
    "one_source_rows": (_SOURCE, _TARGET),
    "clause_rows": (_CLAUSES, _TARGET),
}


def mapping_findings(file: ControlFile, own: Mapping[str, Collection[str]], catalogue: Catalogue) -> Iterator[Finding]:
    """The findings about both frameworks and every row; `own` are the ids of the library's frameworks by name."""
    ids: dict[str, Collection[str]] = {}
    for key in (_SOURCE, _TARGET, _CLAUSES):
        name = file.values.get(key)
        if not isinstance(name, str):
            continue
        if name in own:
            ids[key] = own[name]
        elif name in catalogue.ids:
            with suppress(SopkitError):  # one that cannot be read has findings of its own
                ids[key] = catalogue.get(name).by_id
        else:
            yield _unknown_framework(file, key, name, catalogue)
    if file.values.get(_SOURCE) == file.values.get(_TARGET) and _SOURCE in ids:
        yield file.finding("SOP005", "maps a framework to itself; name another one", (_TARGET,))
    for key, (left, right) in _ROW_LISTS.items():
        yield from _row_findings(file, key, (left, ids.get(left)), (right, ids.get(right)))
    new = file.values.get("new_in_target")
    for index, name in enumerate(new if isinstance(new, list) else []):
        yield from _end_finding(file, name, (_TARGET, ids.get(_TARGET)), ("new_in_target", index))


def _unknown_framework(file: ControlFile, key: str, name: str, catalogue: Catalogue) -> Finding:
    near = nearest(name, catalogue.ids, 1, 0.3)
    advice = f"did you mean `{near[0]}`?" if near else "see `sopkit control list`"
    return file.finding("SOP501", f"no framework `{name}`; {advice}", (key,))


_Side = tuple[str, Collection[str] | None]


def _row_findings(file: ControlFile, key: str, left: _Side, right: _Side) -> Iterator[Finding]:
    rows = file.values.get(key)
    seen: set[tuple[str, str]] = set()
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        if not isinstance(row, dict):
            continue
        at: Loc = (key, index)
        source, targets = row.get("from"), row.get("to")
        yield from _end_finding(file, source, left, (*at, "from"))
        places = enumerate(targets) if isinstance(targets, list) else [(None, targets)]
        for place, target in places:
            there: Loc = (*at, "to") if place is None else (*at, "to", place)
            yield from _end_finding(file, target, right, there)
            if (str(source), str(target)) in seen:
                message = f"{source} to {target} is there twice; delete one of them"
                yield file.finding("SOP007", message, there, Severity.WARNING)
            seen.add((str(source), str(target)))
        partial = row.get("partial")
        for place, target in enumerate(partial if isinstance(partial, list) else []):
            if isinstance(targets, list) and target not in targets:
                message = f"{target} is partial but not under `to`; list it there as well"
                yield file.finding("SOP501", message, (*at, "partial", place))
        if targets == [] and key == "rows":
            message = f"{source} leads nowhere; name what it corresponds to, or delete the row"
            yield file.finding("SOP501", message, (*at, "to"), Severity.WARNING)


def _end_finding(file: ControlFile, name: object, side: _Side, at: Loc) -> Iterator[Finding]:
    key, ids = side
    if ids is None or not isinstance(name, str) or name in ids:
        return
    near = nearest(name, ids, 1, 0.7)
    advice = f"did you mean `{near[0]}`?" if near else f"see `sopkit control list {file.values.get(key)}`"
    yield file.finding("SOP501", f"{name} is no control of {file.values.get(key)}; {advice}", at)


_Part = TypeVar("_Part", bound=BaseModel)
_CODES = {
    InconsistencyKind.TWICE: "SOP007",
    InconsistencyKind.FORM: "SOP005",
    InconsistencyKind.NOWHERE: "SOP501",
    InconsistencyKind.CIRCLE: "SOP501",
}
_ADVICE = {
    InconsistencyKind.TWICE: "give one of them another id, or delete it",
    InconsistencyKind.FORM: "mend the id or the form",
    InconsistencyKind.NOWHERE: "mend it, or list what is missing",
    InconsistencyKind.CIRCLE: "name what it is really part of, or delete the line",
}


def part_findings(file: ControlFile) -> Iterator[Finding]:
    """The findings about keys and values; for a framework about groups and controls as well."""
    found = list(_schema_findings(file, MappingModel if file.is_mapping else Framework))
    yield from found
    if not file.is_mapping:
        groups = _valid_items(file, "groups", ControlGroup, title="?")
        first = groups[0][1].id if groups else "?"
        controls = _valid_items(file, "controls", Control, title="?", group=first)
        form = file.values.get("id_form")
        broken = any(finding.code == "SOP005" and "id_form" in finding.message for finding in found)
        for end in find_inconsistencies(form if isinstance(form, str) and not broken else "", groups, controls):
            yield file.finding(_CODES[end.kind], f"{end.message}; {_ADVICE[end.kind]}", end.at)
        yield from _similar_ids(file, groups, controls)
        if not any(finding.code in {"SOP004", "SOP005", "SOP006"} for finding in found):
            used = {control.group for _, control in controls} | {group.parent for _, group in groups}
            for index, group in groups:
                if group.id not in used:
                    message = f"no control belongs to the group {group.id}; delete it, or add its controls"
                    yield file.finding("SOP501", message, ("groups", index, "id"), Severity.WARNING)


def _schema_findings(file: ControlFile, model: type[BaseModel]) -> Iterator[Finding]:
    try:
        model.model_validate(file.values, by_name=False, by_alias=True)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if detail["type"] == "framework" and detail["ctx"]["at"][0] in {"groups", "controls"}:
                continue  # all of these are reported below, with what to do
            at: Loc = tuple(detail.get("ctx", {}).get("at", detail["loc"]))
            code, message = _code_and_message(detail, at, model)
            yield file.finding(code, message, at)


def _code_and_message(detail: Mapping[str, Any], at: Loc, model: type[BaseModel]) -> tuple[str, str]:
    """The code and the sentence for an error of the schema."""
    kind, value = detail["type"], detail.get("input")
    key = next((step for step in reversed(at) if isinstance(step, str)), "file")
    if kind == "missing":
        return "SOP006", f"no `{key}`; add it"
    if kind == "extra_forbidden":
        near = nearest(key, _allowed_keys(model, at), 1, 0.6)
        return "SOP004", f"unknown key `{key}`; " + (f"did you mean `{near[0]}`?" if near else "delete it")
    if kind == "framework":
        return "SOP005", f"{key}: {detail['msg']}; mend the expression"
    if value is None or kind == "string_too_short":
        return "SOP006", f"`{key}` is empty; write it"
    if kind == "literal_error":
        choices = str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        return "SOP005", f"`{value}` is no known {key}; write one of {choices}"
    if kind == "string_pattern_mismatch":
        return "SOP005", f"`{value}` is no id of a file; write small letters, digits, dots and hyphens"
    if at and isinstance(at[-1], int) and "model" in kind:
        return "SOP005", f"an item of `{key}` is not a set of `key: value` lines; write its id as a key"
    shape = {"tuple_type": "is not a list; write `[one, two]`", "string_type": "is not text; write a single value"}
    message = shape.get(kind, "is not a set of `key: value` lines" if "model" in kind else f"is wrong: {detail['msg']}")
    return "SOP005", f"`{key}` {message}"


def _allowed_keys(model: type[BaseModel], at: Loc) -> list[str]:
    """The keys that the mapping around an unknown key may have."""
    for step in at[:-1]:
        if isinstance(step, str):
            model = next(nested_models(model.model_fields[step].annotation), model)
    return [info.alias or name for name, info in model.model_fields.items()]


def _valid_items(file: ControlFile, key: str, model: type[_Part], **instead: str) -> list[tuple[int, _Part]]:
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


def _similar_ids(
    file: ControlFile, groups: Sequence[tuple[int, ControlGroup]], controls: Sequence[tuple[int, Control]]
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


@dataclass(frozen=True)
class ControlFilesReport:
    """What was found, in how many files, and the bytes of those files by path."""

    findings: tuple[Finding, ...]
    count: int
    sources: Mapping[str, Source]


def check_control_files(root: Path, only: Collection[str] | None = None) -> ControlFilesReport:
    """The findings about a library's `controls/`, or about some of its files, named by path from the root.

    SopkitError for a path that is none of them.
    """
    files, unread = read_control_files(root)
    for path in only or ():
        if path not in {file.path for file in files}:
            names = ", ".join(file.path for file in files) or "there is none"
            raise SopkitError(f"{path}: no framework or mapping of this library", f"files that can be checked: {names}")
    shipped, catalogue = load_catalogue(), load_catalogue(root / FOLDER)
    checked = [file for file in files if only is None or file.path in only]
    findings = list(unread) if only is None else []
    for file in checked:
        found = list(_file_findings(file, files, shipped, catalogue))
        findings += found
        if not any(finding.severity is Severity.ERROR for finding in found):
            findings += _load_findings(file, root, catalogue)
    findings += [finding for finding in _duplicate_mappings(files) if finding.path in {file.path for file in checked}]
    findings.sort(key=lambda finding: finding.sort_key)
    return ControlFilesReport(tuple(findings), len(checked), {file.path: file.source for file in checked})


def _file_findings(
    file: ControlFile, files: Iterable[ControlFile], shipped: Catalogue, catalogue: Catalogue
) -> Iterator[Finding]:
    yield from file.findings
    if not file.values:
        return
    if file.holds_mapping != file.is_mapping:
        message = f"this is a mapping; name the file {MAPPING}{file.name}.yaml and write that name as its id"
        if file.is_mapping:
            message = f"a file whose name begins with {MAPPING} is a mapping, and this is none; rename it and its id"
        yield file.finding("SOP005", message, ("id",))
        return
    yield from part_findings(file)
    if file.values.get("id") not in {None, file.name}:
        message = f"the id is not the name of the file; write `id: {file.name}`, or rename the file"
        yield file.finding("SOP005", message, ("id",))
    yield from _shadow_finding(file, shipped)
    if file.is_mapping:
        own = {other.name: other.ids for other in files if not other.is_mapping}
        yield from mapping_findings(file, own, catalogue)
    else:
        yield from _successor_findings(file, catalogue)


def _shadow_finding(file: ControlFile, shipped: Catalogue) -> Iterator[Finding]:
    """A file of the library takes the place of a shipped one of its name; people do that, and by mistake too."""
    before = shipped.framework(file.name)
    if before is not None or file.name in shipped.ends.values():
        what = f"{file.name} ({before.title}, {len(before.controls)} controls)" if before is not None else file.name
        message = f"stands in place of the shipped {what}; rename it if that is not meant"
        yield file.finding("SOP007", message, ("id",), Severity.INFO)


def _successor_findings(file: ControlFile, catalogue: Catalogue) -> Iterator[Finding]:
    newer = file.values.get("superseded_by")
    if newer == file.name:
        yield file.finding("SOP501", "is superseded by itself; name its successor", ("superseded_by",))
    elif isinstance(newer, str) and newer not in catalogue.ids:
        yield _unknown_framework(file, "superseded_by", newer, catalogue)
    if isinstance(newer, str) and file.values.get("status") == "current":
        message = "is current and superseded at once; write `status: withdrawn`"
        yield file.finding("SOP005", message, ("status",), Severity.WARNING)


def _load_findings(file: ControlFile, root: Path, catalogue: Catalogue) -> Iterator[Finding]:
    """What reading for use refuses although nothing above was found, such as an alias."""
    try:
        catalogue.read_mapping(file.name) if file.is_mapping else catalogue.read_framework(file.name)
    except SopkitError as error:
        before, _, rest = error.message.partition(f"{root / file.path}:")
        if rest and not before:  # else it is about a file that this one leads to
            where, _, message = rest.partition(": ")
            line = file.source.line_place(int(where) if where.isdigit() else 1)
            yield Finding(file.path, line, f"{message or where.strip()}; {error.hint}", "SOP002", weighed=True)


def _duplicate_mappings(files: Iterable[ControlFile]) -> Iterator[Finding]:
    """Of two mappings between the same frameworks one would be used, and nobody would know which."""
    seen: dict[frozenset[str], ControlFile] = {}
    for file in files:
        pair = frozenset(str(file.values.get(key)) for key in (_SOURCE, _TARGET))
        if file.is_mapping and file.holds_mapping and (first := seen.setdefault(pair, file)) is not file:
            message = f"{first.path} maps the same two frameworks; put their rows into one file"
            yield file.finding("SOP007", message, (_SOURCE,))

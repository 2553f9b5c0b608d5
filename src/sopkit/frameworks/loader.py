"""Read the YAML files of control frameworks and mappings: for use, or with places for a check; write a new one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from sopkit.data import shipped_folder
from sopkit.model.catalogue import Catalogue
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding, Severity
from sopkit.model.frameworks import Framework, FrameworkHead
from sopkit.model.similarity import nearest
from sopkit.model.source import Loc, Source
from sopkit.parsing.sop import MAX_SOP_BYTES, unreadable_finding
from sopkit.parsing.yaml import YamlTree, YamlValue, flow_list, load_yaml, read_yaml, yaml_line_of, yaml_scalar
from sopkit.reading import explain_unread, list_files, read_file

if TYPE_CHECKING:
    from sopkit.model.mappings import Mapping

FOLDER = "controls"
MAPPING = "mapping-"
_ENDS = frozenset({"source_framework", "target_framework"})
_Model = TypeVar("_Model", bound=BaseModel)


def load_catalogue(extra: Path | None = None) -> Catalogue:
    """Give the shipped frameworks with those of a library's own folder, which win over shipped ones.

    Nothing is read yet: a broken file raises SopkitError, with its line, when it is first asked for.
    """
    files = {path.stem: path for path in sorted(shipped_folder("controls").glob("*.yaml"))}
    own = {path.stem: path for path in _own_files(extra) if path.suffix == ".yaml"} if extra is not None else {}
    files |= own
    framework_ids = tuple(name for name in files if not name.startswith(MAPPING))
    mapping_ids = tuple(name for name in files if name.startswith(MAPPING))

    @cache
    def framework_named(name: str) -> Framework:
        return read_framework(files[name]) if name in own else _shipped_framework(files[name])

    @cache
    def read_mapping(name: str) -> "Mapping":
        from sopkit.model.mappings import Mapping  # most commands ask for no mapping

        mapping = _read(files[name], Mapping, own=name in own)
        if name in own:
            for message, steps in _wrong_ends(mapping, framework_ids, framework_named):
                line = yaml_line_of(_read_own(files[name]), str(files[name]), steps)
                advice = "write the id as `sopkit control list` shows it"
                raise SopkitError(f"{files[name]}:{line}: {message}", advice)
        return mapping

    @cache
    def read_head(name: str) -> FrameworkHead:
        if name in own:
            return framework_named(name)
        return FrameworkHead.model_validate(_head(files[name], b"\ngroups:"))

    def read_ends() -> dict[tuple[str, str], str]:
        ends: dict[tuple[str, str], str] = {}
        for name in mapping_ids:
            if name in own:
                mapping = read_mapping(name)
                ends[mapping.source_framework, mapping.target_framework] = name
            else:
                top = _head(files[name], b"\nsource:")
                ends[str(top["source_framework"]), str(top["target_framework"])] = name
        return ends

    return Catalogue(framework_ids, read_head, framework_named, read_mapping, read_ends)


def read_framework(path: Path) -> Framework:
    """The framework in a file of a library's `controls/`. SopkitError, with its line, when it is broken."""
    return _read(path, Framework, own=True)


@cache
def _shipped_framework(path: Path) -> Framework:
    """One object for all catalogues of a process: shipped files do not change while sopkit runs."""
    return _read(path, Framework, own=False)


def _own_files(folder: Path) -> list[Path]:
    """The files of a library's folder. Raises SopkitError when it is a link."""
    try:
        return [folder / Path(path).name for path in list_files(folder.parent, folder.name)]
    except OSError as error:
        what, advice = explain_unread(error)
        raise SopkitError(f"{folder}: {what}", advice) from error


def _read_own(path: Path) -> bytes:
    """The bytes of a file of a library's folder."""
    return read_file(path.parents[1], f"{path.parent.name}/{path.name}")


def _head(path: Path, end: bytes) -> dict[str, YamlValue]:
    """The keys before `end`. Shipped files have their long lists last, which a test holds."""
    data, _, _ = path.read_bytes().partition(end)
    top = load_yaml(data, str(path))
    if not isinstance(top, dict):
        raise SopkitError(f"{path}: is not a list of keys and values", "install sopkit again")
    return top


def _read(path: Path, model: type[_Model], *, own: bool) -> _Model:
    try:
        data = _read_own(path) if own else path.read_bytes()
    except OSError as error:
        what, advice = explain_unread(error)
        raise SopkitError(f"{path}: {what}", advice) from error
    plain = load_yaml(data, str(path))
    try:
        entry = model.model_validate(plain, by_name=False, by_alias=True)
    except ValidationError as error:
        raise _schema_error(error, model, data, str(path)) from error
    if getattr(entry, "id", None) != path.stem:
        line = yaml_line_of(data, str(path), ("id",))
        raise SopkitError(f"{path}:{line}: the id is not the name of the file", f"write `id: {path.stem}`")
    return entry


def _wrong_ends(
    mapping: "Mapping", known: tuple[str, ...], read_framework: Callable[[str], Framework]
) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    source, target = mapping.source_framework, mapping.target_framework
    if source not in known:
        yield f"no framework `{source}`", ("source_framework",)
    elif target not in known:
        yield f"no framework `{target}`", ("target_framework",)
    else:
        sources, targets = read_framework(source).by_id, read_framework(target).by_id
        for index, row in enumerate(mapping.rows):
            if row.source not in sources:
                yield f"{row.source} is no control of {source}", ("rows", index, "from")
            for place, end in enumerate(row.to):
                if end not in targets:
                    yield f"{end} is no control of {target}", ("rows", index, "to", place)


def _schema_error(error: ValidationError, model: type[BaseModel], data: bytes, path: str) -> SopkitError:
    wrong = error.errors()
    # A key that is spelled wrong explains why another one is missing.
    first = next((one for one in wrong if one["type"] != "missing"), wrong[0])
    at = first.get("ctx", {}).get("at", first["loc"])
    where, message = ".".join(str(step) for step in at), first["msg"]
    if first["type"] == "extra_forbidden":
        near = nearest(str(at[-1]), model.model_fields, n=1) if len(at) == 1 else []
        message = f"unknown key{f'; did you mean `{near[0]}`?' if near else ''}"
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    line = yaml_line_of(data, path, at)
    return SopkitError(
        f"{path}:{line}: {f'{where}: ' if where else ''}{message}{more}",
        "see everything that is wrong in controls/ with: sopkit control check",
    )


@dataclass(frozen=True)
class ControlFile:
    """A file under `controls/`: `path` is relative to the library's root, `findings` keep it from being read."""

    path: str
    source: Source
    tree: YamlTree
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """The name of the file, which is the id of what it holds."""
        return self.path.rpartition("/")[2].removesuffix(".yaml")

    @property
    def values(self) -> dict[str, YamlValue]:
        """The keys and values of the highest level."""
        return self.tree.value if isinstance(self.tree.value, dict) else {}

    @property
    def is_mapping(self) -> bool:
        """Whether its name says that it holds a mapping."""
        return self.name.startswith(MAPPING)

    @property
    def holds_mapping(self) -> bool:
        """Whether its keys say so."""
        return bool(_ENDS & self.values.keys())

    @property
    def ids(self) -> dict[str, None]:
        """The ids of the controls that it lists, in order, whatever else may be wrong with them."""
        controls = self.values.get("controls")
        items = [item.get("id") for item in controls if isinstance(item, dict)] if isinstance(controls, list) else []
        return dict.fromkeys(item for item in items if isinstance(item, str))

    def finding(self, code: str, message: str, at: Loc = (), severity: Severity = Severity.ERROR) -> Finding:
        """A finding at what `at` leads to, or at the nearest thing around it."""
        place = self.tree.key_place(at) if code == "SOP004" else self.tree.place(at) if at else None
        if place is not None and place.end_line > place.line:  # a whole list is no place to look at
            place = self.source.line_place(place.line)
        return Finding(self.path, place or self.source.line_place(1), message, code, severity, weighed=True)


def read_control_files(root: Path) -> tuple[tuple[ControlFile, ...], tuple[Finding, ...]]:
    """The files of a library's `controls/`, and findings about those that are not read for their names."""
    files, unread = [], []
    for path in _own_files(root / FOLDER):
        name = f"{FOLDER}/{path.name}"
        if path.suffix == ".yaml":
            files.append(_read_control_file(path, name))
        elif path.suffix.lower() in {".yaml", ".yml", ".json"}:
            message = f"is not read; name it {path.stem}.yaml"
            unread.append(Finding(name, Source(b"").line_place(1), message, "SOP001", Severity.WARNING, weighed=True))
    return tuple(files), tuple(unread)


def _read_control_file(path: Path, name: str) -> ControlFile:
    try:
        source = Source(_read_own(path))
    except OSError as error:
        source = Source(b"")
        lost = Finding(name, source.line_place(1), "; ".join(explain_unread(error)), "SOP001")
        return ControlFile(name, source, YamlTree(), (lost,))
    # the bound on the size is for SOPs
    if len(source.data) <= MAX_SOP_BYTES and (unreadable := unreadable_finding(source, name)) is not None:
        return ControlFile(name, source, YamlTree(), (unreadable,))
    tree = read_yaml(source, source.text_start, len(source.data), name, path.name)
    if not tree.broken and not isinstance(tree.value, dict):
        message = "is not a list of keys and values; see docs/frameworks.md for what such a file holds"
        tree.findings.append(Finding(name, source.line_place(1), message, "SOP002"))
    return ControlFile(name, source, tree, tuple(tree.findings))


def framework_yaml(framework: Framework) -> bytes:
    """The bytes of the file: the keys of the framework, its groups, its controls, a key a line."""
    lines = list(_key_lines(framework, "groups", "controls"))
    for key, parts in (("groups", framework.groups), ("controls", framework.controls)):
        lines.append(f"{key}:")
        for part in parts:
            first, *more = _key_lines(part)
            lines += (f"  - {first}", *(f"    {line}" for line in more))
    return "\n".join((*lines, "")).encode()


def _key_lines(part: BaseModel, *skipped: str) -> Iterator[str]:
    for key in type(part).model_fields:
        value = getattr(part, key)
        if value is True:
            yield f"{key}: true"
        elif value and key not in skipped:
            yield f"{key}: {flow_list(value) if isinstance(value, tuple) else yaml_scalar(str(value))}"

"""A file in the controls/ folder of a library: its keys, places and read errors, and the YAML of a new one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from sopkit.model.finding import Finding, Severity
from sopkit.model.frameworks import Framework
from sopkit.model.source import Loc, Source
from sopkit.parsing.sop import MAX_SOP_BYTES, unreadable_finding
from sopkit.parsing.yaml import YamlTree, YamlValue, flow_list, read_yaml, yaml_scalar

FOLDER = "controls"
MAPPING = "mapping-"
_ENDS = frozenset({"source_framework", "target_framework"})


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

    def finding(self, code: str, said: str, at: Loc = (), severity: Severity = Severity.ERROR) -> Finding:
        """A finding at what `at` leads to, or at the nearest thing around it."""
        place = self.tree.key_place(at) if code == "SOP004" else self.tree.place(at) if at else None
        if place is not None and place.end_line > place.line:  # a whole list is no place to look at
            place = self.source.line_place(place.line)
        return Finding(self.path, place or self.source.line_place(1), said, code, severity, weighed=True)


def read_control_files(root: Path) -> tuple[tuple[ControlFile, ...], tuple[Finding, ...]]:
    """The files of a library's `controls/`, and findings about those that are not read for their names."""
    folder = root / FOLDER
    files, unread = [], []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = f"{FOLDER}/{path.name}"
        if path.suffix == ".yaml":
            files.append(_read(path, name))
        elif path.suffix.lower() in {".yaml", ".yml", ".json"}:
            said = f"is not read; name it {path.stem}.yaml"
            unread.append(Finding(name, Source(b"").line_place(1), said, "SOP001", Severity.WARNING, weighed=True))
    return tuple(files), tuple(unread)


def _read(path: Path, name: str) -> ControlFile:
    try:
        source = Source(path.read_bytes())
    except OSError as error:
        source = Source(b"")
        lost = Finding(name, source.line_place(1), f"cannot be read: {error.strerror}; mend it", "SOP001")
        return ControlFile(name, source, YamlTree(), (lost,))
    trouble = unreadable_finding(source, name) if len(source.data) <= MAX_SOP_BYTES else None  # that bound is for SOPs
    if trouble is not None:
        return ControlFile(name, source, YamlTree(), (trouble,))
    tree = read_yaml(source, source.text_start, len(source.data), name, path.name)
    return ControlFile(name, source, tree, tuple(_shape_findings(name, source, tree)))


def _shape_findings(name: str, source: Source, tree: YamlTree) -> Iterator[Finding]:
    yield from tree.findings
    if not tree.broken and not isinstance(tree.value, dict):
        said = "is not a list of keys and values; see docs/frameworks.md for what such a file holds"
        yield Finding(name, source.line_place(1), said, "SOP002")


def framework_yaml(framework: Framework) -> bytes:
    """The bytes of the file: what is said of the framework, its groups, its controls, a key a line."""
    return "\n".join((*_yaml_lines(framework), "")).encode()


def _yaml_lines(framework: Framework) -> Iterator[str]:
    yield from _key_lines(framework, "groups", "controls")
    for key, parts in (("groups", framework.groups), ("controls", framework.controls)):
        yield f"{key}:"
        for part in parts:
            first, *more = _key_lines(part)
            yield f"  - {first}"
            yield from (f"    {line}" for line in more)


def _key_lines(part: BaseModel, *left: str) -> Iterator[str]:
    for key in type(part).model_fields:
        value = getattr(part, key)
        if key in left or not value:
            continue
        if isinstance(value, bool):
            yield f"{key}: true"
        else:
            yield f"{key}: {flow_list(value) if isinstance(value, tuple) else yaml_scalar(str(value))}"

"""Load control frameworks and mappings, the shipped ones and those of a library, from their YAML files."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from sopkit.data import shipped_folder
from sopkit.model.catalogue import Catalogue
from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import Framework, FrameworkHead
from sopkit.model.similarity import nearest
from sopkit.parsing.yaml import YamlValue, load_yaml, yaml_line_of

if TYPE_CHECKING:
    from sopkit.model.mappings import Mapping

_MAPPING = "mapping-"
_Model = TypeVar("_Model", bound=BaseModel)


def load_catalogue(extra: Path | None = None) -> Catalogue:
    """Give the shipped frameworks with those of a library's own folder, which win over shipped ones.

    Nothing is read yet: a broken file raises SopkitError, with its line, when it is first asked for.
    """
    files = _files(shipped_folder("controls"))
    own = _files(extra) if extra is not None else {}
    files |= own
    framework_ids = tuple(name for name in files if not name.startswith(_MAPPING))
    mapping_ids = tuple(name for name in files if name.startswith(_MAPPING))

    @cache
    def framework_named(name: str) -> Framework:
        return read_framework(files[name]) if name in own else _shipped_framework(files[name])

    @cache
    def read_mapping(name: str) -> "Mapping":
        from sopkit.model.mappings import Mapping  # most commands ask for no mapping

        mapping = _read(files[name], Mapping)
        if name in own:
            _check_ends(mapping, files[name], framework_ids, framework_named)
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
    """The framework in a file. SopkitError, with its line, when it is broken."""
    return _read(path, Framework)


_shipped_framework = cache(read_framework)
"""One object for all catalogues of a process: shipped files do not change while sopkit runs."""


def _files(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def _head(path: Path, end: bytes) -> dict[str, YamlValue]:
    """The keys before `end`. Shipped files have their long lists last, which a test holds."""
    data, _, _ = path.read_bytes().partition(end)
    top = load_yaml(data, str(path))
    if not isinstance(top, dict):
        raise SopkitError(f"{path}: is not a list of keys and values", "install sopkit again")
    return top


def _read(path: Path, model: type[_Model]) -> _Model:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SopkitError(f"{path}: cannot be read: {error.strerror}", "check its permissions") from error
    plain = load_yaml(data, str(path))
    try:
        entry = model.model_validate(plain, by_name=False, by_alias=True)
    except ValidationError as error:
        raise _schema_error(error, model, data, str(path)) from error
    if getattr(entry, "id", None) != path.stem:
        line = yaml_line_of(data, str(path), ("id",))
        raise SopkitError(f"{path}:{line}: the id is not the name of the file", f"write `id: {path.stem}`")
    return entry


def _check_ends(
    mapping: "Mapping", path: Path, known: tuple[str, ...], read_framework: Callable[[str], Framework]
) -> None:
    for said, steps in _wrong_ends(mapping, known, read_framework):
        line = yaml_line_of(path.read_bytes(), str(path), steps)
        raise SopkitError(f"{path}:{line}: {said}", "write the id as `sopkit control list` shows it")


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
    where, said = ".".join(str(step) for step in at), first["msg"]
    if first["type"] == "extra_forbidden":
        near = nearest(str(at[-1]), model.model_fields, n=1) if len(at) == 1 else []
        said = f"unknown key{f'; did you mean `{near[0]}`?' if near else ''}"
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    line = yaml_line_of(data, path, at)
    return SopkitError(
        f"{path}:{line}: {f'{where}: ' if where else ''}{said}{more}",
        "see everything that is wrong in controls/ with: sopkit control check",
    )

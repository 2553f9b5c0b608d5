"""Everything that is wrong with the frameworks and mappings of a library, each where it stands."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sopkit.control_files.ends import ends_of_mapping
from sopkit.control_files.file import FOLDER, MAPPING, ControlFile, read_control_files
from sopkit.control_files.parts import findings_of_parts
from sopkit.frameworks import load_catalogue
from sopkit.model.catalogue import Catalogue
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding, Severity
from sopkit.model.nearest import nearest
from sopkit.model.source import Source


@dataclass(frozen=True)
class Checked:
    """What was found, in how many files, and the bytes of those files by path."""

    findings: tuple[Finding, ...]
    count: int
    sources: Mapping[str, Source]


def check_control_files(root: Path, only: Collection[str] | None = None) -> Checked:
    """The findings about a library's `controls/`, or about some of its files, named by path from the root.

    SopkitError for a path that is none of them.
    """
    files, unread = read_control_files(root)
    for path in only or ():
        if path not in {file.path for file in files}:
            names = ", ".join(file.path for file in files) or "there is none"
            raise SopkitError(f"{path}: no framework or mapping of this library", f"files that can be checked: {names}")
    shipped, catalogue = load_catalogue(), load_catalogue(root / FOLDER)
    asked = [file for file in files if only is None or file.path in only]
    findings = list(unread) if only is None else []
    for file in asked:
        found = list(_of_file(file, files, shipped, catalogue))
        findings += found
        if not any(finding.severity is Severity.ERROR for finding in found):
            findings += _refused(file, root, catalogue)
    findings += [finding for finding in _pairs(files) if finding.path in {file.path for file in asked}]
    findings.sort(key=lambda finding: finding.sort_key)
    return Checked(tuple(findings), len(asked), {file.path: file.source for file in asked})


def _of_file(
    file: ControlFile, files: Iterable[ControlFile], shipped: Catalogue, catalogue: Catalogue
) -> Iterator[Finding]:
    yield from file.findings
    if not file.values:
        return
    if file.holds_mapping != file.is_mapping:
        yield _misnamed(file)
        return
    yield from findings_of_parts(file)
    if file.values.get("id") not in {None, file.name}:
        said = f"the id is not the name of the file; write `id: {file.name}`, or rename the file"
        yield file.finding("SOP005", said, ("id",))
    yield from _shadows(file, shipped)
    if file.is_mapping:
        own = {other.name: other.ids for other in files if not other.is_mapping}
        yield from ends_of_mapping(file, own, catalogue)
    else:
        yield from _successor(file, catalogue)


def _misnamed(file: ControlFile) -> Finding:
    if file.holds_mapping:
        said = f"this is a mapping; name the file {MAPPING}{file.name}.yaml and write that name as its id"
    else:
        said = f"a file whose name begins with {MAPPING} is a mapping, and this is none; rename it and its id"
    return file.finding("SOP005", said, ("id",))


def _shadows(file: ControlFile, shipped: Catalogue) -> Iterator[Finding]:
    """A file of the library takes the place of a shipped one of its name; people do that, and by mistake too."""
    if file.name in shipped.ids:
        before = shipped.get(file.name)
        said = f"stands in place of the shipped {file.name} ({before.title}, {len(before.controls)} controls)"
        yield file.finding("SOP007", f"{said}; rename it if that is not meant", ("id",), Severity.INFO)
    elif file.name in shipped.ends.values():
        said = f"stands in place of the shipped {file.name}; rename it if that is not meant"
        yield file.finding("SOP007", said, ("id",), Severity.INFO)


def _successor(file: ControlFile, catalogue: Catalogue) -> Iterator[Finding]:
    newer = file.values.get("superseded_by")
    if not isinstance(newer, str):
        return
    if newer == file.name:
        yield file.finding("SOP501", "is superseded by itself; name its successor", ("superseded_by",))
    elif newer not in catalogue.ids:
        near = nearest(newer, catalogue.ids, 1, 0.3)
        advice = f"did you mean `{near[0]}`?" if near else "see `sopkit control list`"
        yield file.finding("SOP501", f"no framework `{newer}`; {advice}", ("superseded_by",))
    if file.values.get("status") == "current":
        said = "is current and superseded at once; write `status: withdrawn`"
        yield file.finding("SOP005", said, ("status",), Severity.WARNING)


def _refused(file: ControlFile, root: Path, catalogue: Catalogue) -> Iterator[Finding]:
    """What reading for use refuses although nothing above was found, such as an alias."""
    try:
        catalogue.read_mapping(file.name) if file.is_mapping else catalogue.read_framework(file.name)
    except SopkitError as error:
        before, _, rest = error.message.partition(f"{root / file.path}:")
        if rest and not before:  # else it is about a file that this one leads to
            where, _, said = rest.partition(": ")
            line = file.source.line_place(int(where) if where.isdigit() else 1)
            yield Finding(file.path, line, f"{said or where.strip()}; {error.hint}", "SOP002", weighed=True)


def _pairs(files: Iterable[ControlFile]) -> Iterator[Finding]:
    """Of two mappings between the same frameworks one would be used, and nobody would know which."""
    seen: dict[frozenset[str], ControlFile] = {}
    for file in files:
        pair = frozenset(str(file.values.get(key)) for key in ("source_framework", "target_framework"))
        if file.is_mapping and file.holds_mapping:
            if pair in seen:
                said = f"{seen[pair].path} maps the same two frameworks; put their rows into one file"
                yield file.finding("SOP007", said, ("source_framework",))
            seen.setdefault(pair, file)

"""Import a framework file from a workbook or CSV file: options, comparison with the existing file, result."""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sopkit.frameworks.loader import FOLDER, MAPPING, framework_yaml, load_catalogue, read_framework
from sopkit.frameworks.questionnaire import FrameworkDraft, SheetColumns, draft_framework, id_form, is_ambiguous_in_text
from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import Framework, InconsistencyKind, find_inconsistencies
from sopkit.reading import read_file
from sopkit.tables.grid import Grid
from sopkit.tables.reader import read_sheet

_COLUMNS_HINT = "write heads of the sheet, or letters: --columns 'id=Question ID,title=Question,group=Category'"
_COPY_NOTE = "taken from the user's own copy"
COLUMNS = ("id", "title", "group", "parent")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
_PAIR = re.compile(rf",\s*(?=(?:{'|'.join(COLUMNS)})\s*=)")


@dataclass(frozen=True, slots=True)
class FrameworkOptions:
    """What the user asks for: the id of the framework, whose columns are what, and what it says of itself."""

    id: str
    columns: Mapping[str, str]
    title: str = ""
    edition: str = ""
    publisher: str = ""
    sheet: str | None = None
    header: int | None = None


@dataclass(frozen=True)
class FrameworkImport:
    """A framework as it would be written to `path`, and how that differs from what is there.

    `before` is what is there: None for no file, or one that cannot be read.
    """

    path: Path
    exists: bool
    same: bool
    framework: Framework
    before: Framework | None
    data: bytes
    draft: FrameworkDraft
    grid: Grid

    @property
    def added(self) -> tuple[str, ...]:
        """Ids that are new."""
        return tuple(name for name in self.framework.by_id if self.before is None or name not in self.before.by_id)

    @property
    def removed(self) -> tuple[str, ...]:
        """Ids that are there and would be gone."""
        return tuple(name for name in self.before.by_id if name not in self.framework.by_id) if self.before else ()

    @property
    def changed(self) -> tuple[str, ...]:
        """Ids whose title or place among the groups would be another."""
        before = self.before.by_id if self.before else {}
        return tuple(
            name
            for name, control in self.framework.by_id.items()
            if name in before and (control.title, control.group) != (before[name].title, before[name].group)
        )


def parse_columns(text: str) -> dict[str, str]:
    """The heads of `id=Question ID,title=Question` by what they hold; a head may have commas. SopkitError else."""
    found: dict[str, str] = {}
    for pair in _PAIR.split(text.strip()):
        key, _, head = pair.partition("=")
        key, head = key.strip().lower(), head.strip()
        if key not in COLUMNS or not head or key in found:
            raise SopkitError(f"--columns: `{pair.strip()}` is not understood", _COLUMNS_HINT)
        found[key] = head
    if missing := [key for key in COLUMNS[:2] if key not in found]:
        raise SopkitError(f"--columns: no {missing[0]}", _COLUMNS_HINT)
    return found


def import_framework(root: Path, source: Path, options: FrameworkOptions) -> FrameworkImport:
    """The framework in a sheet, for a library; nothing is written. SopkitError for what cannot be read or named so."""
    name = options.id
    if not _NAME.fullmatch(name):
        raise SopkitError(f"--id: `{name}` is no id", "write small letters, digits, dots and hyphens, such as hecvat-4")
    if name.startswith(MAPPING):
        raise SopkitError(f"--id: a name that begins with {MAPPING} is that of a mapping", "choose another id")
    if name in load_catalogue().ids:
        raise SopkitError(f"--id: {name} is a framework that sopkit ships", "choose another id")
    grid = read_sheet(source, options.sheet, header=options.header, wanted=tuple(options.columns.values()))
    at = {key: grid.column(head) for key, head in options.columns.items()}
    draft = draft_framework(grid, SheetColumns(**at))
    for end in find_inconsistencies("", (), tuple(enumerate(draft.controls))):
        if end.kind is InconsistencyKind.CIRCLE:
            raise SopkitError(f"{source}: {end.message}", "mend its parent in the sheet, or leave parent=… out")
    path = root / FOLDER / f"{name}.yaml"
    before, current = None, read_file(root, f"{FOLDER}/{name}.yaml") if os.path.lexists(path) else None
    if current is not None:
        with suppress(SopkitError):
            before = read_framework(path)
    framework = _merge_head(draft, options, before, source, grid)
    data = framework_yaml(framework)
    return FrameworkImport(path, current is not None, current == data, framework, before, data, draft, grid)


def _merge_head(
    draft: FrameworkDraft, options: FrameworkOptions, before: Framework | None, source: Path, grid: Grid
) -> Framework:
    """The framework; what a person wrote about it in the file that is there stays, but for what is asked for now."""
    ids = [control.id for control in draft.controls]
    _, hyphen, last = options.id.rpartition("-")
    sheet = f", sheet {grid.name}" if grid.sheets else ""
    head: dict[str, object] = {
        "title": options.id,
        "edition": last if hyphen and any(map(str.isdigit, last)) else "not stated",
        "publisher": "not stated",
        "status": "current",
        "needs_name": is_ambiguous_in_text(ids),
        "licence_note": f"{_COPY_NOTE} ({source.name}{sheet}); its texts stay in this library",
    }
    if before is not None:
        ours = {"licence_note"} if before.licence_note.startswith(_COPY_NOTE) else set()
        head |= before.model_dump(exclude={"groups", "controls", "id_form", *ours}, exclude_defaults=True)
    head |= {key: value for key in ("title", "edition", "publisher") if (value := getattr(options, key))}
    head |= {"id": options.id, "id_form": id_form(ids)}
    return Framework.model_validate({**head, "groups": draft.groups, "controls": draft.controls})

"""What the doctor examines: git, configuration, library, pipelines and installed extras; and a row of its report."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from sopkit.files import find_leftovers, list_part_folders, remove_leftovers
from sopkit.git.checkout import Forge, find_top, forge_of, read_origin
from sopkit.git.commit import describe_missing_from_index
from sopkit.git.journal import find_interrupted, settle_interrupted
from sopkit.git.repository import GitConfiguration, Repository, open_repository, read_git_configuration
from sopkit.library import CONFIG_NAME, LEDGER_ROOT, Library, load, load_config
from sopkit.model.config import Config
from sopkit.model.errors import SopkitError
from sopkit.reading import list_files, read_file


class DoctorState(StrEnum):
    """How something stands; a hint asks for nothing."""

    OK = "ok"
    HINT = "hint"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for ok, 3 for error."""
        return list(DoctorState).index(self)


@dataclass(frozen=True, slots=True)
class DoctorRow:
    """One thing that was looked at. `path` is relative to the top of the repository; line 0 is the whole file."""

    check: Annotated[str, "What was looked at."]
    state: Annotated[DoctorState, "How it stands."]
    message: Annotated[str, "What was found."]
    mend: Annotated[str, "What to do; empty when nothing is to be done."] = ""
    path: Annotated[str, "The file, from the top of the repository; empty when it is no file."] = ""
    line: Annotated[int, "Its line from 1; 0 is the whole file."] = 0


def list_names(keys: list[str]) -> str:
    """Names for a message: all of them, or the first few and how many more."""
    shown = 5
    more = f" and {len(keys) - shown} more" if len(keys) > shown else ""
    return ", ".join(f"`{key}`" for key in keys[:shown]) + more


EXTRAS = {
    "xlsx": ("xlsxwriter", "openpyxl"),
    "pdf": ("typst",),
    "docx": ("docx", "mammoth", "markdownify"),
    "calendar": ("icalendar",),
    "serve": ("watchfiles",),
    "lsp": ("pygls",),
    "mcp": ("mcp",),
}
"""Extras of the package, and the modules that each brings."""

_MAX_PIPELINE_SIZE = 1 << 20


@dataclass(frozen=True, eq=False)
class DoctorFacts:
    """All that is judged. `library` is None when there is none or it cannot be loaded; `fault` says why.

    `registers` are loaded under a broken configuration as well: as those of a library with the default one.
    """

    root: Path
    top: Path
    as_of: date
    environment: Mapping[str, str]
    git: GitConfiguration
    forge: Forge
    library: Library | None
    registers: Library | None
    fault: SopkitError | None
    pipelines: tuple[tuple[str, bytes], ...]
    ssh_keygen: bool
    missing: tuple[str, ...]
    zones: bool
    missing_from_index: str = ""  # what to do about entries that the next commit would remove
    interrupted: bool = False  # a commit of sopkit was cut off
    leftovers: tuple[str, ...] = ()  # files that killed runs left, relative to the library or absolute

    def from_top(self, path: str) -> str:
        """A path of the library as one from the top of the repository."""
        return (self.root / path).relative_to(self.top).as_posix()


def gather_facts(root: Path, as_of: date, environment: Mapping[str, str]) -> DoctorFacts:
    """The facts about the library in a folder; nothing is written, and nothing wrong there is an error here."""
    top = find_top(root)
    try:
        repository = open_repository(root)
    except SopkitError:
        repository = None  # the check of git says why
    fault, library, registers = None, None, None
    if not (root / CONFIG_NAME).is_file():
        fault = SopkitError(f"no {CONFIG_NAME} here or in a folder above", "run: sopkit init")
    else:
        try:
            registers = library = load(root, as_of, load_config(root))
        except SopkitError as error:
            fault = error
            with suppress(SopkitError):
                registers = load(root, as_of, Config())
    return DoctorFacts(
        root=root,
        top=top,
        as_of=as_of,
        environment=environment,
        git=read_git_configuration(root),
        forge=forge_of(read_origin(top)),
        library=library,
        registers=registers,
        fault=fault,
        pipelines=_read_pipelines(top),
        ssh_keygen=shutil.which("ssh-keygen") is not None,
        missing=tuple(name for name, modules in EXTRAS.items() if any(find_spec(module) is None for module in modules)),
        zones=_has_time_zones(),
        missing_from_index=describe_missing_from_index(repository, LEDGER_ROOT)
        if repository and repository.head
        else "",
        interrupted=bool(find_interrupted(root)),
        leftovers=tuple(str(path) for folder in list_part_folders(root) for path in find_leftovers(folder)),
    )


def repair_library(root: Path) -> tuple[str, ...]:
    """Settle commits that were cut off, and remove files that killed runs left; gives what was done.

    Raises SopkitError when something cannot be written.
    """
    repository = open_repository(root)
    count = settle_interrupted(repository) if repository else 0
    removed = [path for folder in list_part_folders(root) for path in remove_leftovers(folder)]
    settled = ["settled a commit that was cut off"] * count
    return (*settled, *(f"removed {path}" for path in removed))


def _read_pipelines(top: Path) -> tuple[tuple[str, bytes], ...]:
    """Path from the top and bytes of each file that tells GitHub or GitLab what to run."""
    found = []
    with suppress(OSError):
        found += [path for path in list_files(top, ".github/workflows") if path.endswith((".yml", ".yaml"))]
    read = []
    for path in (*found, ".gitlab-ci.yml"):
        with suppress(OSError):
            read.append((path, read_file(top, path, _MAX_PIPELINE_SIZE)))
    return tuple(read)


def _has_time_zones() -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # the core of sopkit does without

    try:
        ZoneInfo("Europe/Berlin")
    except (ZoneInfoNotFoundError, OSError):
        return False
    return True


def _describe_lost(repository: Repository | None) -> str:
    return describe_missing_from_index(repository, LEDGER_ROOT) if repository and repository.head else ""

"""A library of SOPs as of one date: configuration, frameworks, registers, documents, and entries read on first use."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.frameworks.loader import load_catalogue
from sopkit.git.globs import compile_sop_globs
from sopkit.git.ignore import survey
from sopkit.model.areas import Area
from sopkit.model.catalogue import Catalogue
from sopkit.model.claims import Claim, claims_of, control_checker
from sopkit.model.config import Config
from sopkit.model.control_ids import ControlMatch, parse_control
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding
from sopkit.model.quiz import QUIZ_FOLDER
from sopkit.model.registers import REGISTERS, Role
from sopkit.model.sop import Sop
from sopkit.model.sop_document import ValidationContext
from sopkit.model.source import Loc, Source
from sopkit.parsing.config import read_config
from sopkit.parsing.register import Register, read_register
from sopkit.parsing.sections import alias_table
from sopkit.parsing.sop import MAX_SOP_BYTES, parse, unreadable_sop
from sopkit.parsing.validation import validate
from sopkit.reading import NoPlainFileError, explain_unread, list_files, read_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sopkit.git.ignore import WatchedFolder
    from sopkit.model.template import Template
    from sopkit.parsing.entry import EntryFile
    from sopkit.parsing.quiz import QuizFile


def register_path(name: str) -> str:
    """Where a register stands in a library."""
    return f"registers/{name}.yaml"


class LazyRegisters(dict[str, Register]):
    """Registers by name, each read when it is first asked for; one that has no file is empty."""

    def __init__(self, root: Path, known: "Mapping[str, Register] | None" = None) -> None:
        super().__init__(known or {})
        self.root = root

    def __missing__(self, name: str) -> Register:
        path, message, register = register_path(name), "", Register(name)
        try:
            register = read_register(name, path, read_file(self.root, path, MAX_SOP_BYTES + 1))
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            message = "register {}; {}".format(*explain_unread(error))
        if message:
            finding = Finding(path, register.source.place(0), message, "SOP001")
            register = replace(register, path=path, findings=(finding,))
        self[name] = register
        return register

    def values(self) -> "list[Register]":  # type: ignore[override]
        """All registers, read now."""
        return [self[name] for name in REGISTERS]


class LazyEntries(dict[str, "EntryFile"]):
    """Entries of the ledger by path, each read when it is first asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def __missing__(self, path: str) -> "EntryFile":
        from sopkit.parsing.entry import EntryFile, read_entry_file  # only with a ledger

        try:
            entry = read_entry_file(path, read_file(self.root, path, MAX_SOP_BYTES + 1))
        except OSError as error:
            source = Source(b"")
            words = "file {}; {}".format(*explain_unread(error))
            entry = EntryFile(path, source, (Finding(path, source.place(0), words, "SOP001"),))
        self[path] = entry
        return entry


CONFIG_NAME = "sopkit.toml"
LEDGER_ROOT = "ledger"
"""Folder of everything that was entered."""


@dataclass(frozen=True, eq=False)
class RuleContext:
    """What a rule about one SOP may use beside that SOP: the date, configuration, frameworks and registers; no SOPs."""

    config: Config
    as_of: date
    catalogue: Catalogue
    registers: "Mapping[str, Register]"
    exists: Callable[[str], bool]
    watched: Callable[[str], bool]
    template: "Callable[[str], Template | None]"

    @property
    def roles(self) -> Register:
        """The register of roles."""
        return self.registers["roles"]

    def role(self, name: str) -> Role | None:
        """The role of that id, title or alias, or None."""
        row = self.roles.by_name.get(" ".join(name.split()).casefold())
        return row if isinstance(row, Role) else None

    def role_title(self, name: str) -> str:
        """The title of a role, or what is written where there is no role of that name."""
        row = self.role(name)
        return (row.title or row.id) if row else name

    @property
    def first_framework(self) -> str:
        """The framework whose controls are meant where none is named; empty where the library has none."""
        return next(iter(self.config.library.frameworks), "")

    def control(self, written: str) -> ControlMatch:
        """What the id of a control means; one without its framework is of the library's first."""
        return parse_control(written, self.catalogue, self.first_framework)

    def claims(self, sop: Sop) -> Iterator[Claim]:
        """Every control that the front matter of an SOP claims."""
        return claims_of(sop.front.values.get("controls"), self.catalogue, self.first_framework)

    def area(self, sop: Sop) -> Area | None:
        """The area of an SOP, or None when it names none that is known."""
        return self.config.all_areas.get(sop.text("area"))

    def approvers(self, sop: Sop) -> tuple[str, ...]:
        """The roles that approve an SOP, as typed: those that it names, else those of its area."""
        return tuple(name for name, _ in self.placed_approvers(sop))

    def placed_approvers(self, sop: Sop) -> tuple[tuple[str, Loc], ...]:
        """The same, each with the place of the front matter that names it or the area."""
        by_area = self.config.approvers((), sop.text("area"))
        return sop.texts("approvers") or tuple((name, ("area",)) for name in by_area)


@dataclass(frozen=True, eq=False)
class Library(RuleContext):
    """All of a library as it stands in its folder, judged on `as_of`."""

    root: Path
    sops: tuple[Sop, ...]
    entries: "Mapping[str, EntryFile]"
    read: Callable[[str, bytes], Sop]

    @cached_property
    def context(self) -> RuleContext:
        """The part of the library that leads to none of its SOPs."""
        return RuleContext(**{field.name: getattr(self, field.name) for field in fields(RuleContext)})

    def with_texts(self, texts: "Mapping[str, bytes]") -> "Library":
        """The same library with other bytes in some of its SOPs and registers, by path.

        A path that is new, but one of an SOP, is one SOP more; what is neither is left out.
        """
        sops = {sop.path: sop for sop in self.sops}
        for path, data in texts.items():
            if path in sops or self.holds_sop(path):
                sops[path] = self.read(path, data)
        registers = self.registers
        if any(path in texts for path in map(register_path, REGISTERS)):
            registers = LazyRegisters(self.root, registers)
            for name in REGISTERS:
                if (path := register_path(name)) in texts:
                    registers[name] = read_register(name, path, texts[path][: MAX_SOP_BYTES + 1])
        ordered = sops.values() if len(sops) == len(self.sops) else sorted(sops.values(), key=lambda sop: sop.path)
        return replace(self, sops=tuple(ordered), registers=registers)

    @cached_property
    def holds_sop(self) -> Callable[[str], bool]:
        """Whether a path is that of an SOP, by the configuration."""
        return compile_sop_globs(self.config.library.sops)

    @cached_property
    def in_order(self) -> tuple[Sop, ...]:
        """The SOPs in the order of their ids; those without one come last."""
        return tuple(sorted(self.sops, key=lambda sop: (not sop.id, sop.id, sop.path)))

    @cached_property
    def by_id(self) -> dict[str, tuple[Sop, ...]]:
        """The SOPs of each id; more than one is a finding."""
        found: dict[str, tuple[Sop, ...]] = {}
        for sop in self.sops:
            if sop.id:
                found[sop.id] = (*found.get(sop.id, ()), sop)
        return found

    @cached_property
    def ids(self) -> frozenset[str]:
        """All ids; an SOP with none of its own, or another's, has the one that its file's name begins with."""
        unsure = (sop for sop in self.sops if not sop.id or len(self.by_id[sop.id]) > 1)
        names = (self.config.library.id_at_start(sop.path.rsplit("/", 1)[-1]) for sop in unsure)
        return frozenset((*self.by_id, *(name.upper() for name in names if name)))

    @cached_property
    def by_path(self) -> dict[str, Sop]:
        """The SOPs by path."""
        return {sop.path: sop for sop in self.sops}

    @cached_property
    def entry_paths(self) -> tuple[str, ...]:
        """The paths of the entries and practice records in the folder, which `entries` reads when one is asked for."""
        if not (self.root / LEDGER_ROOT).is_dir():
            return ()
        from sopkit.model.entry import LEDGER  # only with a ledger
        from sopkit.model.practice_base import is_record

        with suppress(NoPlainFileError):  # the ledger that git has is judged all the same
            paths = list_files(self.root, LEDGER_ROOT, deep=True)
            entries = (path for path in paths if path.startswith(f"{LEDGER}/") and path.endswith(".yaml"))
            return (*entries, *filter(is_record, paths))
        return ()

    @cached_property
    def quizzes(self) -> "Mapping[str, QuizFile]":
        """The quizzes of the library, by path."""
        if not (self.root / QUIZ_FOLDER).is_dir():
            return {}
        from sopkit.parsing.quiz import read_quiz_file  # only with quizzes

        try:
            paths = [path for path in list_files(self.root, QUIZ_FOLDER) if path.endswith(".yaml")]
        except NoPlainFileError:  # a link: a finding says so
            paths = [QUIZ_FOLDER]
        return {path: read_quiz_file(self.root, path) for path in paths}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The bytes of every file that a finding can point into, by path."""
        found = {sop.path: sop.source for sop in self.sops}
        found |= {register.path: register.source for register in self.registers.values() if register.path}
        found |= {path: entry.source for path, entry in self.entries.items()}
        found |= {path: quiz.source for path, quiz in self.quizzes.items()}
        found[CONFIG_NAME] = Source(read_file(self.root, CONFIG_NAME))
        return found


def path_checker(root: Path) -> Callable[[str], bool]:
    """A function that tells whether something stands at a path of the library; it looks once for each path."""
    return cache(lambda path: os.path.lexists(root / path))


def watch_checker(root: Path) -> Callable[[str], bool]:
    """Whether a glob of `watches`, which begins at the top of the repository, matches a file there; asked once each."""

    @cache
    def files() -> "WatchedFolder":
        from sopkit.git.ignore import WatchedFolder  # only for SOPs that watch files

        return WatchedFolder(root)

    return lambda glob: files().matches(glob)


def template_reader(root: Path) -> "Callable[[str], Template | None]":
    """A function that reads a template, the library's own or a shipped one; None where none can be read."""

    @cache
    def read(name: str) -> "Template | None":
        from sopkit.parsing.template import find_template  # only for SOPs that name one

        try:
            return find_template(root, name)
        except SopkitError:
            return None

    return read


def find_root(start: Path) -> Path:
    """The folder of the nearest `sopkit.toml` at or above a path. Raises SopkitError when there is none."""
    try:
        here = start.resolve()
    except (OSError, RuntimeError) as error:
        raise SopkitError(f"{start}: cannot be followed: {error}") from error
    if not here.exists():
        raise SopkitError(f"{start}: no such file or folder")
    if (root := root_at_or_above(here)) is not None:
        return root
    raise SopkitError(
        f"{start}: not a library of SOPs: no {CONFIG_NAME} here or in a folder above",
        "name the library's folder with -C DIR, or begin one here: sopkit init",
    )


def root_at_or_above(folder: Path) -> Path | None:
    """The nearest folder, from a resolved one upward, that holds a `sopkit.toml`; None outside of any library."""
    above = (folder, *folder.parents)
    # Path.is_file() raises for a name that is too long
    return next((one for one in above if os.path.isfile(one / CONFIG_NAME)), None)  # noqa: PTH113


def load(root: Path, as_of: date, config: Config | None = None) -> Library:
    """Read the library in a folder. Raises SopkitError when its configuration is broken.

    What is wrong with a document or a register is a finding in it, never an error.
    """
    config = config or load_config(root)
    catalogue = load_catalogue(root / "controls")
    unknown = [name for name in config.library.frameworks if name not in catalogue.ids]
    if unknown:
        known = ", ".join(catalogue.ids)
        raise SopkitError(f"{CONFIG_NAME}: library.frameworks: no framework {unknown[0]}", f"known frameworks: {known}")
    is_sop = compile_sop_globs(config.library.sops)
    found = survey(root, is_sop, is_sop.enters)
    reader = sop_reader(config, catalogue)
    # A link to an SOP is another name of it and no document; one that leads nowhere is a document that is lost.
    lost = [(path, "symbolic link leads nowhere or in a circle") for path in found.links if not (root / path).exists()]
    lost += [(path, "folder cannot be listed") for path in found.unreadable]
    return Library(
        root=root,
        config=config,
        as_of=as_of,
        catalogue=catalogue,
        sops=(
            *(_read_sop(root, path, config, reader) for path in found.files),
            *(_missing_sop(path, f"{why}; mend or delete it", config) for path, why in lost),
        ),
        registers=LazyRegisters(root),
        entries=LazyEntries(root),
        exists=path_checker(root),
        watched=watch_checker(root),
        template=template_reader(root),
        read=reader,
    )


def load_config(root: Path) -> Config:
    """The configuration of the library in a folder. Raises SopkitError with file and line."""
    try:
        data = read_file(root, CONFIG_NAME)
    except OSError as error:
        what, advice = explain_unread(error)
        raise SopkitError(f"{root / CONFIG_NAME}: {what}", advice) from error
    return read_config(data, CONFIG_NAME)


def sop_reader(config: Config, catalogue: Catalogue) -> Callable[[str, bytes], Sop]:
    """A function that reads one SOP of the library from its path and bytes."""
    aliases = alias_table(config.sections.aliases)
    around = ValidationContext(config, control_checker(catalogue, config.library.frameworks))

    return lambda path, data: parse(path, data, config, lambda sop: validate(sop, config, around), aliases)


def _read_sop(root: Path, path: str, config: Config, reader: Callable[[str, bytes], Sop]) -> Sop:
    try:
        data = read_file(root, path, MAX_SOP_BYTES + 1)
    except OSError as error:
        return _missing_sop(path, "file {}; {}".format(*explain_unread(error)), config)
    return reader(path, data)


def _missing_sop(path: str, message: str, config: Config) -> Sop:
    source = Source(b"")
    return unreadable_sop(path, source, Finding(path, source.place(0), message, "SOP001"), config)


def sops_with(library: Library, *keys: str) -> tuple[Sop, ...]:
    """The SOPs in whose front matter a key or a value may occur, under any spelling: only they are parsed."""
    aliases = library.config.front_matter.aliases
    spelled = {*keys, *(alias for alias, key in aliases.items() if key in keys)}
    words = tuple(word.encode() for word in spelled)

    def may_have(data: bytes) -> bool:
        closing = data.find(b"\n---\n")  # the end of front matter, at the latest
        end = closing if closing >= 0 else len(data)
        return any(data.find(word, 0, end) >= 0 for word in words)

    return tuple(sop for sop in library.sops if may_have(sop.source.data))

"""Starter rows of registers, rows appended to a register, and the row of a new owner role."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

from sopkit.data import shipped_folder
from sopkit.model.errors import SopkitError
from sopkit.model.registers import Role, RowModel
from sopkit.model.similarity import nearest
from sopkit.parsing.register import Register, read_register
from sopkit.parsing.sections import make_slug
from sopkit.parsing.template import TEMPLATE_FOLDER, read_template_file
from sopkit.parsing.yaml import yaml_scalar

_FIRST_ROW = re.compile(rb"^([ ]*)- ", re.MULTILINE)
_EMPTY_LIST = re.compile(rb"^[ ]*\[[ \t]*\][ \t]*(?=\r?$)", re.MULTILINE)


def require_valid(register: Register) -> Register:
    """A register that can be added to. Raises SopkitError with file and line when something in it is wrong."""
    if register.findings:
        first = min(register.findings, key=lambda finding: finding.place.line)
        raise SopkitError(f"{register.path}:{first.place.line}: {first.message}", "mend the register, then try again")
    return register


def append_rows(register: Register, rows: tuple[str, ...]) -> bytes:
    """The bytes of a register with rows behind those that it has. Raises SopkitError when they cannot be put there."""
    data = register.source.data
    end = register.source.line_end
    indent = ""
    if register.rows:
        first = _FIRST_ROW.search(data)
        indent = first[1].decode() if first else ""
    elif register.tree.value == []:
        data = _EMPTY_LIST.sub(b"", data, count=1)
    text = "".join(f"{indent}{line}{end}" for row in rows for line in row.splitlines())
    gap = end.encode() if register.source.data and not data.endswith((b"\n", b"\r")) else b""
    grown = data + gap + text.encode()
    there = read_register(register.name, register.file, grown)
    if (
        there.findings
        or there.rows[: len(register.rows)] != register.rows
        or len(there.rows) != len(register.rows) + len(rows)
    ):
        raise SopkitError(
            f"{register.file}: rows cannot be added to the end of it",
            "write it as a list whose rows begin with `- `, each on lines of its own",
        )
    return grown


STARTER_KINDS = ("roles", "policies", "risks", "assets")
"""The registers that have starter rows, in the order in which one leads to the next."""

_ROLES = re.compile(r"\b(?:owner|reports_to):[ ]*[\w-]+|\bconflicts:[ ]*\[[^\]\n]*\]")
_WORD = re.compile(r"(?<=[\s\[,])[\w-]+(?=[\s\],]|$)")


@dataclass(frozen=True)
class StarterRow:
    """A row and its lines, with the comment above them; LF ends each line."""

    register: str
    row: RowModel
    lines: str

    @property
    def id(self) -> str:
        """The id of the row."""
        return self.row.key

    @property
    def title(self) -> str:
        """What texts call it."""
        return str(getattr(self.row, "title", ""))

    @property
    def names(self) -> tuple[str, ...]:
        """Title and other spellings, without the id."""
        others = self.row.aliases if isinstance(self.row, Role) else ()
        return tuple(name for name in (self.title, *others) if name)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles to which the row leads."""
        column = "reports_to" if self.register == "roles" else "owner"
        role = str(getattr(self.row, column, ""))
        return (role,) if role else ()

    def calling(self, ids: Mapping[str, str]) -> str:
        """Its lines, with other ids for some roles."""

        def renamed(cell: re.Match[str]) -> str:
            return _WORD.sub(lambda word: ids.get(word[0], word[0]), cell[0])

        return _ROLES.sub(renamed, self.lines)


@dataclass(frozen=True)
class Starters:
    """All starter rows by register and id."""

    rows: Mapping[str, Mapping[str, StarterRow]]

    def get(self, register: str, key: str) -> StarterRow | None:
        """The row of that id, or None."""
        return self.rows[register].get(key)

    def role(self, name: str) -> StarterRow | None:
        """The role of that id, title or alias, or None."""
        return self._roles.get(" ".join(name.split()).casefold())

    @cached_property
    def _roles(self) -> dict[str, StarterRow]:
        return {
            name.casefold(): row for row in list(self.rows["roles"].values())[::-1] for name in (row.id, *row.names)
        }


def load_starters(root: Path | None) -> Starters:
    """The shipped starter rows with those of a library's own `templates/registers` laid over them, by id.

    Raises SopkitError with file and line when one is broken.
    """
    folders = [shipped_folder(TEMPLATE_FOLDER), *([root / TEMPLATE_FOLDER] if root is not None else [])]
    rows: dict[str, dict[str, StarterRow]] = {kind: {} for kind in STARTER_KINDS}
    for folder in folders:
        for kind in STARTER_KINDS:
            name = f"registers/{kind}.yaml"
            if os.path.lexists(folder / name):
                found = read_starter_rows(kind, f"{TEMPLATE_FOLDER}/{name}", read_template_file(folder, name))
                rows[kind] |= {row.id: row for row in found}
    return Starters(rows)


def read_starter_rows(kind: str, path: str, data: bytes) -> tuple[StarterRow, ...]:
    """The rows of one file of starter rows, each with its lines. Raises SopkitError with file and line."""
    data = data.replace(b"\r\n", b"\n")
    register = read_register(kind, path, data)
    if register.findings:
        first = register.findings[0]
        raise SopkitError(f"{path}:{first.place.line}: {first.message}", "mend the row")
    blocks = _split_blocks(data.decode())
    if len(blocks) != len(register.rows):
        raise SopkitError(f"{path}: rows that do not begin with `- ` at the start of a line", "write one key a line")
    return tuple(StarterRow(kind, row, lines) for row, lines in zip(register.rows, blocks, strict=True))


def _split_blocks(text: str) -> list[str]:
    """The lines of each row: from its `- ` to the next one's, with the comments at the margin above it."""
    blocks: list[str] = []
    above = ""
    for line in text.splitlines():
        if line.startswith("- "):
            blocks.append(f"{above}{line}\n")
            above = ""
        elif line.startswith("#"):
            above += f"{line}\n"
        elif line.strip() and blocks:
            blocks[-1] += f"{line}\n"
    return blocks


def find_owner_role(name: str, roles: Register, starters: Starters) -> tuple[str, StarterRow | None]:
    """The id of the role that somebody named as owner, and a row for it when nobody knows it.

    Both are empty for no name. Raises SopkitError for words in which no name is.
    """
    words = " ".join(name.split())
    if not words:
        return "", None
    if there := roles.by_name.get(words.casefold()):
        return there.key, None
    if starter := starters.role(words):
        return starter.id, None
    key = make_slug(words)
    if not key:
        raise SopkitError(f"{name!r} is no name of a role", "name the role that answers for the SOP")
    if (known := {*roles.keys, *starters.rows["roles"]}) & {key}:
        if re.sub(r"[\s_-]+", "-", words.casefold()) == key:
            return key, None
        key = next(numbered for at in count(2) if (numbered := f"{key}-{at}") not in known)  # "C++ lead" and "C# lead"
    title = words if words != key else words.replace("-", " ").capitalize()
    lines = f"- id: {yaml_scalar(key)}\n  title: {yaml_scalar(title)}\n  holders: []  # [decide: who holds this role]\n"
    return key, read_starter_rows("roles", "--owner", lines.encode())[0]


def describe_new_role(made: StarterRow, roles: Register, starters: Starters) -> str:
    """What to tell of a role that nobody knew."""
    near = nearest(made.id, {*roles.keys, *starters.rows["roles"]} - {made.id}, 1, 0.6)
    return f"the role {made.id} is new" + (f"; did you mean {near[0]}?" if near else "")


def add_role(starters: Starters, row: StarterRow | None) -> Starters:
    """The starter rows with one more role, if there is one."""
    if row is None:
        return starters
    return Starters({**starters.rows, "roles": {**starters.rows["roles"], row.id: row}})

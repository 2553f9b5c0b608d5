"""Starter rows of registers, the rows that a new SOP needs, and its text in the words of its library."""

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from urllib.parse import quote

from sopkit.data import shipped_folder
from sopkit.library import Library
from sopkit.model.body import is_undecided
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit
from sopkit.model.registers import Role, RowModel
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.parsing.register import Register, read_register
from sopkit.parsing.roles import find_roles, split_names
from sopkit.parsing.sections import make_slug
from sopkit.parsing.template import TEMPLATE_FOLDER, read_template_file
from sopkit.parsing.yaml import flow_list, yaml_scalar
from sopkit.registers.edits import apply_edits

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

    def with_role_ids(self, ids: Mapping[str, str]) -> str:
        """Its lines, with other ids for some roles."""
        return _ROLES.sub(lambda cell: _WORD.sub(lambda word: ids.get(word[0], word[0]), cell[0]), self.lines)


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
    rows: dict[str, dict[str, StarterRow]] = {kind: {} for kind in STARTER_KINDS}
    for top in (None,) if root is None else (None, root):
        folder = shipped_folder(TEMPLATE_FOLDER) if top is None else top / TEMPLATE_FOLDER
        for kind in STARTER_KINDS:
            name = f"registers/{kind}.yaml"
            if os.path.lexists(folder / name):
                found = read_starter_rows(kind, f"{TEMPLATE_FOLDER}/{name}", read_template_file(top, name))
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


ROLE_KEYS = ("owner", "approvers", "contributors", "audience")
OTHER_KEYS = STARTER_KINDS[1:]
"""Front-matter keys that name rows of the register of the same name."""

_EVERYONE = "everyone"


@dataclass(frozen=True)
class MissingRows:
    """The starter rows to append; the library's own ids and words for what it has already; ids that nobody knows."""

    rows: tuple[StarterRow, ...] = ()
    ids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def find_missing_rows(sop: Sop, registers: Mapping[str, Register], starters: Starters) -> MissingRows:
    """What the registers lack for an SOP, with all to which those rows lead."""
    search = _RowSearch(registers, starters)
    for key in OTHER_KEYS:
        for value, _ in sop.texts(key):
            search.row(key, value)
    for key in ROLE_KEYS:
        for value, _ in sop.texts(key):
            search.role(value)
    actors = (step.actor for step in sop.body.steps if step.actor)
    for name in (*actors, *(name for name, _, _ in find_roles(sop.body.section("Roles")))):
        search.role_in_text(name)
    rows = [row for kind in STARTER_KINDS for row in starters.rows[kind].values() if (kind, row.id) in search.rows]
    return MissingRows(tuple(rows), search.ids, search.words, tuple(search.unknown))


class _RowSearch:
    def __init__(self, registers: Mapping[str, Register], starters: Starters) -> None:
        self.registers, self.starters = registers, starters
        self.rows: dict[tuple[str, str], StarterRow] = {}
        self.ids: dict[str, dict[str, str]] = {kind: {} for kind in STARTER_KINDS}
        self.words: dict[str, str] = {}
        self.unknown: dict[str, None] = {}

    def row(self, kind: str, key: str) -> None:
        """Look for a row of a policy, a risk or an asset, and for the role that owns it."""
        if key in self.registers[kind].keys or key in self.ids[kind] or (kind, key) in self.rows or is_undecided(key):
            return
        row = self.starters.get(kind, key)
        if row is None:
            self.unknown[f"{kind}: {key}"] = None
            return
        titles = {str(getattr(there, "title", "")).casefold(): there.key for there in self.registers[kind].rows[::-1]}
        if (same := titles.get(row.title.casefold())) is not None:
            self.ids[kind][key] = same
            return
        self.rows[kind, key] = row
        for role in row.roles:
            self.role(role)

    def role(self, key: str) -> None:
        """Look for a role, and for those to whom it reports."""
        if key in self.ids["roles"] or ("roles", key) in self.rows:
            return
        row = self.starters.get("roles", key)
        there = self._find_role(key, row)
        if there is not None:
            self.ids["roles"][key] = there.key
            if row is not None and row.title.casefold() not in {name.casefold() for name in there.names}:
                self.words[row.title] = _role_word(there, row)
        elif row is not None:
            self.rows["roles", key] = row
            for role in row.roles:
                self.role(role)
        elif key != _EVERYONE and not is_undecided(key):
            self.unknown[f"roles: {key}"] = None

    def _find_role(self, key: str, row: StarterRow | None) -> Role | None:
        """The register's row for a role: by its id, which may be a name there, else by a name of its starter row."""
        register = self.registers["roles"]
        names = (name.casefold() for name in (key, *(row.names if row else ())))
        found = register.by_key.get(key) or next(
            (there for name in names if (there := register.by_name.get(name))), None
        )
        return found if isinstance(found, Role) else None

    def role_in_text(self, name: str) -> None:
        """Look for a role by the words of the text; several may be joined."""
        if self.starters.role(name) is None and len(parts := split_names(name)) > 1:
            for part in parts:
                self.role_in_text(part)
            return
        if (row := self.starters.role(name)) is not None:
            self.role(row.id)


def _role_word(there: Role, row: StarterRow) -> str:
    """What a text calls a role that the register has under another title: the name that both know, else its title."""
    known = {name.casefold() for name in row.names}
    shared = next((name for name in (there.title, *there.aliases) if name.casefold() in known), "")
    return shared or there.title or there.key


def fit_text(sop: Sop, found: MissingRows, starters: Starters) -> str:
    """The text, with the library's ids in the front matter and its words for roles in the body."""
    data = sop.source.data
    head = apply_edits(data[: sop.body_start], _front_edits(sop, found))
    titles = [row.title for row in starters.rows["roles"].values()]
    return head.decode() + _reword_roles(data[sop.body_start :].decode(), found.words, titles)


def _front_edits(sop: Sop, found: MissingRows) -> Iterator[Edit]:
    for key in (*ROLE_KEYS, *OTHER_KEYS):
        ids = found.ids.get("roles" if key in ROLE_KEYS else key, {})
        texts = sop.texts(key)
        values = [ids.get(value, value) for value, _ in texts]
        if values == [value for value, _ in texts]:
            continue
        list_place = sop.place((key,))
        if sop.source.data[list_place.start : list_place.start + 1] == b"[":  # two roles may have become one
            yield Edit(list_place.start, list_place.end, flow_list(tuple(dict.fromkeys(values))))
            continue
        for (value, loc), new in zip(texts, values, strict=True):
            if value != new:
                place = sop.place(loc)
                yield Edit(place.start, place.end, yaml_scalar(new))


def _reword_roles(body: str, words: Mapping[str, str], titles: list[str]) -> str:
    """The body with other words for some roles; the longest title wins, so that a lead is not taken for the team."""
    if not words:
        return body
    by_title = {title.casefold(): word for title, word in words.items()}
    form = "|".join(re.escape(title) for title in sorted(titles, key=len, reverse=True))

    def replace_title(match: re.Match[str]) -> str:
        word = by_title.get(match[0].casefold())
        if word is None:
            return match[0]
        small = match[0][:1].islower() and not word[1:2].isupper()
        return word[:1].lower() + word[1:] if small else word

    return re.sub(rf"(?<![\w-])(?:{form})(?![\w-])", replace_title, body, flags=re.IGNORECASE)


TemplateSop = tuple[str, str, str]
"""Id, title and path of an SOP."""


def link_to_template(library: Library, beside: Iterable[TemplateSop], path: str, template: str, words: str) -> str:
    """A link from a path to the SOP of a template, written or beside it; the words where there is none."""
    there = [*find_made_from(library, template), *beside]
    if not there:
        return words
    number, title, target = min(there)
    label = re.sub(r"([\\\[\]`*_<>])", r"\\\1", f"{number} {title}".strip())
    return f"[{label}]({quote(posixpath.relpath(target, posixpath.dirname(path) or '.'))})"


def find_made_from(library: Library, template: str) -> list[TemplateSop]:
    """The SOPs of a library that were made from a template and are not retired."""
    return [
        (sop.id, sop.text("title"), sop.path)
        for sop in library.sops
        if sop.text("template").partition("@")[0] == template and sop.status != "retired"
    ]

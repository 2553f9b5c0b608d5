"""Removes from history, registers and front matter everything that a reader group may not see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sopkit.handbook.selection import BuildOptions, TextChoice, is_blob_publishable, snapshot_of
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.revisions import RevisionHistory
from sopkit.lifecycle.sop_status import SopStatus, assess_all
from sopkit.lifecycle.status import SopState, StaleRow, StatusFlag
from sopkit.model.clearance import is_within_clearance
from sopkit.model.config import Config
from sopkit.model.registers import REFERENCE_COLUMNS, REFERENCE_KEYS, SOP_TARGET, Applicability, Person, Role, RowModel
from sopkit.model.sop import FrontMatterReading, Sop
from sopkit.model.sop_document import Classification
from sopkit.model.source import Places, Source
from sopkit.parsing.register import Register
from sopkit.parsing.yaml import YamlTree

_TITLE_COLUMNS = ("title", "area", "owner", "version")
_BULK_STATES = frozenset({StatusFlag.BULK_REVIEW, SopState.BULK_BUMP})
"""Flags that tell of other SOPs as well."""


def redact_history(standings: LibraryStatus, chosen: Sequence[TextChoice], asked: BuildOptions) -> LibraryStatus:
    """The standings with the history and the rows of the chosen SOPs alone."""
    ids = {one.file.id for one in chosen}
    judged = standings.judged.only(ids) if standings.judged else None
    rows = {path: status.row for path, status in standings.statuses.items() if status.row}
    if judged is not None and any(not _BULK_STATES.isdisjoint(row.flags) for row in rows.values()):
        rows = {status.row.path: status.row for status in assess_all(judged, standings.as_of) if status.row}
    kept = {
        one.file.path: SopStatus(redact_status_row(rows[one.file.path], one, standings, asked))
        for one in chosen
        if one.file.path in rows
    }
    return replace(standings, statuses=kept, judged=judged, notes=())


def redact_status_row(row: StaleRow, one: TextChoice, standings: LibraryStatus, asked: BuildOptions) -> StaleRow:
    """The row about the text that is shown, without invalid entries and findings; of a public text without people."""
    known = snapshot_of(one.text, standings)
    title, area, owner, version = (
        (known.title, known.area, known.owner, known.version) if known else map(one.text.text, _TITLE_COLUMNS)
    )
    plain = replace(row, title=title, area=area, owner=owner, version=version, invalid=(), findings=())
    if asked.classification is not Classification.PUBLIC:
        return plain
    return replace(plain, reviewed_by="", approved_by=(), changed_by=(), reason="")


def hidden_revisions(past: RevisionHistory, standings: LibraryStatus, asked: BuildOptions) -> frozenset[int]:
    """The numbers of the revisions whose texts were more secret."""
    return frozenset(
        one.number
        for one in past.revisions
        if not all(
            is_blob_publishable(blob, standings, asked) for blob in (one.blob, *(blob for _, blob in one.earlier))
        )
    )


_DEFAULT_CLASSIFICATION = Classification.INTERNAL
_REGISTERS_ABOUT_SOPS = ("exceptions", "actions")
"""Registers whose rows are about one SOP, and go with it."""


@dataclass(frozen=True, eq=False)
class VisibleIds:
    """What may be named: the SOPs by id, and of each register that has a file the keys of its rows.

    A role is named by the SOPs themselves, so those that no row tells of may be named too, but not the `secret` ones.
    """

    sops: Collection[str]
    keys: Mapping[str, Collection[str]]
    secret: frozenset[str]

    def may_name(self, what: str, name: str) -> bool:
        """Whether an SOP, or a row of a register, may be named."""
        if what == SOP_TARGET:
            return name in self.sops
        if what == "roles":
            return " ".join(name.split()).casefold() not in self.secret
        return what not in self.keys or name in self.keys[what]


def redact_registers(
    registers: Mapping[str, Register],
    names: Iterable[str],
    clearance: Classification,
    sops: Collection[str],
    acting: Collection[str],
) -> tuple[dict[str, Register], VisibleIds]:
    """The registers without what may not be seen, and what may be named.

    A row is internal unless it says otherwise, and goes when it is about an SOP that is not shown. Of people there are
    only those who hold a role or are among those `acting`, who made entries.
    """
    rows = {name: _visible_rows(registers[name], clearance) for name in names}
    for name in _REGISTERS_ABOUT_SOPS:
        rows[name] = [row for row in rows[name] if (about := getattr(row, "sop", "")) in sops or not about]
    shown = {row.key for row in rows["roles"]}
    secret = {
        name.casefold()
        for row in registers["roles"].rows
        if row.key not in shown and not is_within_clearance(_classification_of(row), _DEFAULT_CLASSIFICATION)
        for name in row.names
    }
    keys = {name: {row.key for row in found} for name, found in rows.items() if registers[name].path}
    seen = VisibleIds(sops, keys, frozenset(secret))
    known = {row.key for row in registers["risks"].rows}
    rows["people"] = _visible_people(rows["people"], rows["roles"], acting)
    cut = {
        name: _with_rows(registers[name], [_redact_row(name, row, seen, known) for row in found])
        for name, found in rows.items()
    }
    return cut, seen


def _classification_of(row: RowModel) -> Classification:
    found = getattr(row, "classification", None)
    return found if isinstance(found, Classification) else _DEFAULT_CLASSIFICATION


def _visible_rows(register: Register, clearance: Classification) -> list[RowModel]:
    """The rows that may be seen; of two with one key both must be."""
    hidden = {row.key for row in register.rows if not is_within_clearance(_classification_of(row), clearance)}
    return [row for row in register.rows if row.key not in hidden]


def _visible_people(people: Iterable[RowModel], roles: Iterable[RowModel], acting: Collection[str]) -> list[RowModel]:
    held = {one.person for role in roles if isinstance(role, Role) for one in (*role.holders, *role.deputies)}
    return [row for row in people if isinstance(row, Person) and (row.key in held or row.key in acting)]


def _redact_row(register: str, row: RowModel, seen: VisibleIds, risks: Collection[str]) -> RowModel:
    """A row that names nothing that may not be named."""
    cells = {column: getattr(row, column) for column in REFERENCE_COLUMNS.get(register, {})}
    changed: dict[str, object] = {
        column: ""
        for column, name in cells.items()
        if name and not seen.may_name(REFERENCE_COLUMNS[register][column], name)
    }
    if isinstance(row, Applicability):
        drivers = tuple(name for name in row.drivers if name not in risks or seen.may_name("risks", name))
        changed["drivers"] = drivers
    return row.model_copy(update=changed) if changed else row


def _with_rows(register: Register, rows: list[RowModel]) -> Register:
    """A register with these rows alone: neither its bytes nor the places of rows tell of others."""
    return Register(
        name=register.name,
        path=register.path,
        source=Source(b""),
        rows=tuple(rows),
        keys=frozenset(row.key for row in rows),
        tree=YamlTree(),
    )


def redact_text(sop: Sop, seen: VisibleIds, config: Config) -> Sop:
    """The same text; its front matter is without the ids of what may not be named. The body stays its author's.

    Where its keys stand is forgotten, which is most of what was read: pages do not tell it.
    """
    aliases = config.front_matter.aliases

    def read(_: Sop) -> FrontMatterReading:
        reading = sop.read(sop)
        front = reading.front
        values = {key: _redact_value(key, value, seen) for key, value in front.values.items()}
        typed = {key: _redact_value(aliases.get(key, key), value, seen) for key, value in front.typed.items()}
        cut = replace(front, values=values, typed=typed, places=Places(), key_places=Places())
        return replace(reading, front=cut)

    return replace(sop, read=read)


def _redact_value(key: str, value: object, seen: VisibleIds) -> object:
    what = REFERENCE_KEYS.get(key)
    if what is None:
        return value
    if isinstance(value, list):
        return [item for item in value if not isinstance(item, str) or seen.may_name(what, item)]
    return "" if isinstance(value, str) and value and not seen.may_name(what, value) else value

"""The published library: a library filtered to one classification, its SOPs as readers see them, and its edition."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Annotated

from sopkit.git.blobs import read_blobs
from sopkit.git.repository import blob_id
from sopkit.handbook.selection import (
    Authority,
    BuildOptions,
    BuildSelection,
    TextChoice,
    is_blob_publishable,
    select_texts,
    snapshot_of,
)
from sopkit.handbook.translations import Translations, load_translations
from sopkit.library import Library
from sopkit.lifecycle.ledger import Approval
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.removed_sops import RemovedRow, removed_rows
from sopkit.lifecycle.revisions import RevisionHistory
from sopkit.lifecycle.sop_status import SopStatus, assess_all
from sopkit.lifecycle.status import SopState, StaleRow, StatusFlag
from sopkit.model.clearance import is_within_clearance
from sopkit.model.config import Config, LintTable
from sopkit.model.quiz import Quiz, version_fits
from sopkit.model.registers import (
    REFERENCE_COLUMNS,
    REFERENCE_KEYS,
    REGISTERS,
    SOP_TARGET,
    Applicability,
    Role,
    RowModel,
)
from sopkit.model.sop import FrontMatterReading, Sop
from sopkit.model.sop_document import Classification
from sopkit.model.source import Places, Source
from sopkit.parsing.register import Register
from sopkit.parsing.sop import MAX_SOP_BYTES
from sopkit.parsing.yaml import YamlTree
from sopkit.practice.due import PracticeState, practice_states


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition that every page names."""

    as_of: Annotated[date, "The day on which the library was judged."]
    commit: Annotated[str, "The commit that was judged; empty when no history was read."]
    edited: Annotated[bool, "Whether files differ from that commit."]
    name: Annotated[str, "The tag that names the edition; empty when none does."]
    classification: Annotated[str, "The most secret that is shown."]
    drafts: Annotated[bool, "Whether texts are shown that were never approved."]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out because of its classification, so that it can be said what is missing."""
        return self.classification == Classification.RESTRICTED


@dataclass(frozen=True, eq=False)
class PublishedSop:
    """One SOP as it is shown.

    `sop` is the text that the pages show, and `approval` its approval, if it is in force; `newer` the text of its file,
    when that is another and may be shown. `awaits` says that the newer text is not approved, `later` is its approval
    for a later day.
    """

    sop: Sop
    standing: SopStatus
    authority: Authority
    newer: Sop | None = None
    awaits: bool = False
    approval: Approval | None = None
    later: Approval | None = None
    practice: PracticeState | None = None  # how it is practised; None in a public edition
    quiz: Quiz | None = None  # the quiz about the text that is shown, if that is in force

    @property
    def is_newest(self) -> bool:
        """Whether the text that is shown is that of its file."""
        return not self.awaits and (self.later is None or self.authority is Authority.NONE)

    @property
    def row(self) -> StaleRow | None:
        """What `sopkit stale` shows of it."""
        return self.standing.row

    @property
    def id(self) -> str:
        """The id, by which its pages are addressed."""
        return self.sop.id


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


@dataclass(frozen=True, eq=False)
class PublishedLibrary:
    """All that the pages of a build are made from. Nothing in it is above the classification that was asked for.

    `status` and its library hold only the SOPs that are shown, each with the text that is shown.
    """

    status: LibraryStatus
    options: BuildOptions
    edition: Edition
    shown: tuple[PublishedSop, ...]
    words: Translations
    removed: tuple[RemovedRow, ...] = ()  # SOPs that have no file any more
    _known: dict[str, bytes | None] = field(default_factory=dict)

    @property
    def library(self) -> Library:
        """The library as far as it is shown."""
        return self.status.library

    @cached_property
    def by_id(self) -> dict[str, PublishedSop]:
        """What is shown, by id."""
        return {one.id: one for one in self.shown}

    def typed(self, one: PublishedSop, revision: int) -> Sop | None:
        """The text of a revision, r1 being 1, as its author typed it; None where there is none that may be shown.

        Its front matter may name what must not be told.
        """
        past = self.past(one)
        if past is None or not 0 < revision <= len(past.revisions) or revision in self.hidden_revisions(one):
            return None
        found = past.revisions[revision - 1]
        data = self._blobs([one]).get(found.blob)
        return self.library.read(found.path, data) if data is not None else None

    def hidden_revisions(self, one: PublishedSop) -> frozenset[int]:
        """The numbers of the revisions of an SOP whose texts must not be shown."""
        past = self.past(one)
        return frozenset(
            revision.number
            for revision in (past.revisions if past is not None else ())
            if not all(
                is_blob_publishable(blob, self.status, self.options)
                for blob in (revision.blob, *(blob for _, blob in revision.earlier))
            )
        )

    def prepare(self, some: Iterable[PublishedSop]) -> None:
        """Read what `typed` needs of several SOPs at once, in the place of what was read so before."""
        self._known.clear()
        self._known.update(self._blobs(some))

    def past(self, one: PublishedSop) -> RevisionHistory | None:
        """The revisions of an SOP, of which some may be hidden; None where no history was read of it."""
        return self.status.judged.pasts.by_key.get((one.id, "")) if self.status.judged else None

    def _blobs(self, some: Iterable[PublishedSop]) -> Mapping[str, bytes | None]:
        """The bytes of the revisions of SOPs that may be shown."""
        pasts = [past for one in some if (past := self.past(one)) is not None]
        wanted = {one.blob for past in pasts for one in past.revisions}
        if self.status.judged is None or wanted <= self._known.keys():
            return self._known
        return dict(read_blobs(self.status.judged.repository, sorted(wanted), MAX_SOP_BYTES))


def published_library(
    status: LibraryStatus, options: BuildOptions, selection: BuildSelection | None = None
) -> PublishedLibrary:
    """Filter a library down to what may be shown: the selected SOPs, and what registers and history say of them."""
    chosen = (selection or select_texts(status, options)).chosen
    cut = _redact_history(status, chosen, options)
    ledgers = cut.judged.ledgers.values() if cut.judged else ()
    acting = {verdict.file.reading.by for ledger in ledgers for verdict in ledger.verdicts}
    ids = {one.file.id for one in chosen}
    registers, seen = _redact_registers(status.library.registers, options.classification, ids, acting)
    config = status.library.config
    public = options.classification is Classification.PUBLIC
    practice = {} if public else {state.sop.path: state for state in practice_states(status)}
    quizzes = {file.name: file.quiz for file in status.library.quizzes.values()}
    shown = tuple(
        PublishedSop(
            sop=_redact_text(one.text, seen, config),
            standing=cut.of(one.file),
            authority=one.authority,
            newer=_redact_text(one.newer, seen, config) if one.newer is not None else None,
            awaits=one.awaits,
            approval=one.approval,
            later=one.later,
            practice=practice.get(one.file.path),
            quiz=_fitting_quiz(quizzes.get(one.file.id), one),
        )
        for one in chosen
    )
    library = replace(
        status.library,
        config=config.model_copy(update={"lint": LintTable.default()}),
        sops=tuple(sorted((one.sop for one in shown), key=lambda sop: sop.path)),
        registers=registers,
        entries={},
        exists=lambda _: False,
        watched=lambda _: False,
    )
    vars(library).update(entry_paths=(), quizzes={})
    edition = Edition(
        as_of=status.as_of,
        commit=status.commit.oid if status.commit else "",
        edited=any(_is_edited(one, status) for one in chosen),
        name=options.edition,
        classification=str(options.classification),
        drafts=options.drafts,
    )
    return PublishedLibrary(
        status=replace(cut, library=library, has_texts_in_force=True),
        options=options,
        edition=edition,
        shown=shown,
        words=load_translations(config.handbook.language or config.library.language),
        removed=tuple(removed_rows(_removed_within(status, options))),
    )


def _fitting_quiz(quiz: Quiz | None, one: TextChoice) -> Quiz | None:
    """A quiz, if the text that is shown is in force and the quiz is about its version."""
    version = one.approval.label if one.approval else one.text.text("version")
    is_in_force = one.is_valid and one.text.status != "retired"
    return quiz if quiz and is_in_force and version_fits(version, quiz.for_version) else None


def _is_edited(one: TextChoice, status: LibraryStatus) -> bool:
    """Whether the file of an SOP is not as the commit holds it."""
    history = status.judged
    if history is None or not history.at_head:
        return False
    past = history.pasts.by_key.get((one.file.id, ""))
    oid = blob_id(one.file.source.data, history.repository.object_format)
    return past is None or past.paths.get(one.file.path) != oid


_TITLE_COLUMNS = ("title", "area", "owner", "version")
_BULK_STATES = frozenset({StatusFlag.BULK_REVIEW, SopState.BULK_BUMP})
"""Flags that tell of other SOPs as well."""


def _removed_within(status: LibraryStatus, options: BuildOptions) -> tuple[SopStatus, ...]:
    """The SOPs without a file none of whose texts is above the classification."""
    return tuple(
        one
        for one in status.removed
        if all(is_blob_publishable(text.blob, status, options) for text in one.subject.past.revisions)
    )


def _redact_history(status: LibraryStatus, chosen: Sequence[TextChoice], options: BuildOptions) -> LibraryStatus:
    """The status with the history and the rows of the chosen SOPs alone."""
    ids = {one.file.id for one in chosen}
    history = status.judged.only(ids) if status.judged else None
    rows = {path: one.row for path, one in status.statuses.items() if one.row}
    if history is not None and any(not _BULK_STATES.isdisjoint(row.flags) for row in rows.values()):
        rows = {one.row.path: one.row for one in assess_all(history, status.as_of) if one.row}
    statuses = {
        one.file.path: SopStatus(_redact_status_row(rows[one.file.path], one, status, options))
        for one in chosen
        if one.file.path in rows
    }
    return replace(status, statuses=statuses, judged=history, notes=())


def _redact_status_row(row: StaleRow, one: TextChoice, status: LibraryStatus, options: BuildOptions) -> StaleRow:
    """The row about the text that is shown, without invalid entries and findings; of a public text without people."""
    known = snapshot_of(one.text, status)
    title, area, owner, version = (
        (known.title, known.area, known.owner, known.version) if known else map(one.text.text, _TITLE_COLUMNS)
    )
    plain = replace(row, title=title, area=area, owner=owner, version=version, invalid=(), findings=())
    if options.classification is not Classification.PUBLIC:
        return plain
    return replace(plain, reviewed_by="", approved_by=(), changed_by=(), reason="")


_DEFAULT_CLASSIFICATION = Classification.INTERNAL
_REGISTERS_ABOUT_SOPS = ("exceptions", "actions")
"""Registers whose rows are about one SOP, and go with it."""


def _redact_registers(
    registers: Mapping[str, Register], clearance: Classification, sops: Collection[str], acting: Collection[str]
) -> tuple[dict[str, Register], VisibleIds]:
    """The registers without what may not be seen, and what may be named.

    A row is internal unless it says otherwise, and goes when it is about an SOP that is not shown. Of people there are
    only those who hold a role or are among those `acting`, who made entries.
    """
    rows = {name: _visible_rows(registers[name], clearance) for name in REGISTERS}
    for name in _REGISTERS_ABOUT_SOPS:
        rows[name] = [row for row in rows[name] if (about := getattr(row, "sop", "")) in sops or not about]
    shown = {row.key for row in rows["roles"]}
    secret = {
        name.casefold()
        for row in registers["roles"].rows
        if row.key not in shown and not is_within_clearance(_classification_of(row), _DEFAULT_CLASSIFICATION)
        for name in row.names
    }
    visible = {name: {row.key for row in found} for name, found in rows.items() if registers[name].path}
    seen = VisibleIds(sops, visible, frozenset(secret))
    known = {row.key for row in registers["risks"].rows}
    holders = {
        one.person for role in rows["roles"] if isinstance(role, Role) for one in (*role.holders, *role.deputies)
    }
    rows["people"] = [row for row in rows["people"] if row.key in holders or row.key in acting]
    cut = {}
    for name, found in rows.items():
        redacted = tuple(_redact_row(name, row, seen, known) for row in found)
        # Neither the bytes nor the places of rows tell of others.
        keys = frozenset(row.key for row in redacted)
        cut[name] = Register(name, registers[name].path, Source(b""), rows=redacted, keys=keys, tree=YamlTree())
    return cut, seen


def _classification_of(row: RowModel) -> Classification:
    found = getattr(row, "classification", None)
    return found if isinstance(found, Classification) else _DEFAULT_CLASSIFICATION


def _visible_rows(register: Register, clearance: Classification) -> list[RowModel]:
    """The rows that may be seen; of two with one key both must be."""
    hidden = {row.key for row in register.rows if not is_within_clearance(_classification_of(row), clearance)}
    return [row for row in register.rows if row.key not in hidden]


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


def _redact_text(sop: Sop, seen: VisibleIds, config: Config) -> Sop:
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

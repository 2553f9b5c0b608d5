"""The published library: a library filtered to one classification, its SOPs as readers see them, and its edition."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from sopkit.git.blobs import read_blobs
from sopkit.git.repository import blob_id
from sopkit.handbook.redaction import VisibleIds, hidden_revisions, redact_history, redact_registers, redact_text
from sopkit.handbook.selection import Authority, BuildOptions, BuildSelection, TextChoice, select_texts
from sopkit.handbook.translations import Translations, load_translations
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.revisions import RevisionHistory
from sopkit.lifecycle.sop_status import SopStatus
from sopkit.lifecycle.status import StaleRow
from sopkit.model.config import LintTable
from sopkit.model.registers import REGISTERS
from sopkit.model.sop import Sop
from sopkit.parsing.sop import MAX_SOP_BYTES


@dataclass(frozen=True, slots=True)
class Edition:
    """The edition; `commit` is empty where no history was read, `edited` says that files differ from that commit."""

    as_of: date
    commit: str
    edited: bool
    name: str
    classification: str
    drafts: bool


def edition_of(standings: LibraryStatus, asked: BuildOptions, *, edited: bool) -> Edition:
    """The edition of a build; `edited` says that files of what is shown differ from the commit."""
    return Edition(
        as_of=standings.as_of,
        commit=standings.commit.oid if standings.commit else "",
        edited=edited,
        name=asked.edition,
        classification=str(asked.classification),
        drafts=asked.drafts,
    )


@dataclass(frozen=True, eq=False)
class PublishedSop:
    """One SOP as it is shown.

    `sop` is the text that the pages show; `newer` a later text that is not approved, when there is one and it may be
    shown; `awaits` whether there is one at all.
    """

    sop: Sop
    standing: SopStatus
    authority: Authority
    newer: Sop | None = None
    awaits: bool = False

    @property
    def row(self) -> StaleRow | None:
        """What `sopkit stale` shows of it."""
        return self.standing.row

    @property
    def id(self) -> str:
        """The id, by which its pages are addressed."""
        return self.sop.id


@dataclass(frozen=True, eq=False)
class PublishedLibrary:
    """All that the pages of a build are made from. Nothing in it is above the classification that was asked for.

    `standings` and its library hold only the SOPs that are shown, each with the text that is shown.
    """

    standings: LibraryStatus
    asked: BuildOptions
    edition: Edition
    shown: tuple[PublishedSop, ...]
    words: Translations
    seen: VisibleIds
    _known: dict[str, bytes | None] = field(default_factory=dict)

    @property
    def library(self) -> Library:
        """The library as far as it is shown."""
        return self.standings.library

    @cached_property
    def by_id(self) -> dict[str, PublishedSop]:
        """What is shown, by id."""
        return {one.id: one for one in self.shown}

    @cached_property
    def by_path(self) -> dict[str, PublishedSop]:
        """What is shown, by the path of its file."""
        return {one.sop.path: one for one in self.shown}

    def typed(self, one: PublishedSop, revision: int) -> Sop | None:
        """The text of a revision, r1 being 1, as its author typed it; None where there is none that may be shown.

        Its front matter may name what must not be told.
        """
        past = self._past(one)
        if past is None or not 0 < revision <= len(past.revisions) or revision in self.secret(one):
            return None
        found = past.revisions[revision - 1]
        data = self._blobs([one]).get(found.blob)
        return self.library.read(found.path, data) if data is not None else None

    def secret(self, one: PublishedSop) -> frozenset[int]:
        """The numbers of the revisions of an SOP whose texts must not be shown."""
        past = self._past(one)
        return self._secret(past) if past is not None else frozenset()

    def prepare(self, some: Iterable[PublishedSop]) -> None:
        """Read what `typed` needs of several SOPs at once, in the place of what was read so before."""
        self._known.clear()
        self._known.update(self._blobs(list(some)))

    def _past(self, one: PublishedSop) -> RevisionHistory | None:
        return self.standings.judged.pasts.by_key.get((one.id, "")) if self.standings.judged else None

    def _secret(self, past: RevisionHistory) -> frozenset[int]:
        return hidden_revisions(past, self.standings, self.asked)

    def _blobs(self, some: Collection[PublishedSop]) -> Mapping[str, bytes | None]:
        """The bytes of the revisions of SOPs that may be shown."""
        pasts = [past for one in some if (past := self._past(one)) is not None]
        wanted = {one.blob for past in pasts for one in past.revisions}
        if self.standings.judged is None or wanted <= self._known.keys():
            return self._known
        return dict(read_blobs(self.standings.judged.repository, sorted(wanted), MAX_SOP_BYTES))


@dataclass(frozen=True, eq=False)
class Publication:
    """A library cut down, and for the builder alone what was left out and what is odd."""

    ground: PublishedLibrary
    choice: BuildSelection


def published_library(standings: LibraryStatus, asked: BuildOptions) -> PublishedLibrary:
    """Cut a library down to what may be shown. Raises SopkitError when the pages of two SOPs would be one file."""
    return redact(standings, asked).ground


def redact(standings: LibraryStatus, asked: BuildOptions) -> Publication:
    """The same, and what is not for the pages. Raises SopkitError when the pages of two SOPs would be one file."""
    choice = select_texts(standings, asked)
    ids = {one.file.id for one in choice.chosen}
    cut = redact_history(standings, choice.chosen, asked)
    registers, seen = redact_registers(
        standings.library.registers, REGISTERS, asked.classification, ids, _people_with_entries(cut)
    )
    config = standings.library.config
    shown = tuple(_published_sop(one, cut, seen) for one in choice.chosen)
    library = replace(
        standings.library,
        config=config.model_copy(update={"lint": LintTable.default()}),
        sops=tuple(sorted((one.sop for one in shown), key=lambda sop: sop.path)),
        registers=registers,
        entries={},
        exists=lambda _: False,
        watched=lambda _: False,
    )
    vars(library)["entry_paths"] = ()
    edition = edition_of(standings, asked, edited=any(_is_edited(one, standings) for one in choice.chosen))
    ground = PublishedLibrary(
        standings=replace(cut, library=library, has_texts_in_force=True),
        asked=asked,
        edition=edition,
        shown=shown,
        words=load_translations(config.handbook.language or config.library.language),
        seen=seen,
    )
    return Publication(ground, choice)


def _published_sop(one: TextChoice, cut: LibraryStatus, seen: VisibleIds) -> PublishedSop:
    config = cut.library.config
    return PublishedSop(
        sop=redact_text(one.text, seen, config),
        standing=cut.of(one.file),
        authority=one.authority,
        newer=redact_text(one.newer, seen, config) if one.newer is not None else None,
        awaits=one.awaits,
    )


def _people_with_entries(cut: LibraryStatus) -> set[str]:
    """The keys of the people who made an entry about an SOP that is shown."""
    ledgers = cut.judged.ledgers.values() if cut.judged else ()
    return {verdict.file.reading.by for ledger in ledgers for verdict in ledger.verdicts}


def _is_edited(one: TextChoice, standings: LibraryStatus) -> bool:
    """Whether the file of an SOP is not as the commit holds it."""
    judged = standings.judged
    if judged is None or not judged.at_head:
        return False
    past = judged.pasts.by_key.get((one.file.id, ""))
    oid = blob_id(one.file.source.data, judged.repository.object_format)
    return past is None or past.paths.get(one.file.path) != oid

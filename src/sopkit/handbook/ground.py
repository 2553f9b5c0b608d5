"""What a build may show: the library cut down to one reader group, and the text of each SOP that is shown."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from sopkit.handbook.asked import Asked
from sopkit.handbook.edition import Edition, edition_of
from sopkit.handbook.language import Words, words_of
from sopkit.library import Library
from sopkit.lifecycle.staleness.report import StaleRow
from sopkit.lifecycle.standing import Standing, Standings
from sopkit.model.document import Classification
from sopkit.model.sop import Sop

_ORDER = tuple(str(name) for name in Classification)


class Authority(StrEnum):
    """What stands behind the text that is shown."""

    APPROVED = "approved"
    UNKEPT = "unkept"
    """The library keeps no record of approvals, so its owner's word is all there is."""
    NONE = "none"
    """Nobody approved it: it is shown because drafts were asked for."""


@dataclass(frozen=True, eq=False)
class Shown:
    """One SOP as it is shown.

    `sop` is the text that the pages show; `newer` a later text that is not approved, when there is one and it may be
    shown; `awaits` whether there is one at all. `row` is what `sopkit stale` tells of it.
    """

    sop: Sop
    standing: Standing
    authority: Authority
    newer: Sop | None = None
    awaits: bool = False
    row: StaleRow | None = None

    @property
    def id(self) -> str:
        """The id, by which its pages are addressed."""
        return self.sop.id


@dataclass(frozen=True, eq=False)
class Ground:
    """All that the pages of a build are made from. Nothing in it is above the classification that was asked for.

    `standings` and its library hold only the SOPs that are shown, each with the text that is shown.
    """

    standings: Standings
    asked: Asked
    edition: Edition
    shown: tuple[Shown, ...]
    words: Words

    @property
    def library(self) -> Library:
        """The library as far as it is shown."""
        return self.standings.library

    @cached_property
    def by_id(self) -> dict[str, Shown]:
        """What is shown, by id."""
        return {one.id: one for one in self.shown}

    @cached_property
    def by_path(self) -> dict[str, Shown]:
        """What is shown, by the path of its file."""
        return {one.sop.path: one for one in self.shown}


def ground_of(standings: Standings, asked: Asked) -> Ground:
    """Cut a library down to what may be shown."""
    shown = tuple(_shown(standings, asked))
    library = replace(standings.library, sops=tuple(sorted((one.sop for one in shown), key=lambda sop: sop.path)))
    paths = {one.sop.path for one in shown}
    rows = {path: row for path, row in standings.rows.items() if path in paths}
    return Ground(
        standings=replace(standings, library=library, rows=rows),
        asked=asked,
        edition=edition_of(standings, asked),
        shown=shown,
        words=words_of(library.config.library.language),
    )


def _shown(standings: Standings, asked: Asked) -> Iterator[Shown]:
    for sop in standings.library.in_order:
        text, authority, awaits = _text(sop, standings)
        if not sop.id or not all(_may(each, asked) for each in (sop, text) if each is not None):
            continue
        if text is None and not asked.drafts:
            continue
        newer = sop if asked.drafts and awaits and text is not None else None
        yield Shown(text or sop, standings.of(sop), authority, newer, awaits, standings.rows.get(sop.path))


def _text(sop: Sop, standings: Standings) -> tuple[Sop | None, Authority, bool]:
    """The text to show, if there is one to follow; what stands behind it; whether a newer one awaits approval."""
    if not standings.keeps_approvals:
        return (None if sop.status in {"draft", "trial"} else sop), Authority.UNKEPT, False
    standing, row = standings.of(sop), standings.rows.get(sop.path)
    if not standing.in_force or row is None:
        return None, Authority.NONE, False
    if row.revision == standing.in_force and not standing.edited:
        return sop, Authority.APPROVED, False
    data = standings.approved_bytes(sop)
    return (standings.library.read(sop.path, data) if data is not None else None), Authority.APPROVED, True


def _may(sop: Sop, asked: Asked) -> bool:
    """Whether a text may be shown; one with a classification that is none is as secret as can be."""
    known = sop.classification if sop.classification in _ORDER else _ORDER[-1]
    return _ORDER.index(known) <= _ORDER.index(asked.classification)

"""What the history tells of the SOPs that are shown: nothing of others, and nothing of texts that were more secret."""

from collections.abc import Sequence
from dataclasses import replace

from sopkit.handbook.asked import Asked
from sopkit.handbook.cut.choice import Chosen, may_see_blob, snapshot_of
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.revisions import RevisionHistory
from sopkit.lifecycle.stale import assess_all
from sopkit.lifecycle.status import SopState, StaleRow, StatusFlag
from sopkit.model.sop_document import Classification

_NAMING = ("title", "area", "owner", "version")
_IN_CROWDS = frozenset({StatusFlag.BULK_REVIEW, SopState.BULK_BUMP})
"""Flags that tell of other SOPs as well."""


def cut_past(standings: LibraryStatus, chosen: Sequence[Chosen], asked: Asked) -> LibraryStatus:
    """The standings with the history and the rows of the chosen SOPs alone."""
    ids = {one.file.id for one in chosen}
    judged = standings.judged.only(ids) if standings.judged else None
    rows = standings.rows
    if judged is not None and any(not _IN_CROWDS.isdisjoint(row.flags) for row in rows.values()):
        rows = {row.path: row for row in assess_all(judged, standings.as_of)}
    kept = {
        one.file.path: cut_row(rows[one.file.path], one, standings, asked) for one in chosen if one.file.path in rows
    }
    return replace(standings, rows=kept, judged=judged, notes=())


def cut_row(row: StaleRow, one: Chosen, standings: LibraryStatus, asked: Asked) -> StaleRow:
    """What is told of a review, about the text that is shown; without words that name entries, files and people."""
    known = snapshot_of(one.text, standings)
    title, area, owner, version = (
        (known.title, known.area, known.owner, known.version) if known else map(one.text.text, _NAMING)
    )
    plain = replace(row, title=title, area=area, owner=owner, version=version, invalid=(), findings=(), reason="")
    if asked.classification is not Classification.PUBLIC:
        return plain
    return replace(plain, reviewed_by="", approved_by=(), changed_by=())


def secret_revisions(past: RevisionHistory, standings: LibraryStatus, asked: Asked) -> frozenset[int]:
    """The numbers of the revisions whose texts were more secret."""
    return frozenset(
        one.number
        for one in past.revisions
        if not all(may_see_blob(blob, standings, asked) for blob in (one.blob, *(blob for _, blob in one.earlier)))
    )

"""The SOPs that were active once and have no file any more: who removed each, and whether it was retired before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit.analysis.status_list import StatusRow
from sopkit.library import Library
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import Ledger
from sopkit.lifecycle.revisions import RevisionHistory
from sopkit.lifecycle.sop_status import SopStatus, assess
from sopkit.lifecycle.status import OUT_OF_LIST, SopState
from sopkit.lifecycle.tracked_sops import LandingDetails, TrackedSop
from sopkit.model.config import Basis


@dataclass(frozen=True, slots=True)
class RemovedRow:
    """An SOP that was active once and has no file any more."""

    id: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Title of its last text, as typed."]
    version: Annotated[str, "Version label of that text."]
    path: Annotated[str, "The file that it had last, relative to the library."]
    owner: Annotated[str, "Owner as typed."]
    state: Annotated[SopState, "`retired` when it was retired before its file was removed, else `removed`."]
    removed: Annotated[date | None, "Day on which the removal landed."]
    commit: Annotated[str, "The commit by which it landed."]
    reason: Annotated[str, "What happened, in words."]


def assess_removed(history: History, as_of: date) -> tuple[SopStatus, ...]:
    """The status of each SOP that was active once and has no file in the judged commit, in the order of ids."""
    if history.config.library.identity == "path":  # a file that was moved would be one
        return ()
    records = history.config.review.basis is Basis.RECORDS
    found = []
    for past in history.pasts.by_key.values():
        if not past.key[0] or past.paths or past.removed is None:
            continue
        ledger = history.ledger(past.key[0]) if records else Ledger()
        if ledger.was_approved or any(status not in OUT_OF_LIST for _, status in past.statuses):
            found.append(assess(_make_removed_sop(history, past, *past.removed, ledger), history.config, as_of))
    return tuple(sorted(found, key=lambda one: one.subject.id))


def _make_removed_sop(history: History, past: RevisionHistory, index: int, path: str, ledger: Ledger) -> TrackedSop:
    last = past.revisions[-1]
    texts = (history.snapshots[one.blob] for one in reversed(past.revisions))
    snapshot = next((text for text in texts if text.readable), history.snapshots[last.blob])
    commit, day = history.log.commits[index], history.log.landings[index].day
    author = history.author_of(index)
    successor = next((key[0] for key, other in history.pasts.by_key.items() if path in other.paths), "")
    how = f"{path} got the id {successor}" if successor else f"{path} was removed"
    retired = ledger.retired or (not ledger.was_approved and bool(past.statuses) and past.statuses[-1][1] == "retired")
    advice = "" if retired else f", and it was not retired; put it back, or see sopkit history {past.key[0]}"
    return TrackedSop(
        id=past.key[0],
        path=path,
        snapshot=snapshot,
        digest=history.snapshots[last.blob].digest,
        readable=history.snapshots[last.blob].readable,
        revision=last.number,
        changed=LandingDetails(day, commit.oid, (author,)),
        ledger=ledger,
        past=past,
        touched=day,
        removed=f"{how} on {day} by {author} (commit {commit.oid[:12]}){advice}",
        retired=retired,
    )


def removed_rows(statuses: tuple[SopStatus, ...]) -> Iterator[RemovedRow]:
    """The removed SOPs as rows."""
    for one in statuses:
        if (row := one.row) is not None:
            yield RemovedRow(
                row.id, row.title, row.version, row.path, row.owner, row.state, row.changed, row.commit, row.reason
            )


def removed_status_row(one: SopStatus, library: Library) -> StatusRow:
    """The row of a removed SOP in the master list."""
    text, area = one.subject.snapshot, library.config.all_areas.get(one.subject.snapshot.area)
    owner, approvers = library.role(text.owner), tuple(name for name in text.approvers.split("\n") if name)
    return StatusRow(
        id=one.subject.id,
        title=text.title,
        version=text.version,
        status=one.state,
        area=text.area,
        area_title=area.title if area else "",
        owner=text.owner,
        owner_title=owner.title if owner else "",
        approvers=approvers,
        approver_titles=tuple(map(library.role_title, approvers)),
        classification=text.clearance,
        criticality=text.criticality,
        review_every="",
        effective="",
        controls=(),
        path=one.subject.path,
    )

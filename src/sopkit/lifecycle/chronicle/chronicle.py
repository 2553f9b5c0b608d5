"""What happened to one SOP: its revisions, the events beside them, and the entries about them."""

from dataclasses import replace
from datetime import date

from sopkit.lifecycle.addressing import past_of
from sopkit.lifecycle.chronicle.report import Chronicle, Happening
from sopkit.lifecycle.chronicle.telling import Telling
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.texts.revisions import Past
from sopkit.model.errors import SopkitError


def chronicle(judged: Judged, name: str, as_of: date) -> Chronicle:
    """The past of an SOP by its id, or a path that it has or had. Raises SopkitError when none is known."""
    past = _past(judged, name)
    told = Telling(judged, past, as_of)
    rows = sorted(told.rows(), key=lambda placed: placed[:3], reverse=True)
    path = next(iter(past.paths), "")
    last = past.known.get(path) or (judged.snapshots[past.revisions[-1].blob] if past.revisions else None)
    notes = [f"two files have this id: {' and '.join(past.paths)}"] if past.key[0] and len(past.paths) > 1 else []
    return Chronicle(
        head=judged.repository.head,
        as_of=as_of,
        basis=judged.config.review.basis,
        id=past.key[0] or past.key[1],
        title=last.title if last else "",
        path=path,
        rows=tuple(row for *_, row in rows),
        notes=tuple(notes),
    )


def _past(judged: Judged, name: str) -> Past:
    try:
        return past_of(judged, name)
    except SopkitError:
        path = name.removeprefix("./")
        for commit in reversed(judged.history.commits[: judged.count]):
            for change in commit.changes:
                snapshot = judged.snapshots.get(change.blob) if change.path == path else None
                if snapshot is not None and (snapshot.id, "") in judged.pasts.by_key:
                    return judged.pasts.by_key[snapshot.id, ""]
        if name in judged.ledgers:
            return Past((name, ""))
        raise


def only(told: Chronicle, *, revisions: bool, entries: bool) -> Chronicle:
    """The same with the rows of some kinds only; all when neither is asked for, both when both are."""
    if not revisions and not entries:
        return told
    kept = tuple(
        row for row in told.rows if (revisions and row.kind is Happening.REVISION) or (entries and row.kind.is_entry)
    )
    return replace(told, rows=kept)

"""What a reviewer or approver is shown: the redline since the text that was read before, or that all of it is new."""

from collections.abc import Iterator

from sopkit.authoring.desk import Desk
from sopkit.authoring.reading import Reading
from sopkit.frameworks import load_catalogue
from sopkit.library import sop_reader
from sopkit.lifecycle.addressing import Text, resolve
from sopkit.lifecycle.ledger.ledger import Verdict
from sopkit.lifecycle.staleness.subject import Subject
from sopkit.lifecycle.staleness.subjects import from_history
from sopkit.model.visible import visible
from sopkit.redline import compare
from sopkit.redline.model import Comparison, Side
from sopkit.redline.told import as_text
from sopkit.text.digest import immaterial

_MOST_PATHS = 20


def since_reviewed(desk: Desk, reading: Reading) -> str:
    """The changes since the last review that counts."""
    review = reading.ledger.latest_review
    if review is None or review.revision is None:
        return _new(reading, "no review of it counts yet")
    return _since(desk, reading, review.revision, f"reviewed last on {review.day} by {review.entry.by}{_said(review)}")


def since_approved(desk: Desk, reading: Reading) -> str:
    """The changes since the text that was approved last."""
    force = reading.ledger.in_force
    if force is None:
        return _new(reading, "no text of it is approved")
    by = ", ".join(force.by)
    return _since(
        desk, reading, force.revision, f"approved last on {force.landed} by {by}, as {force.label or 'it is'}"
    )


def since_watched(desk: Desk, reading: Reading) -> str:
    """The commits that changed the files which the SOP watches, since somebody looked."""
    subject = next(one for one in from_history(desk.judged) if one.id == reading.id)
    seen = reading.ledger.latest_watch
    lines = [_head(reading), f"watches: {', '.join(reading.snapshot.watches.split(chr(10)))}"]
    if seen is None:
        lines.append("nobody has recorded a look at these files yet")
    elif not seen.entry.watched:
        lines.append(f"the review of {seen.day} did not record how these files were")
    elif not subject.watched_changes:
        lines.append(f"these files are as they were on {seen.day}, when {seen.entry.by} looked")
    else:
        lines.append(f"changed since {seen.day}, when {seen.entry.by} looked:")
        lines += _commits(subject)
    return "".join(f"{visible(line)}\n" for line in lines)


def _commits(subject: Subject) -> Iterator[str]:
    for change in subject.watched_changes:
        yield f"  {change.landed.day}  {change.landed.oid[:12]}  {', '.join(change.landed.people)}"
        yield from (f"      {path}" for path in change.paths[:_MOST_PATHS])
        if len(change.paths) > _MOST_PATHS:
            yield f"      and {len(change.paths) - _MOST_PATHS} more"


def _since(desk: Desk, reading: Reading, revision: int, words: str) -> str:
    judged = desk.judged
    old, new = resolve(judged, reading.id, f"r{revision}"), resolve(judged, reading.id, "HEAD")
    read = sop_reader(judged.config, load_catalogue(judged.repository.root / "controls"))
    redline = compare(read(old.path, old.data), read(new.path, new.data), immaterial(judged.config))
    title = reading.snapshot.title
    told = Comparison(reading.id, title, _side(old), _side(new), redline, judged.repository.head, desk.today)
    return f"{as_text(told)}\n{_facts(reading, words)}"


def _new(reading: Reading, why: str) -> str:
    return f"{visible(_head(reading))}\n\nThe whole text is new: {why}.\n\n{_facts(reading, '')}"


def _facts(reading: Reading, words: str) -> str:
    rows = [("path", reading.path), ("version", reading.snapshot.version or "none"), ("digest", reading.digest)]
    rows = [*rows, ("before", words)] if words else rows
    return "".join(f"{name:<8} {visible(value)}\n" for name, value in rows)


def _head(reading: Reading) -> str:
    return f"{reading.id} {reading.snapshot.title}".rstrip()


def _said(verdict: Verdict) -> str:
    note = " ".join(verdict.entry.note.split())
    return f": {note}" if note else ""


def _side(text: Text) -> Side:
    return Side(text.name, text.label, text.revision, text.version, text.day, text.commit, text.path, text.digest)

"""What changed in the files that SOPs describe since somebody looked at them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.staleness.subject import Landed, Subject, WatchedChange
from sopkit.lifecycle.texts.line import read_line
from sopkit.lifecycle.watch import globs_of
from sopkit.model.history import History


def with_watches(judged: Judged, subjects: Iterable[Subject]) -> list[Subject]:
    """The subjects, with the digest of what each describes, and the commits that changed it since it was last seen."""
    found = []
    stirred = []
    for subject in subjects:
        watches = subject.snapshot.watches
        if not watches:
            found.append(subject)
            continue
        watching = replace(subject, watched=judged.watcher.digest(watches))
        seen = watching.ledger.latest_watch if watching.ledger else None
        if seen is not None and seen.entry.watched and seen.entry.watched != watching.watched:
            stirred.append(len(found))
        found.append(watching)
    if stirred:
        lines = _history(judged, {line for at in stirred for line in found[at].snapshot.watches.split("\n")})
        for at in stirred:
            found[at] = replace(found[at], watched_changes=tuple(_changes(judged, found[at], lines)))
    return found


def _history(judged: Judged, patterns: set[str]) -> History:
    """The commits with their changes of all watched files, whose paths and globs are those of the whole repository."""
    top = replace(judged.repository, prefix="")
    globs = globs_of("\n".join(sorted(patterns)))
    return read_line(top, globs, ["watched", *sorted(patterns)], judged.zone, judged.today, judged.store, {})


def _changes(judged: Judged, subject: Subject, history: History) -> Iterator[WatchedChange]:
    seen = subject.ledger.latest_watch if subject.ledger else None
    globs = globs_of(subject.snapshot.watches)
    since = seen.file.commit if seen is not None else 0
    for index in range(since + 1, judged.count):
        commit = history.commits[index]
        paths = tuple(
            change.path for change in commit.changes if globs(change.path) and not judged.watcher.left_out(change.path)
        )
        if paths:
            landed = Landed(judged.history.landings[index].day, commit.oid, (commit.author_name,))
            yield WatchedChange(landed, paths)

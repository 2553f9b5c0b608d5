"""Every SOP of a commit or of the folder, with the facts that its history and its ledger give."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sopkit.git.blobs import compile_watches, read_tree
from sopkit.git.globs import compile_sop_globs
from sopkit.git.ignore import survey
from sopkit.git.repository import blob_id
from sopkit.lifecycle.attachments import digest_attachments
from sopkit.lifecycle.history import History, read_first_parent
from sopkit.lifecycle.ledger import EntryResult, Ledger
from sopkit.lifecycle.ledger_reader import landing_of, read_folder_ledgers
from sopkit.lifecycle.revisions import Contribution, Revision, RevisionHistory, TextLanding
from sopkit.lifecycle.snapshot import Snapshot, SnapshotReader
from sopkit.lifecycle.status import OUT_OF_LIST, StatusFlag
from sopkit.model.commits import CommitLog
from sopkit.model.config import Basis, Config
from sopkit.parsing.sop import MAX_SOP_BYTES
from sopkit.reading import read_file


@dataclass(frozen=True, slots=True)
class LandingDetails:
    """When a commit landed, which one it is and who wrote what it brought."""

    day: date
    oid: str
    people: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """Who wrote it, as part of a sentence: ` by Ann Lee, Ben Roy`; empty when nobody is known."""
        return f" by {', '.join(self.people)}" if self.people else ""


@dataclass(frozen=True, slots=True)
class WatchedChange:
    """A commit that changed files which the SOP describes."""

    landed: LandingDetails
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnseenAttachments:
    """An entry by somebody who saw other files beside the text than there are now, and what changed them since."""

    entry: EntryResult
    changes: tuple[WatchedChange, ...]


@dataclass(frozen=True, slots=True)
class TrackedSop:
    """One file that holds an SOP, with what history says of it; without history that is None."""

    id: str
    path: str
    snapshot: Snapshot  # the last text that could be read
    digest: str
    readable: bool  # whether the judged text itself can be read
    revision: int | None = None
    restores: int | None = None
    changed: LandingDetails | None = None
    claimed: LandingDetails | None = None  # the commit that set the present claim
    raised: int = 0  # claims that this commit raised
    others: tuple[str, ...] = ()  # paths with the same id
    marks: tuple[tuple[StatusFlag, str], ...] = ()  # each with its reason
    ledger: Ledger | None = None
    active_since: date | None = None  # landing of its first text with an active status
    watched: str = ""  # digest of the files that it describes
    watched_changes: tuple[WatchedChange, ...] = ()
    attachments: str = ""  # digest of the local files that the text refers to
    unseen: tuple[UnseenAttachments, ...] = ()  # the entries whose authors saw other ones
    past: RevisionHistory = field(default_factory=lambda: RevisionHistory(("", "")))
    touched: date | None = None  # landing of the last commit that changed the file
    contributions: tuple[Contribution, ...] = ()  # who wrote the judged text
    removed: str = ""  # of an SOP that has no file any more: who removed it, and when
    retired: bool = False  # whether it was retired before


MIN_BULK_REVIEWS = 5
"""So many reviews are a burst."""
MAX_BULK_SECONDS = 600
"""Within so much landed time."""


def find_bulk_reviews(ledgers: Iterable[Ledger]) -> dict[str, str]:
    """The reviews of bursts by the path of their files, each with what to say of it."""
    by_person: dict[str, list[EntryResult]] = {}
    names: dict[str, str] = {}
    for ledger in ledgers:
        for review in ledger.reviews:
            by_person.setdefault(review.entry.by, []).append(review)
            names[review.entry.by] = ledger.name_of(review.entry.by)
    found: dict[str, str] = {}
    for person, reviews in by_person.items():
        reviews.sort(key=lambda review: (review.time, review.file.path))
        start = marked = 0
        for end, review in enumerate(reviews):
            while review.time - reviews[start].time > MAX_BULK_SECONDS:
                start += 1
            if end - start + 1 >= MIN_BULK_REVIEWS:
                found |= {one.file.path: "" for one in reviews[max(start, marked) : end + 1]}
                marked = end + 1
        in_burst = [review for review in reviews if review.file.path in found]
        times = [review.time for review in in_burst]
        for review in in_burst:
            first = bisect_left(times, review.time - MAX_BULK_SECONDS)
            near = bisect_right(times, review.time + MAX_BULK_SECONDS) - first
            found[review.file.path] = f"{names[person]} recorded {near} reviews within ten minutes on {review.landed}"
    return found


def add_watched_changes(history: History, subjects: Iterable[TrackedSop]) -> list[TrackedSop]:
    """The subjects, with the digest of what each describes, and the commits that changed it since it was last seen."""
    found = []
    changed = []
    for subject in subjects:
        watches = subject.snapshot.watches
        if not watches:
            found.append(subject)
            continue
        watching = replace(subject, watched=history.watcher.digest(watches))
        seen = watching.ledger.latest_watch if watching.ledger else None
        if seen is not None and seen.entry.watched and seen.entry.watched != watching.watched:
            changed.append(len(found))
        found.append(watching)
    if changed:
        # paths and globs of watched files are those of the whole repository
        top = replace(history.repository, prefix="")
        patterns = sorted({line for at in changed for line in found[at].snapshot.watches.split("\n")})
        globs, zone, today = compile_watches("\n".join(patterns)), history.zone, history.today
        log = read_first_parent(top, globs, ["watched", *patterns], zone, today, history.store, {})
        for at in changed:
            found[at] = replace(found[at], watched_changes=tuple(_watched_changes(history, found[at], log)))
    return found


def _watched_changes(history: History, subject: TrackedSop, log: CommitLog) -> Iterator[WatchedChange]:
    seen = subject.ledger.latest_watch if subject.ledger else None
    globs, left_out = compile_watches(subject.snapshot.watches), history.watcher.left_out
    since = seen.file.commit if seen is not None else 0
    return _changes_since(history, log, since, lambda path: globs(path) and not left_out(path))


def _changes_since(
    history: History, log: CommitLog, since: int, matches: Callable[[str], bool]
) -> Iterator[WatchedChange]:
    for index in range(since + 1, history.count):
        commit = log.commits[index]
        paths = tuple(change.path for change in commit.changes if matches(change.path))
        if paths:
            landed = LandingDetails(history.log.landings[index].day, commit.oid, (history.author_of(index),))
            yield WatchedChange(landed, paths)


def add_attachments(history: History, subjects: Iterable[TrackedSop]) -> list[TrackedSop]:
    """The subjects with the digest of the files that each text refers to, and the entries that saw other ones."""
    found = []
    for subject in subjects:
        digest = history.attachments_digest(subject.snapshot.targets, subject.path)
        unseen = _unseen_attachments(history, subject, digest) if digest and subject.ledger is not None else ()
        found.append(replace(subject, attachments=digest, unseen=tuple(unseen)) if digest else subject)
    return found


def _unseen_attachments(history: History, subject: TrackedSop, digest: str) -> Iterator[UnseenAttachments]:
    for one in _seeing_entries(history, subject):
        seen, past = one.entry.attachments, subject.past
        if not seen and one.revision is not None:  # written before entries said so: what was there when it landed
            revision = past.revisions[one.revision - 1]
            files = history.attachments(history.snapshots[revision.blob].targets, revision.path)
            landed = history.log.commits[one.file.commit].oid
            seen = digest_attachments(files, read_tree(history.repository, landed, whole=True))
        if seen != digest:
            paths = {*history.attachments(subject.snapshot.targets, subject.path).values()}
            top, zone, today = replace(history.repository, prefix=""), history.zone, history.today
            log = read_first_parent(
                top, paths.__contains__, ["attached", *sorted(paths)], zone, today, history.store, {}
            )
            yield UnseenAttachments(one, tuple(_changes_since(history, log, one.file.commit, paths.__contains__)))


def _seeing_entries(history: History, subject: TrackedSop) -> tuple[EntryResult, ...]:
    """The latest review, and the latest approval of the present text in each role, or in any one if that is enough."""
    ledger = subject.ledger or Ledger()
    review = [one for one in [ledger.latest_watch] if one is not None and one.entry.digest == subject.digest]
    approvals = [one for one in ledger.pending if one.revision == subject.revision]
    newest = [*{role: one for one in approvals for role in one.roles}.values()]
    if history.config.approval.approve_by == "any":
        newest = approvals[-1:]
    return tuple({one.file.path: one for one in (*review, *newest)}.values())


def collect_from_folder(root: Path, config: Config, as_of: date) -> tuple[list[TrackedSop], tuple[str, ...]]:
    """The SOPs in a folder, of whose past nothing is known, and notes on what was not read."""
    globs = compile_sop_globs(config.library.sops)
    found = survey(root, globs, globs.enters)
    reader = SnapshotReader(config)
    by_path = config.library.identity == "path"
    texts = []
    notes = [f"{path} is a repository of its own: what lies in it was not judged" for path in found.repositories]
    for path in found.files:
        try:
            data = read_file(root, path, MAX_SOP_BYTES + 1)
        except OSError:
            notes.append(f"{path} cannot be read and was not judged")
        else:
            snapshot = reader.read(data)
            texts.append((path, path if by_path else snapshot.id, snapshot))
    ledgers = read_folder_ledgers(root, as_of) if config.review.basis is Basis.RECORDS else {}
    shared = Counter(key for _, key, _ in texts if key)
    subjects = [
        TrackedSop(
            id=key,
            path=path,
            snapshot=snapshot,
            digest=snapshot.digest,
            readable=snapshot.readable,
            others=tuple(other for other, its, _ in texts if its == key and other != path) if shared[key] > 1 else (),
            ledger=ledgers.get(key),
        )
        for path, key, snapshot in texts
    ]
    return subjects, tuple(notes)


def collect_from_history(history: History) -> list[TrackedSop]:
    """The SOPs of the judged commit with what the history and the ledger say of each."""
    # Ledgers first: who wrote what they approve is read from git at once, and the texts listed here are among it.
    bursts = find_bulk_reviews(history.ledgers.values()) if history.config.review.basis is Basis.RECORDS else {}
    listed = [(past, path) for past in history.pasts.by_key.values() for path in past.paths]
    places = {
        landing_of(past, one) for past, path in listed if (one := _newest_revision(history, past, path)) is not None
    }
    people = history.authorship.of_texts(sorted(places))
    subjects = [_make_tracked_sop(history, past, path, people, bursts) for past, path in listed]
    return add_attachments(history, add_watched_changes(history, subjects))


def _newest_revision(history: History, past: RevisionHistory, path: str) -> Revision | None:
    """The newest revision with the text that a path holds."""
    digest = history.snapshots[past.paths[path]].digest
    return next((one for one in reversed(past.revisions) if one.digest == digest), None)


def _make_tracked_sop(
    history: History,
    past: RevisionHistory,
    path: str,
    people: Mapping[TextLanding, tuple[Contribution, ...]],
    bursts: Mapping[str, str],
) -> TrackedSop:
    digest = history.snapshots[past.paths[path]].digest
    revision = _newest_revision(history, past, path)
    records = history.config.review.basis is Basis.RECORDS
    ledger = history.ledger(past.key[0]) if records and past.key[0] else None
    marks = []
    if history.at_head and _is_edited(history, path, past.paths[path]):
        marks.append((StatusFlag.UNCOMMITTED_EDIT, "the file holds another text than the commit that was judged"))
    changed = claimed = None
    commits = []
    contributions: tuple[Contribution, ...] = ()
    if revision is not None:
        commits.append(revision.commit)
        contributions = people.get(landing_of(past, revision), ())
        changed = _landing_details(history, revision.commit, history.names_of(contributions))
    if past.claim_commit is not None and history.config.review.basis is Basis.CLAIMS:
        commits.append(past.claim_commit)
        claimed = _landing_details(history, past.claim_commit, (history.author_of(past.claim_commit),))
    if ledger is not None:
        deciding = _deciding_entries(ledger, revision)
        about = [one for one in ledger.verdicts if revision is not None and one.file.commit >= revision.commit]
        commits += [verdict.file.commit for verdict in (*deciding, *about)]
        marks += _entry_flags(ledger, deciding, bursts)
        marks += [
            (
                StatusFlag.REGISTER_WINDOW,
                f"the {one.entry.kind} of {one.entry.date} by {ledger.name_of(one.entry.by)} {words}",
            )
            for one in deciding
            for words in describe_windows(history, ledger, one)
        ]
    marks += _clock_flags(history, dict.fromkeys(commits))
    touching = [*(one.commit for one in past.revisions[-1:]), *(event.commit for event in past.events[-1:])]
    first = next((index for index, status in past.statuses if status not in OUT_OF_LIST), None)
    return TrackedSop(
        id=past.key[0],
        path=path,
        snapshot=past.known[path],
        digest=digest,
        readable=history.snapshots[past.paths[path]].readable,
        revision=revision.number if revision else None,
        restores=revision.restores if revision else None,
        changed=changed,
        claimed=claimed,
        raised=history.pasts.raised.get(past.claim_commit, 0) if past.claim_commit is not None else 0,
        others=tuple(other for other in past.paths if other != path) if past.key[0] else (),
        marks=tuple(marks),
        ledger=ledger,
        active_since=history.log.landings[first].day if first is not None else None,
        past=past,
        touched=history.log.landings[max(touching)].day if touching else None,
        contributions=contributions,
    )


def _deciding_entries(ledger: Ledger, revision: Revision | None) -> list[EntryResult]:
    """The entries that decide about a row: the latest review, and the approvals of the present text or the last one."""
    approval = (ledger.approved.get(revision.number) if revision else None) or ledger.newest_approval
    review = ledger.latest_review
    return [*([review] if review else []), *(approval.verdicts if approval else ())]


def _entry_flags(
    ledger: Ledger, verdicts: Iterable[EntryResult], bursts: Mapping[str, str]
) -> Iterator[tuple[StatusFlag, str]]:
    for verdict in verdicts:
        entry = verdict.entry
        if verdict.late:
            words = f"the {entry.kind} of {entry.date} by {ledger.name_of(entry.by)} landed only on {verdict.landed}"
            yield StatusFlag.LATE_RECORDED, words
        if verdict.file.path in bursts:
            yield StatusFlag.BULK_REVIEW, bursts[verdict.file.path]


def describe_windows(history: History, ledger: Ledger, result: EntryResult) -> Iterator[str]:
    """For each window of the registers by which an entry counts, what was done by whom: the end of a sentence."""
    for window in ledger.windows.get(result.file.name, ()):
        opened, closed = (
            f"commit {commit.oid[:12]} of {history.log.landings[index].day} by {history.author_of(index)}"
            for index in (window.opened, window.closed)
            for commit in (history.log.commits[index],)
        )
        yield f"counts only because {opened} changed {window.what}; {closed} changed it back"


def _landing_details(history: History, index: int, people: tuple[str, ...]) -> LandingDetails:
    return LandingDetails(history.log.landings[index].day, history.log.commits[index].oid, people)


def _clock_flags(history: History, indices: dict[int, None]) -> Iterator[tuple[StatusFlag, str]]:
    for index in indices:
        landing, commit = history.log.landings[index], history.log.commits[index]
        for flag in landing.flags:
            yield (
                StatusFlag(flag.value),
                f"commit {commit.oid[:12]} is marked {flag.value} and counts as landed on {landing.day}",
            )


def _is_edited(history: History, path: str, blob: str) -> bool:
    """Whether a file is there in the folder and says something else than the commit."""
    try:
        data = read_file(history.repository.root, path, MAX_SOP_BYTES + 1)
    except OSError:
        return False
    if len(data) > MAX_SOP_BYTES:  # cut off, so that its digest is no other's; what could not be read is still not
        return history.snapshots[blob].readable
    oid = blob_id(data, history.repository.object_format)
    if oid == blob:
        return False
    snapshot = history.snapshots.get(oid) or history.reader.read(data)
    return snapshot.digest != history.snapshots[blob].digest

"""A recording session: who the user is, which text is concerned, and why an entry would not count."""

import os
import re
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path

from sopkit.git.commit import BranchState, Identity, describe_missing_from_index, read_branch_state, read_identity
from sopkit.git.journal import settle_interrupted
from sopkit.git.merges import Author
from sopkit.git.repository import Repository, open_repository
from sopkit.git.run import output
from sopkit.library import LEDGER_ROOT
from sopkit.lifecycle.history import History, read_history
from sopkit.lifecycle.ledger import EntryResult, Ledger, Reason
from sopkit.lifecycle.people import PEOPLE, ROLES
from sopkit.lifecycle.revisions import Revision, RevisionHistory
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.lifecycle.text_lookup import find_revision_history
from sopkit.model.config import Basis
from sopkit.model.entry import LEDGER, Entry, EntryKind
from sopkit.model.errors import SopkitError
from sopkit.model.registers import Person
from sopkit.model.similarity import nearest
from sopkit.parsing.digest import CANONICALISER
from sopkit.reading import read_file


@dataclass(frozen=True)
class RecordingSession:
    """The judged library, and as whom git would commit now."""

    history: History
    author: Identity
    committer: Identity
    branch_state: BranchState

    @property
    def repository(self) -> Repository:
        """The repository at the commit that was judged."""
        return self.history.repository

    @property
    def today(self) -> date:
        """The day that it is, in the library's zone."""
        return self.history.today

    @property
    def zone(self) -> tzinfo:
        """The library's zone."""
        return self.history.zone

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the people who have the e-mail of git's author: one, unless the register is wrong."""
        return tuple(sorted(self.history.organisation.known(Author(self.author.name, self.author.email))))

    def person(self, key: str = "", importers: Container[str] = ()) -> Person:
        """The person of that key, else the one whom git names.

        Raises SopkitError for nobody, and for a bot that is not one of the `importers`.
        """
        people = self.history.organisation.people
        email, own = self.author.email, self.keys
        if not key and len(own) > 1:
            raise SopkitError(
                f"{email} belongs to {' and '.join(own)}", f"mend {PEOPLE}; until then say who you are: --as KEY"
            )
        if not key and not own:
            raise SopkitError(
                f"nobody in {PEOPLE}, as it is committed, has the e-mail {email} that git commits with",
                f"add it to `emails` of your row and commit that first, or run: git config user.email ADDRESS\n"
                f"known: {', '.join(sorted(people)) or 'nobody'}",
            )
        key = key or own[0]
        if key not in people:
            near = nearest(key.lower(), list(people), 1, 0.5)
            known = f"did you mean {near[0]}?" if near else f"add the person to {PEOPLE}, and commit that first"
            raise SopkitError(f"{PEOPLE}, as it is committed, knows no `{key}`", known)
        if people[key].bot and key not in importers:
            raise SopkitError(f"{key} is a bot, and bots neither review nor approve", "let a person do it")
        return people[key]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the place where the entry will land."""
        found = []
        branch, default, _ = self.branch_state
        merged = (
            "the entry counts once it is merged into the default branch as it is: a squash loses who wrote it,"
            " unless it is signed"
        )
        if not branch:
            found.append(
                f"no branch is checked out (detached HEAD): {merged}, and nothing keeps it until a branch does"
            )
        elif default and branch != default:
            found.append(f"you are on {branch}, not on {default}: {merged}")
        if missing := describe_missing_from_index(self.repository, LEDGER_ROOT):
            found.append(missing)
        if self.history.config.review.basis is not Basis.RECORDS:
            basis = self.history.config.review.basis
            found.append(f'`[review] basis` is "{basis}": `sopkit stale` looks at entries when it is "records"')
        return tuple(found)


def open_session(root: Path, today: date) -> RecordingSession:
    """Judge the library in a folder for somebody who wants to record something.

    A commit that was cut off is completed or undone first.
    Raises SopkitError outside of git, in the middle of a merge or rebase, where history is missing, and when git does
    not know who commits.
    """
    repository = open_repository(root)
    if repository is None:
        raise SopkitError(
            f"{root} is not in a git repository", "entries are proved by its commits: git init, and commit"
        )
    settle_interrupted(repository)
    place = read_branch_state(repository)
    if place.under_way:
        raise SopkitError(
            f"a {place.under_way} is under way",
            f"end it first: git {place.under_way} --continue, or git {place.under_way} --abort",
        )
    author, committer = read_identity(repository), read_identity(repository, "COMMITTER")
    history = read_history(repository, date.max, today)
    history.cache.save()
    return RecordingSession(history, author, committer, place)


def describe_holders(session: RecordingSession, role: str) -> str:
    """Who may act in a role today, in words: `ciso: Cat Diaz (cat)`."""
    organisation = session.history.organisation
    row = organisation.role(role)
    if row is None:
        return f"{role}: {ROLES} does not know this role"
    people = row.people(organisation.people, session.today)
    named = ", ".join(f"{' '.join(one.name.split())} ({one.key})" if one.name else one.key for one in people)
    return f"{row.id}: {named or f'nobody on {session.today}'}"


_FOLDER = re.compile(r"[^\s/\\:\0-\x1f.][^/\\:\0-\x1f]*")


@dataclass(frozen=True)
class ReviewTarget:
    """One SOP as it stands in the judged commit."""

    past: RevisionHistory
    path: str
    blob: str
    snapshot: Snapshot
    revision: Revision
    ledger: Ledger
    watched: str  # digest of the files that it watches; empty when it watches none
    attachments: str  # digest of the local files that the text refers to; empty when it refers to none
    library: str  # uuid of the library; empty when it has none

    @property
    def id(self) -> str:
        """The id."""
        return self.past.key[0]

    @property
    def digest(self) -> str:
        """The digest of the text."""
        return self.snapshot.digest

    @property
    def name(self) -> str:
        """Id and version, as people call it: `AC-001 2.1`."""
        return f"{self.id} {self.snapshot.version}".rstrip()

    @property
    def folder(self) -> str:
        """The folder of its entries."""
        return f"{LEDGER}/{self.id}"


def read_target(session: RecordingSession, name: str, digest: str = "") -> ReviewTarget:
    """The text of an SOP, by id or path. Raises SopkitError when there is not exactly one that can be signed for.

    `digest` is what the user has read elsewhere: another text is refused.
    """
    history = session.history
    past = find_revision_history(history, name)
    if not past.key[0] or history.config.library.identity == "path":
        raise SopkitError(f"{name} has no id, and the ledger knows SOPs by their id", "give it an id: id: AC-001")
    if not _FOLDER.fullmatch(past.key[0]):
        raise SopkitError(f"the id {past.key[0]!r} cannot name a folder", "give the SOP another id")
    if not past.paths:
        raise SopkitError(f"{past.key[0]} is no more in the commit that is checked out", "see: git log")
    if len(past.paths) > 1:
        raise SopkitError(
            f"{past.key[0]} is the id of several files: {', '.join(past.paths)}", "give each its own id first"
        )
    [(path, blob)] = past.paths.items()
    snapshot = history.snapshots[blob]
    if not snapshot.readable:
        raise SopkitError(f"{path}: its front matter cannot be read", f"see: sopkit lint {path}")
    _refuse_uncommitted(session, path, blob)
    if digest and digest.lower() != snapshot.digest:
        raise SopkitError(
            f"{past.key[0]} holds another text than the one that was read: {snapshot.digest}",
            f"read it again: sopkit diff {past.key[0]}"
            if digest.startswith(f"{CANONICALISER}:")
            else f"a digest begins with {CANONICALISER}:",
        )
    revision = next(one for one in reversed(past.revisions) if one.digest == snapshot.digest)
    watched = history.watcher.digest(snapshot.watches)
    ledger, library = history.ledger(past.key[0]), history.config.library.uuid
    attachments = history.attachments_digest(snapshot.targets, path)
    return ReviewTarget(past, path, blob, snapshot, revision, ledger, watched, attachments, library)


def _refuse_uncommitted(session: RecordingSession, path: str, blob: str) -> None:
    """Refuse an edit that is in the folder and not in the commit."""
    file = session.repository.root / path
    if not os.path.lexists(file):
        listed = output(session.repository.git, "ls-files", "-t", "--", path)[1]
        if listed.startswith(b"S "):  # left out of the folder by a sparse checkout
            return
        raise SopkitError(f"{path} is gone from the folder, but not from the commit", f"run: git restore {path}")
    snapshot = None
    with suppress(OSError):
        snapshot = session.history.reader.read(read_file(session.repository.root, path))
    if snapshot != session.history.snapshots[blob]:
        raise SopkitError(
            f"{path} has an edit that is not committed, and a review or approval is of a committed text",
            f"commit it first, or put it away: git stash push {path}",
        )


_HINTS = {
    Reason.EVIDENCE_TOO_LOW: (
        "sign it: --sign, or --key FILE, with a key that registers/people.yaml, as it is committed, names as yours;"
        " a signature with another key adds nothing"
    ),
    Reason.UNKNOWN_AUTHOR: (
        "add the e-mail to `emails` of that person's row in registers/people.yaml and commit that first (somebody who"
        ' has left keeps the row, with `to`); or, for a library of many authors: [approval] authors = "any"'
    ),
    Reason.NOT_EDITORIAL: "leave --editorial out, and approve it as a change",
    Reason.UPDATE_REQUIRED: "change the text and say so with --updated, or let it go with --retire",
    Reason.DATE_IN_FUTURE: "name the day on which it was done: --date YYYY-MM-DD",
    Reason.COMMIT_FUTURE_DATED: "check the clock of this machine",
    Reason.DIGEST_NOT_LANDED: "commit the text first",
    Reason.CORRECTS: "name one of your own entries of the same kind",
}


def rejection_error(session: RecordingSession, result: EntryResult) -> SopkitError:
    """The error for a verdict that does not count."""
    entry = result.file.reading.entry
    if entry is None or result.reason is None:
        return SopkitError(f"the entry would not count: {result.detail}", "shorten the note")
    what = {EntryKind.REVIEW: "review", EntryKind.APPROVAL: "approval"}.get(entry.kind, str(entry.kind))
    return SopkitError(
        f"this {what} of {entry.id} would not count ({result.reason}): {result.detail}",
        _rejection_hint(session, result, entry),
    )


def _rejection_hint(session: RecordingSession, result: EntryResult, entry: Entry) -> str:
    ledger = session.history.ledger(entry.id)
    if result.reason is Reason.ROLE_MISSING:
        return list_holders(session, (entry.role,) if entry.role else ledger.required)
    if result.reason is Reason.SELF_APPROVAL:
        return (
            f"let somebody approve it who did not write it\n{list_holders(session, ledger.required)}\n"
            "where nobody else is named, name a deputy in registers/roles.yaml and commit that first"
        )
    if result.reason is Reason.AUTHOR_UNPROVED:
        return (
            f"git would commit as {session.author.name} <{session.author.email}>;"
            f" an entry of somebody else needs that person's signature: --key FILE"
        )
    return _HINTS.get(result.reason, "mend that first") if result.reason else ""


def list_holders(session: RecordingSession, roles: tuple[str, ...]) -> str:
    """Who holds these roles, a line each."""
    return (
        "\n".join(describe_holders(session, role) for role in roles) or "name the roles in the text: owner, approvers"
    )

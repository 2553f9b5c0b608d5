"""The status of each SOP of a library on a date, with its approved text and the controls that it implements."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from sopkit.analysis.control_claims import (
    COVERING,
    ControlImplementation,
    ControlKey,
    implementations_by_sop,
    implementations_of,
)
from sopkit.git.blobs import read_blobs, read_tree
from sopkit.git.repository import blob_id, open_repository, resolve_tag
from sopkit.library import CONFIG_NAME, Library, load, register_path
from sopkit.lifecycle.history import History, read_history
from sopkit.lifecycle.ledger import Approval
from sopkit.lifecycle.sop_status import SopStatus, assess_all, identity_error
from sopkit.model.commits import Commit
from sopkit.model.config import Basis
from sopkit.model.errors import SopkitError
from sopkit.model.registers import REGISTERS
from sopkit.model.sop import Sop


@dataclass(frozen=True, eq=False)
class LibraryStatus:
    """A library with the status of each of its SOPs, by path; `head` is empty when no history was read.

    `commit` is the one that is judged and `judged` what was read of its history, both None where none was.
    """

    library: Library
    head: str
    statuses: Mapping[str, SopStatus]
    keeps_approvals: bool
    notes: tuple[str, ...] = ()
    commit: Commit | None = None
    judged: History | None = None
    has_texts_in_force: bool = False  # the SOPs of the library are the texts in force already, as of a published one

    @property
    def as_of(self) -> date:
        """The day that is judged."""
        return self.library.as_of

    @property
    def history(self) -> History:
        """What was read of the history. Raises ValueError where none was."""
        if self.judged is None:
            raise ValueError(self.library.root)
        return self.judged

    @property
    def basis(self) -> Basis:
        """What reviews are believed from."""
        return self.history.config.review.basis

    @cached_property
    def removed(self) -> tuple[SopStatus, ...]:
        """The SOPs that were active once and have no file any more; none where no history was read."""
        from sopkit.lifecycle.removed_sops import assess_removed  # not for `sopkit lint`

        return assess_removed(self.judged, self.as_of) if self.judged else ()

    def of(self, sop: Sop) -> SopStatus:
        """The status of the file of an SOP."""
        return self.statuses.get(sop.path, SopStatus())

    def find(self, sop: Sop) -> SopStatus | None:
        """The status of an SOP: that of its file, or of its id where it was moved since."""
        at_path = self.statuses.get(sop.path)
        if at_path is not None and at_path.subject.id in {sop.id, ""}:
            return at_path
        return self._by_id.get(sop.id) if sop.id else at_path

    @cached_property
    def _by_id(self) -> dict[str, SopStatus]:
        return {one.subject.id: one for one in reversed([*self.statuses.values()])}

    def digest(self, sop: Sop) -> str:
        """The digest of the text in the folder."""
        data, history = sop.source.data, self.history
        known = history.snapshots.get(blob_id(data, history.repository.object_format))
        return (known or history.reader.read(data)).digest

    def same_bytes(self, sop: Sop, status: SopStatus) -> bool:
        """Whether the folder holds the very file of the judged commit."""
        oid = blob_id(sop.source.data, self.history.repository.object_format)
        return oid == status.subject.past.paths[status.subject.path]

    def edited(self, sop: Sop, status: SopStatus) -> bool:
        """Whether the folder holds another text than the judged commit."""
        return self.digest(sop) != status.subject.digest

    def approval_in_force(self, sop: Sop) -> Approval | None:
        """The approval of the text of an SOP that is in force on the day judged, if one is."""
        has_landed = self.judged is not None and (sop.id, "") in self.judged.pasts.by_key
        return self.judged.ledger(sop.id).in_force(self.as_of) if self.judged and has_landed else None

    def text_in_force(self, sop: Sop) -> Sop | None:
        """The approved text of an SOP that is in force on the day judged: its file, unless that differs from it."""
        approval, status = self.approval_in_force(sop), self.of(sop)
        if approval is None or status.row is None:
            return None
        if self.has_texts_in_force or (status.row.revision == f"r{approval.revision}" and not status.edited):
            return sop
        [(_, data)] = read_blobs(self.history.repository, [approval.blob])
        return self.library.read(sop.path, data) if data is not None else None

    def carries(self, sop: Sop) -> bool:
        """Whether an SOP is active and a text of it is in force; without approvals to go by, active is enough."""
        return sop.active and (not self.keeps_approvals or self.approval_in_force(sop) is not None)

    def carries_out(self, support: ControlImplementation) -> bool:
        """Whether an SOP carries, and the text that was approved carries out the control as well."""
        return bool(self.strength(support))

    def covers(self, support: ControlImplementation) -> bool:
        """Whether the approved text of an SOP that carries claims the control in full or in part."""
        return self.strength(support) in COVERING

    def strength(self, support: ControlImplementation) -> str:
        """How much of the control the approved text carries out, of an SOP that carries; empty when it does not."""
        if not self.carries(support.sop):
            return ""
        if not self.keeps_approvals:
            return support.strength
        return self._approved(support.sop).get((support.framework, support.control), "")

    def _approved(self, sop: Sop) -> Mapping[ControlKey, str]:
        if sop.path not in self._approved_controls:
            text = self.text_in_force(sop) or sop
            if text is self.library.by_path.get(text.path):
                claims = implementations_by_sop(self.library)[text.path]
            else:
                claims = tuple(implementations_of(text, self.library))
            self._approved_controls[sop.path] = {(one.framework, one.control): one.strength for one in claims}
        return self._approved_controls[sop.path]

    @cached_property
    def _approved_controls(self) -> dict[str, Mapping[ControlKey, str]]:
        return {}


def read_committed_status(
    library: Library, today: date, environment: Mapping[str, str] = os.environ
) -> LibraryStatus | None:
    """The status of a library in its folder by its history up to its day, complete: nothing in it starts git later.

    None outside of git, before the library is committed, and where the configuration gives history nothing to know
    SOPs or claims by. Raises SopkitError where an answer would rest on missing history.
    """
    repository = open_repository(library.root)
    if repository is None or repository.head is None or CONFIG_NAME not in read_tree(repository, repository.head):
        return None
    history = read_history(repository, library.as_of, today, environment=environment)
    if identity_error(history.config):
        return None
    statuses, records = _by_path(assess_all(history, library.as_of)), history.config.review.basis is Basis.RECORDS
    if records:
        _ = history.organisation  # read now: processes that share the linting start no git
    return LibraryStatus(library, repository.head, statuses, records, judged=history)


def _by_path(statuses: Iterable[SopStatus]) -> dict[str, SopStatus]:
    return {one.subject.path: one for one in statuses}


@contextmanager
def read_library_status(
    root: Path, as_of: date, today: date, *, tree_only: bool = False, environment: Mapping[str, str] = os.environ
) -> Iterator[LibraryStatus]:
    """The library in a folder on a day, to be read until the end of the block.

    The folder is judged as it stands, unless commits landed after that day: then the library is that of the last
    commit landed by its end. Raises SopkitError where an answer would rest on missing history.
    """
    repository = None if tree_only else open_repository(root)
    if repository is None or not repository.head or CONFIG_NAME not in read_tree(repository, repository.head):
        from sopkit.lifecycle.stale import report_stale  # not for `sopkit lint`

        alone = tree_only or (repository is not None and repository.head is not None)
        report = report_stale(root, as_of, today, tree_only=alone)
        folder = {row.path: SopStatus(row) for row in report.rows}
        yield LibraryStatus(load(root, as_of), "", folder, report.basis is Basis.RECORDS, report.notes)
        return
    history = read_history(repository, as_of, today, environment=environment)
    statuses = _by_path(assess_all(history, as_of))
    head, keeps_approvals = repository.head or "", history.config.review.basis is Basis.RECORDS
    commit = history.log.commits[history.count - 1]
    if history.at_head:
        library = load(root, as_of)
        notes = _uncommitted_notes(library, history)
        yield LibraryStatus(library, head, statuses, keeps_approvals, notes, commit, history)
        return
    from sopkit.lifecycle.library_at_commit import library_at_commit  # not for `sopkit lint`

    with library_at_commit(repository, commit.oid, as_of) as past:
        if past is None:
            raise SopkitError(
                f"commit {commit.oid[:12]}, the last by {as_of}, holds no {CONFIG_NAME}", "choose a later day"
            )
        notes = (f"judged is commit {commit.oid[:12]}, the last that landed by {as_of}",)
        yield LibraryStatus(past, head, statuses, keeps_approvals, notes, commit, history)


@contextmanager
def read_tag_status(
    root: Path, tag: str, as_of: date | None, today: date, environment: Mapping[str, str] = os.environ
) -> Iterator[LibraryStatus]:
    """The library as the commit of a tag holds it, to be read until the end of the block.

    Judged is what lies behind that commit, on the day that it landed or, when one is given, on a later one. Raises
    SopkitError when there is no such tag, when the day is earlier, and where an answer would rest on missing history.
    """
    repository = open_repository(root)
    if repository is None:
        raise SopkitError("an edition is a tag of git, and the library is not in a git repository", "git init")
    oid = resolve_tag(repository, tag)
    line = read_history(replace(repository, head=oid), date.max, today, environment=environment)
    history = replace(line, checked_out=False)
    landed = history.landings[-1].day
    if as_of is not None and as_of < landed:
        raise SopkitError(f"{tag} landed on {landed}, so it cannot be judged as of {as_of}", "leave --as-of out")
    day = as_of or landed
    statuses, keeps_approvals = _by_path(assess_all(history, day)), history.config.review.basis is Basis.RECORDS
    from sopkit.lifecycle.library_at_commit import library_at_commit

    with library_at_commit(repository, oid, day) as library:
        if library is None:
            raise SopkitError(f"commit {oid[:12]}, which {tag} names, holds no {CONFIG_NAME}", "choose a later tag")
        yield LibraryStatus(library, oid, statuses, keeps_approvals, (), history.log.commits[-1], history)


def _uncommitted_notes(library: Library, history: History) -> tuple[str, ...]:
    """A note on the files in the folder that are not as the commit holds them."""
    held = read_tree(history.repository, history.repository.head or "")
    files = {sop.path: sop.source.data for sop in library.sops}
    files |= {register_path(name): library.registers[name].source.data for name in REGISTERS}
    form = history.repository.object_format
    changed = [path for path, data in files.items() if (blob_id(data, form) != held[path][1] if path in held else data)]
    if not changed:
        return ()
    words = f"{changed[0]} and {len(changed) - 1} more differ" if changed[1:] else f"{changed[0]} differs"
    return (f"{words} from the last commit; judged is what stands in the folder",)

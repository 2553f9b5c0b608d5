"""Which text of an SOP a revision, label, date or commit means."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from sopkit.git.blobs import read_blobs, read_tree
from sopkit.git.globs import compile_sop_globs
from sopkit.git.repository import blob_id
from sopkit.library import CONFIG_NAME, Library, load
from sopkit.lifecycle.due import parse_date
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import Approval
from sopkit.lifecycle.library_at_commit import write_tree
from sopkit.lifecycle.revisions import RevisionHistory, SopKey, read_revision_histories
from sopkit.model.commits import REGULAR_MODES
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.parsing.config import read_config
from sopkit.parsing.sop import MAX_SOP_BYTES

_REVISION_ADDRESS = re.compile(r"r([1-9]\d*)")
_COMMIT_ADDRESS = re.compile(r"[0-9a-f]{4,64}")
TREE, HEAD, APPROVED = "tree", "HEAD", "approved"


@dataclass(frozen=True, slots=True)
class TextAtCommit:
    """One text of an SOP: its bytes, the commit by which they landed and when; of the folder's file, neither.

    `at` is the commit of the moment that was asked for, whose other files stood beside it.
    """

    name: str
    revision: int | None
    version: str
    commit: str
    path: str
    blob: str
    data: bytes
    day: date | None
    at: str
    digest: str

    @property
    def label(self) -> str:
        """The text in words: `r2, version 1.1, landed on 2026-01-05, commit 61ab9e2f0c1d`."""
        parts = [f"r{self.revision}"] if self.revision else []
        parts += [f"version {self.version}"] if self.version else []
        where = [f"landed on {self.day}", f"commit {self.commit[:12]}"] if self.commit else ["in the folder"]
        return ", ".join((*parts, *where))


def find_revision_history(history: History, name: str) -> RevisionHistory:
    """The past of an SOP by its id or path. Raises SopkitError that names the nearest id."""
    by_key = history.pasts.by_key
    path = name.removeprefix("./")
    for key in ((name, ""), (name.upper(), ""), (path, ""), ("", path)):
        if key in by_key:
            return by_key[key]
    found = next((past for past in by_key.values() if path in past.paths), None)
    if found is None:
        near = nearest(name.upper(), [key[0] for key in by_key if key[0]], 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "sopkit status lists the SOPs"
        raise SopkitError(f"no SOP {name} has landed", hint)
    return found


def find_newest_approval(history: History, key: SopKey) -> Approval | None:
    """The approval of the newest approved text, or None when none stands."""
    return history.ledger(key[0]).newest_approval if key in history.pasts.by_key else None


def resolve_in_force(history: History, name: str, day: date) -> tuple[TextAtCommit, date] | None:
    """The approved text that is in force on a day, and since when; None when none is."""
    past = find_revision_history(history, name)
    approval = history.ledger(past.key[0]).in_force(day)
    if approval is None:
        return None
    return _text_of_approval(history, past, str(day), approval), approval.starts


def resolve(history: History, name: str, address: str) -> TextAtCommit:  # noqa: C901 - one flat look at the kinds of address
    """The text of an SOP that an address means. Raises SopkitError that lists the revisions.

    An address is read as the first of these that it is: `HEAD`, `tree`, `approved`, a revision such as `r3`, a day, a
    version label, the beginning of a commit id.
    """
    past = find_revision_history(history, name)
    if address == TREE:
        return _text_of_folder(history, past)
    if address == HEAD:
        return _text_at(history, past, history.count, address)
    if address == APPROVED:
        return _resolve_approved(history, past)
    if match := _REVISION_ADDRESS.fullmatch(address):
        number = int(match[1])
        if number > len(past.revisions):
            raise SopkitError(f"{_sop_id(past)} has no revision {address}", list_texts(history, past))
        revision = past.revisions[number - 1]
        return _make_text(history, past, address, revision.commit + 1, revision.path, revision.blob)
    if day := parse_date(address):
        return _text_at(history, past, min(history.log.count_at(day), history.count), address)
    if found := _resolve_label(history, past, address):
        return found
    if _COMMIT_ADDRESS.fullmatch(address):
        at = [index for index in range(history.count) if history.log.commits[index].oid.startswith(address)]
        if len(at) == 1:
            return _text_at(history, past, at[0] + 1, address)
        if at:
            raise SopkitError(f"{address} begins {len(at)} commits", "write more of its digits")
    named = any(letter.isalpha() for letter in address)  # as few labels are
    hint = "\na branch or a tag is named by its commit: git rev-parse NAME" if named else ""
    raise SopkitError(f"{_sop_id(past)} has no text {address}", list_texts(history, past) + hint)


def resolve_defaults(history: History, name: str) -> tuple[TextAtCommit, TextAtCommit]:
    """What is compared when nothing is named: the approved text, else the last that says something else, with today's.

    Today's is that of the folder when it differs, else that of the judged commit.
    """
    past = find_revision_history(history, name)
    new = resolve_newest(history, name)
    if find_newest_approval(history, past.key):
        return _resolve_approved(history, past), new
    before = next((one for one in reversed(past.revisions) if one.digest != new.digest), None)
    if before is None:
        raise SopkitError(
            f"{_sop_id(past)} has one text only, so there is nothing to compare", list_texts(history, past)
        )
    return resolve(history, name, f"r{before.number}"), new


def resolve_newest(history: History, name: str) -> TextAtCommit:
    """The text of the folder when its bytes differ from the checked-out commit, else that of the judged commit."""
    past = find_revision_history(history, name)
    if history.at_head:
        try:
            text = _text_of_folder(history, past)
        except SopkitError:
            return _text_at(history, past, history.count, HEAD)
        if text.blob not in past.paths.values():
            return text
    return _text_at(history, past, history.count, HEAD)


def list_texts(history: History, past: RevisionHistory) -> str:
    """The revisions of an SOP, one a line, each with its label and day."""
    lines = ["its revisions:"] if past.revisions else ["it has no revision"]
    for revision in past.revisions:
        version = history.snapshots[revision.blob].version
        day = history.log.landings[revision.commit].day
        lines.append(f"r{revision.number}  {f'version {version}' if version else 'no version'}, landed on {day}")
    return "\n".join(lines)


def _sop_id(past: RevisionHistory) -> str:
    return past.key[0] or past.key[1]


def _resolve_approved(history: History, past: RevisionHistory) -> TextAtCommit:
    approval = find_newest_approval(history, past.key)
    if approval is None:
        raise SopkitError(f"no approval of {_sop_id(past)} has landed", list_texts(history, past))
    return _text_of_approval(history, past, APPROVED, approval)


def _text_of_approval(history: History, past: RevisionHistory, name: str, approval: Approval) -> TextAtCommit:
    """The text that was approved, as it stood when its bytes landed last as the revision that was approved."""
    later = past.revisions[approval.revision : approval.revision + 1]
    end = later[0].commit if later else history.count
    index, path = next(
        (index, change.path)
        for index in range(end - 1, -1, -1)
        for change in history.log.commits[index].changes
        if change.blob == approval.blob and _is_same_sop(history, past, change.path, approval.blob)
    )
    return _make_text(history, past, name, index + 1, path, approval.blob)


def _resolve_label(history: History, past: RevisionHistory, label: str) -> TextAtCommit | None:
    """The text that was approved under a label, else the last with it. SopkitError when several texts had it."""
    approved = [one for one in history.ledger(past.key[0]).approved.values() if one.label == label]
    if approved:
        newest = max(approved, key=lambda one: one.revision)
        return _text_of_approval(history, past, label, newest)
    found = [
        (index, change.path, change.blob)
        for index in range(history.count)
        for change in history.log.commits[index].changes
        if change.is_file and _is_same_sop(history, past, change.path, change.blob)
        if history.snapshots[change.blob].version == label
    ]
    if not found:
        return None
    if len({history.snapshots[blob].digest for _, _, blob in found}) > 1:
        raise SopkitError(f"{_sop_id(past)} had several texts of version {label}", list_texts(history, past))
    index, path, blob = found[-1]
    return _make_text(history, past, label, index + 1, path, blob)


def _is_same_sop(history: History, past: RevisionHistory, path: str, blob: str) -> bool:
    snapshot = history.snapshots.get(blob)
    return snapshot is not None and past.key in {(path, ""), (snapshot.id, ""), ("", path)}


def _text_at(history: History, past: RevisionHistory, count: int, name: str) -> TextAtCommit:
    """The bytes that were there after so many commits."""
    changes = [
        [change for change in commit.changes if not change.is_file or change.blob in history.snapshots]
        for commit in history.log.commits[:count]
    ]
    by_path = history.config.library.identity == "path"
    then = read_revision_histories(changes, history.snapshots, by_path=by_path).by_key.get(past.key)
    if then is None or not then.paths:
        why = "had been removed" if then is not None else "had not landed yet"
        raise SopkitError(f"{_sop_id(past)} has no text at {name}: it {why}", list_texts(history, past))
    path, blob = next(iter(then.paths.items()))
    return _make_text(history, past, name, count, path, blob)


def _make_text(history: History, past: RevisionHistory, name: str, count: int, path: str, blob: str) -> TextAtCommit:
    commits = history.log.commits
    index = next(
        index
        for index in range(count - 1, -1, -1)
        if any(change.path == path and change.blob == blob for change in commits[index].changes)
    )
    [(_, data)] = read_blobs(history.repository, [blob])
    digest = history.snapshots[blob].digest
    numbers = [one.number for one in past.revisions if one.digest == digest and one.commit < count]
    return TextAtCommit(
        name=name,
        revision=numbers[-1] if numbers else None,
        version=history.snapshots[blob].version,
        commit=commits[index].oid,
        path=path,
        blob=blob,
        data=data or b"",
        day=history.log.landings[index].day,
        at=commits[count - 1].oid,
        digest=digest,
    )


def _text_of_folder(history: History, past: RevisionHistory) -> TextAtCommit:
    """The text in the folder."""
    library = load(history.repository.root, history.log.landings[-1].day)
    found = [sop for sop in library.sops if past.key in {(sop.id, ""), (sop.path, ""), ("", sop.path)}]
    if not found:
        raise SopkitError(f"{_sop_id(past)} is not in the folder", list_texts(history, past))
    sop = next((sop for sop in found if sop.path in past.paths), found[0])
    data = sop.source.data
    snapshot = history.reader.read(data)
    numbers = [one.number for one in past.revisions if one.digest == snapshot.digest]
    blob = blob_id(data, history.repository.object_format)
    number = numbers[-1] if numbers else None
    return TextAtCommit(TREE, number, snapshot.version, "", sop.path, blob, data, None, "", snapshot.digest)


_FOLDERS = ("registers/", "controls/")


@contextmanager
def library_at_text(history: History, text: TextAtCommit, as_of: date) -> Iterator[tuple[Library, Sop]]:
    """The library at the commit of a text, and that text in it; both can be read until the end of the block."""
    with TemporaryDirectory(prefix="sopkit-") as name:
        root = Path(name)
        tree = read_tree(history.repository, text.at).items()
        files = {path: oid for path, (mode, oid) in tree if mode in REGULAR_MODES}
        head = read_tree(history.repository, history.repository.head_or_error())
        config_oid = files.get(CONFIG_NAME) or head[CONFIG_NAME][1]
        [(_, config)] = read_blobs(history.repository, [config_oid])
        is_sop = compile_sop_globs(read_config(config or b"", CONFIG_NAME).library.sops)
        wanted = {
            path: oid
            for path, oid in files.items()
            if is_sop(path) or path.startswith(_FOLDERS) or PurePosixPath(path).name.encode() in text.data
        }
        data = dict(read_blobs(history.repository, wanted.values(), MAX_SOP_BYTES))
        write_tree(root, {path: data[oid] for path, oid in wanted.items()} | {CONFIG_NAME: config})
        library = load(root, as_of)
        yield library, library.by_path.get(text.path) or library.read(text.path, text.data)

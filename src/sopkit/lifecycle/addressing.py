"""Which text of an SOP is meant: by revision, label, day, commit, `HEAD`, `tree` or `approved`."""

import re
from dataclasses import dataclass
from datetime import date

from sopkit.git.blobs import read_blobs
from sopkit.git.repository import blob_id
from sopkit.library import load
from sopkit.lifecycle.due import read_day
from sopkit.lifecycle.in_force import approved_text, in_force, since
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.texts.revisions import Key, Past, read_pasts
from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest

_REVISION = re.compile(r"r([1-9]\d*)")
_COMMIT = re.compile(r"[0-9a-f]{4,64}")
TREE, HEAD, APPROVED = "tree", "HEAD", "approved"


@dataclass(frozen=True, slots=True)
class Text:
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


def past_of(judged: Judged, name: str) -> Past:
    """The past of an SOP by its id or path. Raises SopkitError that names the nearest id."""
    by_key = judged.pasts.by_key
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


def approved_blob(judged: Judged, key: Key) -> str | None:
    """The blob of the newest approved text, or None when no approval stands."""
    past, approval = judged.pasts.by_key.get(key), judged.ledger(key[0]).in_force
    return approved_text(judged, past, approval) if past is not None and approval is not None else None


def resolve_in_force(judged: Judged, name: str, day: date) -> tuple[Text, date] | None:
    """The approved text that is in force on a day, and since when; None when none is."""
    past = past_of(judged, name)
    approval = in_force(judged, past, day)
    if approval is None:
        return None
    return _of_blob(judged, past, str(day), approved_text(judged, past, approval)), since(judged, past, approval)


def resolve(judged: Judged, name: str, address: str) -> Text:  # noqa: C901 - one flat look at the kinds of address
    """The text of an SOP that an address means. Raises SopkitError that lists the revisions.

    An address is read as the first of these that it is: `HEAD`, `tree`, `approved`, a revision such as `r3`, a day, a
    version label, the beginning of a commit id.
    """
    past = past_of(judged, name)
    if address == TREE:
        return _of_tree(judged, past)
    if address == HEAD:
        return _at(judged, past, judged.count, address)
    if address == APPROVED:
        return _approved(judged, past)
    if match := _REVISION.fullmatch(address):
        number = int(match[1])
        if number > len(past.revisions):
            raise SopkitError(f"{_id(past)} has no revision {address}", known_texts(judged, past))
        revision = past.revisions[number - 1]
        return _text(judged, past, address, revision.commit + 1, revision.path, revision.blob)
    if day := read_day(address):
        return _at(judged, past, min(judged.history.count_at(day), judged.count), address)
    if found := _labelled(judged, past, address):
        return found
    if _COMMIT.fullmatch(address):
        at = [index for index in range(judged.count) if judged.history.commits[index].oid.startswith(address)]
        if len(at) == 1:
            return _at(judged, past, at[0] + 1, address)
        if at:
            raise SopkitError(f"{address} begins {len(at)} commits", "write more of its digits")
    named = any(letter.isalpha() for letter in address)  # as few labels are
    hint = "\na branch or a tag is named by its commit: git rev-parse NAME" if named else ""
    raise SopkitError(f"{_id(past)} has no text {address}", known_texts(judged, past) + hint)


def defaults(judged: Judged, name: str) -> tuple[Text, Text]:
    """What is compared when nothing is named: the approved text, else the last that says something else, with today's.

    Today's is that of the folder when it differs, else that of the judged commit.
    """
    past = past_of(judged, name)
    new = newest(judged, name)
    if approved_blob(judged, past.key):
        return _approved(judged, past), new
    before = next((one for one in reversed(past.revisions) if one.digest != new.digest), None)
    if before is None:
        raise SopkitError(f"{_id(past)} has one text only, so there is nothing to compare", known_texts(judged, past))
    return resolve(judged, name, f"r{before.number}"), new


def newest(judged: Judged, name: str) -> Text:
    """The text of the folder when its bytes differ from the checked-out commit, else that of the judged commit."""
    past = past_of(judged, name)
    if judged.at_head:
        try:
            there = _of_tree(judged, past)
        except SopkitError:
            return _at(judged, past, judged.count, HEAD)
        if there.blob not in past.paths.values():
            return there
    return _at(judged, past, judged.count, HEAD)


def known_texts(judged: Judged, past: Past) -> str:
    """The revisions of an SOP, one a line, each with its label and day."""
    lines = ["its revisions:"] if past.revisions else ["it has no revision"]
    for revision in past.revisions:
        version = judged.snapshots[revision.blob].version
        day = judged.history.landings[revision.commit].day
        lines.append(f"r{revision.number}  {f'version {version}' if version else 'no version'}, landed on {day}")
    return "\n".join(lines)


def _id(past: Past) -> str:
    return past.key[0] or past.key[1]


def _approved(judged: Judged, past: Past) -> Text:
    blob = approved_blob(judged, past.key)
    if blob is None:
        raise SopkitError(f"no approval of {_id(past)} has landed", known_texts(judged, past))
    return _of_blob(judged, past, APPROVED, blob)


def _of_blob(judged: Judged, past: Past, name: str, blob: str) -> Text:
    """The text with these bytes, as it stood when they landed last."""
    index, path = next(
        (index, change.path)
        for index in range(judged.count - 1, -1, -1)
        for change in judged.history.commits[index].changes
        if change.blob == blob and _is_of(judged, past, change.path, blob)
    )
    return _text(judged, past, name, index + 1, path, blob)


def _labelled(judged: Judged, past: Past, label: str) -> Text | None:
    """The text that was approved under a label, else the last with it. SopkitError when several texts had it."""
    approved = [one for one in judged.ledger(past.key[0]).approved.values() if one.label == label]
    if approved:
        return _of_blob(judged, past, label, approved_text(judged, past, max(approved, key=lambda one: one.revision)))
    found = [
        (index, change.path, change.blob)
        for index in range(judged.count)
        for change in judged.history.commits[index].changes
        if change.is_file and _is_of(judged, past, change.path, change.blob)
        if judged.snapshots[change.blob].version == label
    ]
    if not found:
        return None
    if len({judged.snapshots[blob].digest for _, _, blob in found}) > 1:
        raise SopkitError(f"{_id(past)} had several texts of version {label}", known_texts(judged, past))
    index, path, blob = found[-1]
    return _text(judged, past, label, index + 1, path, blob)


def _is_of(judged: Judged, past: Past, path: str, blob: str) -> bool:
    snapshot = judged.snapshots.get(blob)
    if snapshot is None:
        return False
    return past.key in {(path, ""), (snapshot.id, ""), ("", path)}


def _past_at(judged: Judged, key: Key, count: int) -> Past | None:
    """The past of an SOP as it stood after so many commits."""
    changes = [
        [change for change in commit.changes if not change.is_file or change.blob in judged.snapshots]
        for commit in judged.history.commits[:count]
    ]
    return read_pasts(changes, judged.snapshots, by_path=judged.config.library.identity == "path").by_key.get(key)


def _at(judged: Judged, past: Past, count: int, name: str) -> Text:
    """The bytes that were there after so many commits."""
    then = _past_at(judged, past.key, count)
    if then is None or not then.paths:
        why = "had been removed" if then is not None else "had not landed yet"
        raise SopkitError(f"{_id(past)} has no text at {name}: it {why}", known_texts(judged, past))
    path, blob = next(iter(then.paths.items()))
    return _text(judged, past, name, count, path, blob)


def _text(judged: Judged, past: Past, name: str, count: int, path: str, blob: str) -> Text:
    commits = judged.history.commits
    index = next(
        index
        for index in range(count - 1, -1, -1)
        if any(change.path == path and change.blob == blob for change in commits[index].changes)
    )
    [(_, data)] = read_blobs(judged.repository, [blob])
    digest = judged.snapshots[blob].digest
    numbers = [one.number for one in past.revisions if one.digest == digest and one.commit < count]
    return Text(
        name=name,
        revision=numbers[-1] if numbers else None,
        version=judged.snapshots[blob].version,
        commit=commits[index].oid,
        path=path,
        blob=blob,
        data=data or b"",
        day=judged.history.landings[index].day,
        at=commits[count - 1].oid,
        digest=digest,
    )


def _of_tree(judged: Judged, past: Past) -> Text:
    """The text in the folder."""
    library = load(judged.repository.root, judged.history.landings[-1].day)
    found = [sop for sop in library.sops if past.key in {(sop.id, ""), (sop.path, ""), ("", sop.path)}]
    if not found:
        raise SopkitError(f"{_id(past)} is not in the folder", known_texts(judged, past))
    sop = next((sop for sop in found if sop.path in past.paths), found[0])
    data = sop.source.data
    snapshot = judged.reader.read(data)
    numbers = [one.number for one in past.revisions if one.digest == snapshot.digest]
    blob = blob_id(data, judged.repository.object_format)
    number = numbers[-1] if numbers else None
    return Text(TREE, number, snapshot.version, "", sop.path, blob, data, None, "", snapshot.digest)

"""Files of the ledger that are no part of it: not committed, not named as entries are, or beside no entry."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISREG

from sopkit.git.repository import blob_id
from sopkit.git.tree import tree
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.ledger.ledger_files import PAYLOAD, LedgerFile, is_ledger
from sopkit.lifecycle.verification.report import Code, Found
from sopkit.model.entries import LEDGER

_LEDGERS = LEDGER.partition("/")[0]
_HARMLESS = {"README.md"}
_MOST = 8_388_608


def loose_ends(judged: Judged, entries: dict[str, LedgerFile]) -> Iterator[Found]:
    """What lies below ledger/ beside the entries, in the judged commit and, when that is checked out, in the folder."""
    commit = judged.history.commits[judged.count - 1].oid
    there = {path: oid for path, (_, oid) in tree(judged.repository, commit).items() if path.startswith(f"{_LEDGERS}/")}
    for path in there:
        fault = "" if path in entries or _harmless(path) else _stray(path, entries)
        if fault:
            yield Found(Code.STRAY_FILE, path, fault)
    if judged.at_head:
        yield from _uncommitted(judged, there)


def _harmless(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith(".") or name in _HARMLESS


def _stray(path: str, entries: dict[str, LedgerFile]) -> str:
    if not is_ledger(path):
        return f"it is read by nobody: entries lie in {LEDGER}/<id>/"
    if not path.endswith(PAYLOAD):
        return "it is no entry: these are <day>-<kind>-<by>-<hash>.yaml in a folder named as the SOP's id"
    stem = path.removesuffix(PAYLOAD)
    return "" if f"{stem}.yaml" in entries else "a payload without its entry"


def _uncommitted(judged: Judged, there: dict[str, str]) -> Iterator[Found]:
    """Files of the folder that the commit does not hold, or holds otherwise."""
    root = judged.repository.root
    for path in sorted(_files(root)):
        data = _bytes(os.path.join(root, path))  # noqa: PTH118 - a Path per file is slow
        if data is None:
            yield Found(Code.UNCOMMITTED, path, "it is no plain file, too large, or cannot be read")
        elif path not in there:
            yield Found(Code.UNCOMMITTED, path, "it is not committed, so nothing of it counts; commit it")
        else:
            forms = (data, data.replace(b"\r\n", b"\n"))  # git may write other line ends into the folder
            if there[path] not in {blob_id(form, judged.repository.object_format) for form in forms}:
                yield Found(Code.UNCOMMITTED, path, f"it is not as it was committed; put it back: git restore {path}")


def _files(root: Path) -> Iterator[str]:
    """The files below the ledger's folder; of a link to a folder the link itself."""
    top = os.path.join(root, "")  # noqa: PTH118 - a Path per file costs more than reading the file
    if os.path.islink(f"{top}{LEDGER}"):  # noqa: PTH114 - as above
        yield LEDGER
        return
    for folder, folders, names in os.walk(f"{top}{LEDGER}"):
        links = (name for name in folders if os.path.islink(f"{folder}/{name}"))  # noqa: PTH114 - as above
        for name in (*links, *names):
            if not _harmless(name):
                yield f"{folder}/{name}".removeprefix(top).replace(os.sep, "/")


def _bytes(file: str) -> bytes | None:
    """The bytes of a plain file; None of what is none, cannot be read, or is too large for an entry or a payload."""
    try:
        about = os.lstat(file)
        if not S_ISREG(about.st_mode) or about.st_size > _MOST:
            return None
        with open(file, "rb") as stream:  # noqa: PTH123 - as above
            return stream.read()
    except OSError:
        return None

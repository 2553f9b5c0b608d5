"""Finds files in the ledger's folder that are no entries, or that are not as they were committed."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from sopkit.git.blobs import read_tree
from sopkit.git.commit import list_missing_from_index
from sopkit.git.repository import Repository, blob_id
from sopkit.library import LEDGER_ROOT
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import PAYLOAD, LedgerFile, is_ledger
from sopkit.lifecycle.verify_report import VerifyCode, VerifyFinding
from sopkit.model.entry import LEDGER
from sopkit.model.practice_base import is_practice
from sopkit.reading import NoPlainFileError, list_files, read_file

_MAX_BYTES = 1 << 26  # of a file in the ledger's folder
_HARMLESS = {"README.md"}


def find_stray_files(history: History, entries: dict[str, LedgerFile]) -> Iterator[VerifyFinding]:
    """What lies below ledger/ beside the entries, in the judged commit and, when that is checked out, in the folder."""
    commit = history.log.commits[history.count - 1].oid
    tree = read_tree(history.repository, commit).items()
    committed = {path: oid for path, (_, oid) in tree if path.startswith(f"{LEDGER_ROOT}/")}
    for path in committed:
        fault = ""
        if path in entries or _is_harmless(path) or is_practice(path):
            continue
        if not is_ledger(path):
            fault = f"it is read by nobody: entries lie in {LEDGER}/<id>/"
        elif not path.endswith(PAYLOAD):
            fault = "it is no entry: these are <day>-<kind>-<by>-<hash>.yaml in a folder named as the SOP's id"
        elif f"{path.removesuffix(PAYLOAD)}.yaml" not in entries:
            fault = "a payload without its entry"
        if fault:
            yield VerifyFinding(VerifyCode.STRAY_FILE, path, fault)
    for path in sorted(_list_files(history.repository.root)) if history.at_head else ():
        fault = _uncommitted_reason(history.repository, path, committed.get(path))
        if fault:
            yield VerifyFinding(VerifyCode.UNCOMMITTED, path, fault)
    for path in list_missing_from_index(history.repository, LEDGER_ROOT) if history.at_head else ():
        fault = f"it is committed, but your next commit would remove it; run: git reset -q -- {shlex.quote(path)}"
        yield VerifyFinding(VerifyCode.STAGED_REMOVAL, path, fault)


def _is_harmless(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith(".") or name in _HARMLESS


def _uncommitted_reason(repository: Repository, path: str, oid: str | None) -> str:
    """Why a file of the folder is not the committed one, whose object id is given if there is one; empty if it is."""
    unreadable = "it is no plain file, too large, or cannot be read"
    try:
        data = read_file(repository.root, path, _MAX_BYTES + 1)
    except OSError:
        return unreadable
    if len(data) > _MAX_BYTES:
        return unreadable
    if oid is None:
        return "it is not committed, so nothing of it counts; commit it"
    forms = (data, data.replace(b"\r\n", b"\n"))  # git may write other line ends into the folder
    same = oid in {blob_id(form, repository.object_format) for form in forms}
    return "" if same else f"it is not as it was committed; put it back: git restore {path}"


def _list_files(root: Path) -> Iterator[str]:
    """The files below the ledger's folder; of a link to a folder the link itself."""
    try:
        yield from (path for path in list_files(root, LEDGER_ROOT, deep=True) if not _is_harmless(path))
    except NoPlainFileError:
        yield LEDGER_ROOT

"""The entries of a planned history, made from the texts that its commits hold."""

from collections.abc import Mapping

from sopkit.git.repository import blob_id
from sopkit.git.watched_files import WatchedTree
from sopkit.library import CONFIG_NAME
from sopkit.lifecycle.snapshot import Snapshot, SnapshotReader
from sopkit.model.demo_plan import PlanCommit, PlanEntry, PlanRewrite
from sopkit.model.entry import ENTRY_SCHEMA, LEDGER, Entry, EntryKind
from sopkit.parsing.config import read_config
from sopkit.parsing.entry import entry_file_name, write_entry

_REGULAR = "100644"


class Recorder:
    """Writes entries into the files of a commit, and what tampers with them."""

    def __init__(self, config: bytes) -> None:
        self._reader = SnapshotReader(read_config(config, CONFIG_NAME))
        self._known: dict[bytes, Snapshot] = {}

    def record(self, planned: PlanCommit, files: dict[str, bytes]) -> None:
        """Add the planned entries, then tamper with those that are to be. ValueError when one does not fit."""
        for entry in planned.entries:
            made = self._entry(entry, planned, files)
            data = write_entry(made)
            files[f"{LEDGER}/{made.id}/{entry_file_name(made, data)}"] = data
        for rewrite in planned.rewrites:
            path = _path_of(rewrite, files)
            if files[path].count(rewrite.old.encode()) != 1:
                raise ValueError(f"{path}: {rewrite.old!r} does not stand once in it")
            files[path] = files[path].replace(rewrite.old.encode(), rewrite.new.encode())

    def _entry(self, planned: PlanEntry, commit: PlanCommit, files: Mapping[str, bytes]) -> Entry:
        data, snapshot = self._text(planned.sop, files)
        watched = ""
        if planned.kind is EntryKind.REVIEW and snapshot.watches:
            tree = {path: (_REGULAR, blob_id(content)) for path, content in files.items()}
            watched = WatchedTree(tree, "").digest(snapshot.watches)
        return Entry(
            schema_=ENTRY_SCHEMA,
            kind=planned.kind,
            id=planned.sop,
            digest=snapshot.digest,
            blob=blob_id(data),
            version=snapshot.version,
            by=planned.by or commit.author,
            role=planned.role,
            date=planned.date or commit.date.date(),
            outcome=planned.outcome,
            scope=planned.scope,
            note=planned.note,
            watched=watched,
        )

    def _text(self, sop: str, files: Mapping[str, bytes]) -> tuple[bytes, Snapshot]:
        """The text of an SOP, of two with one id that of the first path."""
        for path, data in sorted(files.items()):
            if path.endswith(".md"):
                if data not in self._known:
                    self._known[data] = self._reader.read(data)
                if self._known[data].id == sop:
                    return data, self._known[data]
        raise ValueError(f"no text of {sop} is there yet")


def _path_of(rewrite: PlanRewrite, files: Mapping[str, bytes]) -> str:
    middle = f"-{rewrite.kind}-{rewrite.by}-"
    fitting = [path for path in sorted(files) if path.startswith(f"{LEDGER}/{rewrite.sop}/") and middle in path]
    if not fitting:
        raise ValueError(f"no {rewrite.kind} of {rewrite.sop} by {rewrite.by} is there yet")
    return fitting[-1]

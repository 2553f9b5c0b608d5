"""A library whose people practise: records of each kind, with every key that a test does not state."""

import csv
import io
from datetime import date
from hashlib import sha256
from pathlib import Path

from tests.authoring.ledger import PEOPLE, USERS, library
from tests.repository import GitRepository

from sopkit.git.repository import open_repository
from sopkit.lifecycle.history import History, read_history
from sopkit.model.practice import AnyRecord, validate_record
from sopkit.model.practice_base import PRACTICE_SCHEMA
from sopkit.parsing.entry import entry_file_name, write_record
from sopkit.practice.landing import TABLE_SUFFIX, read_practice
from sopkit.practice.ledger import PracticeLedger

SOP = "AC-001"
TODAY = date(2026, 11, 24)
TABLE = "case,url,started,finished,outcome\nT-1,,2026-02-03,2026-02-04,done\n"
__all__ = ["PEOPLE", "SOP", "TABLE", "TODAY", "USERS", "history_of", "land", "library", "practice", "record"]


def history_of(there: GitRepository, as_of: date = date.max) -> History:
    repository = open_repository(there.root)
    assert repository is not None
    return read_history(repository, as_of, TODAY)


def practice(there: GitRepository, as_of: date = date.max) -> PracticeLedger:
    return read_practice(history_of(there, as_of))


def digest(there: GitRepository) -> str:
    [past] = [one for key, one in history_of(there).pasts.by_key.items() if key[0] == SOP]
    return past.revisions[-1].digest


def record(there: GitRepository, kind: str, by: str = "ben", day: str = "2026-03-02", **values: object) -> AnyRecord:
    text = {"id": SOP, "digest": digest(there), "version": "1.0"}
    own: dict[str, object] = {
        "run": {**text, "case": "T-1", "started": f"{day}T09:00:00Z", "finished": f"{day}T10:00:00Z"},
        "population": {
            "id": SOP,
            "from": "2026-02-01",
            "to": "2026-02-28",
            "system": "jira",
            "exported": f"{day}T08:00:00Z",
            "timezone": "UTC",
            "rows": "1",
            "table": sha256(TABLE.encode()).hexdigest(),
        },
        "exercise": {"type": "tabletop", "sops": [text]},
        "feedback": {"id": SOP, "version": "1.0", "text": "The second step is not clear."},
        "decision": {"id": SOP, "decision": "changed", "version": "1.1"},
        "attendance": {},
        "session": {"sops": [text], "attendees": [by]},
        "result": {"sops": [text], "person": by},
        "exemption": {"id": SOP, "reason": "absent", "until": "2026-12-31"},
        "sums": {"quarter": "2025-Q4"},
        "disposal": {},
    }[kind]
    return validate_record({"schema": PRACTICE_SCHEMA, "kind": kind, "by": by, "date": day, **own, **values})


def land(there: GitRepository, one: AnyRecord, author: str = "", day: str = "", table: str | None = TABLE) -> str:
    """Commit a record as the person who made it, or as another; gives its path."""
    data = write_record(one)
    path = f"{one.folder}/{entry_file_name(one, data)}"
    files: dict[str, str | bytes | None] = {path: data}
    if one.kind == "population" and table is not None:
        files[path.removesuffix(".yaml") + TABLE_SUFFIX] = table
    there.commit(day or one.date.isoformat(), files, author=USERS[author or one.by])
    return path


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def start(folder: Path, **files: str | bytes) -> GitRepository:
    return library(folder / "library", **files)

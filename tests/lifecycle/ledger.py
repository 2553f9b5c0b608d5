"""Libraries with a ledger: entries for a text, the base of the scenarios, and what is said of it in one value."""

from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.git.keys import public
from tests.lifecycle.sops import AS_OF, PATH, sop
from tests.repository import ANN, BEN, CAT, GitRepository, Tree

from sopkit.git.repository import blob_id, open_repository
from sopkit.git.signatures import ENTRY_NAMESPACE, sign
from sopkit.lifecycle.history import read_history
from sopkit.lifecycle.ledger import EntryResult
from sopkit.lifecycle.snapshot import SnapshotReader
from sopkit.lifecycle.stale import report_stale
from sopkit.lifecycle.status import StaleReport, StaleRow
from sopkit.model.config import Config
from sopkit.model.entry import LEDGER, Entry
from sopkit.parsing.entry import add_signature, entry_file_name, write_entry

Files = dict[str, str | bytes | None]

DAN = "Dan Poe <dan@acme.example>"
EVE = "Eve Orr <eve@acme.example>"
BOT = "Robo <robo@acme.example>"
PEOPLE = """\
- {key: ann, name: Ann Lee, emails: [ann@acme.example, ann@home.example]}
- {key: ben, name: Ben Roy, emails: [ben@acme.example]}
- {key: cat, name: Cat Diaz, emails: [cat@acme.example, cat@home.example], logins: {github: cat-d, gitlab: catd}}
- {key: dan, name: Dan Poe, emails: [dan@acme.example]}
- {key: eve, name: Eve Orr, emails: [eve@acme.example]}
- {key: robo, name: Robo, emails: [robo@acme.example], bot: true}
"""
ROLES = """\
- {id: lead, title: Team lead, holders: [{person: ben}]}
- {id: ciso, title: Security lead, holders: [{person: cat}]}
- {id: cto, holders: [{person: dan}]}
- {id: document-controller, holders: [{person: eve}]}
"""
SET_UP: Files = {"sopkit.toml": "", "registers/people.yaml": PEOPLE, "registers/roles.yaml": ROLES}


def text(body: str | None = None, **keys: str) -> str:
    """An SOP that ben owns and cat approves."""
    front = {"owner": "lead", "approvers": "[ciso]", "version": '"1.0"'} | keys
    return sop(**front) if body is None else sop(body, **front)


TEXT = text()
TODAY = date(2026, 11, 24)
EDITED = text("## Purpose\n\nGrant access to people who need it, and to nobody else.\n\n1. Ask the owner.\n")


def digest_of(data: str | bytes) -> str:
    """The digest of a text under the configuration of a new library."""
    return SnapshotReader(Config()).read(data.encode() if isinstance(data, str) else data).digest


def entry(kind: str, by: str, day: str, data: str | bytes | None, *, key: Path | None = None, **keys: object) -> Files:
    """The file of one entry about a text, by its path; signed where there is a key."""
    about: dict[str, object] = {}
    if data is not None:
        content = data.encode() if isinstance(data, str) else data
        about = {"digest": digest_of(content), "blob": blob_id(content, "sha1")}
    values = {"schema": "sopkit/entry/1", "kind": kind, "id": "AC-001", **about, "by": by, "date": day} | keys
    made = Entry.model_validate(values)
    written = write_entry(made)
    if key is not None:
        written = add_signature(written, sign(written, key, ENTRY_NAMESPACE))
    return {f"{LEDGER}/{made.id}/{entry_file_name(made, written)}": written}


def review(day: str = "2024-03-01", data: str | bytes = TEXT, by: str = "ben", **keys: object) -> Files:
    """A review by the owner."""
    return entry("review", by, day, data, **keys)  # type: ignore[arg-type]


def approval(day: str = "2024-03-02", data: str | bytes = TEXT, by: str = "cat", **keys: object) -> Files:
    """An approval by the approver."""
    return entry("approval", by, day, data, **keys)  # type: ignore[arg-type]


def name_of(files: Files) -> str:
    """The name of the one file."""
    (path,) = files
    return path.rpartition("/")[2]


def hash_of(files: Files) -> str:
    """`sha256:` of the bytes of the one file."""
    (data,) = files.values()
    assert isinstance(data, bytes)
    return f"sha256:{sha256(data).hexdigest()}"


def added(repository: GitRepository, data: str = TEXT, path: str = PATH, **files: str) -> None:
    """The set-up in January, and one SOP by ann on 1 February 2024."""
    repository.commit("2024-01-15", SET_UP | files)
    repository.commit("2024-02-01", {path: data}, author=ANN)


def base(repository: GitRepository, data: str = TEXT, path: str = PATH) -> None:
    """Added on 1 February 2024, reviewed by the owner on 1 March and approved on 2 March."""
    if repository.is_new():
        repository.fill(_base_files(data, path))
    else:
        _commit_base(repository, data, path)


def _commit_base(repository: GitRepository, data: str, path: str) -> None:
    added(repository, data, path)
    repository.commit("2024-03-01", review(data=data), author=BEN)
    repository.commit("2024-03-02", approval(data=data), author=CAT)


@cache
def _base_files(data: str, path: str) -> Tree:
    """The base, committed once for each text."""
    with TemporaryDirectory() as folder:
        repository = GitRepository.start(Path(folder))
        _commit_base(repository, data, path)
        return repository.read_all()


class Said(NamedTuple):
    """What a row says; a test states what differs from the base."""

    state: str = "current"
    flags: tuple[str, ...] = ()
    due: str = "2025-03-01"
    revision: str = "r1"
    changed: str = "2024-02-01"
    reviewed_by: str = "ben"
    evidence: str = "E1"
    invalid: tuple[str, ...] = ()

    def but(self, *flags: str, **differing: object) -> "Said":
        """The same with these flags, the first of which is the state, and what else differs."""
        state = {"state": flags[0], "flags": flags} if flags else {}
        return self._replace(**(state | differing))  # type: ignore[arg-type]


BASE = Said()
NEVER = BASE.but("never-reviewed", "approval-missing", due="2025-02-01", reviewed_by="", evidence="")


def judged(root: Path, as_of: str = "", **options: object) -> StaleReport:
    """The report of a day, 1 December 2024 when none is given, as it is judged years later."""
    return report_stale(root, date.fromisoformat(as_of) if as_of else AS_OF, TODAY, **options)  # type: ignore[arg-type]


def row(root: Path, as_of: str = "", **options: object) -> StaleRow:
    """The one row of the report."""
    (found,) = judged(root, as_of, **options).rows
    return found


def gist(found: StaleRow) -> Said:
    """What a row says, in one value."""
    return Said(
        f"{found.state}",
        tuple(map(str, found.flags)),
        f"{found.due or ''}",
        found.revision,
        f"{found.changed or ''}",
        found.reviewed_by,
        found.evidence,
        tuple(one.reason for one in found.invalid),
    )


def said(repository: GitRepository, as_of: str = "") -> Said:
    """What the one row of the library says."""
    return gist(row(repository.root, as_of))


def keyed(*, spans: str = "", **keys: Path) -> str:
    """The people register with signing keys."""
    people = PEOPLE
    for person, key in keys.items():
        people = people.replace(f"{person}, name", f'{person}, signing_keys: {{key: "{public(key)}"{spans}}}, name')
    return people


def unapproved(repository: GitRepository, people: str = PEOPLE, config: str = "", data: str = TEXT) -> None:
    """The base without its approval."""
    repository.commit("2024-01-15", SET_UP | {"registers/people.yaml": people, "sopkit.toml": config})
    repository.commit("2024-02-01", {PATH: data}, author=ANN)
    repository.commit("2024-03-01", review(data=data), author=BEN)


def level(repository: GitRepository) -> str:
    """The evidence of the one approval that counts."""
    (found,) = [one.level for one in verdicts(repository) if one.counts and one.entry.kind == "approval"]
    return str(found)


def verdicts(repository: GitRepository) -> list[EntryResult]:
    """Every entry as it was judged."""
    opened = open_repository(repository.root)
    assert opened is not None
    return read_history(opened, AS_OF, TODAY).ledger("AC-001").verdicts

"""The example company as a git repository with two years of history, a ledger and practice records."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

from sopkit.authoring.demo_practice import CASES, PracticeRecorder
from sopkit.data import shipped_folder
from sopkit.files import write_file
from sopkit.git.blobs import WatchedTree
from sopkit.git.fast_import import IMPORT_BRANCH, NewCommit, Stamp, import_history
from sopkit.git.repository import blob_id
from sopkit.library import CONFIG_NAME
from sopkit.lifecycle.snapshot import Snapshot, SnapshotReader
from sopkit.model.demo_plan import HistoryPlan, PlanCommit, PlanEntry
from sopkit.model.entry import ENTRY_SCHEMA, LEDGER, Entry, EntryKind
from sopkit.model.errors import SopkitError
from sopkit.model.practice_base import RUNS
from sopkit.parsing.config import read_config
from sopkit.parsing.entry import entry_file_name, write_entry
from sopkit.parsing.yaml import load_yaml

_REGULAR = "100644"


class LedgerRecorder:
    """Writes entries and practice records into the files of a commit, and what tampers with them."""

    def __init__(self, config: bytes, tables: Mapping[str, bytes]) -> None:
        self._config = read_config(config, CONFIG_NAME)
        self._reader = SnapshotReader(self._config)
        self._known: dict[bytes, Snapshot] = {}
        self._practice = PracticeRecorder(self._config.library.uuid, tables)

    def record(self, planned: PlanCommit, files: dict[str, bytes]) -> None:
        """Add the planned entries, then tamper with those that are to be. ValueError when one does not fit."""
        for entry in (self._entry(one, planned, files) for one in planned.entries):
            data = write_entry(entry)
            files[f"{LEDGER}/{entry.id}/{entry_file_name(entry, data)}"] = data
        for record in planned.records:
            files.update(self._practice.record(record, planned, lambda sop: self._text(sop, files)[1]))
        for rewrite in planned.rewrites:
            folder = LEDGER if isinstance(rewrite.kind, EntryKind) else RUNS
            start, middle = f"{folder}/{rewrite.sop}/", f"-{rewrite.kind}-{rewrite.by}-"
            paths = [path for path in sorted(files) if path.startswith(start) and middle in path]
            if not paths:
                raise ValueError(f"no {rewrite.kind} of {rewrite.sop} by {rewrite.by} is there yet")
            files[paths[-1]] = _replace_text(paths[-1], files[paths[-1]], rewrite.old, rewrite.new)

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
            library=self._config.library.uuid,
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


COMPANY = "acme"
PLAN = "acme-history.yaml"
LEDGER_PLAN = "acme-ledger.yaml"
PRACTICE_PLAN = "acme-practice.yaml"
AS_OF = date(2026, 11, 24)
"""The day for which the demo is written: two SOPs are overdue then, one is due soon."""
_MAX_CLOCK_ERROR = timedelta(days=365)
_PEOPLE = "registers/people.yaml"
_SOPS = "sops/"


@dataclass(frozen=True, slots=True)
class Demo:
    """What was made: where, the last commit's id, how many commits and SOPs, the first and the last day."""

    folder: Path
    head: str
    commits: int
    sops: int
    first: date
    last: date


def make_demo(folder: Path) -> Demo:
    """Make the demo in a folder that is new or empty; when that fails, nothing of it is left.

    Raises SopkitError when the folder holds something, or cannot be written.
    """
    plan = demo_plan()
    commits = demo_history(plan)
    tags = {planned.tag: at for at, planned in enumerate(plan.commits) if planned.tag}
    with _new_folder(folder):
        head = import_history(folder, commits, tags)
        for path, edits in plan.uncommitted.items():
            data = commits[-1].files[path]
            for edit in edits:
                data = _replace_text(path, data, edit.old, edit.new)
            write_file(folder / path, data)
    sops = sum(path.startswith(_SOPS) for path in commits[-1].files)
    days = [commit.author.moment.date() for commit in commits]
    return Demo(folder, head, len(commits), sops, min(days), max(days))


def demo_history(plan: HistoryPlan | None = None) -> tuple[NewCommit, ...]:
    """The commits of the demo, oldest first: a plan, by default the shipped one, over the shipped texts."""
    company = shipped_folder("examples") / COMPANY
    plan = plan or demo_plan()
    paths: set[str] = set()
    for commit in plan.commits:
        paths = {commit.move.get(path, path) for path in (*paths, *commit.add)}
    tables = {path.stem: path.read_bytes() for path in (shipped_folder("examples") / CASES).glob("*.csv")}
    return build_commits(plan, {path: (company / path).read_bytes() for path in paths}, tables)


def demo_plan() -> HistoryPlan:
    """The shipped plans as one: the texts, and among their commits those of the ledger and of practice."""
    names = (PLAN, LEDGER_PLAN, PRACTICE_PLAN)
    return reduce(merge_plans, (read_plan((shipped_folder("examples") / name).read_bytes(), name) for name in names))


def merge_plans(texts: HistoryPlan, ledger: HistoryPlan) -> HistoryPlan:
    """The commits of a history with those of its ledger, each behind the last that is not later than it."""
    commits = list(texts.commits)
    for entry in ledger.commits:
        later = (
            at for at, commit in enumerate(commits) if not commit.branch and _commit_time(commit) > _commit_time(entry)
        )
        commits.insert(next(later, len(commits)), entry)
    return HistoryPlan(commits=tuple(commits), uncommitted={**texts.uncommitted, **ledger.uncommitted})


def _commit_time(commit: PlanCommit) -> datetime:
    """When a commit landed, of which one clock may have been slow, or years fast."""
    made = max(commit.committed or commit.date, commit.date)
    return made if made - commit.date < _MAX_CLOCK_ERROR else commit.date


def read_plan(data: bytes, path: str) -> HistoryPlan:
    """The plan in a YAML file; ValueError when it has another form."""
    return HistoryPlan.model_validate(load_yaml(data, path))


def build_commits(
    plan: HistoryPlan, newest: Mapping[str, bytes], tables: Mapping[str, bytes] | None = None
) -> tuple[NewCommit, ...]:
    """The commits of a plan with all their files; ValueError when an edit does not fit its text.

    `tables` are the cases of populations, by name.
    """
    first = _first_texts(plan, newest)
    register: Any = load_yaml(newest[_PEOPLE], _PEOPLE)
    people = {person["key"]: (person["name"], person["emails"][0]) for person in register}
    recorder = LedgerRecorder(newest.get(CONFIG_NAME, b""), tables or {})
    tips: dict[str, int] = {}
    commits: list[NewCommit] = []
    for at, planned in enumerate(plan.commits):
        main = (tips[IMPORT_BRANCH],) if IMPORT_BRANCH in tips else ()
        tip = (tips[planned.branch],) if planned.branch in tips else main
        parents = (*main, tips[planned.merge]) if planned.merge else tip
        files = dict(commits[parents[0]].files) if parents else {}
        for step in _expand_merge(plan, planned):
            _apply_commit(step, files, first)
        for step in _expand_merge(plan, planned):
            recorder.record(step, files)
        author = Stamp(*people[planned.author], planned.date)
        committer = Stamp(*people[planned.committer or planned.author], planned.committed or planned.date)
        commits.append(NewCommit(author, committer, planned.message, parents, files))
        tips[planned.branch or IMPORT_BRANCH] = at
    return tuple(commits)


def _expand_merge(plan: HistoryPlan, planned: PlanCommit) -> Iterator[PlanCommit]:
    if planned.merge:
        yield from (commit for commit in plan.commits if commit.branch == planned.merge)
    yield planned


def _apply_commit(planned: PlanCommit, files: dict[str, bytes], first: Mapping[str, bytes]) -> None:
    files.update({path: first[path] for path in planned.add})
    for source, target in planned.move.items():
        files[target] = files.pop(source)
    for path, edits in planned.edits.items():
        for edit in edits:
            files[path] = _replace_text(path, files[path], edit.old, edit.new)
    for path, second in planned.copy_.items():
        files[second] = files[path]


def _first_texts(plan: HistoryPlan, newest: Mapping[str, bytes]) -> dict[str, bytes]:
    """Each file as it was when it was added, by the path of that day: from the newest, all edits undone."""
    files = dict(newest)
    first = {}
    on_main = [commit for commit in plan.commits if not commit.branch]
    landed = [step for commit in on_main for step in _expand_merge(plan, commit)]
    for step in reversed(landed):
        for path, edits in step.edits.items():
            for edit in reversed(edits):
                files[path] = _replace_text(path, files[path], edit.new, edit.old)
        for source, target in step.move.items():
            files[source] = files.pop(target)
        first.update({path: files.pop(path) for path in step.add})
    if files:
        raise ValueError(f"no commit of the plan adds {', '.join(sorted(files))}")
    return first


def _replace_text(path: str, text: bytes, old: str, new: str) -> bytes:
    found = text.count(old.encode())
    if found != 1:
        raise ValueError(f"{path}: {old!r} stands {found} times in it")
    return text.replace(old.encode(), new.encode())


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """A folder to fill, taken away again with all that was made for it when an error comes."""
    existed = folder.is_dir()
    missing = [part for part in (folder, *folder.parents) if not part.exists()]
    try:
        if (existed and any(folder.iterdir())) or (folder.exists() and not existed):
            what = "is not empty" if existed else "is a file"
            raise SopkitError(f"{folder}: {what}", "name a folder that is new or empty: sopkit demo DIR")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _remove(path for path in missing[-1:] if path.is_dir())
        hint = "name another folder: sopkit demo DIR"
        raise SopkitError(f"{folder}: cannot be made: {error.strerror}", hint) from error
    try:
        yield
    except BaseException:
        _remove(folder.iterdir() if existed else missing[-1:])
        raise


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

"""The demo: its history fits its texts, tells a believable story, and is the same for everybody."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from itertools import pairwise
from pathlib import Path

import pytest
from tests.repository import GitRepository, isolated

from sopkit.authoring.demo import (
    AS_OF,
    PLAN,
    Demo,
    Plan,
    PlannedCommit,
    PlannedEdit,
    commits_of,
    demo_history,
    make_demo,
    read_plan,
)
from sopkit.data import shipped
from sopkit.frameworks import load_catalogue
from sopkit.git.history import read_history
from sopkit.git.import_history import NewCommit
from sopkit.git.repository import open_repository
from sopkit.library import load_config, sop_reader
from sopkit.lifecycle.stale import stale
from sopkit.lifecycle.states import State
from sopkit.model.config import Basis
from sopkit.model.errors import SopkitError
from sopkit.model.history import CommitFlag
from sopkit.text.digest import digest

ACME = shipped("examples") / "acme"
PEOPLE = b"- {key: ann, name: Ann Lee, emails: [ann@acme.example, old@acme.example]}\n"


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in isolated(tmp_path).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan((shipped("examples") / PLAN).read_bytes(), PLAN)


@pytest.fixture(scope="module")
def history() -> tuple[NewCommit, ...]:
    return demo_history()


@dataclass(frozen=True)
class Text:
    """One SOP as a commit left it."""

    day: date
    path: str
    version: tuple[int, ...]
    status: str
    effective: date | None
    digest: str


@pytest.fixture(scope="module")
def lives(history: tuple[NewCommit, ...]) -> Mapping[str, list[Text]]:
    """Every SOP in every commit of the first-parent line, by id."""
    config = load_config(ACME)
    read = sop_reader(config, load_catalogue())
    line = [history[-1]]
    while line[-1].parents:
        line.append(history[line[-1].parents[0]])
    found: dict[str, list[Text]] = {}
    for commit in reversed(line):
        for path, data in commit.files.items():
            if path.startswith("sops/"):
                sop = read(path, data)
                assert sop.document is not None, (path, commit.message)
                version = tuple(int(part) for part in sop.document.version.split("."))
                text = Text(
                    commit.committer.moment.astimezone(UTC).date(),
                    path,
                    version,
                    str(sop.document.status),
                    sop.document.effective,
                    digest(sop, config),
                )
                found.setdefault(sop.id, []).append(text)
    return found


def test_last_commit_is_the_example(history: tuple[NewCommit, ...]) -> None:
    shipped_files = {path.relative_to(ACME).as_posix(): path.read_bytes() for path in ACME.rglob("*") if path.is_file()}
    assert history[-1].files == shipped_files


def test_plan_is_no_part_of_the_library() -> None:
    assert not list(ACME.rglob("*history*"))


def test_commits_are_in_order_on_main_and_by_people_of_the_time(plan: Plan, history: tuple[NewCommit, ...]) -> None:
    assert 20 <= len(history) <= 30
    assert len({commit.author.name for commit in history}) >= 8
    moments = [commit.committer.moment for commit in history]
    assert moments == sorted(moments)
    assert all(commit.author.moment <= commit.committer.moment for commit in history)
    assert [len(commit.parents) for commit in history].count(2) == 1
    assert all(commit.committer.moment.utcoffset() is not None for commit in history)
    leaver = max(planned.date.date() for planned in plan.commits if planned.author == "oliver")
    assert leaver <= date(2026, 6, 30)


def test_messages_are_as_git_wants_them(plan: Plan) -> None:
    for planned in plan.commits:
        first, *rest = planned.message.rstrip("\n").split("\n")
        assert len(first) <= 72
        assert all(len(line) <= 76 for line in rest), first
        assert not rest or rest[0] == ""


def test_each_sop_is_born_a_draft_and_then_active(lives: Mapping[str, list[Text]]) -> None:
    assert sorted(lives) == ["AC-001", "AM-001", "BK-001", "CM-001", "IH-001", "VM-001"]
    for texts in lives.values():
        drafts = [text for text in texts if text.status == "draft"]
        assert texts[: len(drafts)] == drafts != []
        assert all(text.version[0] == 0 and text.effective is None for text in drafts)
        assert texts[len(drafts)].version == (1, 0)
        assert {text.status for text in texts[len(drafts) :]} == {"active"}


def test_a_version_is_in_force_soon_after_it_landed(lives: Mapping[str, list[Text]]) -> None:
    for identity, texts in lives.items():
        for before, after in pairwise(texts):
            if after.effective != before.effective and after.version > before.version:
                assert after.effective is not None
                assert 0 < (after.effective - after.day).days <= 21, (identity, after)


def test_a_material_change_of_an_active_sop_has_a_new_label(lives: Mapping[str, list[Text]]) -> None:
    lowered = []
    for identity, texts in lives.items():
        for before, after in pairwise(texts):
            if before.status == "active":
                assert (before.digest != after.digest) == (before.version != after.version), (identity, after)
                assert (before.digest != after.digest) == (before.effective != after.effective), (identity, after)
            if after.version < before.version:
                lowered.append(identity)
                assert after.digest in {text.digest for text in texts if text.day < before.day}
    assert lowered == ["AC-001"]


def test_editorial_commits_and_the_rename_change_no_digest(lives: Mapping[str, list[Text]]) -> None:
    paths = [(before, after) for before, after in pairwise(lives["AC-001"]) if before.path != after.path]
    assert [(before.digest == after.digest, after.status) for before, after in paths] == [(True, "active")]
    for identity in ("AC-001", "AM-001", "VM-001"):
        before, tidied, *_ = (text for text in lives[identity] if text.day >= date(2026, 10, 20))
        assert (tidied.day, tidied.digest) == (date(2026, 11, 12), before.digest)


def test_one_is_overdue_and_one_due_soon(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo")
    report = stale(tmp_path / "demo", AS_OF, AS_OF, basis=Basis.GIT, cached=False)
    assert {row.id: (row.state, row.changed) for row in report.rows} == {
        "VM-001": (State.UNPROVEN_OVERDUE, date(2025, 10, 30)),
        "AM-001": (State.DUE_SOON, date(2025, 12, 4)),
        "BK-001": (State.UNPROVEN_FRESH, date(2026, 8, 24)),
        "AC-001": (State.UNPROVEN_FRESH, date(2026, 9, 10)),
        "IH-001": (State.UNPROVEN_FRESH, date(2026, 10, 1)),
        "CM-001": (State.UNPROVEN_FRESH, date(2026, 7, 30)),
    }


def test_one_commit_is_backdated_and_one_touches_only_what_is_watched(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo")
    repository = open_repository(tmp_path / "demo")
    assert repository is not None
    read = read_history(repository, lambda _: True, UTC, AS_OF)
    flags = [landing.flags for landing in read.landings if landing.flags]
    assert flags == [(CommitFlag.AUTHOR_DATE_BACKDATED,)]
    alone = [
        commit for commit in read.commits if [change.path for change in commit.changes] == ["infra/backup/plan.tf"]
    ]
    assert len(alone) == 1


@pytest.mark.parametrize(
    "settings",
    [
        "",
        "[core]\n autocrlf = true\n",
        "[core]\n autocrlf = input\n safecrlf = true\n[commit]\n gpgSign = true\n",
        "[init]\n defaultBranch = trunk\n templateDir = {home}/template\n[user]\n name = Me\n email = me@here\n",
    ],
)
def test_the_same_for_everybody_and_clean(tmp_path: Path, history: tuple[NewCommit, ...], settings: str) -> None:
    (tmp_path / "template" / "hooks").mkdir(parents=True)
    (tmp_path / ".gitconfig").write_text(settings.format(home=tmp_path))
    demo = make_demo(tmp_path / "demo")
    again = make_demo(tmp_path / "again")
    assert demo == Demo(tmp_path / "demo", again.head, len(history), 6, date(2024, 11, 18), date(2026, 11, 19))
    # Asked with this configuration, as the user will.
    asked = subprocess.run(
        ["git", "status", "--porcelain"], cwd=demo.folder, capture_output=True, text=True, check=True
    )
    assert (asked.stdout, asked.stderr) == ("", "")
    assert GitRepository(demo.folder).git("rev-parse", "HEAD") == demo.head
    assert {path: (demo.folder / path).read_bytes() for path in history[-1].files} == history[-1].files


def test_an_empty_folder_is_filled_and_a_full_one_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    make_demo(tmp_path / "demo")
    (tmp_path / "demo" / "note").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SopkitError, match="demo: is not empty") as raised:
        make_demo(tmp_path / "demo")
    assert raised.value.hint == "name a folder that is new or empty: sopkit demo DIR"
    with pytest.raises(SopkitError, match="note: is a file"):
        make_demo(tmp_path / "demo" / "note")
    with pytest.raises(SopkitError, match="below: cannot be made: Not a directory"):
        make_demo(tmp_path / "demo" / "note" / "below")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_link_to_nowhere_stays(tmp_path: Path) -> None:
    (tmp_path / "demo").symlink_to("nowhere")
    with pytest.raises(SopkitError, match="cannot be made"):
        make_demo(tmp_path / "demo")
    assert (tmp_path / "demo").is_symlink()


@pytest.mark.parametrize(
    ("existing", "left"), [("", []), ("deep", ["deep"]), ("deep/er/demo", ["deep", "deep/er", "deep/er/demo"])]
)
def test_nothing_is_left_when_git_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, existing: str, left: list[str]
) -> None:
    here = tmp_path / "here"
    (here / existing).mkdir(parents=True)
    broken_git(tmp_path / "bin", monkeypatch)
    with pytest.raises(SopkitError, match="git fast-import failed: out of luck"):
        make_demo(here / "deep" / "er" / "demo")
    assert sorted(path.relative_to(here).as_posix() for path in here.rglob("*")) == left


def broken_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that can do everything but import."""
    real = subprocess.run(["sh", "-c", "command -v git"], capture_output=True, text=True, check=True).stdout.strip()
    folder.mkdir()
    script = f'#!/bin/sh\ncase " $* " in *" fast-import "*) echo out of luck >&2; exit 9;; esac\nexec {real} "$@"\n'
    (folder / "git").write_text(script)
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def planned(day: int, **rest: object) -> PlannedCommit:
    return PlannedCommit.model_validate(
        {"author": "ann", "date": f"2024-02-{day:02}T12:00:00Z", "message": "m", **rest}
    )


START = planned(1, add=["registers/people.yaml", "a", "b"])


def texts(*commits: PlannedCommit, **newest: bytes) -> list[dict[str, bytes]]:
    made = commits_of(Plan(commits=commits), {"registers/people.yaml": PEOPLE, **newest})
    return [{path: data for path, data in commit.files.items() if len(path) == 1} for commit in made]


def test_earlier_texts_are_the_newest_undone() -> None:
    edits = {"c": [{"old": "one", "new": "two"}, {"old": "two", "new": "three"}]}
    assert texts(
        START,
        planned(2, edits={"b": [{"old": "x", "new": "y"}]}),
        planned(3, move={"a": "c"}, edits=edits),
        b=b"y",
        c=b"three!",
    ) == [
        {"a": b"one!", "b": b"x"},
        {"a": b"one!", "b": b"y"},
        {"b": b"y", "c": b"three!"},
    ]


def test_a_branch_lands_with_its_merge() -> None:
    side = [
        planned(day, branch="side", edits={"a": [{"old": old, "new": new}]})
        for day, old, new in ((2, "1", "2"), (3, "2", "3"))
    ]
    there = planned(4, edits={"b": [{"old": "x", "new": "y"}]})
    assert texts(START, *side, there, planned(5, merge="side"), a=b"3", b=b"y") == [
        {"a": b"1", "b": b"x"},
        {"a": b"2", "b": b"x"},
        {"a": b"3", "b": b"x"},
        {"a": b"1", "b": b"y"},
        {"a": b"3", "b": b"y"},
    ]
    made = commits_of(
        Plan(commits=(START, *side, there, planned(5, merge="side"))),
        {"registers/people.yaml": PEOPLE, "a": b"3", "b": b"y"},
    )
    assert [commit.parents for commit in made] == [(), (0,), (1,), (0,), (3, 2)]
    assert (made[0].author.name, made[0].author.email) == ("Ann Lee", "ann@acme.example")


@pytest.mark.parametrize(
    ("newest", "edit", "message"),
    [
        (b"y", PlannedEdit(old="x", new="z"), "a: 'z' stands 0 times in it"),
        (b"y y", PlannedEdit(old="x", new="y"), "a: 'y' stands 2 times in it"),
        (b"y x", PlannedEdit(old="x", new="y"), "a: 'x' stands 2 times in it"),
    ],
)
def test_an_edit_that_does_not_fit_is_an_error(newest: bytes, edit: PlannedEdit, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        texts(START, planned(2, edits={"a": [edit]}), a=newest, b=b"")


def test_a_file_that_no_commit_adds_is_an_error() -> None:
    with pytest.raises(ValueError, match="no commit of the plan adds c, d"):
        texts(START, a=b"", b=b"", c=b"", d=b"")

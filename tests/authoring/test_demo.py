"""The demo is the same for everybody, leaves nothing behind when it fails, and its plan fits its texts."""

import subprocess
from datetime import date
from pathlib import Path

import pytest
from tests.repository import GitRepository, isolated

from sopkit.authoring.demo import Demo, build_commits, demo_history, make_demo
from sopkit.data import shipped_folder
from sopkit.git.fast_import import NewCommit
from sopkit.model.demo_plan import HistoryPlan, PlanCommit, PlanEdit
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow

ACME = shipped_folder("examples") / "acme"
PEOPLE = b"- {key: ann, name: Ann Lee, emails: [ann@acme.example, old@acme.example]}\n"


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in isolated(tmp_path).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def history() -> tuple[NewCommit, ...]:
    return demo_history()


def test_last_commit_is_the_example(history: tuple[NewCommit, ...]) -> None:
    shipped_files = {path.relative_to(ACME).as_posix(): path.read_bytes() for path in ACME.rglob("*") if path.is_file()}
    more = {path for path in history[-1].files if path not in shipped_files and not path.startswith("ledger/")}
    assert more == {"sops/asset-management/am-003-check-devices.md"}
    assert {path: history[-1].files[path] for path in shipped_files} == shipped_files


def test_plan_is_no_part_of_the_library() -> None:
    assert not list(ACME.rglob("*history*"))


@pytest.mark.slow
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
    assert demo == Demo(tmp_path / "demo", again.head, len(history), 17, date(2024, 11, 18), date(2026, 11, 20))
    # Asked with this configuration, as the user will.
    asked = subprocess.run(
        ["git", "status", "--porcelain"], cwd=demo.folder, capture_output=True, text=True, check=True
    )
    edited = "sops/vendor-management/vm-002-let-a-vendor-go.md"
    assert (asked.stdout, asked.stderr) == (f" M {edited}\n", "")
    assert GitRepository(demo.folder).git("rev-parse", "HEAD") == demo.head
    committed = {path: data for path, data in history[-1].files.items() if path != edited}
    assert {path: (demo.folder / path).read_bytes() for path in committed} == committed


@pytest.mark.slow
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


@pytest.mark.slow
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


def planned(day: int, **rest: object) -> PlanCommit:
    return PlanCommit.model_validate({"author": "ann", "date": f"2024-02-{day:02}T12:00:00Z", "message": "m", **rest})


START = planned(1, add=["registers/people.yaml", "a", "b"])


def texts(*commits: PlanCommit, **newest: bytes) -> list[dict[str, bytes]]:
    made = build_commits(HistoryPlan(commits=commits), {"registers/people.yaml": PEOPLE, **newest})
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
    made = build_commits(
        HistoryPlan(commits=(START, *side, there, planned(5, merge="side"))),
        {"registers/people.yaml": PEOPLE, "a": b"3", "b": b"y"},
    )
    assert [commit.parents for commit in made] == [(), (0,), (1,), (0,), (3, 2)]
    assert (made[0].author.name, made[0].author.email) == ("Ann Lee", "ann@acme.example")


@pytest.mark.parametrize(
    ("newest", "edit", "message"),
    [
        (b"y", PlanEdit(old="x", new="z"), "a: 'z' stands 0 times in it"),
        (b"y y", PlanEdit(old="x", new="y"), "a: 'y' stands 2 times in it"),
        (b"y x", PlanEdit(old="x", new="y"), "a: 'x' stands 2 times in it"),
    ],
)
def test_an_edit_that_does_not_fit_is_an_error(newest: bytes, edit: PlanEdit, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        texts(START, planned(2, edits={"a": [edit]}), a=newest, b=b"")


def test_a_file_that_no_commit_adds_is_an_error() -> None:
    with pytest.raises(ValueError, match="no commit of the plan adds c, d"):
        texts(START, a=b"", b=b"", c=b"", d=b"")

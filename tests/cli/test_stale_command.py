"""`sopkit stale` as its users call it."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.cli.conftest import DAY, Run
from tests.repository import GitRepository

from sopkit.authoring.demo import PLAN, demo_history, make_demo, read_plan
from sopkit.data import shipped_folder
from sopkit.docs import schemas
from sopkit.git.fast_import import import_history

pytestmark = pytest.mark.slow

GIT = ("--basis", "git", *DAY)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The texts of the demo, without its ledger and its faults."""
    folder = tmp_path_factory.mktemp("demo") / "acme"
    folder.mkdir()
    import_history(folder, demo_history(read_plan((shipped_folder("examples") / PLAN).read_bytes(), PLAN)))
    return folder


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole demo."""
    folder = tmp_path_factory.mktemp("demo") / "acme"
    make_demo(folder)
    return folder


def test_table_says_what_is_due_and_why(run: Run, demo: Path) -> None:
    done = run("stale", "-C", demo, *GIT)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].split() == ["ID", "STATE", "DUE", "DAYS", "OWNER", "REVIEWED", "CHANGED", "WHY"]
    vendor = next(line for line in lines if line.startswith("VM-001"))
    assert "unproven-overdue  2026-10-30  -25" in vendor
    assert "review was due on 2026-10-30, 25 days ago, 12 months after the text changed on 2025-10-30" in vendor
    counts = "10 unproven-fresh, 2 unproven-overdue, 1 draft, 1 due-soon, 1 retired, 1 trial"
    assert lines[-1] == f"16 SOPs as of 2026-11-24, basis git: {counts}"


def test_a_text_that_cannot_be_read_is_named_by_its_path(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sops").mkdir()
    (tmp_path / "sopkit.toml").write_text("")
    (tmp_path / "sops" / "a.md").write_bytes(b"\xff")
    done = run("stale", "-C", tmp_path, *DAY)
    assert done.out.splitlines()[1].split()[:2] == ["sops/a.md", "never-reviewed"]
    assert done.out.splitlines()[-1] == "1 SOP as of 2026-11-24, basis records: 1 never-reviewed"


def test_machine_formats_agree(run: Run, demo: Path) -> None:
    report = json.loads(run("stale", "-C", demo, *GIT, "-f", "json").out)
    Draft202012Validator(schemas()["stale"]).validate(report)
    areas = ("AC", "AM", "BK", "CM", "IH", "VM")
    ids = ["AC-003", "HR-001", "IH-003", "SD-001", *(f"{area}-00{number}" for area in areas for number in (1, 2))]
    assert [row["id"] for row in report["rows"]] == sorted(ids)
    rows = list(csv.DictReader(io.StringIO(run("stale", "-C", demo, *GIT, "-f", "csv").out)))
    assert [(row["id"], row["state"], row["due"]) for row in rows] == [
        (row["id"], row["state"], row["due"] or "") for row in report["rows"]
    ]
    assert "| VM-001 |" in run("stale", "-C", demo, *GIT, "-f", "markdown").out


def test_the_same_twice_and_to_a_file(run: Run, demo: Path, tmp_path: Path) -> None:
    first = run("stale", "-C", demo, *GIT, "-f", "json").out
    assert run("stale", "-C", demo, *GIT, "-f", "json", "-o", tmp_path / "a.json").out == ""
    assert (tmp_path / "a.json").read_text("utf-8") == first


def test_fail_on_a_state(run: Run, demo: Path) -> None:
    assert run("stale", "-C", demo, *GIT, "--fail-on", "overdue").code == 1
    assert run("stale", "-C", demo, *GIT, "--fail-on", "due-soon,overdue").code == 1
    assert run("stale", "-C", demo, "--basis", "git", "--as-of", "2026-10-01", "--fail-on", "overdue").code == 0
    wrong = run("stale", "-C", demo, *GIT, "--fail-on", "overdu")
    assert (wrong.code, "did you mean overdue?" in wrong.err) == (2, True)


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_the_demo_by_its_ledger(run: Run, company: Path, golden: Callable[[str, str], None], form: str) -> None:
    done = run("stale", "-C", company, *DAY, "-f", form)
    assert (done.code, "1 commit is dated later" in done.err) == (1, form in {"table", "csv"})
    golden(f"demo-stale.{form}", done.out)


def test_a_state_of_the_ledger_can_be_asked_for(run: Run, demo: Path) -> None:
    assert run("stale", "-C", demo, *DAY).code == 0
    assert run("stale", "-C", demo, *DAY, "--fail-on", "never-reviewed").code == 1


@pytest.mark.parametrize(
    ("variable", "mend"),
    [("", "git fetch --unshallow"), ("GITHUB_ACTIONS", "fetch-depth: 0"), ("GITLAB_CI", 'GIT_DEPTH: "0"')],
)
def test_a_shallow_clone_is_refused_with_the_line_that_mends_it(
    run: Run, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, mend: str
) -> None:
    GitRepository(tmp_path).git("clone", "-q", "--depth", "1", f"file://{demo}", str(tmp_path / "shallow"))
    for name in ("GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, "true")
    done = run("stale", "-C", tmp_path / "shallow", *GIT)
    assert (done.code, done.out) == (2, "")
    assert mend in done.err


def test_outside_of_git_the_git_basis_is_refused(run: Run, acme: Path) -> None:
    done = run("stale", "-C", acme, *GIT)
    assert done.code == 2
    assert "not in a git repository" in done.err

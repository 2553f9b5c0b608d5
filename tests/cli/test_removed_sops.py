"""An SOP that was active once and has no file any more is in every list."""

import csv
import io
import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.lifecycle.ledger import base
from tests.lifecycle.sops import PATH, sop
from tests.repository import GitRepository, isolated

DAY = ("--as-of", "2024-12-01")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = GitRepository.start(tmp_path_factory.mktemp("removed") / "library")
    base(repository)
    others = {"sops/ac-002.md": sop(id="AC-002"), "sops/ac-003.md": sop(id="AC-003", classification="confidential")}
    repository.commit("2024-04-01", others)
    repository.commit("2024-04-02", {PATH: None, "sops/ac-003.md": None})
    return repository.root


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in isolated(tmp_path).items():
        monkeypatch.setenv(name, value)


def states(rows: list[dict[str, str]], key: str) -> dict[str, str]:
    return {row["id"]: row[key] for row in rows}


@pytest.mark.parametrize(("command", "key"), [("stale", "state"), ("status", "status")])
def test_reports(root: Path, run: Run, command: str, key: str) -> None:
    words = (command, "-C", root, *DAY)
    expected = {"AC-001": "removed", "AC-003": "removed"}
    for rows in (
        json.loads(run(*words, "-f", "json").out)["rows"],
        list(csv.DictReader(io.StringIO(run(*words, "-f", "csv").out))),
    ):
        assert {name: state for name, state in states(rows, key).items() if name != "AC-002"} == expected
    assert "removed" in run(*words).out
    assert run("stale", "-C", root, *DAY, "--fail-on", "removed").code == 1
    only = json.loads(run("status", "-C", root, *DAY, "-f", "json", "--status", "removed").out)["rows"]
    assert states(only, "path") == {"AC-001": PATH, "AC-003": "sops/ac-003.md"}


def test_verify(root: Path, run: Run) -> None:
    document = json.loads(run("verify", "-C", root, *DAY, "-f", "json").out)
    assert [(row["code"], row["path"]) for row in document["findings"]] == [
        ("removed", PATH),
        ("removed", "sops/ac-003.md"),
    ]


@pytest.mark.slow
def test_exports(root: Path, run: Run, tmp_path: Path) -> None:
    assert run("export", "json", "-C", root, *DAY, "-o", tmp_path / "all.json").code == 0
    removed = json.loads((tmp_path / "all.json").read_text("utf-8"))["removed"]
    assert states(removed, "state") == {"AC-001": "removed", "AC-003": "removed"}
    assert removed[0]["removed"] == "2024-04-02"
    assert run("export", "csv", "-C", root, *DAY, "-o", tmp_path / "all").code == 0
    listed = csv.DictReader(io.StringIO((tmp_path / "all/master-list.csv").read_text("utf-8-sig")))
    assert {row["id"]: row["state"] for row in listed if row["id"] != "AC-002"} == states(removed, "state")


@pytest.mark.slow
def test_the_handbook(root: Path, run: Run, tmp_path: Path) -> None:
    built = run("build", "-C", root, *DAY, "--with-drafts", "-o", tmp_path / "site")
    assert built.code == 0, built
    audit = json.loads((tmp_path / "site/audit/audit.json").read_text("utf-8"))
    assert states(audit["removed"], "path") == {"AC-001": PATH}
    page = (tmp_path / "site/audit/index.html").read_text("utf-8")
    assert f"Its file {PATH} was removed on" in page
    assert "AC-003" not in page

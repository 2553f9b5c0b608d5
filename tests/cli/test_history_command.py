"""`sopkit history` as its users call it."""

import csv
import io
import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.cli.conftest import DAY, Run
from tests.lifecycle.ledger import EDITED, added, approval, base, review
from tests.lifecycle.sops import PATH
from tests.repository import BEN, CAT, GitRepository

from sopkit.docs import schemas
from sopkit.lifecycle.history_report import HistoryEvent

pytestmark = pytest.mark.slow


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository.start(tmp_path / "library")


def test_the_table_tells_it_newest_first(run: Run, repository: GitRepository) -> None:
    base(repository)
    changed = repository.commit("2024-06-01", {PATH: EDITED}, author=BEN)
    own = approval("2024-06-02", EDITED, by="ben", note="mine")
    repository.commit("2024-06-02", own, author=BEN)
    first = repository.git("rev-list", "--reverse", "HEAD").split("\n")[1]
    done = run("history", "AC-001", "-C", repository.root, *DAY)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    digests = [line.split("(")[1][:13] for line in lines if "(sop1:" in line]
    assert lines == [
        "AC-001 Grant access (sops/ac-001.md)",
        "",
        "2024-06-02  approval of r2 by Ben Roy",
        '            "mine"',
        "            invalid: role-missing: ben did not hold ciso on 2024-06-02, nor stand in for it",
        f"            {next(iter(own))}",
        f"2024-06-01  r2, version 1.0, by Ben Roy ({digests[0]}, commit {changed[:12]})",
        "            section Purpose changed",
        "            not approved",
        "2024-03-02  approval of r1 by Cat Diaz as ciso, E1",
        "2024-03-01  review of r1 by Ben Roy as lead: no-change, E1",
        f"2024-02-01  r1, version 1.0, by Ann Lee ({digests[1]}, commit {first[:12]})",
        "            first text",
        "            approved on 2024-03-02 by Cat Diaz (ciso), E1",
        "            in force since 2024-03-02",
        "",
        "2 revisions, 1 review, 2 approvals as of 2026-11-24",
    ]


def test_machine_formats_agree(run: Run, repository: GitRepository, tmp_path: Path) -> None:
    base(repository)
    command = ("history", "AC-001", "-C", repository.root, *DAY)
    text = run(*command, "-f", "json").out
    told = json.loads(text)
    assert list(Draft202012Validator(schemas()["history"]).iter_errors(told)) == []
    assert (told["schema"], told["id"], told["path"], len(told["rows"])) == ("sopkit/history/1", "AC-001", PATH, 3)
    rows = list(csv.DictReader(io.StringIO(run(*command, "-f", "csv").out)))
    assert list(rows[0]) == list(HistoryEvent.__dataclass_fields__)
    assert [(row["landed"], row["kind"], row["commit"]) for row in rows] == [
        (row["landed"], row["kind"], row["commit"]) for row in told["rows"]
    ]
    assert "| 2024-03-02 | approval | r1 |" in run(*command, "-f", "markdown").out
    assert run(*command, "-f", "json", "-o", tmp_path / "a.json").out == ""
    assert (tmp_path / "a.json").read_text("utf-8") == text


def test_filters_days_and_paths(run: Run, repository: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    base(repository)
    command = ("history", "AC-001", "-C", repository.root, *DAY)
    assert "approval of" not in run(*command, "--revisions").out
    assert "first text" not in run(*command, "--entries").out
    before = run("history", "AC-001", "-C", repository.root, "--as-of", "2024-02-15").out
    assert before.splitlines()[-1] == "1 revision as of 2024-02-15"
    monkeypatch.chdir(repository.root / "sops")
    assert run("history", "ac-001.md", *DAY).out.startswith("AC-001 Grant access")


def test_tampering_fails(run: Run, repository: GitRepository) -> None:
    base(repository)
    (path,) = review()
    repository.commit("2024-05-01", {path: None})
    done = run("history", "AC-001", "-C", repository.root, *DAY)
    assert (done.code, f"entry-tampered: {path}" in done.out) == (1, True)


def test_nothing_is_obeyed(run: Run, repository: GitRepository) -> None:
    path = os.fsdecode(b"sops/\xff\x1b[2J.md")
    added(repository, path=path)
    repository.commit("2024-03-01", review(note="\u202eevil\u0007 note\nsecond"), author=BEN)
    repository.commit("2024-03-02", {path: EDITED}, author="A\x1b[31mB <a@acme.example>")
    for form in ("table", "json", "csv", "markdown"):
        text = run("history", "AC-001", "-C", repository.root, *DAY, "-f", form).out
        assert not set(text) & {"\x1b", "\u202e", "\x07"}
    assert '"\\u202eevil\\x07 note second"' in run("history", "AC-001", "-C", repository.root, *DAY).out


@pytest.mark.parametrize("columns", [40, 80])
def test_a_terminal_has_no_longer_lines_but_for_paths(
    run: Run, repository: GitRepository, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    base(repository)
    repository.commit("2024-04-01", {PATH: EDITED}, author=CAT)
    monkeypatch.setattr("sopkit.cli.console.terminal_width", lambda: columns)
    lines = run("history", "AC-001", "-C", repository.root, *DAY).out.splitlines()
    assert max(map(len, lines)) <= columns
    assert (lines[0], lines[-1].endswith("2026-11-24")) == ("AC-001 Grant access (sops/ac-001.md)", True)


def test_what_cannot_be_told(run: Run, repository: GitRepository, tmp_path: Path) -> None:
    repository.write("sopkit.toml", "")
    assert "no commit yet" in run("history", "AC-001", "-C", repository.root).err
    base(repository)
    wrong = run("history", "AC-002", "-C", repository.root, *DAY)
    assert (wrong.code, wrong.err) == (2, "sopkit: no SOP AC-002 has landed\n  did you mean AC-001?\n")
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", str(tmp_path / "shallow"))
    shallow = run("history", "AC-001", "-C", tmp_path / "shallow")
    assert (shallow.code, "git fetch --unshallow" in shallow.err) == (2, True)
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "sopkit.toml").write_text("")
    assert "not in a git repository" in run("history", "AC-001", "-C", tmp_path / "plain").err

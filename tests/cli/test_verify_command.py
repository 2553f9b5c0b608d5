"""`sopkit verify` as its users call it."""

import csv
import io
import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.authoring.ledger import user
from tests.cli.conftest import DAY, Run
from tests.lifecycle.ledger import approval, base, review
from tests.lifecycle.verified import FOLDER
from tests.practice.records import land, record, start
from tests.repository import BEN, CAT, GitRepository

from sopkit.docs import schemas
from sopkit.git.blobs import ALTERED_HINT
from sopkit.lifecycle.verify_report import VerifyRow
from sopkit.practice.landing import TABLE_SUFFIX

pytestmark = pytest.mark.slow

(REVIEW,) = review()
(APPROVAL,) = approval()


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository.start(tmp_path / "library")


def test_a_ledger_in_order(run: Run, repository: GitRepository) -> None:
    base(repository)
    head = repository.git("rev-parse", "HEAD")
    done = run("verify", "-C", repository.root, *DAY)
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "2 entries about 1 SOP: 2 count\n"
        "evidence of those that count: 0 E0, 2 E1, 0 E1d, 0 E2, 0 E3\n"
        "signatures in entries: 2 none\n"
        "signatures of the commits that brought them: 2 none\n\n"
        "findings as of 2026-11-24: none\n\n"
        f"HEAD is {head}\n"
        "Write this id down where nobody who can write to the repository can change it.\n"
        "Later it tells whether all that came before is still there:\n"
        f"    sopkit verify --anchor {head}\n"
    )
    assert "tamper-proof" not in done.out


def test_every_entry(run: Run, repository: GitRepository) -> None:
    base(repository)
    seen = repository.git("rev-parse", "--short=12", "HEAD~1")
    lines = run("verify", "-C", repository.root, *DAY, "--all").out.splitlines()
    assert lines[5:8] == [
        f"2024-03-01  {REVIEW}",
        "            review of r1 by ben as lead: counts, E1",
        f"            signature none; commit {seen}, signature none",
    ]


def test_what_is_wrong_comes_after_the_summary(run: Run, repository: GitRepository) -> None:
    base(repository)
    own = approval("2024-04-01", by="ben")
    repository.commit("2024-04-01", own, author=BEN)
    tampered = repository.commit("2024-05-01", {REVIEW: b"by: eve\n"}, author=CAT)
    done = run("verify", "-C", repository.root, *DAY)
    assert done.code == 1
    assert done.out.splitlines()[5:10] == [
        f"entry-tampered  {REVIEW}",
        f"{' ' * 16}changed or put back on 2024-05-01 by Cat Diaz, commit {tampered[:12]}; the bytes that landed first count",
        f"invalid         {next(iter(own))}",
        "                role-missing: ben did not hold ciso on 2024-04-01, nor stand in for it",
        "",
    ]
    assert "findings as of 2026-11-24: 1 of integrity, 1 other" in done.out


def test_an_altered_clone_is_not_certified(run: Run, repository: GitRepository) -> None:
    base(repository)
    kept, oid, before = (repository.git("rev-parse", name) for name in ("HEAD~1", f"HEAD:{FOLDER}", f"HEAD~1:{FOLDER}"))
    own, other = (repository.root / ".git" / "objects" / name[:2] / name[2:] for name in (oid, before))
    own.chmod(0o644)
    own.write_bytes(other.read_bytes())
    done = run("verify", "-C", repository.root, *DAY, "--anchor", kept)
    assert (done.code, done.err) == (1, "")
    assert done.out == (
        "no entry was checked, since objects of git are altered\n\n"
        f"object-altered  {FOLDER}\n"
        f"                tree {oid} (folder {FOLDER}/): the bytes stored for it have the id {before}; {ALTERED_HINT}\n\n"
        "findings as of 2026-11-24: 1 of integrity, 0 other\n\n"
        f"HEAD is {repository.git('rev-parse', 'HEAD')}\n"
    )


def test_exit_codes(run: Run, repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", approval("2024-04-01", by="ben"), author=BEN)
    command = ("verify", "-C", repository.root, *DAY)
    assert run(*command).code == 0
    assert run(*command, "--fail-on", "invalid").code == 1
    assert run(*command, "--fail-on", "uncommitted,unknown-id").code == 0
    wrong = run(*command, "--fail-on", "invalit")
    assert (wrong.code, wrong.out, "did you mean invalid?" in wrong.err) == (2, "", True)
    head = repository.git("rev-parse", "HEAD")
    anchored = run(*command, "--anchor", head[:12])
    assert (anchored.code, f"the anchor {head[:12]} lies behind HEAD" in anchored.out) == (0, True)
    lost = run(*command, "--anchor", "0123456789abcdef")
    assert (lost.code, "history-rewritten" in lost.out) == (1, True)
    assert run(*command, "--anchor", "main").code == 2


def test_machine_formats_agree(run: Run, repository: GitRepository, tmp_path: Path) -> None:
    base(repository)
    repository.commit("2024-05-01", {REVIEW: None})
    command = ("verify", "-C", repository.root, *DAY)
    text = run(*command, "-f", "json").out
    report = json.loads(text)
    assert list(Draft202012Validator(schemas()["verify"]).iter_errors(report)) == []
    assert (report["schema"], report["failed"], report["entries"], report["anchored"]) == (
        *("sopkit/verify/1", True, 2),
        None,
    )
    rows = list(csv.DictReader(io.StringIO(run(*command, "-f", "csv").out)))
    assert list(rows[0]) == list(VerifyRow.__dataclass_fields__)
    assert [(row["entry"], row["standing"]) for row in rows] == [
        (row["entry"], row["standing"]) for row in report["rows"]
    ]
    assert "| entry-tampered |" in run(*command, "-f", "markdown").out
    assert run(*command, "-f", "json", "-o", tmp_path / "a.json").code == 1
    assert (tmp_path / "a.json").read_text("utf-8") == text


def test_only_one_sop_by_its_file(run: Run, repository: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    base(repository)
    repository.commit("2024-04-01", review(id="AC-002"), author=BEN)
    monkeypatch.chdir(repository.root / "sops")
    done = run("verify", "ac-001.md", *DAY)
    assert done.out.startswith("2 entries about 1 SOP: 2 count\n")
    assert run("verify", "XX-001", *DAY).code == 2


def test_nothing_is_obeyed(run: Run, repository: GitRepository) -> None:
    base(repository)
    odd = os.fsdecode(b"ledger/sops/AC-001/\xff\x1b[31m.yaml")
    repository.commit("2024-04-01", {odd: "by: '\\x1b[2J'\n", REVIEW: None}, author="A\x1b[31m\u202eB <a@acme.example>")
    for form in ("table", "json", "csv", "markdown"):
        text = run("verify", "-C", repository.root, *DAY, "--all", "-f", form).out
        assert not set(text) & {"\x1b", "\u202e"}
        assert "\\xff" in text


def test_what_cannot_be_checked(run: Run, repository: GitRepository, tmp_path: Path) -> None:
    repository.write("sopkit.toml", "")
    assert "no commit yet" in run("verify", "-C", repository.root).err
    repository.commit("2024-01-01")
    assert run("verify", "-C", repository.root, *DAY).out.startswith("no entry has landed\n\nfindings as of")
    base(repository)
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", str(tmp_path / "shallow"))
    shallow = run("verify", "-C", tmp_path / "shallow")
    assert (shallow.code, "git fetch --unshallow" in shallow.err) == (2, True)


@pytest.mark.parametrize("columns", [40, 80])
def test_a_terminal_has_no_longer_lines_but_for_paths(
    run: Run, repository: GitRepository, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    base(repository)
    monkeypatch.setattr("sopkit.cli.console.terminal_width", lambda: columns)
    lines = run("verify", "-C", repository.root, *DAY, "--all").out.splitlines()
    head = repository.git("rev-parse", "HEAD")
    assert [line for line in lines if len(line) > columns and "ledger/" not in line and head not in line] == []


def test_dispose_removes_and_records_in_one_commit(
    run: Run, repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    base(repository)
    repository.git("config", "user.name", "Eve Orr")
    repository.git("config", "user.email", "eve@acme.example")
    monkeypatch.chdir(repository.root / "ledger")
    assert "say why they go" in run("verify", "--dispose", REVIEW).err
    done = run("verify", "--dispose", Path(REVIEW).relative_to("ledger"), "--note", "kept for seven years")
    assert (done.code, done.err) == (0, "")
    removed, recorded, commit = done.out.splitlines()
    assert (removed, recorded.startswith("recorded ledger/sops/AC-001/")) == (f"removed {REVIEW}", True)
    assert commit == f"commit {repository.git('rev-parse', '--short=12', 'HEAD')}"
    assert not (repository.root / REVIEW).exists()
    after = run("verify", "--all")
    assert (after.code, "3 entries about 1 SOP: 3 count" in after.out) == (0, True)
    assert "\n            removed\n" in after.out
    with_options = run("verify", "--note", "x")
    assert (with_options.code, "go with --dispose" in with_options.err) == (2, True)


def test_practice_records_are_disposed_of_with_their_tables(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = start(tmp_path)
    path = land(there, record(there, "population"))
    table = path.removesuffix(".yaml") + TABLE_SUFFIX
    user(monkeypatch, tmp_path, "ben")
    refused = run("verify", "--dispose", path, "--note", "kept for three years", "-C", there.root)
    assert (refused.code, "document-controller: Dan Oh (dan)" in refused.err) == (2, True)
    assert (there.root / table).exists()
    user(monkeypatch, tmp_path, "dan")
    unknown = run("verify", "--dispose", "ledger/runs/AC-001/x.yaml", "--note", "gone", "-C", there.root)
    assert "ledger/runs/AC-001/x.yaml is no practice record that is committed" in unknown.err
    done = run("verify", "--dispose", path, "--note", "kept for three years", "-C", there.root)
    assert done.code == 0, done.err
    assert f"removed {path}" in done.out
    assert not (there.root / path).exists()
    assert not (there.root / table).exists()
    after = run("verify", "-C", there.root)
    assert (after.code, "entry-tampered" in after.out) == (0, False)
    assert "no case is recorded" in run("report", "runs", "-C", there.root).out

"""`sopkit doctor`: in every kind of folder, as text and JSON, and the block of CODEOWNERS."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.build import library
from tests.cli.conftest import DAY, Run
from tests.practice.records import land, record, start
from tests.repository import GitRepository, isolated

from sopkit.docs import schemas
from sopkit.files import PART


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in isolated(tmp_path).items():
        monkeypatch.setenv(name, value)


def states(out: str) -> dict[str, str]:
    rows = json.loads(out)["rows"]
    return {row["check"]: row["state"] for row in rows}


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    repository = GitRepository.start(tmp_path / "isms")
    library(repository.root)
    return repository


def test_json_is_of_its_schema_and_the_same_twice(run: Run, repository: GitRepository) -> None:
    head = repository.commit("2026-01-01")
    first, second = (run("doctor", "-C", repository.root, "-f", "json", *DAY) for _ in range(2))
    assert first == second
    data = json.loads(first.out)
    Draft202012Validator(schemas()["doctor"]).validate(data)
    assert (data["schema"], data["head"], data["as_of"]) == ("sopkit/doctor/1", head, "2026-11-24")
    assert first.code == 0


def test_fail_on(run: Run, repository: GitRepository) -> None:
    assert run("doctor", "-C", repository.root, "--fail-on", "warning", *DAY).code == 1
    assert run("doctor", "-C", repository.root, "--fail-on", "nothing", *DAY).code == 2
    assert run("doctor", "-C", repository.root / "none", *DAY).code == 2


def test_text_names_place_and_mend(run: Run, repository: GitRepository) -> None:
    done = run("doctor", "-C", repository.root, *DAY)
    assert done.out.splitlines()[0].split() == ["STATE", "CHECK", "FOUND"]
    assert "warning  repository" in done.out
    assert "sopkit.toml:1: approvals of high criticality need E1 only" in done.out


def test_outside_of_a_library_and_of_git(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    done = run("doctor", "-f", "json")
    assert done.code == 1
    assert (states(done.out)["library"], states(done.out)["repository"]) == ("error", "warning")


def test_a_broken_configuration_is_a_line(run: Run, repository: GitRepository) -> None:
    repository.write("sopkit.toml", "[library]\nsopz = []\n")
    done = run("doctor", "-C", repository.root, *DAY)
    assert done.code == 1
    assert "error    library" in done.out
    assert "sopkit.toml:2: unknown key `sopz`" in done.out or "sopz" in done.out
    assert "ok       people" in done.out


def test_a_bare_repository(run: Run, repository: GitRepository, tmp_path: Path) -> None:
    repository.commit("2026-01-01")
    repository.git("clone", "-q", "--bare", str(repository.root), str(tmp_path / "bare.git"))
    done = run("doctor", "-C", tmp_path / "bare.git", "-f", "json")
    assert (done.code, states(done.out)["repository"]) == (1, "error")


def test_a_shallow_clone_and_its_pipelines(run: Run, repository: GitRepository, tmp_path: Path) -> None:
    repository.commit("2026-01-01")
    workflow = "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - run: sopkit stale\n"
    repository.commit("2026-01-02", {".github/workflows/a.yml": workflow})
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", str(tmp_path / "clone"))
    done = run("doctor", "-C", tmp_path / "clone", *DAY)
    assert done.code == 1
    assert "error    history        the clone is shallow" in done.out
    assert ".github/workflows/a.yml:4: job `a` runs sopkit on a shallow clone" in done.out


def test_nothing_is_written(run: Run, repository: GitRepository) -> None:
    repository.commit("2026-01-01")

    def everything() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in repository.root.rglob("*") if path.is_file()}

    before = everything()
    run("doctor", "-C", repository.root, *DAY)
    run("doctor", "-C", repository.root, "--codeowners", *DAY)
    assert everything() == before


def test_what_killed_runs_left_is_reported_and_repaired(run: Run, repository: GitRepository) -> None:
    repository.commit("2026-01-01")
    part = repository.write(f".git/sopkit/.a.md.12345678{PART}", "half")
    other = repository.write(f"sops/.b.md.12345678{PART}", "half")
    journal = repository.write(".git/sopkit/commit-12345678/lock", "this run")
    lock = repository.write(".git/index.lock", "this run")
    found = json.loads(run("doctor", "-C", repository.root, "-f", "json", *DAY).out)["rows"]
    assert [(row["state"], row["mend"]) for row in found if row["check"] == "interrupted"] == [
        ("warning", "run: sopkit doctor --repair")
    ] * 2
    done = run("doctor", "-C", repository.root, "--repair", "-f", "json", *DAY)
    assert states(done.out)["interrupted"] == "ok"
    assert done.err.splitlines() == ["settled a commit that was cut off", f"removed {part}", f"removed {other}"]
    assert not any(file.exists() for file in (part, other, journal.parent, lock))


def test_codeowners_are_printed_compared_and_written(run: Run, repository: GitRepository) -> None:
    folder = ("-C", repository.root, *DAY)
    printed = run("doctor", "--codeowners", *folder)
    assert printed.code == 1
    assert printed.out.splitlines()[2:4] == [
        "/.github/CODEOWNERS ann@acme.example dee@acme.example",
        "/ledger/ ann@acme.example dee@acme.example",
    ]
    assert printed.err == ".github/CODEOWNERS differs; run: sopkit doctor --codeowners --write\n"
    written = run("doctor", "--codeowners", "--write", *folder)
    assert (written.code, written.out, written.err) == (0, "", "wrote .github/CODEOWNERS\n")
    assert (repository.root / ".github/CODEOWNERS").read_text() == printed.out
    again = run("doctor", "--codeowners", *folder)
    assert (again.code, again.out, again.err) == (0, printed.out, "")
    assert run("doctor", "--codeowners", "--write", *folder).err == ""
    assert run("doctor", "--write", *folder).code == 2


def test_codeowners_where_no_folder_can_be_made(run: Run, repository: GitRepository) -> None:
    repository.write(".github", "a file\n")
    done = run("doctor", "--codeowners", "--write", "-C", repository.root, *DAY)
    said = f"sopkit: {repository.root}/.github: cannot be made: File exists\n  choose or mend its place\n"
    assert (done.code, done.out, done.err) == (2, "", said)


def test_codeowners_of_nobody(run: Run, repository: GitRepository) -> None:
    repository.write("registers/people.yaml", "- {key: ann}\n")
    done = run("doctor", "--codeowners", "-C", repository.root, *DAY)
    assert (done.code, done.out) == (2, "")
    assert "no approver of any SOP can be named in CODEOWNERS" in done.err


def test_records_about_people_in_the_same_repository_are_warned_of(run: Run, tmp_path: Path) -> None:
    there = start(tmp_path)
    assert "practice" not in states(run("doctor", "-C", there.root, "-f", "json", *DAY).out)
    about = land(there, record(there, "run")).rpartition("/")[2]
    land(there, record(there, "attendance", about=about, people=["ben"]))
    assert states(run("doctor", "-C", there.root, "-f", "json", *DAY).out)["practice"] == "warning"

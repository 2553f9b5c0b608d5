"""Ledgers that were judged before: the same as those judged anew, whatever has changed since."""

import shutil
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from bench.measure import Command, starts_of
from tests.lifecycle.ledger import (
    EDITED,
    EVE,
    SET_UP,
    TODAY,
    Files,
    approval,
    base,
    entry,
    hash_of,
    name_of,
    review,
    text,
)
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository, Tree

from sopkit.authoring.demo import make_demo
from sopkit.git.repository import open_repository
from sopkit.lifecycle.history import History, read_history
from sopkit.lifecycle.stale import report_stale

DAYS = ("2024-03-10", "2024-05-10", "2024-07-10", "2024-09-10", "2024-12-01")


def read(root: Path, day: str = DAYS[-1], *, cached: bool = True) -> History:
    repository = open_repository(root)
    assert repository is not None
    judged = read_history(repository, date.fromisoformat(day), TODAY, cached=cached)
    if judged.ledgers:
        judged.cache.save()
    return judged


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """Reviewed and approved; then edited on a branch, with a bad entry, a correction, a withdrawal and a disposal."""
    repository = GitRepository.start(tmp_path_factory.mktemp("library"))
    base(repository)
    wrong = review("2024-04-02", by="ben", note="Read.")
    repository.commit("2024-04-02", wrong, author=BEN)
    repository.commit("2024-04-03", review("2024-04-02", note="Read it all.", corrects=name_of(wrong)), author=BEN)
    repository.switch("edit", "main")
    repository.commit("2024-05-01", {PATH: EDITED}, author=ANN)
    repository.commit("2024-05-02", approval("2024-05-02", EDITED), author=CAT)
    repository.commit("2024-05-02", review("2024-05-02", EDITED, by="ben"), author=CAT)
    repository.switch("main")
    repository.merge("2024-05-03", "edit")
    repository.commit("2024-06-01", entry("withdrawal", "cat", "2024-06-01", EDITED), author=CAT)
    gone: Files = dict.fromkeys(wrong)
    disposal = entry("disposal", "eve", "2024-08-01", None, removed=[hash_of(wrong)], note="Kept long enough.")
    repository.commit("2024-08-01", disposal, author=EVE)
    repository.commit("2024-08-02", gone, author=EVE)
    return repository.read_all()


@pytest.fixture
def library(repository: GitRepository, files: Tree) -> GitRepository:
    repository.fill(files)
    return repository


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS)
def test_a_kept_ledger_is_the_one_that_was_judged(library: GitRepository, day: str) -> None:
    judged = read(library.root, day, cached=False).ledgers
    assert judged["AC-001"].verdicts
    assert read(library.root, day).ledgers == judged
    assert read(library.root, day).ledgers == judged


@pytest.mark.slow
def test_days_and_heads_share_what_is_kept_and_each_has_its_own(library: GitRepository) -> None:
    for day in (*DAYS, *reversed(DAYS)):
        assert read(library.root, day).ledgers == read(library.root, day, cached=False).ledgers
    library.commit("2024-10-01", approval("2024-10-01", EDITED), author=CAT)
    assert read(library.root).ledgers == read(library.root, cached=False).ledgers
    assert read(library.root).ledgers["AC-001"].newest_approval is not None
    library.commit("2024-11-01", {**SET_UP, "registers/roles.yaml": "- {id: lead, holders: [{person: ben}]}\n"})
    assert read(library.root).ledgers == read(library.root, cached=False).ledgers
    library.git("reset", "-q", "--hard", "HEAD~2")
    assert read(library.root).ledgers == read(library.root, cached=False).ledgers


@pytest.mark.slow
def test_a_kept_ledger_is_judged_without_its_objects(library: GitRepository) -> None:
    first = report_stale(library.root, date(2024, 12, 1), TODAY)
    tip = library.git("rev-parse", "edit").strip()
    (library.root / ".git/objects" / tip[:2] / tip[2:]).unlink()
    assert report_stale(library.root, date(2024, 12, 1), TODAY) == first


@pytest.mark.slow
def test_the_configuration_of_the_day_counts(library: GitRepository) -> None:
    assert len(read(library.root).ledgers["AC-001"].reviews) == 2
    library.commit("2024-11-01", {"sopkit.toml": "[review]\nrequire_update = true\n"})
    assert read(library.root).ledgers["AC-001"].reviews == []


@pytest.mark.slow
def test_the_demo_is_the_same_with_and_without_what_is_kept(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo")
    day = date(2026, 11, 24)
    cold = asdict(report_stale(tmp_path / "demo", day, day, cached=False))
    assert asdict(report_stale(tmp_path / "demo", day, day)) == cold
    assert asdict(report_stale(tmp_path / "demo", day, day)) == cold
    assert len({row["state"] for row in cold["rows"]}) > 5


@pytest.mark.slow
def test_branches_start_no_processes_of_their_own(repository: GitRepository) -> None:
    words = (sys.executable, "-m", "sopkit", "stale", "-C", str(repository.root), "--as-of", "2024-12-01")
    counted = []
    base(repository)
    for turn in range(1, 4):
        repository.switch(f"edit-{turn}", "main")
        for part in "ab":  # what the first commit leaves is on the branch alone
            other = text(f"{turn}{part}").replace("AC-001", "AC-002")
            repository.commit(f"2024-05-0{turn}", {PATH: text(f"{turn}{part}\n"), "sops/ac-002.md": other}, author=ANN)
        repository.switch("main")
        repository.merge(f"2024-06-0{turn}", f"edit-{turn}")
        if turn != 2:
            shutil.rmtree(repository.root / ".git/sopkit", ignore_errors=True)
            counted.append(starts_of(Command(words), "git"))
    assert counted == [counted[0]] * 2

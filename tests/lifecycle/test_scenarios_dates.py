"""The scenarios of the life cycle, each on a real repository: days, clocks and clones."""

import shutil
from pathlib import Path

import pytest
from tests.lifecycle.ledger import (
    BASE,
    EDITED,
    NEVER,
    SET_UP,
    TEXT,
    added,
    approval,
    base,
    gist,
    judged,
    review,
    row,
    said,
)
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow

CHANGED = ("approval-missing", "changed-since-review")
ZONE = '[library]\ntimezone = "America/Los_Angeles"\n'


@pytest.mark.parametrize(
    ("as_of", "flags", "days"),
    [
        ("2025-01-29", (), 31),
        ("2025-01-30", ("due-soon",), 30),
        ("2025-03-01", ("due-soon",), 0),
        ("2025-03-02", ("overdue",), -1),
    ],
)
def test_02_the_due_day_and_the_day_after(
    repository: GitRepository, as_of: str, flags: tuple[str, ...], days: int
) -> None:
    base(repository)
    assert (said(repository, as_of), row(repository.root, as_of).days) == (BASE.but(*flags), days)


def test_03_reviewed_on_the_29th_of_february(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2024-02-29", review("2024-02-29"), author=BEN)
    repository.commit("2024-03-02", approval(), author=CAT)
    assert said(repository) == BASE.but(due="2025-02-28")


def test_13_an_author_date_months_before_the_committer_date(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-10-01", {PATH: EDITED}, author_date="2024-03-01")
    assert said(repository) == BASE.but(*CHANGED, "author-date-backdated", revision="r2", changed="2024-10-01")


def test_13_an_entry_with_an_author_date_months_before(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2024-10-01", review("2024-10-01"), author=BEN, author_date="2024-03-01")
    repository.commit("2024-10-01", approval("2024-10-01"), author=CAT)
    assert said(repository) == BASE.but("author-date-backdated", due="2025-10-01")._replace(state="current")


def test_14_a_committer_date_before_the_parent(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-05-01", {"x.txt": "x"})
    repository.commit("2024-04-01", {PATH: EDITED}, author_date="2024-05-01")
    assert said(repository) == BASE.but(*CHANGED, "clock-regression", revision="r2", changed="2024-05-01")


def test_15_a_commit_dated_2099(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2099-01-01", review(), author=BEN)
    repository.commit("2024-03-02", approval(), author=CAT)
    flags = ("never-reviewed", "future-dated")
    assert said(repository) == NEVER.but(*flags, evidence="E1", invalid=("commit-future-dated",))
    repository.commit("2024-03-05", review("2024-03-05"), author=BEN)
    expected = BASE.but("future-dated", due="2025-03-05", invalid=("commit-future-dated",))
    assert said(repository) == expected._replace(state="current")


def test_16_a_review_dated_in_the_future(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2024-03-01", review("2024-03-03"), author=BEN)
    repository.commit("2024-03-02", approval(), author=CAT)
    assert said(repository) == NEVER.but("never-reviewed", evidence="E1", invalid=("date-in-future",))
    assert row(repository.root).invalid[0].detail == "it is dated 2024-03-03 and landed on 2024-03-01"


def test_16_a_review_dated_tomorrow_counts_from_its_landing(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2024-03-01", review("2024-03-02"), author=BEN)
    repository.commit("2024-03-02", approval(), author=CAT)
    assert said(repository) == BASE


def test_17_a_review_recorded_four_months_late(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2024-07-01", review("2024-03-01"), author=BEN)
    repository.commit("2024-07-02", approval("2024-07-02"), author=CAT)
    assert said(repository) == BASE.but("late-recorded")._replace(state="current")
    found = row(repository.root)
    assert (f"{found.reviewed}", found.lapsed) == ("2024-03-01", 151)  # 1 February to 30 June 2024
    assert found.reason.endswith("; the review of 2024-03-01 by Ben Roy landed only on 2024-07-01")


@pytest.mark.parametrize(("landed", "flags"), [("2024-03-08", ()), ("2024-03-09", ("late-recorded",))])
def test_17_seven_days_are_not_late(repository: GitRepository, landed: str, flags: tuple[str, ...]) -> None:
    added(repository)
    repository.commit(landed, review("2024-03-01"), author=BEN)
    repository.commit(landed, approval(landed), author=CAT)
    assert said(repository) == BASE._replace(flags=flags)


def test_30_a_clone_of_depth_one(repository: GitRepository, tmp_path: Path) -> None:
    base(repository)
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", str(tmp_path / "clone"))
    with pytest.raises(SopkitError, match="the clone is shallow, so no date can be told"):
        judged(tmp_path / "clone")
    (found,) = judged(tmp_path / "clone", tree_only=True).rows
    assert gist(found) == BASE.but(revision="", changed="", evidence="E0")._replace(state="unproven-fresh")


def test_31_replaced_commits(repository: GitRepository) -> None:
    base(repository)
    head = repository.commit("2024-07-01", {"x.txt": "x"})
    repository.git("replace", "--graft", head)
    assert said(repository) == BASE


def test_34_a_force_push_drops_the_anchored_commit(repository: GitRepository) -> None:
    base(repository)
    anchor = repository.git("rev-parse", "HEAD")
    assert judged(repository.root, anchor=anchor).failed() is False
    repository.git("reset", "-q", "--hard", "HEAD~1")
    repository.commit("2024-03-02", approval(note="again"), author=CAT)
    report = judged(repository.root, anchor=anchor)
    assert gist(*report.rows) == BASE.but("history-rewritten")
    assert report.failed()


def test_36_a_foxtrot_merge(repository: GitRepository) -> None:
    base(repository)
    repository.switch("mine", "main")
    repository.commit("2024-04-01", {"mine.txt": "x"}, author=CAT)
    repository.switch("main")
    repository.commit("2024-05-01", {PATH: EDITED}, author=ANN)
    repository.commit("2024-05-02", review("2024-05-02", EDITED), author=BEN)
    repository.switch("mine")
    repository.merge("2024-06-01", "main", author=CAT)
    repository.switch("main")
    repository.git("merge", "-q", "--ff-only", "mine")
    expected = BASE._replace(revision="r2", changed="2024-06-01", due="2025-05-02")
    assert said(repository) == expected.but("approval-missing", "late-recorded")
    repository.commit("2024-06-02", approval("2024-06-02", EDITED), author=CAT)
    assert said(repository) == expected._replace(flags=("late-recorded",))


def test_37_landed_half_an_hour_before_midnight_in_the_zone_of_the_library(repository: GitRepository) -> None:
    added(repository, **{"sopkit.toml": ZONE})
    repository.commit("2024-03-02T23:30:00-0800", review("2024-03-05"), author=BEN)
    repository.commit("2024-03-04", approval("2024-03-04"), author=CAT)
    assert said(repository).invalid == ("date-in-future",)
    repository.commit("2024-03-04T23:30:00-0800", review("2024-03-05", note="again"), author=BEN)
    assert said(repository) == BASE.but(due="2025-03-04", invalid=("date-in-future",))


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2024-02-29", NEVER),
        ("2024-03-01", BASE.but("approval-missing")),
        ("2024-03-02", BASE),
    ],
)
def test_44_before_an_approval_that_exists_today(repository: GitRepository, as_of: str, expected: object) -> None:
    base(repository)
    repository.commit("2024-06-01", {"registers/people.yaml": "[]\n"})
    assert said(repository, as_of) == expected


def test_38_a_worktree_and_a_sparse_checkout(repository: GitRepository, tmp_path: Path) -> None:
    base(repository)
    repository.git("worktree", "add", "-q", str(tmp_path / "other"))
    repository.git("sparse-checkout", "set", "registers")
    assert not (repository.root / "ledger").exists()
    assert [gist(*judged(root).rows) for root in (tmp_path / "other", repository.root)] == [BASE, BASE]


def test_38_bare_and_partial_clones_and_missing_files_name_the_mend(repository: GitRepository, tmp_path: Path) -> None:
    base(repository)
    blob = repository.git("rev-parse", f"HEAD:ledger/sops/AC-001/{min(_entries(repository))}")
    for option, match in (("--bare", "a bare repository has no files to read"), ("--filter=blob:none", "partial")):
        repository.git("config", "uploadpack.allowFilter", "true")
        clone = tmp_path / option.strip("-").partition(":")[0]
        repository.git("clone", "-q", option, "--no-checkout", f"file://{repository.root}", str(clone))
        with pytest.raises(SopkitError, match=match):
            judged(clone)
    (repository.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(SopkitError, match=f"git object {blob} is missing") as caught:
        judged(repository.root)
    assert caught.value.hint == "run: git fsck; then fetch it, or clone again"


def test_38_a_mailmap_by_the_author_makes_nobody_an_approver(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2024-03-01", review(), author=BEN)
    mailmap = "Cat Diaz <cat@acme.example> <x@evil.example>\n"
    repository.commit("2024-03-02", {".mailmap": mailmap, **approval()}, author="X <x@evil.example>")
    expected = BASE.but("approval-missing", invalid=("author-unproved",))
    assert said(repository) == expected
    repository.commit("2024-03-03", approval("2024-03-03"), author="Cat Diaz <x@evil.example>")
    assert said(repository) == expected._replace(invalid=("author-unproved", "author-unproved"))


def test_38_a_repository_of_sha256(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library", "--object-format=sha256")
    added(repository)
    blob = repository.git("rev-parse", f"HEAD:{PATH}")
    repository.commit("2024-03-01", review(blob=blob), author=BEN)
    repository.commit("2024-03-02", approval(blob=blob), author=CAT)
    assert (said(repository), len(blob)) == (BASE, 64)


def test_a_library_in_a_folder_of_the_repository(repository: GitRepository) -> None:
    def below(files: object) -> dict[str, str | bytes | None]:
        return {f"docs/{path}": data for path, data in files.items()}  # type: ignore[attr-defined]

    repository.commit("2024-01-15", below(SET_UP))
    repository.commit("2024-02-01", below({PATH: TEXT}), author=ANN)
    repository.commit("2024-03-01", below(review()), author=BEN)
    repository.commit("2024-03-02", below(approval()), author=CAT)
    assert gist(row(repository.root / "docs")) == BASE
    shutil.rmtree(repository.root / ".git/sopkit")
    repository.commit("2024-03-04", {f"docs/{PATH}": EDITED}, author=ANN)
    repository.commit("2024-03-05", below(approval("2024-03-05", EDITED)), author="X <x@evil.example>")
    found = gist(row(repository.root / "docs"))
    assert found == BASE.but(*CHANGED, revision="r2", changed="2024-03-04", invalid=("author-unproved",))


def _entries(repository: GitRepository) -> list[str]:
    return [file.name for file in (repository.root / "ledger/sops/AC-001").iterdir()]

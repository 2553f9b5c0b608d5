"""The scenarios of the life cycle, each on a real repository: what happens to entries and watched files."""

from pathlib import Path

import pytest
from tests.lifecycle.ledger import (
    BASE,
    EDITED,
    EVE,
    SET_UP,
    Files,
    approval,
    base,
    entry,
    gist,
    hash_of,
    judged,
    name_of,
    review,
    row,
    said,
    text,
)
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

pytestmark = pytest.mark.slow

FOLDER = "ledger/sops/AC-001"
WATCHING = text(watches="[src/**]")


def test_24_an_entry_edited_later(repository: GitRepository) -> None:
    base(repository)
    (path,) = review()
    repository.commit("2024-06-01", {path: (repository.root / path).read_bytes().replace(b"2024-03-01", b"2024-05-31")})
    assert said(repository) == BASE.but("entry-tampered")
    report = judged(repository.root)
    assert report.failed()
    assert report.rows[0].reason.startswith(
        f"{name_of(review())} was changed or put back after it had landed; the first bytes count"
    )
    repository.commit("2024-07-01", dict(review()))
    assert said(repository) == BASE.but("entry-tampered")  # also when the bytes come back


def test_24_an_entry_removed(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-06-01", dict.fromkeys(approval()))
    assert said(repository) == BASE.but("entry-tampered")
    assert row(repository.root).reason.startswith(f"{name_of(approval())} was removed after it had landed;")


def watched(repository: GitRepository) -> str:
    """The base with an SOP that describes the folder src, and the digest that the review saw."""
    repository.commit("2024-01-10", {"src/app.py": "1\n", "other.py": "1\n"})
    base(repository, WATCHING)
    return row(repository.root).watched


def test_25_a_watched_file_changed_and_changed_back(repository: GitRepository) -> None:
    digest = watched(repository)
    repository.commit("2024-03-03", review("2024-03-03", WATCHING, watched=digest), author=BEN)
    expected = BASE.but(due="2025-03-03")
    assert said(repository) == expected
    repository.commit("2024-06-01", {"other.py": "2\n"})
    assert said(repository) == expected
    oid = repository.commit("2024-06-02", {"src/app.py": "2\n", "src/new.py": "3\n"}, author=CAT)
    assert said(repository) == expected.but("watched-code-changed")
    assert row(repository.root).reason == (
        f"src/app.py, src/new.py changed on 2024-06-02 by Cat Diaz (commit {oid[:12]}) "
        "after the review of 2024-03-03 by Ben Roy"
    )
    repository.commit("2024-06-03", {"src/app.py": "1\n", "src/new.py": None})
    assert said(repository) == expected


def test_25_a_review_of_the_watched_files_moves_no_due_date(repository: GitRepository) -> None:
    digest = watched(repository)
    repository.commit("2024-03-03", review("2024-03-03", WATCHING, watched=digest), author=BEN)
    repository.commit("2024-06-02", {"src/app.py": "2\n"})
    seen = row(repository.root).watched
    assert seen != digest
    files = review("2024-06-03", WATCHING, watched=seen, scope="watched")
    repository.commit("2024-06-03", files, author=BEN)
    assert said(repository) == BASE.but(due="2025-03-03")


def test_25_watched_files_lie_below_the_top_of_the_repository(repository: GitRepository) -> None:
    def below(files: Files) -> Files:
        return {f"docs/{path}": data for path, data in files.items()}

    repository.commit("2024-01-15", below(SET_UP) | {"src/app.py": "1\n", "docs/src/app.py": "1\n"})
    repository.commit("2024-02-01", below({PATH: WATCHING}))
    seen = row(repository.root / "docs").watched
    repository.commit("2024-03-01", below(review(data=WATCHING, watched=seen)), author=BEN)
    repository.commit("2024-03-02", below(approval(data=WATCHING)), author=CAT)
    repository.commit("2024-06-01", {"docs/src/app.py": "2\n"})
    assert gist(row(repository.root / "docs")) == BASE
    repository.commit("2024-06-02", {"src/app.py": "2\n"})
    assert gist(row(repository.root / "docs")) == BASE.but("watched-code-changed")


def test_25_a_review_that_does_not_say_what_it_saw(repository: GitRepository) -> None:
    watched(repository)
    assert said(repository) == BASE.but("watched-code-changed")
    assert row(repository.root).reason == (
        "the review of 2024-03-01 by Ben Roy does not say which watched files it saw; run: sopkit review AC-001 --watched"
    )


def test_25_the_ledger_is_left_out_and_a_bad_glob_matches_nothing(repository: GitRepository) -> None:
    all_of_it = text(watches='["**", "a[", "!src/**"]')
    repository.commit("2024-01-10", {"src/app.py": "1\n"})
    base(repository, all_of_it)
    seen = row(repository.root).watched
    repository.commit("2024-03-03", review("2024-03-03", all_of_it, watched=seen), author=BEN)
    assert said(repository) == BASE._replace(due="2025-03-03")


def test_29_an_edit_that_is_not_committed(repository: GitRepository) -> None:
    base(repository)
    repository.write(PATH, EDITED)
    repository.write(f"{FOLDER}/2024-06-01-review-ben-00000000.yaml", b"nothing")
    assert said(repository) == BASE.but("uncommitted-edit")._replace(state="current")


def test_35_an_sop_in_a_submodule(repository: GitRepository, tmp_path: Path) -> None:
    inner = GitRepository.start(tmp_path / "inner")
    inner.commit("2024-01-01", {"x.md": text(id="AC-009")})
    base(repository)
    repository.git("submodule", "add", "-q", str(inner.root), "sops/shared")
    repository.commit("2024-06-01")
    assert said(repository) == BASE
    assert judged(repository.root).notes == ("sops/shared is a submodule: what lies in it was not judged",)


@pytest.mark.parametrize("together", [False, True], ids=["before", "in the same commit"])
def test_45_a_disposal_and_then_the_file_is_gone(repository: GitRepository, together: bool) -> None:
    base(repository)
    disposal = entry("disposal", "eve", "2024-06-01", None, removed=[hash_of(review())])
    gone = dict.fromkeys(review())
    if together:
        repository.commit("2024-06-01", disposal | gone, author=EVE)
    else:
        repository.commit("2024-06-01", disposal, author=EVE)
        repository.commit("2024-06-02", gone, author=ANN)
    assert said(repository) == BASE  # what was disposed of still counts as it first landed


def test_45_a_disposal_that_allows_nothing(repository: GitRepository) -> None:
    base(repository)
    disposal = entry("disposal", "eve", "2024-06-01", None, removed=[hash_of(review())])
    repository.commit("2024-06-01", disposal, author=EVE)
    repository.commit("2024-06-02", dict.fromkeys(approval()))
    assert said(repository) == BASE.but("entry-tampered")


@pytest.mark.parametrize("by", ["ann", "eve"])
def test_45_a_disposal_comes_first_and_from_the_document_controller(repository: GitRepository, by: str) -> None:
    base(repository)
    repository.commit("2024-06-01", dict.fromkeys(review()))
    disposal = entry("disposal", by, "2024-06-02", None, removed=[hash_of(review())])
    repository.commit("2024-06-02", disposal, author=ANN if by == "ann" else EVE)
    expected = BASE.but("entry-tampered")
    assert said(repository) == (expected if by == "eve" else expected.but("entry-tampered", invalid=("role-missing",)))

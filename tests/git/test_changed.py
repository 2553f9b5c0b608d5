"""Which files a branch changes, on real repositories."""

from pathlib import Path

import pytest
from tests.repository import GitRepository

from sopkit.git.history import find_base_commit, list_changed_paths
from sopkit.git.repository import Repository, open_repository
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow


def opened(root: Path) -> Repository:
    found = open_repository(root)
    assert found is not None
    return found


@pytest.fixture
def branched(repository: GitRepository) -> tuple[GitRepository, str]:
    """`topic` left `main` at the given commit; both went on."""
    start = repository.commit("2024-02-01", {"docs/a.md": "a\n", "infra/plan.tf": "1\n", "old.tf": "x\ny\nz\n"})
    repository.switch("topic", start)
    repository.commit("2024-02-02", {"infra/plan.tf": "2\n"})
    repository.commit("2024-02-03", {"old.tf": None, "infra/new.tf": "x\ny\nz\n"})
    repository.switch("main")
    repository.commit("2024-02-04", {"only-main.tf": "m\n"})
    repository.switch("topic")
    return repository, start


def test_what_the_branch_changes_and_not_what_the_base_did(branched: tuple[GitRepository, str]) -> None:
    repository, start = branched
    library = opened(repository.root)
    assert find_base_commit(library, "main") == start
    assert list_changed_paths(library, "main") == ("infra/new.tf", "infra/plan.tf", "old.tf")
    assert list_changed_paths(library, start[:12]) == list_changed_paths(library, "main")
    assert list_changed_paths(library, "topic") == ()


def test_paths_are_those_of_the_top_though_the_library_lies_below(branched: tuple[GitRepository, str]) -> None:
    repository, _ = branched
    assert list_changed_paths(opened(repository.root / "docs"), "main") == ("infra/new.tf", "infra/plan.tf", "old.tf")


def test_configuration_and_attributes_do_not_matter(branched: tuple[GitRepository, str]) -> None:
    repository, _ = branched
    before = list_changed_paths(opened(repository.root / "docs"), "main")
    for key, value in {
        "diff.renames": "copies",
        "diff.relative": "true",
        "diff.external": "/bin/false",
        "diff.ignoreSubmodules": "all",
        "diff.orderFile": "order",
        "core.quotePath": "true",
    }.items():
        repository.git("config", key, value)
    assert list_changed_paths(opened(repository.root / "docs"), "main") == before


def test_a_path_that_is_not_utf_8_and_one_with_a_line_end(repository: GitRepository) -> None:
    start = repository.commit("2024-02-01", {"a": "a"})
    (repository.root / 'b\n"c').write_bytes(b"x")
    Path(f"{repository.root}/\udcff.tf").write_bytes(b"x")
    repository.commit("2024-02-02")
    assert list_changed_paths(opened(repository.root), start) == ('b\n"c', "\udcff.tf")


@pytest.mark.parametrize("base", ["nope", "", "--all", "-h", "main:docs", "a..b", "f" * 40, "HEAD^9"])
def test_an_unknown_base(branched: tuple[GitRepository, str], base: str) -> None:
    with pytest.raises(SopkitError) as caught:
        find_base_commit(opened(branched[0].root), base)
    assert caught.value.message == f"no branch, tag or commit is called {base!r}"
    assert "git fetch" in caught.value.hint


def test_the_hint_works_in_a_clone_of_one_branch(branched: tuple[GitRepository, str], tmp_path: Path) -> None:
    repository, start = branched
    url = repository.root.as_uri()
    repository.git("clone", "-q", "--single-branch", "--branch", "topic", url, str(tmp_path / "clone"))
    clone = GitRepository(tmp_path / "clone")
    with pytest.raises(SopkitError) as caught:
        find_base_commit(opened(clone.root), "origin/main")
    clone.git(*caught.value.hint.rpartition("git ")[2].split())
    assert find_base_commit(opened(clone.root), "origin/main") == start


def test_a_base_that_is_not_related(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"a": "a"})
    repository.git("switch", "-q", "--orphan", "other")
    repository.commit("2024-02-02", {"b": "b"})
    with pytest.raises(SopkitError, match="HEAD and main have no commit in common"):
        list_changed_paths(opened(repository.root), "main")


def test_a_shallow_clone(branched: tuple[GitRepository, str], tmp_path: Path) -> None:
    GitRepository(tmp_path).git("clone", "-q", "--depth", "1", f"file://{branched[0].root}", str(tmp_path / "shallow"))
    with pytest.raises(SopkitError) as caught:
        find_base_commit(opened(tmp_path / "shallow"), "HEAD", {"GITHUB_ACTIONS": "true"})
    assert (caught.value.message, caught.value.hint) == (
        "the clone is shallow, so where a branch began cannot be told",
        "under `with:` of actions/checkout: `fetch-depth: 0`",
    )

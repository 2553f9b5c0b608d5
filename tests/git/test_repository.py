"""Opening: every kind of checkout, or a clear error."""

import os
from pathlib import Path

import pytest
from tests.repository import GitRepository

from sopkit.git.blobs import read_tree
from sopkit.git.repository import blob_id, open_repository, read_git_configuration
from sopkit.model.errors import SopkitError


def facts(root: Path) -> tuple[str, str | None, str, bool]:
    found = open_repository(root)
    assert found is not None
    return found.prefix, found.head, found.object_format, found.shallow


def test_the_top_and_a_subfolder(repository: GitRepository) -> None:
    head = repository.commit("2024-02-01", {"docs/a.md": "one"})
    assert facts(repository.root) == ("", head, "sha1", False)
    assert facts(repository.root / "docs") == ("docs/", head, "sha1", False)


def test_a_folder_reached_through_a_link(repository: GitRepository, tmp_path: Path) -> None:
    head = repository.commit("2024-02-01", {"docs/a.md": "one"})
    (tmp_path / "link").symlink_to(repository.root / "docs")
    assert facts(tmp_path / "link") == ("docs/", head, "sha1", False)


def test_no_commit_yet(repository: GitRepository) -> None:
    assert facts(repository.root) == ("", None, "sha1", False)


def test_a_detached_head(repository: GitRepository) -> None:
    first = repository.commit("2024-02-01", {"a.md": "one"})
    repository.commit("2024-03-01", {"a.md": "two"})
    repository.git("checkout", "-q", first)
    assert facts(repository.root) == ("", first, "sha1", False)


def test_a_worktree(repository: GitRepository, tmp_path: Path) -> None:
    head = repository.commit("2024-02-01", {"a.md": "one"})
    repository.git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    assert facts(tmp_path / "tree") == ("", head, "sha1", False)
    found = open_repository(tmp_path / "tree")
    assert found is not None
    assert found.common_dir == repository.root / ".git"


def test_a_worktree_of_a_bare_repository(repository: GitRepository, tmp_path: Path) -> None:
    head = repository.commit("2024-02-01", {"docs/a.md": "one"})
    repository.git("clone", "-q", "--bare", str(repository.root), str(tmp_path / "bare.git"))
    GitRepository(tmp_path / "bare.git").git("worktree", "add", "-q", str(tmp_path / "tree"), "main")
    assert facts(tmp_path / "tree" / "docs") == ("docs/", head, "sha1", False)


def test_a_submodule_is_a_repository_of_its_own(repository: GitRepository, tmp_path: Path) -> None:
    other = GitRepository.start(tmp_path / "other")
    head = other.commit("2024-01-01", {"inner.md": "inner"})
    repository.git("submodule", "--quiet", "add", str(other.root), "sub")
    assert facts(repository.root / "sub") == ("", head, "sha1", False)


def test_a_sha256_repository(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library", "--object-format=sha256")
    head = repository.commit("2024-02-01", {"a.md": "one"})
    assert facts(repository.root) == ("", head, "sha256", False)
    found = open_repository(repository.root)
    assert found is not None
    assert read_tree(found, head) == {"a.md": ("100644", blob_id(b"one", "sha256"))}


def test_outside_of_git(tmp_path: Path) -> None:
    assert open_repository(tmp_path) is None


def test_a_bare_repository_is_refused(tmp_path: Path) -> None:
    bare = GitRepository.start(tmp_path / "bare.git", "--bare")
    with pytest.raises(SopkitError, match="bare"):
        open_repository(bare.root)


@pytest.mark.parametrize("configuration", ["", "[core]\n\tbare = false\n\tworktree = .\n\tfsmonitor = touch ran\n"])
def test_a_bare_repository_in_a_commit_does_not_replace_the_history(
    repository: GitRepository, tmp_path: Path, configuration: str
) -> None:
    hostile = GitRepository.start(tmp_path / "hostile.git", "--bare")
    files = {name: (hostile.root / name).read_text() for name in ("HEAD", "config")}
    files |= {"config": configuration or files["config"], "objects/.keep": "", "refs/.keep": ""}
    repository.commit("2024-02-01", {f"procedures/{name}": text for name, text in files.items()})
    library = repository.root / "procedures"
    with pytest.raises(SopkitError, match=r"^a bare repository") as error:
        open_repository(library)
    assert f"remove HEAD, objects and refs from {library}: " in error.value.hint
    refusal = read_git_configuration(library).refusal
    assert (refusal and refusal.hint) == error.value.hint
    assert not list(repository.root.rglob("ran"))


def test_a_worktree_whose_repository_is_gone(repository: GitRepository, tmp_path: Path) -> None:
    repository.commit("2024-02-01", {"a.md": "one"})
    repository.git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    repository.root.rename(tmp_path / "elsewhere")
    with pytest.raises(SopkitError, match="not there"):
        open_repository(tmp_path / "tree")


def test_a_damaged_git_folder_is_not_no_git(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"docs/a": "a"})
    (repository.root / ".git/HEAD").write_text("garbage")
    with pytest.raises(SopkitError) as refused:
        open_repository(repository.root / "docs")
    assert refused.value.message == f"{repository.root}/.git is damaged: git takes it for no repository"


@pytest.mark.parametrize(("worktree", "folder"), [("../..", "."), ("../docs", "docs")])
def test_a_configuration_moves_no_library(repository: GitRepository, worktree: str, folder: str) -> None:
    """Else another folder of the commit, or all of it, were taken for the library."""
    repository.commit("2024-02-01", {"docs/a.md": "one", f"{repository.root.name}/a.md": "other"})
    repository.git("config", "core.worktree", worktree)
    with pytest.raises(SopkitError, match=r"core\.worktree in the configuration of .* puts the top of the repository"):
        open_repository(repository.root / folder)
    repository.git("config", "core.worktree", str(repository.root))
    assert facts(repository.root / "docs")[0] == "docs/"


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(SopkitError, match="no folder"):
        open_repository(tmp_path / "nowhere")


@pytest.mark.parametrize("damage", ["commit", "reference", "config"])
def test_a_damaged_repository(repository: GitRepository, damage: str) -> None:
    head = repository.commit("2024-02-01", {"a.md": "one"})
    inside = repository.root / ".git"
    if damage == "commit":
        (inside / "objects" / head[:2] / head[2:]).unlink()
    elif damage == "reference":
        (inside / "refs" / "heads" / "main").write_bytes(b"\xff\n")
    else:
        (inside / "config").write_bytes(b"[core\n\0")
    with pytest.raises(SopkitError):
        open_repository(repository.root)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_a_repository_of_somebody_else(repository: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    head = repository.commit("2024-02-01", {"a.md": "one"})
    for path in (repository.root, repository.root / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(SopkitError, match="somebody else") as caught:
        open_repository(repository.root)
    assert caught.value.hint.endswith(f"git config --global --add safe.directory {repository.root}")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(repository.root))
    assert facts(repository.root) == ("", head, "sha1", False)


def test_variables_that_a_hook_inherits_do_not_lead_astray(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = repository.commit("2024-02-01", {"a.md": "one"})
    other = GitRepository.start(tmp_path / "other")
    inherited = {
        "GIT_DIR": str(other.root / ".git"),
        "GIT_WORK_TREE": str(other.root),
        "GIT_COMMON_DIR": str(other.root / ".git"),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_OBJECT_DIRECTORY": str(other.root / ".git" / "objects"),
        "GIT_PREFIX": "x/",
    }
    for name, value in inherited.items():
        monkeypatch.setenv(name, value)
    assert facts(repository.root) == ("", head, "sha1", False)
    found = open_repository(repository.root)
    assert found is not None
    assert read_tree(found, head) == {"a.md": ("100644", blob_id(b"one"))}
    assert {name: os.environ[name] for name in inherited} == inherited


def test_the_id_of_bytes_is_that_of_git(repository: GitRepository) -> None:
    data = b"# caf\xc3\xa9\r\n\0"
    assert blob_id(data) == repository.git("hash-object", "--stdin", stdin=data)

"""The listing of a commit."""

from tests.repository import GitRepository

from sopkit.git.blobs import read_tree
from sopkit.git.repository import blob_id, open_repository

A, B = blob_id(b"a"), blob_id(b"b")


def test_paths_are_relative_to_the_library(repository: GitRepository) -> None:
    first = repository.commit("2024-02-01", {"docs/sops/a.md": "a", "b.md": "b"})
    second = repository.commit("2024-03-01", {"docs/new\nline.md": "b"})
    for folder, commit, expected in (
        ("", first, {"docs/sops/a.md": ("100644", A), "b.md": ("100644", B)}),
        ("docs", first, {"sops/a.md": ("100644", A)}),
        ("docs", second, {"sops/a.md": ("100644", A), "new\nline.md": ("100644", B)}),
    ):
        opened = open_repository(repository.root / folder)
        assert opened is not None
        assert read_tree(opened, commit) == expected


def test_a_library_that_did_not_exist_yet_has_no_files(repository: GitRepository) -> None:
    first = repository.commit("2024-02-01", {"b.md": "b"})
    repository.commit("2024-03-01", {"docs/a.md": "a"})
    opened = open_repository(repository.root / "docs")
    assert opened is not None
    assert read_tree(opened, first) == {}


def test_a_sparse_checkout_lists_everything(repository: GitRepository) -> None:
    head = repository.commit("2024-02-01", {"in/a.md": "a", "out/b.md": "b"})
    repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
    assert not (repository.root / "out").exists()
    opened = open_repository(repository.root)
    assert opened is not None
    assert read_tree(opened, head) == {"in/a.md": ("100644", A), "out/b.md": ("100644", B)}

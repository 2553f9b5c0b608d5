"""Bytes of committed files through one process."""

from itertools import islice
from pathlib import Path

import pytest
from tests.repository import GitRepository

from sopkit.git.blobs import read_blobs
from sopkit.git.repository import Repository, blob_id, open_repository
from sopkit.model.errors import SopkitError


def opened(root: Path) -> Repository:
    repository = open_repository(root)
    assert repository is not None
    return repository


def test_any_bytes_in_the_order_asked_each_once(repository: GitRepository) -> None:
    contents = [b"one\n", b"", b"\0\xff\r\n", b"abc missing\n", b"x" * 3_000_000]
    repository.commit("2024-02-01", {f"{number}.md": content for number, content in enumerate(contents)})
    oids = [blob_id(content) for content in contents]
    found = list(read_blobs(opened(repository.root), [*oids, oids[0]]))
    assert found == list(zip(oids, contents, strict=True))


def test_nothing_asked(repository: GitRepository) -> None:
    assert list(read_blobs(opened(repository.root), [])) == []


def test_what_is_over_the_limit_is_passed_over(repository: GitRepository) -> None:
    big, small = b"x" * 2_500_000, b"small"
    repository.commit("2024-02-01", {"big.md": big, "small.md": small})
    oids = [blob_id(big), blob_id(small)]
    assert list(read_blobs(opened(repository.root), oids, limit=5)) == [(oids[0], None), (oids[1], small)]


@pytest.mark.slow
def test_thousands_do_not_fill_a_pipe(repository: GitRepository) -> None:
    contents = {f"{number}.md": f"{number}\n".encode() * 50 for number in range(5000)}
    parts = [b"commit refs/heads/main\ncommitter A <a@x> 1706788800 +0000\ndata 0\n"]
    for path, content in contents.items():
        parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content))
    repository.git("fast-import", "--quiet", stdin=b"".join(parts))
    oids = [blob_id(content) for content in contents.values()]
    assert dict(read_blobs(opened(repository.root), oids)) == dict(zip(oids, contents.values(), strict=True))


def test_a_reader_may_stop_early(repository: GitRepository) -> None:
    contents = [b"x" * 500_000 + bytes([number]) for number in range(9)]
    repository.commit("2024-02-01", {f"{number}.md": content for number, content in enumerate(contents)})
    blobs = read_blobs(opened(repository.root), map(blob_id, contents))
    assert next(blobs) == (blob_id(contents[0]), contents[0])
    assert len(list(islice(blobs, 2))) == 2
    blobs.close()


def test_a_missing_object(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"a.md": "one"})
    with pytest.raises(SopkitError, match="is missing"):
        list(read_blobs(opened(repository.root), [blob_id(b"one"), blob_id(b"never")]))


def test_an_object_that_is_no_file(repository: GitRepository) -> None:
    head = repository.commit("2024-02-01", {"a.md": "one"})
    with pytest.raises(SopkitError, match="no file but a commit"):
        list(read_blobs(opened(repository.root), [head]))


def test_a_damaged_object(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"a.md": "one\n" * 999})
    oid = blob_id(b"one\n" * 999)
    file = repository.root / ".git" / "objects" / oid[:2] / oid[2:]
    file.chmod(0o644)
    file.write_bytes(b"not zlib")
    with pytest.raises(SopkitError):
        list(read_blobs(opened(repository.root), [oid]))


def test_a_partial_clone_names_the_mend_and_fetches_nothing(repository: GitRepository, tmp_path: Path) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.commit("2024-02-01", {"a.md": "one"})
    repository.commit("2024-03-01", {"a.md": "two"})
    clone = GitRepository(tmp_path / "clone")
    repository.git("clone", "-q", "--filter=blob:none", repository.root.as_uri(), str(clone.root))
    with pytest.raises(SopkitError, match="left on the server") as caught:
        list(read_blobs(opened(clone.root), [blob_id(b"one")]))
    clone.git(*caught.value.hint.split("git ")[1].split())
    assert list(read_blobs(opened(clone.root), [blob_id(b"one")])) == [(blob_id(b"one"), b"one")]

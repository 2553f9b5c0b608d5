"""The cache: it saves reading, and neither its loss nor its damage changes a result."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.lifecycle.sops import AS_OF, CLAIMS, CONFIG, PATH, report, sop
from tests.repository import BEN, GitRepository

from sopkit.git.repository import open_repository
from sopkit.lifecycle.history import read_history
from sopkit.lifecycle.snapshot import SnapshotReader
from sopkit.lifecycle.stale import report_stale
from sopkit.model.errors import SopkitError
from sopkit.parsing.config import read_config
from sopkit.parsing.digest import digest
from sopkit.parsing.sop import parse

pytestmark = pytest.mark.slow


@pytest.fixture
def library(repository: GitRepository) -> GitRepository:
    repository.commit("2024-02-01", {"sopkit.toml": CONFIG, PATH: sop()})
    repository.switch("edit", "main")
    repository.commit("2024-03-01", {PATH: sop("Edited.\n")}, author=BEN)
    repository.switch("main")
    repository.merge("2024-04-01", "edit")
    return repository


def folder(library: GitRepository) -> Path:
    return library.root / ".git/sopkit"


def kinds(library: GitRepository) -> list[str]:
    return sorted(file.name.partition("-")[0] for file in folder(library).iterdir())


def test_the_second_run_reads_no_text_and_says_the_same(library: GitRepository) -> None:
    first = report(library.root)
    assert kinds(library) == ["line", "snapshots"]
    oids = library.git("rev-list", "--objects", "--all", "--", PATH).splitlines()
    for oid in (line.split()[0] for line in oids if line.endswith(PATH)):
        (library.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    assert report(library.root) == first
    assert library.git("status", "--porcelain", "--untracked-files=all", "--ignored", ".git/sopkit") == ""


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"\xff",
        lambda whole: whole[:-1],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole.replace(b"AC-001", b"AC-002").replace(b"Ann", b"Eve"),
        lambda whole: whole + b" ",
    ],
)
def test_a_damaged_cache_is_no_cache(library: GitRepository, damage: Callable[[bytes], bytes]) -> None:
    first = report(library.root)
    whole = {file: file.read_bytes() for file in folder(library).iterdir()}
    for file, data in whole.items():
        file.write_bytes(damage(data))
        assert file.read_bytes() != data
    assert report(library.root) == first
    assert {file: file.read_bytes() for file in folder(library).iterdir()} == whole


def test_a_cache_that_cannot_be_written_stops_nothing(library: GitRepository) -> None:
    folder(library).write_text("in the way")
    first = report(library.root)
    folder(library).unlink()
    assert report(library.root) == first
    shutil.rmtree(folder(library))
    assert report_stale(library.root, AS_OF, AS_OF, cached=False) == first
    assert not folder(library).exists()


def test_the_line_is_read_again_when_the_head_moves_or_history_is_cut(library: GitRepository, tmp_path: Path) -> None:
    assert report(library.root).rows[0].revision == "r2"
    library.commit("2024-05-01", {PATH: sop("Edited again.\n")})
    assert report(library.root).rows[0].revision == "r3"
    library.git("reset", "-q", "--hard", "HEAD~1")
    assert report(library.root).rows[0].revision == "r2"
    (library.root / ".git/shallow").write_text(library.git("rev-parse", "HEAD") + "\n")
    with pytest.raises(SopkitError, match="the clone is shallow"):
        report(library.root)


def test_landings_are_worked_out_for_each_day(library: GitRepository) -> None:
    library.commit("2024-09-01", {PATH: sop("Edited again.\n")})
    assert report(library.root, today=date(2024, 8, 1)).rows[0].flags == ("future-dated",)
    assert report(library.root).rows[0].flags == ()


def test_each_configuration_has_its_own_cache(library: GitRepository) -> None:
    report(library.root)
    library.commit("2024-05-01", {"sopkit.toml": CLAIMS})
    report(library.root)
    library.commit("2024-06-01", {"sopkit.toml": CLAIMS + 'due_soon = "1 day"\n'})
    report(library.root)
    assert kinds(library) == ["line", "snapshots", "snapshots"]


def test_worktrees_share_the_cache(library: GitRepository, tmp_path: Path) -> None:
    library.git("worktree", "add", "-q", str(tmp_path / "other"))
    report(tmp_path / "other")
    assert kinds(library) == ["line", "snapshots"]
    assert report(library.root) == report(tmp_path / "other")


CORPUS = Path(__file__).parents[1] / "corpus"


@pytest.mark.parametrize(
    "config",
    [CONFIG, CLAIMS, '[front_matter]\nclaims = { reviewed = "last_reviewed_on" }\n[review]\nbasis = "claims"\n'],
)
def test_a_snapshot_has_the_digest_of_the_text(config: str) -> None:
    settings = read_config(config.encode(), "sopkit.toml")
    reader = SnapshotReader(settings)
    texts = [file.read_bytes() for file in sorted(CORPUS.rglob("*.md*")) if file.is_file()]
    texts += [
        *(text.replace(b"\n", b"\r\n") for text in texts[:20]),
        *(b"\xef\xbb\xbf" + text for text in texts[:20]),
        *(text.replace(b"---\n", b"--- \n", 1) for text in texts[:20]),
        *(b"", b"---\n", b"---\n---\n", b"---\n---", b"---\nid: x\n...\nText\n", b"---\nid: x\rid: y\n---\n# T\n"),
        b"---\n" + b"key: x\n" * 500 + b"---\nText\n",
    ]
    assert len(texts) > 80
    for text in texts:
        read = parse("x.md", text, settings, lambda _: (None, ()), {})
        snapshot = reader.read(text)
        assert snapshot.digest == digest(read, settings)
        assert snapshot.id == (read.id if snapshot.readable else "")


def test_reading_is_the_same_in_any_order(library: GitRepository) -> None:
    repository = open_repository(library.root)
    assert repository is not None
    judged = read_history(repository, AS_OF, AS_OF, cached=False)
    assert set(judged.snapshots.values()) == {
        SnapshotReader(judged.config).read(text.encode()) for text in (sop("Edited.\n"), sop())
    }

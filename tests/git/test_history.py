"""History of real repositories: merges, renames, odd names, odd dates, odd clones."""

from datetime import UTC, date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.repository import ANN, BEN, GitRepository

from sopkit.git.blobs import read_blobs, read_tree
from sopkit.git.history import read_commit_log, unshallow_command
from sopkit.git.repository import Repository, blob_id, open_repository
from sopkit.model.commits import Commit, CommitFlag, CommitLog, FileChange
from sopkit.model.errors import SopkitError

TODAY = date(2024, 12, 1)


def is_sop(path: str) -> bool:
    return path.endswith(".md")


def opened(root: Path) -> Repository:
    repository = open_repository(root)
    assert repository is not None
    return repository


def history(root: Path) -> CommitLog:
    return read_commit_log(opened(root), is_sop, UTC, TODAY)


def story(root: Path) -> list[tuple[str, dict[str, str]]]:
    """Landing day and contents of the changed files, commit by commit; an empty text is a removal."""
    repository = opened(root)
    read = read_commit_log(repository, is_sop, UTC, TODAY)
    blobs = dict(
        read_blobs(
            repository,
            (change.blob for commit in read.commits for change in commit.changes if change.is_file),
        )
    )

    def content(change: FileChange) -> str:
        return (blobs[change.blob] or b"").decode() if change.is_file else change.mode

    return [
        (str(landing.day), {change.path: content(change) for change in commit.changes})
        for commit, landing in zip(read.commits, read.landings, strict=True)
    ]


def test_a_commit_is_read_whole(repository: GitRepository) -> None:
    first = repository.commit("2024-02-01", {"a.md": "one", "notes.txt": "not an SOP"})
    second = repository.commit(
        "2024-03-01T23:30:00-0800", {"a.md": "two"}, author="Zoë Ng <zoe@acme.example>",
        committer=BEN, author_date="2024-03-01T10:00:00+0100",
    )  # fmt: skip
    assert history(repository.root).commits == (
        Commit(
            first, (), "Ann Lee", "ann@acme.example", 1706788800, "+0000",
            "Ann Lee", "ann@acme.example", 1706788800, "+0000",
            (FileChange("a.md", "100644", blob_id(b"one")),),
        ),
        Commit(
            second, (first,), "Zoë Ng", "zoe@acme.example", 1709283600, "+0100",
            "Ben Roy", "ben@acme.example", 1709364600, "-0800",
            (FileChange("a.md", "100644", blob_id(b"two")),),
        ),
    )  # fmt: skip


def test_a_commit_lands_on_its_day_in_the_zone_of_the_library(repository: GitRepository) -> None:
    repository.commit("2024-03-01T23:30:00-0800", {"a.md": "one"})
    days = [
        read_commit_log(opened(repository.root), is_sop, zone, TODAY).landings[0].day
        for zone in (UTC, ZoneInfo("America/Los_Angeles"))
    ]
    assert days == [date(2024, 3, 2), date(2024, 3, 1)]


def test_wrong_clocks(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"a.md": "one"})
    repository.commit("2024-05-01", {"a.md": "two"}, author_date="2024-01-02")
    repository.commit("2024-03-01", {"a.md": "three"})
    repository.commit("2099-01-01", {"a.md": "four"})
    repository.commit("2024-06-01", {"a.md": "five"})
    assert [(str(landing.day), landing.flags) for landing in history(repository.root).landings] == [
        ("2024-02-01", ()),
        ("2024-05-01", (CommitFlag.AUTHOR_DATE_BACKDATED,)),
        ("2024-05-01", (CommitFlag.CLOCK_REGRESSION, CommitFlag.AUTHOR_DATE_BACKDATED)),
        ("2024-05-01", (CommitFlag.FUTURE_DATED,)),
        ("2024-06-01", ()),
    ]


def test_rename_case_rename_and_chmod_are_changes_of_paths(repository: GitRepository) -> None:
    text = "one\n" * 50
    repository.commit("2024-02-01", {"a.md": text})
    repository.git("mv", "a.md", "b.md")
    repository.commit("2024-03-01")
    repository.git("mv", "b.md", "B.md")
    repository.commit("2024-04-01")
    (repository.root / "B.md").chmod(0o755)
    repository.commit("2024-05-01")
    repository.commit("2024-06-01", {"B.md": None})
    blob = blob_id(text.encode())
    assert [set(commit.changes) for commit in history(repository.root).commits] == [
        {FileChange("a.md", "100644", blob)},
        {FileChange("a.md", "", ""), FileChange("b.md", "100644", blob)},
        {FileChange("b.md", "", ""), FileChange("B.md", "100644", blob)},
        {FileChange("B.md", "100755", blob)},
        {FileChange("B.md", "", "")},
    ]


def branched(repository: GitRepository) -> None:
    base = repository.commit("2024-02-01", {"a.md": "one", "b.md": "b"})
    repository.switch("topic", base)
    repository.commit("2024-04-01", {"a.md": "two"}, author=BEN)
    repository.switch("main")
    repository.commit("2024-05-01", {"b.md": "bb"})


def test_a_true_merge_lands_at_the_merge(repository: GitRepository) -> None:
    branched(repository)
    repository.merge("2024-10-01", "topic")
    assert story(repository.root) == [
        ("2024-02-01", {"a.md": "one", "b.md": "b"}),
        ("2024-05-01", {"b.md": "bb"}),
        ("2024-10-01", {"a.md": "two"}),
    ]


def test_text_that_only_the_merge_adds(repository: GitRepository) -> None:
    branched(repository)
    repository.merge("2024-10-01", "topic", files={"a.md": "evil"})
    assert story(repository.root)[-1] == ("2024-10-01", {"a.md": "evil"})


def test_merge_ours_drops_the_edit(repository: GitRepository) -> None:
    branched(repository)
    repository.merge("2024-10-01", "topic", options=("--no-ff", "-s", "ours"))
    assert story(repository.root)[-1] == ("2024-10-01", {})


def test_main_merged_into_a_branch_then_fast_forwarded(repository: GitRepository) -> None:
    branched(repository)
    repository.switch("topic")
    repository.merge("2024-10-01", "main")
    repository.switch("main")
    repository.git("merge", "-q", "--ff-only", "topic")
    assert story(repository.root) == [
        ("2024-02-01", {"a.md": "one", "b.md": "b"}),
        ("2024-04-01", {"a.md": "two"}),
        ("2024-10-01", {"b.md": "bb"}),
    ]


def test_octopus_merge(repository: GitRepository) -> None:
    base = repository.commit("2024-02-01", {"a.md": "a"})
    for name in ("b", "c", "d"):
        repository.switch(name, base)
        repository.commit("2024-03-01", {f"{name}.md": name})
    repository.switch("main")
    merge = repository.merge("2024-04-01", "b", "c", "d")
    assert len(history(repository.root).commits[-1].parents) == 4
    assert history(repository.root).commits[-1].oid == merge
    assert story(repository.root)[1:] == [("2024-04-01", {"b.md": "b", "c.md": "c", "d.md": "d"})]


def test_several_roots(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"a.md": "a"})
    repository.git("switch", "-q", "--orphan", "other")
    repository.commit("2024-03-01", {"b.md": "b"})
    repository.switch("main")
    repository.merge("2024-04-01", "other", options=("--no-ff", "--allow-unrelated-histories"))
    assert story(repository.root) == [("2024-02-01", {"a.md": "a"}), ("2024-04-01", {"b.md": "b"})]


ODD_NAMES = ['quo"te.md', "line\nend.md", "tab\t.md", ":colon.md", "snow \u2603.md", b"lat\xefn.md"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names(repository: GitRepository, name: str | bytes) -> None:
    path = name if isinstance(name, str) else name.decode("utf-8", "surrogateescape")
    repository.commit("2024-02-01", {path: "one"})
    repository.commit("2024-03-01", {path: "two"})
    assert story(repository.root) == [("2024-02-01", {path: "one"}), ("2024-03-01", {path: "two"})]


def test_a_library_in_a_subfolder_sees_its_own_paths(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"docs/x\n/sops/a.md": "a", "sops/a.md": "not ours", "docs/x.md": "nor this"})
    assert story(repository.root / "docs" / "x\n") == [("2024-02-01", {"sops/a.md": "a"})]


def test_symbolic_links_and_submodules_are_no_files(repository: GitRepository, tmp_path: Path) -> None:
    other = GitRepository.start(tmp_path / "other")
    other.commit("2024-01-01", {"inner.md": "inner"})
    repository.commit("2024-02-01", {"a.md": "one"})
    (repository.root / "link.md").symlink_to("a.md")
    repository.git("submodule", "--quiet", "add", str(other.root), "sub.md")
    repository.commit("2024-03-01")
    assert story(repository.root)[-1] == ("2024-03-01", {"link.md": "120000", "sub.md": "160000"})


def test_a_file_that_becomes_a_link_is_no_file_any_more(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"a.md": "one", "b.md": "two"})
    (repository.root / "b.md").unlink()
    (repository.root / "b.md").symlink_to("a.md")
    repository.commit("2024-03-01")
    assert story(repository.root)[-1] == ("2024-03-01", {"b.md": "120000"})


@pytest.mark.parametrize(
    ("environment", "hint"),
    [
        ({}, "run: git fetch --unshallow"),
        ({"GITHUB_ACTIONS": "true"}, "under `with:` of actions/checkout: `fetch-depth: 0`"),
        ({"GITLAB_CI": "true"}, 'under `variables:` of the job: `GIT_DEPTH: "0"`'),
    ],
)
def test_a_shallow_clone_is_refused(
    repository: GitRepository, tmp_path: Path, environment: dict[str, str], hint: str
) -> None:
    repository.commit("2024-02-01", {"a.md": "one"})
    repository.commit("2024-03-01", {"a.md": "two"})
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", "1", repository.root.as_uri(), str(clone))
    with pytest.raises(SopkitError, match="shallow") as caught:
        read_commit_log(opened(clone), is_sop, UTC, TODAY, environment)
    assert caught.value.hint == unshallow_command(environment) == hint


def test_grafts_are_refused(repository: GitRepository) -> None:
    first = repository.commit("2024-02-01", {"a.md": "one"})
    repository.commit("2024-03-01", {"a.md": "two"})
    grafts = repository.root / ".git" / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text("# none\n\n")
    assert len(history(repository.root).commits) == 2
    grafts.write_text(f"{first}\n")
    with pytest.raises(SopkitError, match="grafts"):
        history(repository.root)


def test_replacements_are_ignored(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"a.md": "one"})
    repository.commit("2024-03-01", {"a.md": "two"})
    before = story(repository.root)
    repository.git("replace", "--graft", "HEAD")
    repository.git("replace", blob_id(b"two"), blob_id(b"one"))
    assert repository.git("rev-list", "--count", "HEAD") == "1"
    assert story(repository.root) == before


def test_a_repository_without_a_commit_has_no_history(repository: GitRepository) -> None:
    with pytest.raises(SopkitError, match="no commit yet"):
        history(repository.root)


def test_a_commit_without_a_readable_date_is_an_error(repository: GitRepository) -> None:
    tree = repository.git("mktree")
    raw = f"tree {tree}\nauthor {ANN}\ncommitter {ANN} noon\n\nno dates\n".encode()
    commit = repository.git("hash-object", "--literally", "-t", "commit", "-w", "--stdin", stdin=raw)
    repository.git("update-ref", "refs/heads/main", commit)
    with pytest.raises(SopkitError, match="no date that can be read"):
        history(repository.root)


@pytest.mark.parametrize("name", [b"L\xe9a", b"a\xff\x01", b""])
def test_names_in_any_bytes(repository: GitRepository, name: bytes) -> None:
    tree = repository.git("mktree")
    raw = b"tree %s\nauthor %s <a@x> 1706788800 +0000\ncommitter %s <a@x> 1706788800 +0000\n\nx\n"
    raw %= (tree.encode(), name, name)
    commit = repository.git("hash-object", "--literally", "-t", "commit", "-w", "--stdin", stdin=raw)
    repository.git("update-ref", "refs/heads/main", commit)
    assert history(repository.root).commits[0].author_name.encode("utf-8", "surrogateescape") == name


def test_what_is_there_after_each_commit_is_the_tree_of_it(repository: GitRepository) -> None:
    branched(repository)
    repository.merge("2024-10-01", "topic", files={"c.md": "c", "b.md": None})
    repo_ = opened(repository.root)
    read = read_commit_log(repo_, is_sop, UTC, TODAY)
    for count, commit in enumerate(read.commits, 1):
        files = {path: (change.mode, change.blob) for path, change in read.files_at(count).items()}
        assert files == read_tree(repo_, commit.oid)

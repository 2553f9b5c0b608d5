"""What git ignores, compared with git itself."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from tests.examples import examples
from tests.repository import GitRepository

from sopkit.git.globs import compile_globs
from sopkit.git.ignore import Survey, survey

FILES = (
    "a.md", "b.md", "foo", "keep.txt", "x y.md", "#hash.md", "!bang.md", "snow \u2603.md", "new\nline.md",
    "foo.d/a.md", "foo.d/foo/a.md", "foo.d/foo/keep.txt", "bar/foo", "bar/baz/foo/a.md", "bar/baz/b.md",
    "bar/keep.txt", "bar/a1.md", "deep/1/2/3/a.md", "deep/1/b.md", "a\nb/foo/a.md", "Foo/a.md", "build/a.md",
)  # fmt: skip


def anything(_path: str) -> bool:
    return True


def filled(root: Path) -> GitRepository:
    repository = GitRepository.start(root)
    for path in FILES:
        repository.write(path, "")
    return repository


def by_git(repository: GitRepository) -> tuple[str, ...]:
    listed = repository.git("ls-files", "-o", "-z", "--exclude-per-directory=.gitignore",
                            f"--exclude-from={repository.root}/.git/info/exclude")  # fmt: skip
    return tuple(sorted(listed.split("\0")[:-1]))


@pytest.mark.parametrize(
    "lines",
    [
        "*.md", "*.md\n!a.md", "foo", "foo/", "/foo", "foo/**", "foo.d/**\n!foo.d/a.md", "**/foo", "**/foo/",
        "bar/**/a.md", "deep/**/a.md", "deep/*/b.md", "*\n!*/\n!*.md", "/*\n!/bar\n/bar/*\n!/bar/baz", "bar/*\n!bar/baz/",
        "bar\n!bar/keep.txt", "x\\ y.md", "x y.md   ", "\\#hash.md", "# comment", "\\!bang.md", "!bang.md", "snow*",
        "new?line.md", "new*", "[ab].md", "[!a].md", "[^a].md", "[a-", "a[[:digit:]].md", "[[:alpha:]].md", "[z-a].md",
        "*.md\r\n!a.md\r\n", "\ufefffoo", "/", "//", "", "**", "**/", "*/", "***", "f**o", "deep/1/2/", "deep/1", "/deep/**/3",
        "Foo", "foo\\", "\\a.md", "a.m\\d", "bar/", "/bar/foo", "bar/foo", "!foo\nfoo", "foo\n!/", "bar/**/", "/**/", "!", "foo\n!foo", "a?b", "??.md", ".md",
    ],
)  # fmt: skip
def test_one_ignore_file(tmp_path: Path, lines: str) -> None:
    repository = filled(tmp_path / "library")
    repository.write(".gitignore", lines)
    assert survey(repository.root, anything).files == by_git(repository)


PARTS = st.sampled_from(
    [
        "foo",
        "bar",
        "baz",
        "a.md",
        "*.md",
        "*",
        "**",
        "deep",
        "1",
        "?",
        "[fb]oo",
        "b*",
        "keep.txt",
        "[!f]*",
        "foo.d",
    ]
)
LINES = st.builds(
    lambda sign, start, parts, end: sign + start + "/".join(parts) + end,
    st.sampled_from(["", "", "!"]), st.sampled_from(["", "", "/"]),
    st.lists(PARTS, min_size=1, max_size=3), st.sampled_from(["", "", "/"]),
)  # fmt: skip


@pytest.mark.slow
@examples(80, HealthCheck.function_scoped_fixture)
@given(
    top=st.lists(LINES, max_size=4), inner=st.lists(LINES, max_size=3), exclude=st.lists(LINES, max_size=2),
    folder=st.sampled_from(["bar", "foo.d", "deep/1"]),
)  # fmt: skip
def test_any_ignore_files(tmp_path: Path, top: list[str], inner: list[str], exclude: list[str], folder: str) -> None:
    root = tmp_path / "library"
    repository = GitRepository(root) if root.exists() else filled(root)
    for old in root.rglob(".gitignore"):
        old.unlink()
    repository.write(".gitignore", "\n".join(top))
    repository.write(f"{folder}/.gitignore", "\n".join(inner))
    repository.write(".git/info/exclude", "\n".join(exclude))
    assert survey(root, anything).files == by_git(repository)


def test_a_subfolder_obeys_what_is_above_it_and_is_itself_never_ignored(repository: GitRepository) -> None:
    for path in ("docs/sops/a.md", "docs/sops/b.md", "docs/sops/c.md", "docs/sops/d/e.md"):
        repository.write(path, "")
    repository.write(".gitignore", "/docs\nb.md\ndocs/sops/c.md\n")
    repository.write("docs/.gitignore", "/sops/d/\n")
    assert survey(repository.root / "docs" / "sops", anything).files == ("a.md",)
    assert survey(repository.root, lambda path: path.endswith(".md")).files == ()


def test_a_worktree_obeys_the_exclude_file_of_its_repository(repository: GitRepository, tmp_path: Path) -> None:
    repository.commit("2024-02-01", {"a.md": "a", "b.md": "b"})
    repository.git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    repository.write(".git/info/exclude", "a.md\n")
    assert survey(tmp_path / "tree", anything).files == ("b.md",)


def test_outside_of_git_nothing_is_ignored(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.md\n")
    (tmp_path / "a.md").touch()
    assert survey(tmp_path, lambda path: path.endswith(".md")).files == ("a.md",)


def test_links_repositories_and_other_things_are_no_files(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("sops/a.md", "a")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").touch()
    sops = repository.root / "sops"
    (sops / "link.md").symlink_to("a.md")
    (sops / "dangling.md").symlink_to("nowhere")
    (sops / "loop").symlink_to(".")
    (sops / "out").symlink_to(tmp_path / "outside")
    (sops / "folder.md").mkdir()
    GitRepository.start(sops / "inner").write("x.md", "x")
    os.mkfifo(sops / "pipe.md")
    assert survey(repository.root, compile_globs(["sops/**/*.md"])) == Survey(
        files=("sops/a.md",),
        links=("sops/dangling.md", "sops/link.md"),
        repositories=("sops/inner",),
        unreadable=(),
    )


@pytest.mark.slow
def test_a_hostile_ignore_file_is_survived(repository: GitRepository) -> None:
    repository.write("a.md", "a")
    repository.write("b/a.md", "a")
    (repository.root / ".gitignore").symlink_to("a.md")
    repository.write("b/.gitignore", b"\xff\xfe\0[\n[[\n!\n\\\n" + b"*" * 5000)
    (repository.root / "c").mkdir()
    (repository.root / "c" / ".gitignore").mkdir()
    assert survey(repository.root, compile_globs(["a.md"])).files == ("a.md",)


def test_folders_below_which_nothing_can_match_are_not_listed(repository: GitRepository) -> None:
    globs = compile_globs(["sops/**/*.md", "/docs/*/sops/*.md"])
    entered = [folder for folder in ("sops", "sops/x", "docs", "docs/x", "node_modules", "so") if globs.enters(folder)]
    assert entered == ["sops", "sops/x", "docs", "docs/x"]
    repository.write("sops/x/a.md", "")
    repository.write("node_modules/a.md", "")
    listed = []
    survey(repository.root, lambda path: not listed.append(path), globs.enters)
    assert [path for path in listed if not path.startswith(".git")] == ["sops/x/a.md"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_listed_is_named(repository: GitRepository) -> None:
    folder = repository.write("sops/a.md", "a").parent
    folder.chmod(0)
    try:
        assert survey(repository.root, anything).unreadable == ("sops",)
    finally:
        folder.chmod(0o755)

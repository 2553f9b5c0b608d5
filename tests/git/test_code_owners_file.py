"""Whom GitHub and GitLab take from a CODEOWNERS file, and where they look for it."""

from pathlib import Path

import pytest
from tests.build import write
from tests.repository import GitRepository

from sopkit.git.checkout import Forge, find_top, forge_of, read_origin
from sopkit.git.codeowners import CodeOwnersFile, find_code_owners


def file(text: str, forge: Forge = Forge.UNKNOWN, path: str = "CODEOWNERS") -> CodeOwnersFile:
    return CodeOwnersFile(Path(), "", path, text.encode("utf-8", "surrogateescape"), forge)


@pytest.mark.parametrize(
    ("text", "path", "owners"),
    [
        ("* @all\n/sops/ @ann\n", "sops/a/b.md", ("@ann",)),
        ("/sops/ @ann\n* @all\n", "sops/a/b.md", ("@all",)),  # the last match counts, not the longest
        ("/sops/a.md @ann\n", "sops/a.md", ("@ann",)),
        ("/sops @ann\n", "sops/x/a.md", ("@ann",)),  # a folder without its slash
        ("sops/a.md @ann\n", "docs/sops/a.md", None),  # a slash in the middle binds to the top
        ("docs/* @ann\n", "docs/a.md", ("@ann",)),
        ("docs/* @ann\n", "docs/x/a.md", None),  # unlike .gitignore
        ("docs/** @ann\n", "docs/x/a.md", ("@ann",)),
        ("apps/ @ann\n", "x/apps/y/a.md", ("@ann",)),
        ("*.md @ann x@acme.example # @ben\n", "sops/a.md", ("@ann", "x@acme.example")),
        ("#*.md @ann\n  # @ann\n\n", "sops/a.md", None),
        ("/sops/my\\ file.md @ann\n", "sops/my file.md", ("@ann",)),
        ("/sops/my?file.md @ann\n", "sops/my*file.md", ("@ann",)),
        ("/apps/ @ann\n/apps/github\n", "apps/github/a.md", None),  # owners taken away again
        ("* @ann\n!/sops/ @ben\n/sops/[ab].md @ben\n", "sops/a.md", ("@ann",)),  # lines that GitHub cannot read
        ("\ufeff*\t@ann\r\n", "a.md", ("@ann",)),
        ("/sops/\udcff.md @ann\n", "sops/\udcff.md", ("@ann",)),
        ("/ @ann\n", "a.md", None),
    ],
)
def test_github(text: str, path: str, owners: tuple[str, ...] | None) -> None:
    assert file(text, Forge.GITHUB).owners(path) == ((owners,) if owners else ())


SECTIONS = """\
* @all

[Documents] @docs
sops/
/sops/a.md @ann

^[Optional]
*.md @zoe

[documents][2]
/sops/c.md @cat
"""


@pytest.mark.parametrize(
    ("text", "path", "owners"),
    [
        (SECTIONS, "sops/a.md", (("@all",), ("@ann",))),
        (SECTIONS, "sops/x/b.md", (("@all",), ("@docs",))),
        (SECTIONS, "sops/c.md", (("@all",), ("@cat",))),  # sections of one name are one
        (SECTIONS, "README.md", (("@all",),)),
        ("sops/a.md @ann\n", "docs/sops/a.md", (("@ann",),)),  # without a first slash: at any depth
        ("/sops @ann\n", "sops/a.md", ()),  # a folder needs its slash
        ("/sops/* @ann\n", "sops/x/a.md", ()),
        ("/sops/**/*.md @ann\n", "sops/a.md", (("@ann",),)),
        ("/sops/[ab].md @ann\n", "sops/b.md", (("@ann",),)),
        ("/sops/[!ab].md @ann\n", "sops/b.md", ()),
        ("\\#a.md @ann\n", "#a.md", (("@ann",),)),
        ("* @ann # @ben\n", "a.md", (("@ann", "@ben"),)),  # no comments after an entry
        ("* @ann\n!*.md\n/a.md @ben\n", "a.md", ()),  # what is excluded stays so
        ("/my\\ sops/ @@maintainer\n", "my sops/a.md", (("@@maintainer",),)),
    ],
)
def test_gitlab(text: str, path: str, owners: tuple[tuple[str, ...], ...]) -> None:
    assert file(text, Forge.GITLAB).owners(path) == owners


def test_a_section_or_the_folder_tells_gitlab_where_the_remote_does_not() -> None:
    assert [
        file("[A]\n* @x\n").for_gitlab,
        file("* @x\n", path=".gitlab/CODEOWNERS").for_gitlab,
        file("* @x\n").for_gitlab,
        file("[A]\n* @x\n", Forge.GITHUB).for_gitlab,
    ] == [True, True, False, False]


def test_any_bytes_can_be_read() -> None:
    text = b"\xff\x00[\n[a\n/[z-a] @x\n\\\n*** @y\n[[]] @z\n"
    for forge in Forge:
        CodeOwnersFile(Path(), "", "CODEOWNERS", text, forge).owners("a/b.md")


@pytest.mark.parametrize(
    ("url", "forge"),
    [
        ("git@github.com:acme/isms.git", Forge.GITHUB),
        ("https://token@gitlab.acme.example:8443/isms.git", Forge.GITLAB),
        ("ssh://git@github.acme.example/gitlab/isms", Forge.GITHUB),
        ("/srv/gitlab/isms.git", Forge.UNKNOWN),
        ("", Forge.UNKNOWN),
    ],
)
def test_the_forge_is_told_by_the_host(url: str, forge: Forge) -> None:
    assert forge_of(url) is forge


@pytest.mark.parametrize(
    ("url", "there", "path", "exists"),
    [
        ("", (), ".github/CODEOWNERS", False),
        ("git@gitlab.com:a/b.git", (), ".gitlab/CODEOWNERS", False),
        ("", ("docs/CODEOWNERS", ".gitlab/CODEOWNERS"), "docs/CODEOWNERS", True),
        ("git@gitlab.com:a/b.git", (".github/CODEOWNERS", ".gitlab/CODEOWNERS"), ".gitlab/CODEOWNERS", True),
        ("git@github.com:a/b.git", (".gitlab/CODEOWNERS",), ".github/CODEOWNERS", False),
    ],
)
def test_the_file_is_where_the_forge_looks(
    url: str, there: tuple[str, ...], path: str, exists: bool, tmp_path: Path
) -> None:
    repository = GitRepository.start(tmp_path / "isms")
    if url:
        repository.git("remote", "add", "other", "git@github.com:x/y.git")
        repository.git("remote", "add", "origin", url)
    for name in there:
        write(repository.root, name, "* @ann\n")
    library = repository.root / "procedures" / "it"
    library.mkdir(parents=True)
    found = find_code_owners(library)
    assert (found.path, found.data is not None, found.folder) == (path, exists, "procedures/it/")
    assert (found.top, read_origin(found.top)) == (repository.root, url)


def test_a_worktree_has_the_remote_of_its_repository(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "isms")
    repository.commit("2024-01-01", {"a.md": "a"})
    repository.git("remote", "add", "origin", "git@gitlab.com:a/b.git")
    repository.git("worktree", "add", "-q", str(tmp_path / "other"))
    assert read_origin(find_top(tmp_path / "other")) == "git@gitlab.com:a/b.git"


def test_outside_of_git_the_library_is_the_top(tmp_path: Path) -> None:
    assert (find_top(tmp_path), read_origin(tmp_path)) == (tmp_path, "")

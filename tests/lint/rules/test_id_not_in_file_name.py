"""SOP008: which names begin with an id, and the command that mends one that does not."""

import os
from pathlib import Path

import pytest
from tests.build import complete, library

from sopkit.lint.engine import LintOptions, lint

OPTIONS = LintOptions(select=("SOP008",))


def told(root: Path, path: str, number: str = "AC-001", config: str = "") -> list[str]:
    files = {path: complete(id=number)}
    return [finding.message for finding in lint(library(root, files, config=config), OPTIONS).findings]


@pytest.mark.parametrize("name", ["ac-001.md", "AC-001 Grant access.md", "Ac-001_grant.md", "ac-001.en.md"])
def test_a_name_that_begins_with_the_id(name: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"sops/{name}") == []


@pytest.mark.parametrize(
    ("name", "renamed"),
    [
        ("grant-access.md", "sops/ac-001-grant-access.md"),
        ("ac-0011-grant.md", "sops/ac-001-grant.md"),
        ("ac-001b-grant.md", "sops/ac-001-b-grant.md"),
        ("hr-002.md", "sops/ac-001.md"),
        ("hr-002_leave.md", "sops/ac-001_leave.md"),
        ("grant access.md", "'sops/ac-001-grant access.md'"),
    ],
)
def test_the_command_puts_the_id_in_place_of_another(name: str, renamed: str, tmp_path: Path) -> None:
    [message] = told(tmp_path, f"sops/{name}")
    assert message.startswith("the file's name does not begin with the id `AC-001`; run: git mv ")
    assert message.endswith(f" {renamed}")


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    files = {"sops/grant.md": complete(), "sops/ac-001-grant.md": complete(id="AC-001-OLD")}
    found = {one.path: one.message for one in lint(library(tmp_path, files), OPTIONS).findings}
    assert found["sops/grant.md"].endswith("; rename it, but sops/ac-001-grant.md is there already")


@pytest.mark.parametrize(
    "config",
    ['[library]\nidentity = "path"\n', '[library]\nfile = "sops/{area}/{slug}.md"\n'],
    ids=["path", "file"],
)
def test_a_library_that_names_its_files_in_another_way(config: str, tmp_path: Path) -> None:
    assert told(tmp_path, "sops/grant-access.md", config=config) == []


def test_an_id_that_is_wrong_itself_or_missing_says_nothing_of_the_name(tmp_path: Path) -> None:
    twice = {"sops/ac-001.md": complete(), "sops/b.md": complete()}
    assert lint(library(tmp_path / "twice", twice), OPTIONS).findings == ()
    assert told(tmp_path / "list", "sops/b.md", "[AC-001]") == []
    gone = {"sops/b.md": complete(without=("id",))}
    assert lint(library(tmp_path / "gone", gone), OPTIONS).findings == ()


def test_a_file_beside_the_library_s_folders(tmp_path: Path) -> None:
    [message] = told(tmp_path, "grant.md", config='[library]\nsops = ["*.md"]\n')
    assert message.endswith("git mv grant.md ac-001-grant.md")


@pytest.mark.parametrize("name", [b"two\nlines", b"caf\xe9"])
def test_a_name_that_no_terminal_shows_is_in_no_command(name: bytes, tmp_path: Path) -> None:
    [message] = told(tmp_path, os.fsdecode(b"sops/" + name + b".md"))
    assert message == "the file's name does not begin with the id `AC-001`; rename it"

"""SOP510: globs from the top of the repository, also of a library below it, and globs that are no paths."""

import os
from pathlib import Path

import pytest
from tests.build import PATH, complete, library, write

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow


def told(root: Path, watches: str, status: str = "active", top: Path | None = None) -> list[str]:
    """The globs that match nothing, in a library beside some files of code."""
    for name in ("infra/access/roles.tf", "infra/access/people.tf", "app/main.py", "build/out.py"):
        write(top or root, name, "")
    text = complete(watches=watches, status=status)
    found = lint(library(root, {PATH: text}), LintOptions(select=("SOP510",))).findings
    return [text[one.place.start : one.place.end] for one in found]


@pytest.mark.parametrize(
    "glob",
    [
        "infra/access/roles.tf",
        "/infra/access",
        "infra/",
        "**/roles.tf",
        "*.py",
        "infra/*/people.tf",
        "/app/**",
        "!gone",
    ],
)
def test_a_glob_that_matches_a_file_or_takes_some_out(glob: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"['{glob}']") == []


@pytest.mark.parametrize(
    "glob", ["infra/acess", "*.rb", "infra/*.tf", "/main.py", "infra/**/app", "[", "a**/**/**/**/**/b"]
)
def test_a_glob_that_matches_nothing_or_is_none(glob: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"['{glob}']") == [f"'{glob}'"]


def test_what_is_undecided_or_empty_is_for_other_rules(tmp_path: Path) -> None:
    assert told(tmp_path, "['', '[decide: which code]']") == []


def test_a_library_below_the_top_of_its_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    watches = (
        "[infra/access/roles.tf, isms/registers/roles.yaml, registers/roles.yaml, 'registers/*.yaml', 'isms/*.toml']"
    )
    assert told(tmp_path / "isms", watches, top=tmp_path) == ["registers/roles.yaml", "'registers/*.yaml'"]


def test_what_git_ignores_is_not_there_unless_it_is_named(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, ".gitignore", "build/\n")
    assert told(tmp_path, "['build/*.py', build/out.py, 'app/*.py']") == ["'build/*.py'"]


def test_links_and_submodules_count(tmp_path: Path) -> None:
    write(tmp_path, "vendor/lib/.git", "gitdir: ../../.git/modules/lib\n")
    os.symlink("app/main.py", tmp_path / "start.py")  # noqa: PTH211
    assert told(tmp_path, "['/start.*', '/vendor/l*']") == []


def test_a_retired_sop_watches_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, "[gone.tf]", status="retired") == []

"""What `-o`, `--also` and `--summary` must not write over."""

from pathlib import Path

import pytest
from tests.build import PATH, library
from tests.cli.conftest import Run

pytestmark = pytest.mark.slow

CONFIG = '[lint]\nbaseline = "known.txt"\n'


@pytest.fixture
def read(tmp_path: Path) -> dict[Path, bytes]:
    """Files that a library reads, with what they hold."""
    library(tmp_path, {PATH: "# No front matter\n", "known.txt": "# sopkit baseline 1\n"}, config=CONFIG)
    (tmp_path / "link.html").symlink_to(PATH)
    paths = ("sopkit.toml", PATH, "registers/roles.yaml", "known.txt", "link.html")
    return {tmp_path / path: (tmp_path / path).read_bytes() for path in paths}


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("lint", "-C", "ROOT", "-o", "FILE"),
        ("lint", "-C", "ROOT", "--fix", "--unsafe", "--also", "sarif=FILE"),
        ("lint", "-C", "ROOT", "--summary", "FILE"),
        ("lint", "-C", "ROOT", "--diff", "-o", "FILE"),
        ("render", PATH, "-C", "ROOT", "-o", "FILE"),
        ("status", "-C", "ROOT", "-o", "FILE"),
        ("schema", "front-matter", "-o", "FILE"),
    ],
)
def test_what_a_library_reads_is_not_written_over(
    words: tuple[str, ...], read: dict[Path, bytes], tmp_path: Path, run: Run
) -> None:
    for file in read:
        done = run(*(word.replace("ROOT", str(tmp_path)).replace("FILE", str(file)) for word in words))
        assert (done.code, done.out) == (2, "")
        assert f"{file}: belongs to the library {tmp_path}, so it is not written over" in done.err
    assert {file: file.read_bytes() for file in read} == read


def test_a_template_of_the_library_is_not_written_over(legacy: Path, run: Run) -> None:
    (legacy / "templates").mkdir()
    (legacy / "templates/own.md").write_text("# Own\n")
    assert "not written over" in run("report", "soa", "--framework", "gdpr", "-o", "templates/own.md").err
    assert (legacy / "templates/own.md").read_text() == "# Own\n"


@pytest.mark.parametrize(
    "words",
    [
        ("report", "ignores", "-o", ".git/hooks/pre-commit"),
        ("export", "json", "-o", ".git/config"),
        ("export", "csv", "-o", ".git"),
        ("register", "export", "roles", "-o", ".git/roles.csv"),
        ("schema", "front-matter", "-o", ".git/index"),
    ],
)
def test_what_belongs_to_git_is_not_written(words: tuple[str, ...], legacy: Path, run: Run) -> None:
    (legacy / ".git").mkdir()
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert "belongs to git, so it is not written" in done.err
    assert list((legacy / ".git").iterdir()) == []


def test_the_git_file_of_a_work_tree_is_not_written_over(legacy: Path, run: Run) -> None:
    (legacy / ".git").write_text("gitdir: elsewhere")
    assert "belongs to git" in run("schema", "front-matter", "-o", ".git").err
    assert (legacy / ".git").read_text() == "gitdir: elsewhere"


def test_a_broken_configuration_is_not_written_over_either(legacy: Path, run: Run) -> None:
    (legacy / "sopkit.toml").write_text("[libary]")
    for name in ("sopkit.toml", "sops/ac-001.md"):
        assert "not written over" in run("schema", "front-matter", "-o", name).err


@pytest.mark.parametrize("name", ["sops/new.md", "notes.md", "registers.yaml"])
def test_other_files_are_written(name: str, legacy: Path, run: Run) -> None:
    (legacy / "notes.md").write_text("# Notes\n")
    assert run("render", "AC-001", "-o", name).code == 0
    assert (legacy / name).read_bytes().startswith(b"<!doctype html>")


@pytest.mark.parametrize(
    "words",
    [
        ("-o", "a.txt", "--also", "sarif=a.txt"),
        ("--also", "sarif=a.txt", "--also", "junit=./a.txt"),
        ("--summary", "a.txt", "--also", "sarif=a.txt"),
    ],
)
def test_one_file_for_two_things_is_refused(words: tuple[str, ...], legacy: Path, run: Run) -> None:
    done = run("lint", *words)
    assert (done.code, done.out) == (2, "")
    assert "a.txt: is to be written twice\n  name another file for one of the two" in done.err
    assert not (legacy / "a.txt").exists()


def test_a_device_may_be_written_twice(legacy: Path, run: Run) -> None:
    del legacy
    assert run("lint", "-o", "/dev/null", "--also", "sarif=/dev/null").code == 1


@pytest.mark.parametrize("folder", ["registers", "controls/new", "templates"])
def test_many_files_go_into_no_folder_that_a_library_reads(folder: str, tmp_path: Path, run: Run) -> None:
    library(tmp_path)
    done = run("export", "csv", "-C", str(tmp_path), "-o", str(tmp_path / folder))
    assert (done.code, done.out) == (2, "")
    assert f"{tmp_path / folder}: the library {tmp_path} reads what is in it" in done.err
    assert run("export", "csv", "-C", str(tmp_path), "-o", str(tmp_path / "out")).code == 0

"""Writing what was mended: all files or none, and clear words for what stands in the way."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.authoring.fix import FixResult, fix_findings, fixes_summary, write_fixes
from sopkit.library import Library
from sopkit.lint.engine import LintOptions
from sopkit.lint.select import Profile
from sopkit.model.errors import SopkitError

OTHER = PATH.replace("001", "002")
LONG = complete(review_every="3 years")


@pytest.fixture
def here(tmp_path: Path) -> Library:
    return library(tmp_path, {PATH: LONG, OTHER: LONG.replace("AC-001", "AC-002")})


@pytest.fixture
def done(here: Library) -> FixResult:
    return fix_findings(here, LintOptions(profile=Profile.AUDIT), meaning=True)


def test_written_files_are_what_was_shown(here: Library, done: FixResult) -> None:
    (here.root / PATH).chmod(0o640)
    write_fixes(done, here)
    assert list(done.files) == [PATH, OTHER]
    assert {path: (here.root / path).read_bytes() for path in done.files} == {
        path: after for path, (_, after) in done.files.items()
    }
    assert (here.root / PATH).stat().st_mode & 0o777 == 0o640
    assert sorted(file.name for file in (here.root / PATH).parent.iterdir()) == [Path(PATH).name, Path(OTHER).name]


def change(file: Path) -> None:
    file.write_bytes(b"other")


def link(file: Path) -> None:
    file.rename(file.with_suffix(".txt"))
    file.symlink_to(file.with_suffix(".txt"))


def make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def move_out(file: Path) -> None:
    away = file.parents[2] / "away"
    file.parent.rename(away)
    file.parent.symlink_to(away.parent.parent, target_is_directory=True)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (change, f"{OTHER}: changed since it was read; nothing was written"),
        (Path.unlink, f"{OTHER}: changed since it was read; nothing was written"),
        (link, f"{OTHER}: is a symbolic link, so it is not written"),
        (make_folder, f"{OTHER}: is no file, so it is not read; nothing was written"),
        (lambda file: file.chmod(0o444), f"{OTHER}: is read-only; nothing was written"),
    ],
    ids=["changed", "gone", "link", "folder", "read-only"],
)
def test_what_stands_in_the_way_of_one_file_stops_all(
    spoil: Callable[[Path], None], words: str, here: Library, done: FixResult
) -> None:
    spoil(here.root / OTHER)
    with pytest.raises(SopkitError) as stopped:
        write_fixes(done, here)
    assert stopped.value.message == words
    assert stopped.value.hint
    assert (here.root / PATH).read_bytes() == LONG.encode()


def test_a_folder_that_leads_out_of_the_library_is_not_written_to(here: Library, done: FixResult) -> None:
    move_out(here.root / OTHER)
    with pytest.raises(SopkitError, match="is a symbolic link, so it is not written"):
        write_fixes(done, here)


def test_a_file_that_cannot_be_written_takes_back_the_others(here: Library, done: FixResult) -> None:
    broken = {**done.files, "sops/" + "x" * 300 + ".md": (b"", b"new")}
    (here.root / PATH).chmod(0o600)
    too_long = FixResult(broken, 3, done.report, done.library, ())
    with pytest.raises(SopkitError):
        write_fixes(too_long, here)
    assert (here.root / PATH).read_bytes() == LONG.encode()


def test_fixes_that_undo_each_other_are_named(done: FixResult, here: Library) -> None:
    from dataclasses import replace

    from sopkit.lint.engine import lint

    [one, two] = lint(here).findings
    assert fixes_summary(replace(done, applied=0, files={})) == ""
    assert fixes_summary(replace(done, unsettled=(one,))) == (
        f"mended 2 in 2 files; fixes undo each other, so these stay: {PATH}:24 SOP009"
    )
    assert fixes_summary(replace(done, unsettled=(one, one, two, two))).endswith(f"{OTHER}:24 SOP009 and 1 more")

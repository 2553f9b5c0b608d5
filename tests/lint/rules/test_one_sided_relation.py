"""SOP503: both directions, who may wait, and what the fix writes."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.authoring.fix import apply_fixes
from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

OTHER = "sops/ac-003-old.md"


def told(root: Path, own: str, other: str, config: str = "") -> list[tuple[str, str, str]]:
    """Path, words at the place, and the line that the fix made, of each finding."""
    files = {PATH: own, OTHER: other}
    rows = []
    for one in lint(library(root, files, config=config), LintOptions(select=("SOP503",))).findings:
        text = files[one.path]
        mended = apply_fixes(text.encode(), [one.fix] if one.fix else [])[0].decode()
        new = [line for line in mended.splitlines() if line not in text.splitlines()]
        rows.append((one.path, text[one.place.start : one.place.end], "".join(new)))
    return rows


def old(front: str = "", status: str = "retired") -> str:
    return complete(f"---\nid: AC-003\nstatus: {status}\n{front}---\n")


def test_the_old_one_lacks_its_successor(tmp_path: Path) -> None:
    own = complete(supersedes="[AC-003]")
    assert told(tmp_path, own, old()) == [(OTHER, "AC-003", "superseded_by: [AC-001]")]


def test_the_new_one_lacks_what_it_supersedes(tmp_path: Path) -> None:
    assert told(tmp_path, complete(), old("superseded_by: AC-001\n")) == [(PATH, "AC-001", "supersedes: [AC-003]")]


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("superseded_by: [AC-003]\n", "superseded_by: [AC-003, AC-001]"),
        ("superseded_by: AC-003\n", ""),
        ("superseded_by:\n  - AC-003\n", ""),
        ("superseded_by: []\n", ""),
        ("superseded_by:\n", ""),
    ],
)
def test_the_fix_adds_to_a_list_in_brackets_alone(typed: str, mended: str, tmp_path: Path) -> None:
    [(path, _, line)] = told(tmp_path, complete(supersedes="[AC-003]"), old(typed))
    assert (path, line) == (OTHER, mended)


@pytest.mark.parametrize(("status", "count"), [("draft", 0), ("trial", 0), ("active", 1), ("retired", 1)])
def test_a_draft_may_announce_what_it_will_supersede(status: str, count: int, tmp_path: Path) -> None:
    own = complete(supersedes="[AC-003]", status=status)
    assert len(told(tmp_path, own, old(status="active"))) == count


def test_a_draft_that_is_named_has_to_answer(tmp_path: Path) -> None:
    assert len(told(tmp_path, complete(status="draft"), old("superseded_by: [AC-001]\n"))) == 1


def test_a_draft_that_gives_way_is_named_all_the_same(tmp_path: Path) -> None:
    assert len(told(tmp_path, complete(), old("superseded_by: [AC-001]\n", status="draft"))) == 1


def test_a_misspelled_successor_says_nothing_of_the_other_direction(tmp_path: Path) -> None:
    own = complete(supersedes="[AC-003]", superseded_by="[AC-003]")
    assert told(tmp_path, own, old("superseded_by: [AC-009]\n")) == [(OTHER, "AC-003", "supersedes: [AC-001]")]


def test_an_id_that_two_have_is_nobodys(tmp_path: Path) -> None:
    files = {PATH: complete(supersedes="[AC-003]"), OTHER: old(), "sops/ac-003-twin.md": old()}
    assert lint(library(tmp_path, files), LintOptions(select=("SOP503",))).findings == ()


def test_both_sides_an_sop_of_its_own_and_others_are_fine(tmp_path: Path) -> None:
    assert told(tmp_path / "both", complete(supersedes="[AC-003]"), old("superseded_by: [AC-001]\n")) == []
    assert told(tmp_path / "self", complete(supersedes="[AC-001]"), old()) == []
    assert told(tmp_path / "twice", complete(supersedes="[AC-001]"), complete()) == []
    assert told(tmp_path / "nameless", complete(without=("id",), supersedes="[AC-003]"), old()) == []
    assert told(tmp_path / "misspelled", complete(supersedes="[AC-003]"), old("superseded_by: [AC-009]\n")) == []


def test_a_library_that_spells_the_key_in_its_own_way(tmp_path: Path) -> None:
    config = '[front_matter]\naliases = { replaces = "supersedes" }\n'
    own = complete(replaces="[AC-003]")
    assert told(tmp_path, own, old(), config) == [(OTHER, "AC-003", "superseded_by: [AC-001]")]

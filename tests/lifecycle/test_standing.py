"""The library of a day with the standing of each SOP."""

from datetime import date
from pathlib import Path

import pytest
from tests.lifecycle.ledger import EDITED, TEXT, TODAY, base, entry, text
from tests.lifecycle.sops import PATH
from tests.repository import CAT, GitRepository

from sopkit.analysis.control_claims import implementations_by_control
from sopkit.lifecycle.library_status import read_library_status
from sopkit.lifecycle.sop_status import SopStatus

TOLD = date(2024, 12, 1)


def only(root: Path, day: date = TOLD) -> tuple[SopStatus, bool, str, tuple[str, ...]]:
    with read_library_status(root, day, TODAY) as ground:
        [sop] = ground.library.sops
        return ground.of(sop), ground.carries(sop), sop.source.data.decode(), ground.notes


def test_an_approved_text_carries(repository: GitRepository) -> None:
    base(repository)
    standing, carries, held, notes = only(repository.root)
    assert (standing.state, standing.in_force, standing.due) == ("current", "r1", date(2025, 3, 1))
    assert (standing.reviewed, standing.approved) == (date(2024, 3, 1), date(2024, 3, 2))
    assert (standing.last, standing.evidence) == (date(2024, 3, 2), "approval 2024-03-02 (E1)")
    assert not standing.edited
    assert (carries, held, notes) == (True, TEXT, ())


@pytest.mark.slow
def test_an_edit_in_the_folder_is_judged_and_told(repository: GitRepository) -> None:
    base(repository)
    repository.write(PATH, EDITED)
    standing, carries, held, notes = only(repository.root)
    assert (standing.edited, carries, held) == (True, True, EDITED)
    assert notes == (f"{PATH} differs from the last commit; judged is what stands in the folder",)


def test_a_control_that_only_an_unapproved_text_claims_is_not_carried_out(repository: GitRepository) -> None:
    base(repository, text(controls="{iso27001-2022: [A.5.18, {id: A.5.15, strength: partial}]}"))
    repository.commit("2024-06-01", {PATH: text(controls="[A.5.15, A.5.18, A.8.2]")})
    with read_library_status(repository.root, TOLD, TODAY) as ground:
        some = {control: one for (_, control), (one,) in implementations_by_control(ground.library).items()}
        assert {name: ground.strength(one) for name, one in some.items()} == {
            "A.5.15": "partial",
            "A.5.18": "full",
            "A.8.2": "",
        }
        assert [name for name, one in some.items() if ground.carries_out(one)] == ["A.5.15", "A.5.18"]


def test_an_approved_text_is_in_force_from_its_effective_day(repository: GitRepository) -> None:
    base(repository, text(effective="2024-06-01"))
    for day, in_force in (("2024-05-31", ""), ("2024-06-01", "r1")):
        with read_library_status(repository.root, date.fromisoformat(day), TODAY) as ground:
            [sop] = ground.library.sops
            assert (ground.of(sop).in_force, ground.carries(sop)) == (in_force, bool(in_force))
            assert ground.text_in_force(sop) is (sop if in_force else None)


def test_until_a_newer_text_takes_effect_the_one_before_it_is_in_force(repository: GitRepository) -> None:
    base(repository)
    later = text("Ask twice.", effective="2025-06-01")
    repository.commit("2024-06-01", {PATH: later})
    repository.commit("2024-06-02", entry("approval", "cat", "2024-06-02", later), author=CAT)
    with read_library_status(repository.root, TOLD, TODAY) as ground:
        [sop] = ground.library.sops
        found = ground.text_in_force(sop)
        assert (ground.of(sop).in_force, sop.source.data.decode()) == ("r1", later)
        assert found is not None
        assert found.source.data.decode() == TEXT


def test_a_file_that_git_does_not_hold_carries_nothing(repository: GitRepository) -> None:
    base(repository)
    repository.write("sops/ac-002.md", TEXT.replace("AC-001", "AC-002"))
    with read_library_status(repository.root, TOLD, TODAY) as ground:
        new = ground.library.by_path["sops/ac-002.md"]
        assert (ground.of(new), ground.of(new).state, ground.carries(new)) == (SopStatus(), "uncommitted", False)


def test_a_day_before_later_commits_shows_the_library_of_that_day(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-06-01", {PATH: EDITED})
    standing, carries, held, notes = only(repository.root, date(2024, 4, 1))
    assert (standing.state, carries, held) == ("current", True, TEXT)
    assert [note.startswith("judged is commit ") for note in notes] == [True]
    later, _, held, _ = only(repository.root)
    assert (later.state, later.in_force, held) == ("approval-missing", "r1", EDITED)


def test_outside_of_git_nothing_is_proved(tmp_path: Path) -> None:
    for path, content in {"sopkit.toml": "", PATH: TEXT}.items():
        file = tmp_path / "bare" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    standing, carries, _, notes = only(tmp_path / "bare")
    assert (standing.in_force, standing.evidence, carries) == ("", "", False)
    assert "not in a git repository" in notes[0]


@pytest.mark.parametrize(("basis", "carries"), [("git", True), ("records", False)])
def test_a_library_without_a_ledger_is_believed_where_it_keeps_none(
    basis: str, carries: bool, repository: GitRepository
) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": f'[review]\nbasis = "{basis}"\n', PATH: TEXT})
    assert only(repository.root)[1] is carries


def test_an_approved_text_that_git_no_longer_gives_is_not_replaced_by_an_empty_one(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    base(repository, text(effective="2024-06-01"))
    repository.write(PATH, text("Ask twice."))
    monkeypatch.setattr("sopkit.lifecycle.library_status.read_blobs", lambda _, names: [(names[0], None)])
    with read_library_status(repository.root, TODAY, TODAY) as found:
        [sop] = found.library.by_id["AC-001"]
        assert found.approval_in_force(sop) is not None
        assert found.text_in_force(sop) is None

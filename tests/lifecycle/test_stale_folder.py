"""What the files of a folder alone can tell."""

from datetime import date
from pathlib import Path

import pytest
from tests.lifecycle.ledger import Said, added, approval, name_of, review
from tests.lifecycle.ledger import gist as said_of
from tests.lifecycle.ledger import row as ledger_row
from tests.lifecycle.sops import CLAIMS, CONFIG, PATH, report, sop
from tests.repository import GitRepository

from sopkit.lifecycle.status import StaleReport
from sopkit.model.config import Basis
from sopkit.model.errors import SopkitError

ALONE = ": only the files in the folder were read, and nothing could be compared with history"


def library(root: Path, config: str = CLAIMS) -> Path:
    (root / "sops").mkdir(parents=True)
    (root / "sopkit.toml").write_text(config)
    (root / PATH).write_text(sop(last_reviewed="2023-12-01"))
    return root


def gist(report: StaleReport) -> list[tuple[str, str, str, date | None]]:
    return [(found.id, found.state, found.revision, found.due) for found in report.rows]


def test_outside_of_git_claims_give_due_days(tmp_path: Path) -> None:
    judged = report(library(tmp_path / "library"))
    assert gist(judged) == [("AC-001", "due-soon", "", date(2024, 12, 1))]
    assert (judged.head, judged.notes) == (None, (f"the library is not in a git repository{ALONE}",))
    found = judged.rows[0]
    assert (found.changed, found.changed_by, found.commit) == (None, (), "")
    assert found.digest.startswith("sop1:")


def test_before_the_first_commit(repository: GitRepository) -> None:
    library(repository.root)
    judged = report(repository.root)
    assert gist(judged) == [("AC-001", "due-soon", "", date(2024, 12, 1))]
    assert judged.notes == (f"the repository has no commit yet{ALONE}",)


def test_tree_only_reads_the_folder_and_no_history(repository: GitRepository) -> None:
    library(repository.root)
    repository.commit("2024-02-01")
    repository.write(PATH, sop(last_reviewed="2024-11-01"))
    judged = report(repository.root, tree_only=True)
    assert gist(judged) == [("AC-001", "unproven-fresh", "", date(2025, 11, 1))]
    assert (judged.head, judged.notes) == (None, (f"--tree-only reads no history{ALONE}",))


def test_tree_only_serves_a_shallow_clone(repository: GitRepository, tmp_path: Path) -> None:
    library(repository.root)
    repository.commit("2024-02-01")
    repository.commit("2024-03-01", {"x.txt": "x"})
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", str(tmp_path / "clone"))
    assert len(report(tmp_path / "clone", tree_only=True).rows) == 1


@pytest.mark.parametrize("tree_only", [True, False])
def test_basis_git_needs_history(tmp_path: Path, tree_only: bool) -> None:
    library(tmp_path / "library", CONFIG)
    with pytest.raises(SopkitError, match="basis git counts from the history, and ") as caught:
        report(tmp_path / "library", tree_only=tree_only)
    assert caught.value.hint == "commit the library, or use --basis claims"


def test_records_outside_of_git(tmp_path: Path) -> None:
    judged = report(library(tmp_path / "library"), basis=Basis.RECORDS)
    assert gist(judged) == [("AC-001", "never-reviewed", "", None)]


def test_entries_in_a_folder_are_believed_as_they_are_written(repository: GitRepository) -> None:
    added(repository)
    first = review("2024-06-01")
    for path, data in (first | approval("2024-06-02") | review("2024-11-30", by="eve")).items():
        repository.write(path, data or b"")
    repository.write("ledger/sops/AC-001/bad.yaml", b"x")
    assert ledger_row(repository.root, tree_only=True).invalid[0].reason == "schema"
    expected = Said("unproven-fresh", (), "2025-11-30", "", "", "eve", "E0", ("schema",))
    assert said_of(ledger_row(repository.root, tree_only=True)) == expected
    as_of = said_of(ledger_row(repository.root, "2024-11-29", tree_only=True))  # a later entry is not there yet
    assert as_of == expected._replace(due="2025-06-01", reviewed_by="ben")
    for by, counts in (("cat", False), ("ben", True)):
        ((path, data),) = review("2024-05-01", by=by, corrects=name_of(first)).items()
        repository.write(path, data or b"")
        due = said_of(ledger_row(repository.root, "2024-11-29", tree_only=True)).due
        assert due == ("2025-05-01" if counts else "2025-06-01")


def test_what_lies_in_a_folder(repository: GitRepository, tmp_path: Path) -> None:
    library(repository.root)
    repository.write(".gitignore", "ignored.md\n")
    repository.write("sops/ignored.md", sop(id="AC-002"))
    repository.write("sops/copy.md", sop(last_reviewed="2024-11-01"))
    repository.write("sops/bad.md", b"\xff")
    GitRepository.start(repository.root / "sops/inner").write("x.md", sop(id="AC-003"))
    judged = report(repository.root, tree_only=True)
    assert [(found.id, found.path, found.state) for found in judged.rows] == [
        ("", "sops/bad.md", "never-reviewed"),
        ("AC-001", PATH, "duplicate-id"),
        ("AC-001", "sops/copy.md", "duplicate-id"),
    ]
    assert judged.notes[1:] == ("sops/inner is a repository of its own: what lies in it was not judged",)
    assert judged.failed()

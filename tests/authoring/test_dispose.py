"""Disposal: the entry says what goes, the files go with it, and nothing counts as tampering."""

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from tests.authoring.ledger import files, status, user
from tests.repository import GitRepository

from sopkit.lifecycle.record.entries import dispose, record_drafts
from sopkit.lifecycle.record.review import EntryInput, draft_review
from sopkit.lifecycle.record.session import open_session, read_target
from sopkit.lifecycle.stale import report_stale
from sopkit.model.errors import SopkitError

TODAY = datetime.now(UTC).date()  # noqa: TID251 - git commits at the moment that it is


@pytest.fixture
def reviewed(there: GitRepository) -> str:
    """The path of a review by Ben."""
    desk = open_session(there.root, TODAY)
    draft = draft_review(desk, read_target(desk, "AC-001"), EntryInput("ben", date(2026, 3, 1), "walked through"))
    return record_drafts(lambda: open_session(there.root, TODAY), [draft], "Review AC-001").paths[0]


@pytest.mark.slow
def test_files_go_with_an_entry_that_says_so(
    there: GitRepository, reviewed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = (there.root / reviewed).read_bytes()
    user(monkeypatch, tmp_path, "dan")
    done = dispose(lambda: open_session(there.root, TODAY), [reviewed], "retention ended")
    [path] = done.paths
    assert sorted(files(there)) == [f"A\t{path}", f"D\t{reviewed}"]
    assert (there.root / path).read_text().splitlines()[-2:] == ["removed:", f"- sha256:{sha256(data).hexdigest()}"]
    assert there.git("log", "-1", "--format=%s") == "Dispose of 1 file of the ledger of AC-001"
    assert status(there) == []
    [row] = report_stale(there.root, TODAY, TODAY).rows
    assert (row.reviewed, row.invalid, "entry-tampered" in row.flags) == (date(2026, 3, 1), (), False)


@pytest.mark.slow
def test_who_may_not_and_what_is_no_entry(
    there: GitRepository, reviewed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(*paths: str) -> str:
        with pytest.raises(SopkitError) as error:
            dispose(lambda: open_session(there.root, TODAY), paths, "retention ended")
        return error.value.message

    assert refused(reviewed).startswith(
        "this disposal of AC-001 would not count (role-missing): ben did not hold document-controller"
    )
    user(monkeypatch, tmp_path, "dan")
    assert refused("sops/ac-001.md") == "sops/ac-001.md is no file of the ledger that is committed"
    assert refused(f"{reviewed}x") == f"{reviewed}x is no file of the ledger that is committed"
    assert refused() == "nothing to dispose of"
    assert status(there) == []

"""The life of one SOP: its texts, the events beside them and the entries, newest first."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest
from tests.git.keys import public, ssh_key
from tests.lifecycle.ledger import EDITED, SET_UP, TEXT, TODAY, added, approval, base, entry, name_of, review, text
from tests.lifecycle.sops import CONFIG, PATH, sop
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.git.repository import open_repository
from sopkit.lifecycle.history import read_history
from sopkit.lifecycle.history_report import EventKind, HistoryEvent, Timeline, filter_events, read_timeline
from sopkit.lifecycle.ledger import EntryStatus
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow

STEPS = "## Purpose\n\nAccess.\n\n## Procedure\n\n1. Ask the owner.\n2. Grant the right.\n3. Say so.\n"


def told(root: Path, name: str = "AC-001", as_of: str = "2026-11-24") -> Timeline:
    repository = open_repository(root)
    assert repository is not None
    day = date.fromisoformat(as_of)
    return read_timeline(read_history(repository, day, TODAY), name, day)


def gist(row: HistoryEvent) -> tuple[str, ...]:
    """Day, kind, revision and words of a row."""
    return str(row.landed), str(row.kind), row.revision, row.what


def texts(found: Timeline) -> list[HistoryEvent]:
    return [row for row in found.rows if row.kind is EventKind.REVISION]


def test_the_base(repository: GitRepository) -> None:
    base(repository)
    found = told(repository.root)
    assert (found.id, found.title, found.path, found.notes, found.failed) == ("AC-001", "Grant access", PATH, (), False)
    assert [gist(row) for row in found.rows] == [
        ("2024-03-02", "approval", "r1", "approved"),
        ("2024-03-01", "review", "r1", "no-change"),
        ("2024-02-01", "revision", "r1", "first text"),
    ]
    given, reviewed, first = found.rows
    assert (first.labels, first.by, first.approved, first.approved_by, first.in_force, first.level, first.stands) == (
        *(("1.0",), ("Ann Lee",), date(2024, 3, 2), ("Cat Diaz (ciso)",), date(2024, 3, 2), "E1", True),
    )
    assert (given.by, given.roles, given.level, given.standing) == (("Cat Diaz",), ("ciso",), "E1", EntryStatus.COUNTS)
    assert (reviewed.by, reviewed.roles, reviewed.outcome, reviewed.scope) == (
        ("Ben Roy",),
        ("lead",),
        "no-change",
        "text",
    )


def test_what_changed_and_what_is_restored(repository: GitRepository) -> None:
    first, less = STEPS, STEPS.replace("3. Say so.\n", "").replace("Access.", "Rights.")
    added(repository, text(first))
    repository.commit("2024-04-01", {PATH: text(less)}, author=BEN)
    repository.commit("2024-05-01", {PATH: text(first.replace("the owner", "the team"), owner="cto", version='"1.1"')})
    repository.commit("2024-06-01", {PATH: text(first, version='"1.2"', status="retired")})
    assert [(row.revision, row.what, row.restores, row.labels) for row in texts(told(repository.root))] == [
        ("r4", "step 1 changed; key owner changed; status active to retired", "r1", ("1.2",)),
        ("r3", "step 1 changed, step 3 added, section Purpose changed; key owner changed", "", ("1.1",)),
        ("r2", "step 3 removed, section Purpose changed", "", ("1.0",)),
        ("r1", "first text", "", ("1.0",)),
    ]


def test_events_stand_in_their_place(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2024-03-01", {PATH: text(version='"1.1"')})
    repository.commit("2024-04-01", {PATH: None, "sops/b.md": text(version='"1.1"')})
    repository.commit("2024-05-01", {"sops/b.md": None})
    found = told(repository.root)
    assert [gist(row) for row in found.rows] == [
        ("2024-05-01", "event", "r1", "removed"),
        ("2024-04-01", "event", "r1", f"moved from {PATH} to sops/b.md"),
        ("2024-03-01", "event", "r1", "version 1.0 to 1.1"),
        ("2024-02-01", "revision", "r1", "first text"),
    ]
    assert (found.path, found.title, found.rows[-1].labels) == ("", "Grant access", ("1.0", "1.1"))
    repository.commit("2024-06-01", {"sops/b.md": text(version='"1.1"')})
    assert gist(told(repository.root).rows[0]) == ("2024-06-01", "event", "r1", "restored as sops/b.md")
    for name in (PATH, "sops/b.md", "./sops/b.md", "ac-001"):
        assert told(repository.root, name).id == "AC-001"


def test_in_force_from_the_effective_day(repository: GitRepository) -> None:
    data = text(effective="2024-06-01")
    base(repository, data)
    early, later = (texts(told(repository.root, as_of=day))[0] for day in ("2024-05-31", "2024-06-01"))
    assert (early.in_force, early.stands, later.stands) == (date(2024, 6, 1), False, True)


def test_withdrawn_corrected_and_invalid_entries(repository: GitRepository) -> None:
    added(repository)
    wrong = review("2024-03-01", note="wrong")
    right = review("2024-03-02", corrects=name_of(wrong))
    given = approval("2024-03-03")
    own = approval("2024-03-04", by="ann")
    ended = entry("withdrawal", "cat", "2024-03-05", TEXT, note="locks people out")
    for day, files, author in (
        ("2024-03-01", wrong, BEN),
        ("2024-03-02", right, BEN),
        ("2024-03-03", given, CAT),
        ("2024-03-04", own, ANN),
        ("2024-03-05", ended, CAT),
    ):
        repository.commit(day, files, author=author)
    found = told(repository.root)
    assert [(f"{row.kind}", f"{row.standing}", row.reason, row.detail) for row in found.rows[:-1]] == [
        ("withdrawal", "counts", "", ""),
        ("approval", "invalid", "role-missing", "ann did not hold ciso on 2024-03-04, nor stand in for it"),
        ("approval", "withdrawn", "", "on 2024-03-05 by Cat Diaz"),
        ("review", "counts", "", ""),
        ("review", "corrected", "", f"on 2024-03-02 by {name_of(right)}"),
    ]
    first = found.rows[-1]
    assert (first.approved, first.ended, first.stands) == (date(2024, 3, 3), date(2024, 3, 5), False)
    assert found.rows[3].corrects == name_of(wrong)


def test_an_approval_that_ended_before_it_was_in_force_never_was(repository: GitRepository) -> None:
    data = text(effective="2024-06-01")
    base(repository, data)
    repository.commit("2024-04-01", entry("withdrawal", "cat", "2024-04-01", data), author=CAT)
    first = texts(told(repository.root))[0]
    assert (first.ended, first.in_force) == (date(2024, 4, 1), None)


def test_tampering_and_two_files_of_one_id_fail(repository: GitRepository) -> None:
    base(repository)
    (path,) = review()
    repository.commit("2024-05-01", {path: b"by: eve\n"}, author=ANN)
    found = told(repository.root)
    assert gist(found.rows[0]) == (
        *("2024-05-01", "tampering", ""),
        "changed or put back after it had landed; the first bytes count",
    )
    assert (found.failed, found.rows[0].by, found.rows[0].path) == (True, ("Ann Lee",), path)
    assert not told(repository.root, as_of="2024-04-30").failed
    repository.commit("2024-06-01", {"sops/b.md": TEXT})
    assert told(repository.root).notes == (f"two files have this id: {PATH} and sops/b.md",)


def test_a_signed_entry_is_e3_and_a_late_one_says_so(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path / "keys")
    people = str(SET_UP["registers/people.yaml"]).replace(
        "logins: {github: cat-d, gitlab: catd}", f"signing_keys: [{{key: {public(key)}}}]"
    )
    added(repository, **{"registers/people.yaml": people})
    repository.commit("2024-12-01", approval("2024-03-02", key=key), author=ANN)
    row = told(repository.root).rows[0]
    assert (row.level, row.standing, row.flags, row.dated) == (
        *("E3", EntryStatus.COUNTS, ("late-recorded",)),
        date(2024, 3, 2),
    )


def test_what_is_no_entry_is_told_as_one(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", {"ledger/sops/AC-001/x.yaml": "by: [\n"})
    row = told(repository.root).rows[0]
    assert (row.kind, row.by, row.standing, row.reason) == (EventKind.ENTRY, (), EntryStatus.INVALID, "schema")


def test_an_id_of_which_only_entries_landed(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", review(id="ZZ-009"), author=BEN)
    found = told(repository.root, "ZZ-009")
    assert [(row.kind, row.reason) for row in found.rows] == [(EventKind.REVIEW, "digest-not-landed")]
    with pytest.raises(SopkitError, match="no SOP AC-002 has landed") as caught:
        told(repository.root, "AC-002")
    assert caught.value.hint == "did you mean AC-001?"


def test_other_bases_have_no_entries(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": CONFIG, PATH: sop()})
    repository.commit("2024-03-01", {PATH: sop(title="Other")})
    assert [row.what for row in told(repository.root).rows] == ["key title changed", "first text"]
    repository.commit("2024-04-01", {"sopkit.toml": CONFIG + '[library]\nidentity = "path"\n'})
    assert [row.what for row in told(repository.root, PATH).rows] == ["key title changed", "first text"]


def test_texts_that_cannot_be_read_and_odd_names(repository: GitRepository) -> None:
    path = os.fsdecode(b"sops/\xff\n.md")
    added(repository, path=path)
    repository.commit("2024-03-01", {path: b"---\nid: [\n---\n"}, author="A\x1b[31mB <a@acme.example>")
    found = told(repository.root, path)
    assert found.rows[0].what.startswith("cannot be read; ")
    assert (found.id, found.path, found.rows[0].by) == ("AC-001", path, ("A\x1b[31mB",))


def test_a_clock_that_was_wrong(repository: GitRepository) -> None:
    added(repository)
    repository.commit("2099-01-01", {PATH: EDITED})
    repository.commit("2024-05-01", {PATH: TEXT}, author_date="2024-01-01")
    assert [row.flags for row in texts(told(repository.root))] == [("author-date-backdated",), ("future-dated",), ()]


def test_only_some_rows(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", {PATH: text(version='"1.1"')})
    found = told(repository.root)
    kinds = [
        [str(row.kind) for row in filter_events(found, revisions=revisions, entries=entries).rows]
        for revisions, entries in ((True, False), (False, True), (True, True), (False, False))
    ]
    assert kinds == [
        ["revision"],
        ["approval", "review"],
        ["approval", "review", "revision"],
        ["event", "approval", "review", "revision"],
    ]


def test_as_many_processes_for_many_revisions_as_for_few(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(repository)
    started: list[str] = []
    kept = subprocess.Popen.__init__

    def counting(self: object, *arguments: object, **options: object) -> None:
        started.append("")
        kept(self, *arguments, **options)  # type: ignore[call-overload]

    counts = []
    for months in (range(3, 5), range(5, 13)):
        for month in months:
            repository.commit(f"2024-{month:02}-01", {PATH: text(f"## Purpose\n\nText {month}.\n")})
        with monkeypatch.context() as patched:
            patched.setattr(subprocess.Popen, "__init__", counting)
            started.clear()
            counts.append((len(texts(told(repository.root))), len(started)))
    assert counts == [(3, counts[0][1]), (11, counts[0][1])]

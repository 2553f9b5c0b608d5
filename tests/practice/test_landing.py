"""Which practice records count: who may land which kind, what it must name, and what happens to it later."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from tests.practice.records import SOP, digest, history_of, land, practice, record, start
from tests.repository import ANN, GitRepository

from sopkit.model.practice import Exercise, Population, Run
from sopkit.parsing.entry import write_record

CONFIG = '[practice]\nimporters = ["rob"]\n[training]\nrecorders = ["line-manager"]\n'


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    return start(tmp_path, **{"sopkit.toml": CONFIG})


def outcome(there: GitRepository, path: str) -> str:
    """Why a record does not count, else how it is proved."""
    [result] = [one for one in practice(there).results if one.file.path == path]
    return str(result.reason or result.proof)


@pytest.mark.parametrize(
    ("kind", "by", "expected"),
    [
        ("run", "cat", "own commit"),
        ("run", "rob", "bot"),
        ("run", "eve", "author-unproved"),  # not in the register
        ("population", "ben", "own commit"),  # holds the owner's role
        ("population", "cat", "role-missing"),
        ("population", "rob", "own commit"),  # an importer
        ("exercise", "cat", "own commit"),
        ("feedback", "ann", "own commit"),
        ("feedback", "rob", "own commit"),
        ("exercise", "rob", "bot"),
    ],
)
def test_who_may_land_which_kind(there: GitRepository, kind: str, by: str, expected: str) -> None:
    assert outcome(there, land(there, record(there, kind, by))) == expected


def test_a_record_brought_by_another_counts_when_recorders_bring_it(there: GitRepository) -> None:
    assert outcome(there, land(there, record(there, "run", "cat"), author="ben")) == "author-unproved"
    reported = land(there, record(there, "run", "cat", case="T-2"), author="ann")
    assert outcome(there, reported) == "reported"
    assert outcome(there, land(there, record(there, "run", "dan", case="T-3", source="form"))) == "imported"


def test_a_decision_is_the_owners_and_about_feedback_that_is_there(there: GitRepository) -> None:
    said = land(there, record(there, "feedback", "cat"))
    name = said.rpartition("/")[2]
    assert outcome(there, land(there, record(there, "decision", "cat", about=name))) == "role-missing"
    assert outcome(there, land(there, record(there, "decision", "ben", about="other.yaml"))) == "about-missing"
    assert outcome(there, land(there, record(there, "decision", "ben", about=name))) == "own commit"
    ledger = practice(there)
    [feedback] = [one for one in ledger.results if one.file.path == said]
    assert [decision.by for _, decision in ledger.decisions(feedback)] == ["ben"]


def test_attendance_is_said_by_oneself_or_by_a_recorder(there: GitRepository) -> None:
    about = land(there, record(there, "exercise", "cat")).rpartition("/")[2]
    for by, people, expected in (
        ("ben", ["ben"], "own commit"),
        ("ben", ["ben", "cat"], "role-missing"),
        ("ann", ["ben", "cat"], "own commit"),
    ):
        assert outcome(there, land(there, record(there, "attendance", by, about=about, people=people))) == expected
    ledger = practice(there)
    [exercise] = [one for one, _ in ledger.counting(Exercise)]
    assert ledger.participants(exercise) == {"ben", "cat"}


@pytest.mark.parametrize(
    ("kind", "by", "author", "values", "expected"),
    [
        ("result", "cat", "", {}, "own commit"),
        ("result", "cat", "ben", {}, "author-unproved"),  # by somebody else's login
        ("result", "cat", "ann", {}, "reported"),  # a recorder
        ("result", "ben", "", {"person": "cat"}, "role-missing"),
        ("result", "ann", "", {"person": "cat"}, "own commit"),
        ("result", "dan", "", {"person": "cat", "source": "form"}, "imported"),
        ("result", "rob", "", {"person": "cat"}, "own commit"),  # an importer
        ("session", "cat", "", {}, "own commit"),
        ("session", "cat", "", {"attendees": ["cat", "ben"]}, "role-missing"),
        ("session", "ann", "", {"attendees": ["cat", "ben"]}, "own commit"),
        ("session", "ann", "", {"attendees": ["cat"], "makes_up": "other.yaml"}, "about-missing"),
        ("exemption", "cat", "", {"person": "ben"}, "own commit"),  # an approver of the SOP
        ("exemption", "cat", "", {"person": "cat"}, "role-missing"),
        ("exemption", "ann", "", {"person": "ben"}, "role-missing"),
        ("exemption", "cat", "", {"person": "ben", "id": "AC-009"}, "id-not-landed"),
        ("sums", "dan", "", {}, "own commit"),
        ("sums", "ann", "", {}, "role-missing"),
    ],
)
def test_who_may_say_that_people_were_trained(
    there: GitRepository, kind: str, by: str, author: str, values: dict[str, object], expected: str
) -> None:
    assert outcome(there, land(there, record(there, kind, by, **values), author=author)) == expected


def test_a_text_that_never_landed_invalidates_its_own_item_of_a_session_only(there: GitRepository) -> None:
    text = {"id": SOP, "digest": digest(there), "version": "1.0"}
    path = land(there, record(there, "session", "cat", sops=[text, {**text, "id": "AC-002"}]))
    assert outcome(there, path) == "own commit"
    [result] = [one for one in practice(there).results if one.file.path == path]
    assert list(result.faults) == ["AC-002"]
    assert outcome(there, land(there, record(there, "result", "cat", sops=[{**text, "id": "AC-002"}]))) == (
        "digest-not-landed"
    )


def test_an_acknowledgement_of_the_future_does_not_count(there: GitRepository) -> None:
    path = land(there, record(there, "result", "cat", day="2027-03-02"), day="2026-03-02")
    assert outcome(there, path) == "date-in-future"


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("result", {"passed": True}, "and of nothing else"),
        ("result", {"method": "quiz"}, "whether it was `passed`"),
        ("result", {"person": ""}, "name the `person`"),
        ("exemption", {"person": "ben", "until": "2027-03-03"}, "within twelve months"),
        ("exemption", {"person": "ben", "until": "2026-03-01"}, "within twelve months"),
        ("exemption", {"person": "ben", "note": "she is ill"}, "no note"),
        ("session", {"questions": [{"sop": SOP, "id": "q", "answered": 4, "right": 1}]}, "at least five people"),
        ("sums", {"counts": [{"id": SOP, "version": "1.0", "people": 4}]}, "5"),
    ],
)
def test_records_about_people_say_no_more_than_they_need(
    there: GitRepository, kind: str, values: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        record(there, kind, "cat", **values)


def test_what_a_record_names_must_have_landed_before_it(there: GitRepository) -> None:
    assert outcome(there, land(there, record(there, "run", digest=f"sop1:{'0' * 64}"))) == "digest-not-landed"
    assert outcome(there, land(there, record(there, "feedback", id="AC-002"))) == "id-not-landed"
    assert outcome(there, land(there, record(there, "population"), table=None)) == "table-missing"
    assert outcome(there, land(there, record(there, "run", day="2026-05-01"), day="2026-04-01")) == "date-in-future"
    late = record(there, "run", day="2026-04-01", finished="2026-05-01")
    assert outcome(there, land(there, late)) == "date-in-future"


def test_an_exercise_counts_for_the_texts_that_had_landed(there: GitRepository) -> None:
    known = {"id": SOP, "digest": history_of(there).pasts.by_key[SOP, ""].revisions[0].digest}
    unknown = {"id": "AC-002", "digest": f"sop1:{'0' * 64}"}
    path = land(there, record(there, "exercise", sops=[known, unknown]))
    [result] = practice(there).results
    assert (outcome(there, path), list(result.faults)) == ("own commit", ["AC-002"])
    assert (len(practice(there).exercises_of(SOP)), practice(there).exercises_of("AC-002")) == (1, [])
    assert outcome(there, land(there, record(there, "exercise", sops=[unknown]))) == "digest-not-landed"


@pytest.mark.parametrize(
    ("auditors", "reason"),
    [
        (["cat"], ""),
        (["ben"], "ben owns or wrote AC-001"),  # holds the owner's role
        (["ann", "cat"], "ann owns or wrote AC-001"),  # wrote it
        (["zoe"], "the people register does not know zoe"),
    ],
)
def test_internal_auditors_are_independent_of_what_they_audit(
    there: GitRepository, auditors: list[str], reason: str
) -> None:
    land(there, record(there, "exercise", "dan", type="internal-audit", auditors=auditors))
    [result] = practice(there).results
    assert (result.counts, result.not_independent) == (True, reason)


def test_a_copy_counts_once_and_a_correction_takes_the_place(there: GitRepository) -> None:
    first = record(there, "run", "cat")
    path = land(there, first)
    copy = f"{path.rpartition('/')[0]}/copy.yaml"
    there.commit("2026-03-05", {copy: (there.root / path).read_bytes()}, author="Cat Diaz <cat@acme.example>")
    assert outcome(there, copy) == "repeated"
    name = path.rpartition("/")[2]
    assert outcome(there, land(there, record(there, "run", "ben", case="T-9", corrects=name))) == "corrects"
    better = land(there, record(there, "run", "cat", case="T-9", corrects=name))
    assert [result.file.path for result, _ in practice(there).counting(Run)] == [better]


def test_a_changed_or_removed_record_counts_as_it_landed_and_is_reported(there: GitRepository) -> None:
    path = land(there, record(there, "run"))
    there.commit("2026-04-01", {path: "schema: sopkit/practice/1\n"})
    ledger = practice(there)
    assert (len(ledger.counting(Run)), [one.what for one in ledger.altered]) == (1, ["changed or put back"])


def test_a_disposal_by_the_controller_lets_records_go(there: GitRepository) -> None:
    path = land(there, record(there, "run"))
    gone = f"sha256:{sha256((there.root / path).read_bytes()).hexdigest()}"
    for by, left in (("ben", (1, 1)), ("dan", (0, 0))):
        folder = path.rpartition("/")[0]
        land(there, record(there, "disposal", by, day="2026-06-01", of=folder, removed=[gone]))
        if by == "ben":
            there.commit("2026-06-02", {path: None})
        ledger = practice(there)
        assert (len(ledger.counting(Run)), len(ledger.altered)) == left


def test_a_record_in_another_folder_or_that_is_none_says_so(there: GitRepository) -> None:
    there.commit("2026-03-02", {"ledger/runs/AC-001/x.yaml": "kind: run\n", "ledger/exercises/y.yaml": "- 1\n"})
    details = {one.file.path: one.detail for one in practice(there).results}
    assert details["ledger/exercises/y.yaml"] == "not a mapping of keys to values"
    assert "`schema` is missing" in details["ledger/runs/AC-001/x.yaml"]
    path = land(there, record(there, "run"))
    there.commit("2026-03-03", {"ledger/runs/AC-002/z.yaml": (there.root / path).read_bytes()})
    assert outcome(there, "ledger/runs/AC-002/z.yaml") == "schema"


def test_a_day_of_the_past_knows_no_later_record(there: GitRepository) -> None:
    land(there, record(there, "population"))
    assert len(practice(there).counting(Population)) == 1
    assert practice(there, date(2026, 3, 1)).results == ()


def test_records_about_people_in_another_repository(tmp_path: Path) -> None:
    there = start(tmp_path, **{"sopkit.toml": CONFIG})
    config = '[practice]\npeople = "../people/ledger"\n[training]\nrecorders = ["line-manager"]\n'
    there.commit("2026-02-03", {"sopkit.toml": config})
    about = land(there, record(there, "exercise", "cat")).rpartition("/")[2]
    assert practice(there).unknown_people == "../people/ledger, the folder of the records about people, is not there"
    people = GitRepository.start(tmp_path / "people")
    first = record(there, "attendance", "ann", about=about, people=["ben"])
    second = record(there, "attendance", "ann", day="2026-03-04", about=about, people=["cat"])
    people.commit("2026-03-03", {"ledger/first.yaml": write_record(first)}, author=ANN)  # a root commit proves nobody
    people.commit("2026-03-04", {"ledger/second.yaml": write_record(second)}, author=ANN)
    ledger = practice(there)
    [exercise] = [one for one, _ in ledger.counting(Exercise)]
    assert (ledger.unknown_people, ledger.people_head) == ("", people.head())
    assert ledger.participants(exercise) == {"cat"}
    people.write("ledger/third.yaml", "x")
    assert practice(there).unknown_people == "../people/ledger holds files that are not as they were committed"


def test_a_library_without_ids_or_approvals_has_no_records(tmp_path: Path) -> None:
    there = start(tmp_path)
    land(there, record(there, "run"))
    there.commit("2026-04-01", {"sopkit.toml": '[review]\nbasis = "git"\n'})
    assert practice(there).results == ()

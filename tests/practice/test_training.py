"""Who is trained on what: the audience, what asks again, deadlines and states, each on its boundary days."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.build import REGISTERS, complete, example_library

from sopkit.lifecycle.library_status import LibraryStatus, read_library_status
from sopkit.lint.rule import Example, ExampleCommit
from sopkit.practice.training import SopTraining, TrainingStatus, share_of, training_of

TODAY = date(2027, 12, 31)
QUIZ = "---\ntraining: {method: quiz, refresh: P12M}\n---\n"
READ = "---\ntraining: {method: read}\n---\n"


def approved(day: str, text: str = READ, version: str = "1.0", outcome: str = "") -> tuple[ExampleCommit, ...]:
    """A text that Ben wrote and Ann approved on one day."""
    head, _, rest = text.partition("\n---\n")
    written = f'{head}\nversion: "{version}"\n---\n{rest}'
    entry = "kind: approval" + (f", outcome: {outcome}" if outcome else "")
    return (
        ExampleCommit(day, "ben", text=written),
        ExampleCommit(day, "ann", entry="kind: review"),
        ExampleCommit(day, "ann", entry=entry),
    )


def read_on(day: str, person: str = "ben", extra: str = "") -> ExampleCommit:
    return ExampleCommit(day, person, record=f"kind: result, person: {person}{extra}")


class Story:
    """A library with its history, judged on any day."""

    def __init__(
        self, root: Path, *history: ExampleCommit, people: str = "", roles: str = "", config: str = ""
    ) -> None:
        self.root = root
        files = {"sopkit.toml": config}
        files |= {"registers/people.yaml": people} if people else {}
        files |= {"registers/roles.yaml": roles} if roles else {}
        example_library(root, Example("", files=files, history=history))
        (root / "sops/access-control/ac-001-grant-access.md").write_text(complete(history[0].text or ""))

    @contextmanager
    def on(self, day: str) -> Iterator[LibraryStatus]:
        with read_library_status(self.root, date.fromisoformat(day), TODAY) as status:
            yield status

    def sops(self, day: str) -> Sequence[SopTraining]:
        with self.on(day) as status:
            return training_of(status)

    def rows(self, day: str) -> dict[str, TrainingStatus]:
        return {row.person: row for sop in self.sops(day) for row in sop.rows}

    def states(self, day: str) -> dict[str, str]:
        return {key: str(row.state) for key, row in self.rows(day).items()}


def test_the_audience_are_holders_and_deputies_of_its_roles_on_the_day(tmp_path: Path) -> None:
    story = Story(tmp_path, *approved("2026-01-05"))
    assert sorted(story.states("2026-01-06")) == ["ben", "dee"]
    assert story.sops("2026-01-04") == (), "nothing in force: no row"


def test_everyone_are_all_people_who_are_there_and_no_bots(tmp_path: Path) -> None:
    people = REGISTERS["registers/people.yaml"] + (
        "- {key: rob, emails: [rob@acme.example], bot: true}\n"
        "- {key: eve, emails: [eve@acme.example], from: 2026-03-01, to: 2026-03-31}\n"
    )
    story = Story(tmp_path, *approved("2026-01-05", "---\naudience: [everyone]\n---\n"), people=people)
    assert sorted(story.states("2026-02-28")) == ["ann", "ben", "dee"]
    assert sorted(story.states("2026-03-01")) == ["ann", "ben", "dee", "eve"]
    assert "eve" in story.states("2026-03-31")
    assert "eve" not in story.states("2026-04-01")


@pytest.mark.parametrize(
    ("day", "state"), [("2026-01-05", "due"), ("2026-01-19", "due"), ("2026-01-20", "never"), ("2026-06-01", "never")]
)
def test_without_a_record_the_day_of_the_deadline_is_in_time(tmp_path: Path, day: str, state: str) -> None:
    row = Story(tmp_path, *approved("2026-01-05")).rows(day)["ben"]
    assert (str(row.state), row.since, row.deadline) == (state, date(2026, 1, 5), date(2026, 1, 19))
    assert not row.is_new


@pytest.mark.parametrize(
    ("day", "state"), [("2026-01-09", "due"), ("2026-01-10", "current"), ("2027-11-30", "current")]
)
def test_without_a_refresh_a_record_is_valid_without_end(tmp_path: Path, day: str, state: str) -> None:
    row = Story(tmp_path, *approved("2026-01-05"), read_on("2026-01-10")).rows(day)["ben"]
    assert str(row.state) == state
    if state == "current":
        assert row.deadline is None
        assert row.record is not None
        assert (row.record.method, row.record.proof) == ("read", "own commit")


@pytest.mark.parametrize(("day", "state"), [("2027-01-10", "current"), ("2027-01-11", "overdue")])
def test_a_refresh_runs_from_the_date_of_the_record(tmp_path: Path, day: str, state: str) -> None:
    story = Story(tmp_path, *approved("2026-01-05", QUIZ), read_on("2026-01-10", extra=", method: quiz, passed: true"))
    row = story.rows(day)["ben"]
    assert (str(row.state), row.deadline) == (state, date(2027, 1, 10))


@pytest.mark.parametrize(
    ("method", "record", "state"),
    [
        ("read", "kind: result, person: ben", "current"),
        ("read", "kind: result, person: ben, method: quiz, passed: true", "current"),
        ("read", "kind: result, person: ben, method: quiz, passed: false", "overdue"),
        ("read", "kind: session, attendees: ben", "current"),
        ("quiz", "kind: result, person: ben", "overdue"),
        ("quiz", "kind: result, person: ben, method: quiz, passed: false", "overdue"),
        ("quiz", "kind: result, person: ben, method: quiz, passed: true", "current"),
        ("quiz", "kind: session, attendees: ben", "overdue"),
        ("session", "kind: session, attendees: ben", "current"),
        ("session", "kind: result, person: ben, method: session", "current"),
        ("session", "kind: session, type: observe, attendees: ben", "overdue"),
        ("session", "kind: result, person: ben", "overdue"),
        ("observe", "kind: session, type: observe, attendees: ben", "current"),
        ("observe", "kind: session, attendees: ben", "overdue"),
        ("observe", "kind: result, person: ben, method: observe", "current"),
    ],
)
def test_which_record_satisfies_which_method(tmp_path: Path, method: str, record: str, state: str) -> None:
    text = f"---\ntraining: {{method: {method}}}\n---\n"
    story = Story(tmp_path, *approved("2026-01-05", text), ExampleCommit("2026-01-10", "ben", record=record))
    assert story.states("2026-03-01")["ben"] == state


CHANGED = "\n## Scope\n\nAll accounts in Okta.\n"


@pytest.mark.parametrize(
    ("version", "outcome", "again_on", "asks"),
    [
        ("2.0", "", "major", True),
        ("2.0", "", "minor", True),
        ("2.0", "", "never", False),
        ("1.1", "", "major", False),
        ("1.1", "", "minor", True),
        ("1.1", "", "never", False),
        ("1.0.1", "editorial", "minor", False),
    ],
)
def test_which_change_asks_again(tmp_path: Path, version: str, outcome: str, again_on: str, asks: bool) -> None:
    text = f"---\ntraining: {{method: read, again_on: {again_on}}}\n---\n"
    second = approved("2026-06-01", text + CHANGED, version, outcome)
    if outcome:
        second = (second[0], replace(second[2], entry=f"{second[2].entry}, version: {version}"))
    story = Story(tmp_path, *approved("2026-01-05", text), read_on("2026-01-10"), *second)
    assert story.states("2026-05-31")["ben"] == "current"
    assert story.states("2026-06-15")["ben"] == ("due" if asks else "current")
    assert story.states("2026-06-16")["ben"] == ("overdue" if asks else "current")
    if asks:
        row = story.rows("2026-06-15")["ben"]
        assert (row.since, row.deadline, row.is_new) == (date(2026, 6, 1), date(2026, 6, 15), False)
        assert story.rows("2026-06-15")["dee"].since == date(2026, 6, 1)


def test_the_setting_of_the_library_holds_where_the_sop_says_nothing(tmp_path: Path) -> None:
    config = '[training]\nagain_on = "minor"\n'
    history = (*approved("2026-01-05"), read_on("2026-01-10"), *approved("2026-06-01", READ + CHANGED, "1.1"))
    assert Story(tmp_path / "a", *history, config=config).states("2026-06-16")["ben"] == "overdue"
    assert Story(tmp_path / "b", *history).states("2026-06-16")["ben"] == "current"


def test_a_record_of_a_text_that_is_not_in_force_yet_counts_from_its_first_day(tmp_path: Path) -> None:
    later = "---\neffective: 2026-07-01\n---\n" + CHANGED
    history = (*approved("2026-01-05"), read_on("2026-01-10"), *approved("2026-06-01", later, "2.0"))
    story = Story(tmp_path, *history, read_on("2026-06-02"))
    assert story.rows("2026-06-30")["ben"].record is not None
    assert str(story.rows("2026-06-30")["ben"].record).count("2026, 1, 10") == 1, "that of the text in force"
    row = story.rows("2026-07-01")["ben"]
    assert (str(row.state), row.record and row.record.day) == ("current", date(2026, 6, 2))
    assert story.rows("2026-07-01")["dee"].since == date(2026, 7, 1)


def test_a_draft_that_was_never_in_force_trains_nobody(tmp_path: Path) -> None:
    draft = ExampleCommit("2026-02-01", "ben", text=READ.replace("---\n", '---\nversion: "2.0"\n', 1) + CHANGED)
    story = Story(tmp_path, *approved("2026-01-05"), draft, read_on("2026-02-02"))
    assert story.states("2026-03-01")["ben"] == "never"


JOINER = "- {id: it-operations, title: IT operations, holders: [{person: ben}, {person: dee, from: 2026-03-10}]}\n"


def roles(holders: str) -> str:
    rows = REGISTERS["registers/roles.yaml"].splitlines(keepends=True)
    return "".join(row for row in rows if "it-operations" not in row) + holders


@pytest.mark.parametrize(("day", "state"), [("2026-03-10", "due"), ("2026-03-24", "due"), ("2026-03-25", "never")])
def test_a_joiner_of_the_role_has_the_time_of_joiners(tmp_path: Path, day: str, state: str) -> None:
    story = Story(tmp_path, *approved("2026-01-05"), roles=roles(JOINER))
    assert "dee" not in story.states("2026-03-09")
    row = story.rows(day)["dee"]
    assert (str(row.state), row.since, row.deadline, row.is_new) == (
        state,
        date(2026, 3, 10),
        date(2026, 3, 24),
        True,
    )


def test_joiners_and_others_have_times_of_their_own(tmp_path: Path) -> None:
    config = '[practice]\ngrace = "30 days"\n[training]\njoiners = "5 days"\n'
    story = Story(tmp_path, *approved("2026-01-05"), roles=roles(JOINER), config=config)
    rows = story.rows("2026-03-10")
    assert (rows["ben"].deadline, rows["dee"].deadline) == (date(2026, 2, 4), date(2026, 3, 15))


def test_who_left_and_came_back_starts_again(tmp_path: Path) -> None:
    holders = (
        "- {id: it-operations, holders: [{person: ben, to: 2026-02-28}, {person: ben, from: 2026-05-01},"
        " {person: dee, to: 2026-02-28}, {person: dee, from: 2026-03-01}]}\n"
    )
    story = Story(tmp_path, *approved("2026-01-05"), roles=roles(holders))
    assert "ben" not in story.states("2026-04-01")
    assert story.rows("2026-05-02")["ben"].since == date(2026, 5, 1)
    assert story.rows("2026-05-02")["dee"].since == date(2026, 1, 5), "a change from one day to the next is no break"


def test_a_change_of_role_within_the_audience_is_no_break(tmp_path: Path) -> None:
    text = "---\naudience: [it-operations, asset-owner]\n---\n"
    holders = "- {id: it-operations, holders: [{person: dee, to: 2026-03-31}]}\n"
    rows = roles(holders).replace(
        "holders: [{person: ben}], deputies: [{person: dee}]", "holders: [{person: dee, from: 2026-04-01}]"
    )
    story = Story(tmp_path, *approved("2026-01-05", text), roles=rows)
    assert story.rows("2026-04-02")["dee"].since == date(2026, 1, 5)
    assert not story.rows("2026-04-02")["dee"].is_new


def test_whom_a_new_text_takes_into_the_audience_comes_in_with_it(tmp_path: Path) -> None:
    wider = "---\naudience: [it-operations, line-manager]\n---\n"
    story = Story(tmp_path, *approved("2026-01-05"), *approved("2026-06-01", wider, "1.1"))
    assert "ann" not in story.states("2026-05-31")
    row = story.rows("2026-06-01")["ann"]
    assert (row.since, row.is_new) == (date(2026, 6, 1), True)
    assert story.rows("2026-06-01")["ben"].since == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("day", "state"),
    [("2026-01-31", "never"), ("2026-02-01", "exempt"), ("2026-04-30", "exempt"), ("2026-05-01", "never")],
)
def test_an_exemption_holds_from_its_date_to_its_last_day(tmp_path: Path, day: str, state: str) -> None:
    record = "kind: exemption, person: ben, reason: absent, until: 2026-04-30"
    story = Story(tmp_path, *approved("2026-01-05"), ExampleCommit("2026-02-01", "ann", record=record))
    assert story.states(day)["ben"] == state


def test_who_left_in_between_keeps_the_record(tmp_path: Path) -> None:
    holders = "- {id: it-operations, holders: [{person: ben, to: 2026-02-28}, {person: ben, from: 2026-05-01}]}\n"
    story = Story(tmp_path, *approved("2026-01-05"), read_on("2026-01-10"), roles=roles(holders))
    assert story.states("2026-05-02")["ben"] == "current"


def test_the_share_leaves_out_those_who_are_exempt_due_or_unknown(tmp_path: Path) -> None:
    story = Story(tmp_path, *approved("2026-01-05"), read_on("2026-01-10"))
    [sop] = story.sops("2026-01-12")
    assert (sop.share, len(sop.rows)) == (100.0, 2), "Dee is due"
    [sop] = story.sops("2026-02-01")
    assert sop.share == 50.0
    assert share_of([row for row in sop.rows if row.person == "x"]) is None


def test_nothing_is_known_without_the_folder_of_records_about_people(tmp_path: Path) -> None:
    config = '[practice]\npeople = "../people/ledger"\n'
    story = Story(tmp_path / "library", *approved("2026-01-05"), config=config)
    assert set(story.states("2026-03-01").values()) == {"unknown"}
    [sop] = story.sops("2026-03-01")
    assert sop.share is None


def test_two_files_with_one_id_ask_people_once(tmp_path: Path) -> None:
    copy = {"sops/copy.md": complete(READ.replace("---\n", '---\nversion: "1.0"\n', 1))}
    story = Story(tmp_path, *approved("2026-01-05"), ExampleCommit("2026-01-06", "ben", files=copy))
    with story.on("2026-01-07") as status:
        assert [sop.id for sop in status.library.in_order] == ["AC-001", "AC-001"]
        assert [sop.sop.id for sop in training_of(status)] == ["AC-001"]

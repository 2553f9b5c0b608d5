"""`sopkit train`: read, recorded for others, and sessions from the sheet of attendance."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import pytest
from tests.authoring.ledger import CONFIG, PATH, PEOPLE, ROLES, files, library, status, text
from tests.cli.conftest import As
from tests.repository import ANN, GitRepository

pytestmark = pytest.mark.slow  # about a second each

DAY = datetime.now(UTC).date()  # noqa: TID251 - the command reads the clock


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    people = PEOPLE + (
        "- {key: fay, name: Fay Lee, emails: [fay@acme.example, lee@acme.example]}\n"
        "- {key: gus, name: Gus Lee, emails: [gus@acme.example], to: 2026-01-31}\n"
        "- {key: ann2, name: Ann Lee, emails: [ann2@acme.example]}\n"
    )
    roles = ROLES + "- {id: support, holders: [{person: ann}, {person: fay}]}\n"
    return library(
        tmp_path / "library",
        **{
            "sopkit.toml": CONFIG + "[training]\nrecorders = ['line-manager']\n",
            "registers/people.yaml": people,
            "registers/roles.yaml": roles,
            PATH: text(audience="[support]", training="{method: session}"),
        },
    )


def states(say: As) -> dict[str, tuple[str, str, str, str]]:
    rows = json.loads(say("ann", "train", "status", "--each", "-f", "json").out)["rows"]
    return {row["person"]: (row["state"], row["trained_on"], row["how"], row["proof"]) for row in rows}


def test_what_somebody_reads_counts_by_their_own_commit_only(say: As, there: GitRepository) -> None:
    there.commit("2026-02-02", {PATH: text(audience="[support]", training="{method: read}")}, author=ANN)
    assert say("cat", "approve", "AC-001", "--note", "read it", "--yes").code == 0
    assert say("ben", "train", "acknowledge", "AC-001", "--as", "fay", "--yes").code == 2
    assert states(say)["fay"][0] == "due"
    done = say("fay", "train", "acknowledge", "--yes")
    assert done.code == 0, done.err
    assert "AC-001 1.0: " in done.out
    assert [one[:1] for one in files(there)] == ["A"]
    assert states(say)["fay"] == ("current", "1.0", "read", "own commit")
    assert say("fay", "train", "acknowledge").out == "nothing that you are asked to read is unread\n"
    assert "recorded already" in say("fay", "train", "acknowledge", "AC-001", "--yes").out
    assert states(say)["ann"][0] == "due"


def test_reading_is_not_enough_where_a_session_is_asked_for(say: As) -> None:
    done = say("fay", "train", "acknowledge", "AC-001", "--yes")
    assert "AC-001 asks for session: this record alone makes nobody current" in done.err
    assert states(say)["fay"][0] == "due"
    assert "reading is not enough for AC-001 (session)" in say("fay", "train", "acknowledge").err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("AC-001@7.0",), "AC-001 7.0 was never approved"),
        (("AC-002",), "nothing"),
        (("AC-01",), "did you mean AC-001"),
    ],
)
def test_a_text_that_was_never_approved_is_refused(
    say: As, there: GitRepository, words: tuple[str, ...], problem: str
) -> None:
    draft = text(id="AC-002").replace("status: active", "status: draft")
    there.commit("2026-02-03", {"sops/ac-002.md": draft}, author=ANN)
    done = say("ann", "train", "acknowledge", *words, "--yes")
    assert done.code == 2
    assert problem in done.err
    assert status(there) == []
    assert not (there.root / "ledger/people").exists()


def test_a_recorder_records_for_people_without_git(say: As, there: GitRepository) -> None:
    tomorrow = DAY + timedelta(days=1)
    there_is = ("AC-001", "--method", "session", "--yes")
    assert "is yet to come" in say("ann", "train", "record", "fay", *there_is, "--on", str(tomorrow)).err
    assert "may be ann or ann2" in say("ann", "train", "record", "Ann Lee", *there_is).err
    assert "did you mean fay" in say("ann", "train", "record", "fey lee", *there_is).err
    assert "was in force on" in say("ann", "train", "record", "fay", *there_is, "--on", "2026-02-01").err
    assert say("ann", "train", "record", "fay", "AC-001", "--method", "quiz").code == 2
    assert say("ben", "train", "record", "fay", *there_is).code == 2, "Ben may not record others"
    assert status(there) == []
    done = say("ann", "train", "record", "lee@acme.example", *there_is)
    assert done.code == 0, done.err
    assert states(say)["fay"] == ("current", "1.0", "session", "reported")
    gone = say("ann", "train", "record", "gus", *there_is)
    assert "gus was not with the organisation" in gone.err
    assert "gus" not in states(say)


def test_a_failed_quiz_is_kept_and_makes_nobody_current(say: As) -> None:
    assert say("ann", "train", "record", "fay", "AC-001", "--method", "quiz", "--failed", "--yes").code == 0
    assert states(say)["fay"] == ("due", "1.0", "quiz: not passed", "reported")


def sheet(path: Path, *rows: str, day: str = str(DAY), sops: str = "AC-001") -> Path:
    head = "date;title;trainer;sops;person;name;attended\n"
    path.write_text("\ufeff" + head + "".join(f"{day};Access;ben;{sops};{row}\n" for row in rows), encoding="utf-8")
    return path


def test_a_session_is_recorded_once_and_made_up_for(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = sheet(tmp_path / "q.csv", "ann;Ann Lee;yes", "fay;Fay Lee;no")
    dry = say("ann", "train", "session", file, "--dry-run")
    assert "nothing was written" in dry.out
    assert status(there) == []
    done = say("ann", "train", "session", file)
    assert done.code == 0, done.err
    assert "1 was not there" in done.err
    assert {key: row[0] for key, row in states(say).items()} == {"ann": "current", "fay": "due"}
    assert "recorded already" in say("ann", "train", "session", file).out
    late = sheet(tmp_path / "late.csv", "fay;Fay Lee;x")
    assert "no session is recorded in a file" in say("ann", "train", "session", late, "--makes-up", "y.yaml").err
    name = next((there.root / "ledger/people").glob("*-session-*")).name
    assert say("ann", "train", "session", late, "--makes-up", name).code == 0
    assert {key: row[0] for key, row in states(say).items()} == {"ann": "current", "fay": "current"}


def test_a_session_is_read_from_a_word_file(say: As, tmp_path: Path) -> None:
    document = docx.Document()
    for line in (f"Date: {DAY}", "Title: Access for support", "SOPs: AC-001 1.0", "Question: AC-001 q1 3/6"):
        document.add_paragraph(line)
    table = document.add_table(3, 3)
    for row, cells in zip(
        table.rows,
        (("Person", "Name", "Attended"), ("fay", "Fay Lee", "☒"), ("catd", "Cat Diaz", "☐")),
        strict=True,
    ):
        for cell, value in zip(row.cells, cells, strict=True):
            cell.text = value
    document.save(str(tmp_path / "sheet.docx"))
    done = say("ann", "train", "session", tmp_path / "sheet.docx")
    assert done.code == 0, done.err
    assert states(say)["fay"] == ("current", "1.0", "session", "reported")


def test_every_fault_of_a_sheet_is_told_with_its_row_and_nothing_is_written(
    say: As, there: GitRepository, tmp_path: Path
) -> None:
    rows = ("ann;Ann Lee;yes", "zoe;Zoe;yes", "fay;Fay;perhaps", ";;yes", "ann;Ann Lee;yes")
    file = sheet(tmp_path / "q.csv", *rows)
    done = say("ann", "train", "session", file)
    assert done.code == 2
    for line, words in {3: "knows no `zoe`", 4: "`perhaps`", 5: "names nobody", 6: "ann is there twice"}.items():
        assert f"q.csv:{line}: " in done.err
        assert words in done.err
    assert status(there) == []
    assert say("ann", "train", "session", file, "--skip-unknown").code == 0
    assert states(say)["fay"][0] == "due"
    assert states(say)["ann"][0] == "current"


@pytest.mark.parametrize(
    ("day", "options", "problem"),
    [
        ("04/03/2026", (), "not a date that can be read in one way only"),
        ("2999-01-01", (), "is yet to come"),
        ("", (), "does not say on which day"),
        (str(DAY), ("--question", "AC-001 q1 2/4"), "4 people are too few"),
        (str(DAY), ("--question", "AC-001 q1 7/6"), "more right answers than answers"),
        (str(DAY), ("--sop", "AC-001@0.9"), "0.9 was never approved"),
    ],
)
def test_a_sheet_that_cannot_be_taken_as_it_is(
    say: As, there: GitRepository, tmp_path: Path, day: str, options: tuple[str, ...], problem: str
) -> None:
    done = say("ann", "train", "session", sheet(tmp_path / "q.csv", "fay;Fay Lee;yes", day=day), *options)
    assert done.code == 2
    assert problem in done.err
    assert status(there) == []
    assert not (there.root / "ledger/people").exists()


def test_one_screen_answers_what_a_person_knew_on_a_day(say: As, there: GitRepository) -> None:
    before = say("ann", "report", "person", "lee@acme.example", "--sop", "AC-001", "--on", str(DAY))
    assert before.code == 0, before.err
    assert "  state        due, by " in before.out
    assert "  trained on   no record\n" in before.out
    assert say("ann", "train", "record", "fay", "AC-001", "--method", "session", "--yes").code == 0
    done = say("ann", "report", "person", "fay", "--sop", "AC-001", "--on", str(DAY))
    lines = done.out.splitlines()
    assert lines[0] == f"Fay Lee (fay) on {DAY}"
    assert f"  version      1.0, in force since {DAY}" in lines
    assert f"  approved by  Cat Diaz on {DAY} (own commit)" in lines
    assert "  asked as     support" in lines
    assert "  state        current" in lines
    assert f"  trained on   1.0 on {DAY}, session (reported)" in lines
    [row] = json.loads(say("ann", "report", "person", "fay", "-f", "json").out)["rows"]
    assert (row["sop"], row["state"], row["trained_on"]) == ("AC-001", "current", "1.0")
    other = say("ann", "report", "person", "cat", "--sop", "AC-001")
    assert "state        not asked" in other.out
    long_ago = say("ann", "report", "person", "fay", "--sop", "AC-001", "--on", str(DAY - timedelta(days=1)))
    assert "version      none in force" in long_ago.out
    assert "current" not in long_ago.out
    assert say("ann", "report", "person", "nobody").code == 2
    assert say("ann", "report", "person").code == 2


def test_without_the_folder_of_people_nobody_is_shown_as_trained(say: As, there: GitRepository) -> None:
    assert say("ann", "train", "record", "fay", "AC-001", "--method", "session", "--yes").code == 0
    config = (there.root / "sopkit.toml").read_text(encoding="utf-8")
    there.commit("2026-02-03", {"sopkit.toml": config + "[practice]\npeople = '../acme-people/ledger'\n"}, author=ANN)
    done = say("ann", "report", "person", "fay", "--sop", "AC-001")
    assert done.code == 1
    assert "state        not known" in done.out
    assert "current" not in done.out
    assert "acme-people" in done.err


def test_a_person_is_told_all_that_is_recorded_about_them_and_nothing_of_others(say: As) -> None:
    assert say("fay", "train", "acknowledge", "AC-001", "--yes").code == 0
    assert say("ann", "train", "record", "fay", "AC-001", "--method", "quiz", "--failed", "--yes").code == 0
    done = say("ann", "train", "export", "--person", "lee@acme.example", "-f", "json")
    assert done.code == 0, done.err
    rows = [(row["kind"], row["about"], row["what"]) for row in json.loads(done.out)["rows"]]
    assert ("register", "emails", "fay@acme.example, lee@acme.example") in rows
    assert ("role", "support", "holder") in rows
    assert ("training", "AC-001", "1.0, read (own commit)") in rows
    assert ("training", "AC-001", "1.0, quiz: not passed, attempt 1 (reported)") in rows
    assert ("result", "", "recorded it") in rows
    assert "gus" not in done.out
    cat = json.loads(say("ann", "train", "export", "--person", "cat", "-f", "json").out)["rows"]
    assert ("approval", "AC-001", "1.0") in [(row["kind"], row["about"], row["what"]) for row in cat]
    assert say("ann", "train", "export", "--person", "nobody").code == 2

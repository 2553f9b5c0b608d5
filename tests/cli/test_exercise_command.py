"""`sopkit exercise`: the sheet in each format and back, the people apart, actions once, and the auditor's questions."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from playwright.sync_api import sync_playwright
from tests.authoring.ledger import USERS, files, library, status, text, user
from tests.cli.conftest import Done, Run
from tests.repository import GitRepository

from sopkit.model.practice import AnyRecord, Exercise
from sopkit.model.training import Attendance
from sopkit.parsing.entry import read_record
from sopkit.practice.scenarios import list_scenarios

pytestmark = pytest.mark.slow  # about a second each

DAY = datetime.now(UTC).date()  # noqa: TID251 - the command reads the clock
As = Callable[..., Done]


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    return library(tmp_path / "library")


@pytest.fixture
def say(run: Run, there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> As:
    """Runs sopkit as a person, in a library whose SOP is approved."""

    def call(who: str, *words: str | Path) -> Done:
        user(monkeypatch, tmp_path, who)
        return run(*words, "-C", there.root)

    done = call("cat", "approve", "AC-001", "--note", "read it", "--yes")
    assert done.code == 0, done.err
    return call


def records(there: GitRepository) -> list[AnyRecord]:
    names = there.git("log", "--reverse", "--format=", "--name-only", "--diff-filter=A").splitlines()
    found = [one for one in names if one.startswith(("ledger/exercises/", "ledger/people/"))]
    return [one for name in sorted(found) if (one := read_record((there.root / name).read_bytes()).entry) is not None]


def sheet(say: As, tmp_path: Path, suffix: str = "md", *words: str) -> Path:
    file = tmp_path / f"sheet.{suffix}"
    done = say("ben", "exercise", "new", "AC-001", "-o", file, *words)
    assert done.code == 0, done.err
    return file


FILLED = {
    "| Date |  |": f"| Date | {DAY} |",
    "| IT operations |  |": "| IT operations | Ben Roy, dan |",
    "| All access of an urgent leaver is removed within the time that the procedure sets |  |": (
        "| All access of an urgent leaver is removed within the time that the procedure sets | Some challenges |"
    ),
    "## Timeline\n": "## Timeline\n",
}


def fill(file: Path, **changes: str) -> None:
    typed = file.read_text()
    for before, after in {**FILLED, **changes}.items():
        assert before in typed, before
        typed = typed.replace(before, after, 1)
    head, gaps, rest = typed.partition("## Gaps")
    lines = rest.split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("| ---"))
    lines[at + 1] = "| 1 | high | step-3 | Nobody has the list of systems |"
    file.write_text(head + gaps + "\n".join(lines))


def test_a_sheet_in_markdown_goes_out_and_comes_back_with_the_people_apart(
    say: As, there: GitRepository, tmp_path: Path
) -> None:
    file = sheet(say, tmp_path)
    typed = file.read_text()
    assert "Exercise: A leaver with root access" in typed
    assert "sop1:" in typed
    empty = say("ben", "exercise", "record", file, "--yes")
    assert (empty.code, records(there)) == (2, [])
    assert "nothing is filled in" in empty.err
    fill(file, **{"| Clarity |  |": "| Clarity | 4 |"})
    step = next(line for line in file.read_text().split("\n") if "Grant the access within" in line)
    name = step.split("|")[1].strip()
    file.write_text(file.read_text().replace("step-3", name))
    not_for_others = say("ben", "exercise", "record", file, "--yes")
    assert (not_for_others.code, records(there)) == (2, [])
    assert "document-controller: Dan Oh (dan)" in not_for_others.err
    done = say("dan", "exercise", "record", file, "--yes")
    assert done.code == 0, done.err
    exercise, attendance = records(there)
    assert isinstance(exercise, Exercise)
    assert isinstance(attendance, Attendance)
    assert (exercise.type, exercise.scenario, exercise.roles) == ("tabletop", "leaver-with-root", ("it-operations",))
    assert exercise.objectives[0].rating == "some challenges"
    assert [(gap.id, gap.severity, gap.text) for gap in exercise.gaps] == [
        ("1", "high", "Nobody has the list of systems")
    ]
    assert exercise.feedback is not None
    assert exercise.feedback.clarity == 4
    assert attendance.people == ("ben", "dan")
    assert "Roy" not in there.git("show", "HEAD:" + files(there)[0].split("\t")[1])
    again = say("dan", "exercise", "record", file, "--yes")
    assert "recorded already" in again.out
    assert len(records(there)) == 2
    # actions, once
    for _ in range(2):
        added = say("dan", "exercise", "record", file, "--yes", "--actions")
        assert added.code == 0, added.err
    register = (there.root / "registers/actions.yaml").read_text()
    assert register.count("origin:") == 1
    assert "#1" in register
    listed = json.loads(say("ben", "exercise", "list", "-f", "json").out)
    [row] = listed["rows"]
    assert (row["type"], row["result"], row["gaps"], row["open"]) == ("tabletop", "some challenges", 1, 1)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (f"| Date | {DAY} |", "| Date | soon |", "soon"),
        (f"| Date | {DAY} |", "| Date | 2099-01-01 |", "2099-01-01"),
        ("| Some challenges |", "| so so |", "so so"),
        ("Ben Roy, dan", "Bne Roy", "Bne Roy"),
        ("| high | ", "| awful | ", "awful"),
        ("sop1:", "sop1:00", "digest"),
        ("| Type | tabletop |", "| Type | party |", "party"),
    ],
)
def test_a_sheet_with_something_wrong_is_refused_and_says_where(
    say: As, there: GitRepository, tmp_path: Path, before: str, after: str, words: str
) -> None:
    file = sheet(say, tmp_path)
    fill(file)
    file.write_text(file.read_text().replace("step-3", "").replace(before, after, 1))
    done = say("ben", "exercise", "record", file, "--yes")
    assert done.code == 2
    assert words in done.err
    assert (records(there), status(there)) == ([], [])


def test_parts_in_another_order_are_read(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = sheet(say, tmp_path)
    fill(file)
    typed = file.read_text().replace("step-3", "")
    head, *parts = typed.split("\n## ")
    file.write_text("\n## ".join([head, *reversed(parts)]))
    done = say("dan", "exercise", "record", file, "--yes")
    assert done.code == 0, done.err
    assert len(records(there)) == 2


def test_a_word_sheet_comes_back_also_from_libreoffice(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = sheet(say, tmp_path, "docx")
    document = docx.Document(str(file))
    for table in document.tables:
        for row in table.rows:
            if row.cells[0].text == "Date":
                row.cells[1].text = str(DAY)
            if row.cells[0].text == "IT operations":
                row.cells[1].text = "Ben Roy"
    document.save(str(file))
    if shutil.which("soffice"):
        folder = tmp_path / "saved"
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "docx"]
        subprocess.run([*command, "--outdir", str(folder), str(file)], capture_output=True, check=False, timeout=120)
        file = folder / file.name if (folder / file.name).exists() else file  # Writer is there
    done = say("ben", "exercise", "record", file, "--yes")
    assert done.code == 0, done.err
    exercise, attendance = records(there)
    assert isinstance(exercise, Exercise)
    assert isinstance(attendance, Attendance)
    assert (exercise.date, attendance.people) == (DAY, ("ben",))


def test_a_page_is_filled_in_from_disk_and_comes_back(say: As, there: GitRepository, tmp_path: Path) -> None:
    file, saved = sheet(say, tmp_path, "html"), tmp_path / "saved.html"
    assert "nothing is filled in" in say("ben", "exercise", "record", file, "--yes").err
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page, errors = browser.new_context(offline=True, accept_downloads=True).new_page(), list[str]()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(file.as_uri())
        page.get_by_label("Value, row 1").first.fill(str(DAY))
        page.get_by_label("People, row 2").fill("Ben Roy")
        page.get_by_label("Rating, row 1").select_option("unable")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save this sheet").click()
        download.value.save_as(saved)
        assert errors == []
        browser.close()
    done = say("ben", "exercise", "record", saved, "--yes")
    assert done.code == 0, done.err
    exercise = records(there)[0]
    assert isinstance(exercise, Exercise)
    assert exercise.objectives[0].rating == "unable"


def test_an_audit_by_whoever_owns_the_sop_is_marked(say: As, there: GitRepository, tmp_path: Path) -> None:
    for who, expected in (("ben", "no"), ("cat", "yes")):
        file = sheet(say, tmp_path, "md", "--type", "internal-audit")
        typed = file.read_text().replace("| Date |  |", f"| Date | {DAY} |", 1)
        assert "| Auditors |  |" in typed
        file.write_text(typed.replace("| Auditors |  |", f"| Auditors | {who} |", 1))
        done = say("dan", "exercise", "record", file, "--yes")
        assert done.code == 0, done.err
        assert ("not independent" in done.err) == (expected == "no")
    rows = json.loads(say("ben", "exercise", "list", "-f", "json").out)["rows"]
    assert sorted(row["independent"] for row in rows) == ["no: ben owns or wrote AC-001", "yes"]


def test_a_draft_can_be_tried_before_it_is_approved(say: As, there: GitRepository) -> None:
    there.commit(str(DAY), {"sops/ac-002.md": text(id="AC-002", version='"0.3"')}, author=USERS["ann"])
    refused = say("ben", "exercise", "new", "AC-002")
    assert refused.code == 2
    assert "--draft" in refused.err
    assert "| AC-002 | 0.3 |" in say("ben", "exercise", "new", "AC-002", "--draft").out


def test_eight_scenarios_are_shipped_and_a_library_adds_its_own(say: As, there: GitRepository) -> None:
    shipped = list_scenarios(there.root)
    assert len(shipped) == 8
    assert all(4 <= len(one.scenario.injects) <= 6 and len(one.scenario.objectives) >= 3 for one in shipped)
    own = (Path(__file__).parents[2] / "src/sopkit/practice/scenarios/bad-release.yaml").read_text()
    there.write("exercises/scenarios/bad-release.yaml", own.replace("A bad release", "Our release"))
    there.write("exercises/scenarios/flood.yaml", own.replace("A bad release", "A flood"))
    listed = say("ben", "exercise", "new", "--list").out
    assert "own, instead of the shipped one" in listed
    assert "A flood" in listed
    there.write("exercises/scenarios/broken.yaml", "title: Broken\nobjectives: 3\n")
    broken = say("ben", "exercise", "new", "--list")
    assert broken.code == 2
    assert "exercises/scenarios/broken.yaml:1: `situation` is missing" in broken.err


def test_questions_of_the_auditor_name_where_the_answer_is(say: As) -> None:
    done = say("ben", "report", "questions", "--sop", "AC-001", "-f", "json")
    assert done.code == 0, done.err
    rows = json.loads(done.out)["rows"]
    words = " ".join(row["question"] for row in rows)
    assert "Who approved version 1.0" in words
    assert "`grant`" in words
    assert all(row["where"] for row in rows)
    only = json.loads(say("ben", "report", "questions", "--role", "it-operations", "-f", "json").out)["rows"]
    assert 0 < len(only) < len(rows)
    assert say("ben", "report", "questions", "--control", "A.9.99").code == 2

"""`sopkit train plan`: what each session is about and why, what was held, and sheets that are read back."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import pytest
from tests.authoring.ledger import CONFIG, PEOPLE, ROLES, library, text, user
from tests.authoring.ledger import PATH as SOP_PATH
from tests.cli.conftest import Done, Run
from tests.practice.test_training import CHANGED, READ, Story, approved
from tests.repository import GitRepository

from sopkit.lint.rule import ExampleCommit
from sopkit.model.durations import quarter_range
from sopkit.model.errors import SopkitError
from sopkit.practice.attendance import read_attendance
from sopkit.reports.training.plan import QUARTERS, TrainingPlan

pytestmark = pytest.mark.slow  # about a second each


def plan_of(story: Story, year: int, day: str, role: str = "") -> TrainingPlan:
    """The plan as the command makes it."""
    plan = TrainingPlan(year, role)
    for quarter in QUARTERS:
        first = quarter_range(year, quarter).first
        with story.on(day) as today:
            if first >= date.fromisoformat(day):
                plan.add_quarter(quarter, today, today)
                continue
            with story.on(first.isoformat()) as past:
                plan.add_quarter(quarter, past, today)
    return plan


RECORDERS = "[training]\nrecorders = ['it-operations']\n"


def session_on(day: str, *people: str, extra: str = "") -> ExampleCommit:
    return ExampleCommit(day, "ben", record=f"kind: session, attendees: [{', '.join(people)}]{extra}")


def test_quarters_are_whole_and_follow_each_other() -> None:
    days = [quarter_range(2028, one) for one in QUARTERS]
    assert [str(one.first) for one in days] == ["2028-01-01", "2028-04-01", "2028-07-01", "2028-10-01"]
    assert [str(one.last) for one in days] == ["2028-03-31", "2028-06-30", "2028-09-30", "2028-12-31"]


def test_a_session_says_in_words_why_it_is_about_an_sop(tmp_path: Path) -> None:
    story = Story(tmp_path, *approved("2026-01-05"), session_on("2026-02-02", "ben"))
    [first, *_] = plan_of(story, 2027, "2026-12-01").rows
    assert (first.quarter, first.sops, first.state) == ("2027-Q1", ("AC-001 1.0",), "planned")
    assert first.people == 2
    assert first.why == ("AC-001: 1 of 2 people due or overdue, medium criticality",)
    assert [line.partition(":")[0] for line in first.agenda] == ["2 min", "8 min", "8 min", "2 min"]


def test_who_was_never_trained_comes_first_and_a_major_change_asks_again(tmp_path: Path) -> None:
    story = Story(tmp_path, *approved("2026-01-05"))
    assert "never trained" in plan_of(story, 2027, "2026-12-01").rows[0].why[0]
    story = Story(
        tmp_path / "changed",
        *approved("2026-01-05"),
        session_on("2026-02-02", "ben", "dee"),
        *approved("2026-05-04", READ + CHANGED, "2.0"),
        config=RECORDERS,
    )
    why = plan_of(story, 2027, "2026-12-01").rows[0].why[0]
    assert "major change since the last session (2.0, in force from 2026-05-04)" in why
    before = plan_of(story, 2026, "2026-04-01").rows[1].why[0]
    assert "change since" not in before


def test_questions_that_fail_and_deviations_are_reasons_and_the_case_to_discuss(tmp_path: Path) -> None:
    sums = ", questions: [{sop: AC-001, id: q1, answered: 9, right: 4}]"
    run = "kind: run, case: T-1, started: 2026-03-01T09:00:00Z, finished: 2026-03-01T10:00:00Z"
    story = Story(
        tmp_path,
        *approved("2026-01-05"),
        session_on("2026-02-02", "ben", "dee", extra=sums),
        ExampleCommit("2026-03-02", "ben", record=f"{run}, deviations: [{{step: '1', what: Asked by phone.}}]"),
        config=RECORDERS,
    )
    [first, *_] = plan_of(story, 2027, "2026-12-01").rows
    assert "question q1 fails: 4 of 9 right" in first.why[0]
    assert "1 deviation in runs of the last 12 months" in first.why[0]
    assert '"Asked by phone."' in first.agenda[2]


def test_a_quarter_that_began_keeps_its_plan_and_shows_what_was_held(tmp_path: Path) -> None:
    story = Story(tmp_path, *approved("2026-01-05"), session_on("2026-04-10", "ben"))
    with story.on("2026-08-01") as today:
        assert len(today.library.sops) == 1
    rows = {row.quarter: row for row in plan_of(story, 2026, "2026-08-01").rows}
    assert rows["2026-Q2"].state == "held"
    assert rows["2026-Q2"].done == ("AC-001: 1 of 2 people",)
    assert "never trained" in rows["2026-Q2"].why[0], "as it was on its first day"
    assert (rows["2026-Q3"].state, rows["2026-Q4"].state) == ("planned", "planned")
    later = {row.quarter: row.state for row in plan_of(story, 2026, "2026-10-02").rows}
    assert later["2026-Q3"] == "not held"
    assert rows["2026-Q2"] == next(row for row in plan_of(story, 2026, "2026-10-02").rows if row.quarter == "2026-Q2")


def test_an_unknown_role_is_refused_with_the_nearest(tmp_path: Path) -> None:
    story = Story(tmp_path, *approved("2026-01-05"))
    with pytest.raises(SopkitError, match="no role `line-manger`"):
        plan_of(story, 2027, "2026-12-01", "line-manger")


DAY = datetime.now(UTC).date()  # noqa: TID251 - the command reads the clock
QUARTER = f"{DAY.year}-Q{(DAY.month + 2) // 3}"


class Company:
    """A library with an approved SOP for support, and people who run sopkit in it."""

    def __init__(self, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        people = PEOPLE + "- {key: fay, name: Fay | Lee, emails: [fay@acme.example]}\n"
        people += "- {key: gus, name: Gus Lee, emails: [gus@acme.example], to: 2026-01-31}\n"
        holders = ", ".join(f"{{person: {key}}}" for key in ("ann", "fay", "gus", "rob"))
        self.run, self.folder, self.monkeypatch = run, folder, monkeypatch
        self.there: GitRepository = library(
            folder / "library",
            **{
                "sopkit.toml": CONFIG + "[training]\nrecorders = ['line-manager']\n",
                "registers/people.yaml": people,
                "registers/roles.yaml": ROLES + f"- {{id: support, title: Support, holders: [{holders}]}}\n",
                SOP_PATH: text(audience="[support]", training="{method: session}"),
            },
        )
        assert self.call("cat", "approve", "AC-001", "--note", "read it", "--yes").code == 0

    def call(self, who: str, *words: str | Path) -> Done:
        user(self.monkeypatch, self.folder, who)
        return self.run(*words, "-C", self.there.root)

    def states(self) -> dict[str, str]:
        rows = json.loads(self.call("ann", "train", "status", "--each", "-f", "json").out)["rows"]
        return {row["person"]: row["state"] for row in rows}


@pytest.fixture
def company(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    return Company(run, tmp_path, monkeypatch)


def tick(file: Path, key: str) -> None:
    """Fill in a sheet as people do: the date, and a mark for one person."""
    if file.suffix == ".docx":
        document = docx.Document(str(file))
        next(one for one in document.paragraphs if one.text == "Date:").add_run(f" {DAY}")
        row = next(one for one in document.tables[0].rows if one.cells[0].text == key)
        row.cells[2].text = row.cells[2].text.replace("☐", "☒")
        document.save(str(file))
        return
    lines = file.read_text("utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if f"{key}" in re.split(r"[|,]\s*", line.replace(" |", "|")))
    if file.suffix == ".csv":
        lines[at] = f"{DAY}{lines[at]}yes"
    else:
        lines[at] = lines[at].replace("[ ]", "[x]")
        lines = [f"Date: {DAY}" if line == "Date:" else line for line in lines]
    file.write_text("\n".join(lines), "utf-8")


@pytest.mark.parametrize("suffix", [".docx", ".csv", ".md"])
def test_a_sheet_lists_who_holds_the_role_and_is_read_back_with_its_marks(company: Company, suffix: str) -> None:
    file = company.folder / f"sheet{suffix}"
    done = company.call("ann", "train", "plan", "--sheet", QUARTER, "--role", "support", "-o", file)
    assert done.code == 0, done.err
    assert f"sopkit train session {file}" in done.err
    sheet = read_attendance(file)
    assert [row.person for row in sheet.rows] == ["ann", "fay"], "nobody who left, and no bot"
    assert sheet.facts["sops"] == "AC-001 1.0"
    assert sheet.facts["title"] == f"Support, {QUARTER}"
    empty = company.call("ann", "train", "session", file)
    assert (empty.code, "does not say on which day" in empty.err) == (2, True)
    assert "nobody was there" in company.call("ann", "train", "session", file, "--on", str(DAY)).err
    tick(file, "fay")
    done = company.call("ann", "train", "session", file)
    assert done.code == 0, done.err
    assert company.states() == {"ann": "due", "fay": "current"}
    [row] = [
        row
        for row in json.loads(company.call("ann", "train", "plan", "-f", "json").out)["rows"]
        if row["quarter"] == QUARTER
    ]
    assert (row["state"], row["done"]) == ("held", ["AC-001: 1 of 2 people"])


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--sheet", "2027-Q5", "--role", "support", "-o", "x.md"), "is not a quarter; write 2027-Q1"),
        (("--sheet", "2027-Q1", "-o", "x.md"), "name the role"),
        (("--sheet", "2027-Q1", "--role", "support"), "-o FILE.docx"),
        (("--sheet", "2027-Q1", "--role", "support", "-o", "x.pdf"), "-o FILE.docx"),
        (("--sheet", "2027-Q1", "--role", "suport", "-o", "x.md"), "did you mean support"),
        (("--sheet", "2027-Q1", "--role", "asset-owner", "-o", "x.md"), "no SOP in force has the role"),
        (("--year", "27"), "greater than or equal to 2000"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_words(company: Company, words: tuple[str, ...], problem: str) -> None:
    done = company.call("ann", "train", "plan", *words)
    assert done.code == 2
    assert problem in done.err
    assert not Path("x.md").exists()


def test_without_people_there_is_no_sheet_and_no_session(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.there.commit("2026-12-01", {"registers/people.yaml": None})
    monkeypatch.chdir(company.folder)
    done = company.call("ann", "train", "plan", "--sheet", "2027-Q1", "--role", "support", "-o", "x.md")
    assert done.code == 2
    assert "registers/people.yaml lists nobody" in done.err
    plan = json.loads(company.call("ann", "train", "plan", "-f", "json").out)
    assert plan["rows"] == []
    assert plan["notes"] == ["support: nobody holds it, so there is no session"]


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_the_same_plan_twice_is_the_same(company: Company, form: str) -> None:
    first, second = (company.call("ann", "train", "plan", "--year", "2027", "-f", form) for _ in range(2))
    assert first == second
    assert "never trained" in first.out

from datetime import date

import pytest
from tests.authoring.interview import told

from sopkit.authoring.interview.answers import InterviewAnswers, read_answers
from sopkit.authoring.interview.draft import OWNER_MARK, draft_from_answers
from sopkit.authoring.interview.questionnaire import QUESTIONS
from sopkit.authoring.request import SopRequest
from sopkit.authoring.templates.draft import write_drafts
from sopkit.library import Library, load
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.select import Profile
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Severity

DAY = date(2026, 11, 24)


def answered(**answers: str) -> InterviewAnswers:
    text = "# Ours\n\n- Team: Finance\n\n" + "".join(
        f"## {question.ask}\n\n{answers[question.key]}\n\n" for question in QUESTIONS if question.key in answers
    )
    return read_answers(text, "answers.md")


def test_a_teams_answers_become_a_draft_without_errors(library: Library) -> None:
    returned = read_answers(told.filled_markdown(area="customer-success"), "answers.md")
    made = draft_from_answers(library, returned, SopRequest())
    assert (made.id, made.title, made.owner) == ("CS-001", told.ANSWERS["title"], OWNER_MARK)
    write_drafts(library.root, (made,))
    again = load(library.root, DAY)
    (sop,) = again.sops
    assert sop.front.values["contributors"] == ["support-agent", "support-lead"]
    assert sop.front.values["time_limits"] == {"within-15-minutes": "PT15M", "within-4-hours": "PT4H"}
    assert [(step.number, step.actor) for step in sop.body.procedures[0].steps] == [
        ("1", "Support agent"),
        ("2", "Support agent"),
        ("3", "Support lead"),
    ]
    assert (sop.body.procedures[0].steps[1].condition, sop.body.procedures[0].steps[1].otherwise) != ("", "")
    assert [row.id for row in made.rows] == ["management", "support-lead", "support-agent"]
    found = lint(again, LintOptions(Profile.REVIEW, tree_only=True)).findings
    assert [finding for finding in found if finding.severity is Severity.ERROR] == []


def test_every_word_of_the_answers_is_in_the_draft(library: Library) -> None:
    answers = {
        question.key: f"Word{number}a word{number}b."
        for number, question in enumerate(QUESTIONS)
        if question.key != "contributors"
    }
    made = draft_from_answers(
        library, answered(**answers, contributors="Accountant"), SopRequest(area="risk-management")
    )
    for number, question in enumerate(QUESTIONS):
        if question.key not in {"contributors", "owner"}:
            assert f"Word{number}a word{number}b" in made.text, question.key
    assert "- id: accountant\n  title: Accountant\n  holders: []" in made.registers["registers/roles.yaml"].decode()


def test_what_was_not_answered_is_a_mark(library: Library) -> None:
    made = draft_from_answers(library, answered(title="Pay invoices"), SopRequest(area="risk-management"))
    marks = {one.mark for one in made.open}
    for question in QUESTIONS:
        if question.key in {"title", "contributors", "wishes"}:
            continue
        words = "which role answers for this SOP" if question.key == "owner" else question.ask.rstrip("?")[1:]
        assert any(words in mark for mark in marks), question.key
    assert "contributors: [finance]" in made.text


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        ("1. Clerk: Open it.\n2. Clerk: Close it.", ["1. **Clerk**: Open it.", "2. **Clerk**: Close it."]),
        ("First do this\nThen do that", ["1. First do this", "2. Then do that"]),
        (
            "- Clerk: Ask\n  - If yes, then go on.\n  - Else: stop.",
            ["1. **Clerk**: Ask", "   - If yes, then go on.", "   - Else: stop."],
        ),
        (
            "Ask\nIf yes, then go on.\nElse: stop.\nClose",
            ["1. Ask", "   - If yes, then go on.", "   - Else: stop.", "2. Close"],
        ),
        (
            "Security lead - decide\nLog in - then out\nSecurity lead \u2192 tell",
            ["1. **Security lead**: decide", "2. Log in - then out", "3. **Security lead**: tell"],
        ),
        (
            "1. Deploy\n   ```sh\n   make deploy\n\n   make look\n   ```\n2. Look",
            ["1. Deploy", "   - `make deploy`", "   - `make look`", "2. Look"],
        ),
        ("> Open it\n>\n> Close it", ["1. Open it", "2. Close it"]),
        (
            "Note: this is no actor\nURL https://a.example: open it",
            ["1. Note: this is no actor", "2. URL https://a.example: open it"],
        ),
    ],
)
def test_steps_as_people_write_them(library: Library, steps: str, lines: list[str]) -> None:
    made = draft_from_answers(library, answered(steps=steps), SopRequest(area="risk-management"))
    procedure = made.text.split("## Procedure\n\n")[1].split("\n\n## ")[0]
    assert procedure.splitlines() == lines


def table(*rows: str) -> str:
    head = "| Who | Does what | Within | How you see that it worked | What is kept as proof |\n|---|---|---|---|---|\n"
    return head + "\n".join(rows)


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        (
            table(
                "| Clerk | * Export it<br>* Wait. If it fails, then ring.<br>* Delete it | 3 days | It is gone | Log |"
            ),
            [
                "1. **Clerk**: Export it",
                "2. **Clerk**: Wait.",
                "   - If it fails, then ring.",
                "3. **Clerk**: Delete it",
                "   - Within: 3 days",
                "   - Expect: It is gone",
                "   - Evidence: Log",
            ],
        ),
        (
            table("| Clerk | Export it:<br>1) the orders<br>2) the mails | | | |"),
            ["1. **Clerk**: Export it:", "   - the orders", "   - the mails"],
        ),
        (
            table("| Clerk | Open it | | | |", "| CLERK<br>finance lead | Close it | | | |", "| | Tell | | | |"),
            [
                "1. **Clerk**: Open it",
                "2. **CLERK and finance lead**: Close it",
                "3. **[decide: who does this]**: Tell",
            ],
        ),
        (
            table("| clerk | Open it | | | |", "| CLERK | Close it | | | |"),
            ["1. **Clerk**: Open it", "2. **Clerk**: Close it"],
        ),
        (table("| | Open it | | | |", "| | Close it | | | |"), ["1. Open it", "2. Close it"]),
    ],
)
def test_cells_as_people_fill_them(library: Library, steps: str, lines: list[str]) -> None:
    made = draft_from_answers(library, answered(steps=steps), SopRequest(area="risk-management"))
    procedure = made.text.split("## Procedure\n\n")[1].split("\n\n## ")[0]
    assert procedure.splitlines() == lines
    assert "who-does-this" not in "".join(row.id for row in made.rows)


def test_roles_on_lines_become_a_table(library: Library) -> None:
    roles = "Accountant - pays\n* finance lead: decides: yes or no\n**Clerk**: files it"
    made = draft_from_answers(library, answered(roles=roles), SopRequest(area="risk-management"))
    assert (
        "## Roles\n\n| Role | Does |\n| --- | --- |\n| Accountant | pays |\n| finance lead | decides: yes or no |\n"
        "| Clerk | files it |\n" in made.text
    )
    assert {"accountant", "finance-lead", "clerk"} <= {row.id for row in made.rows}


def test_lines_below_a_table_stay_apart(library: Library) -> None:
    made = draft_from_answers(
        library,
        answered(records="the ticket\nthe log", roles="we all do it\nnobody decides"),
        SopRequest(area="privacy"),
    )
    assert "## Records\n\n* the ticket\n* the log\n" in made.text
    assert "## Roles\n\n* we all do it\n* nobody decides\n" in made.text


def test_roles_that_nobody_knew_are_told(library: Library) -> None:
    made = draft_from_answers(
        library, answered(contributors="Mia (CSM), Support agent", owner="Security lead"), SopRequest(area="privacy")
    )
    assert made.notes == (
        "new roles, in the words of the answers: Mia (CSM); unite those that are one, and replace persons",
    )


def test_front_matter_cannot_be_broken_by_an_answer(library: Library) -> None:
    nasty = 'a: "b" #c {{ x }} [d] \' \\ --- | e'
    made = draft_from_answers(
        library,
        answered(title=nasty, trigger=nasty, contributors=nasty, owner=nasty),
        SopRequest(area="risk-management"),
    )
    sop = library.read(made.path, made.text.encode())
    assert [finding for finding in sop.reading if finding.severity is Severity.ERROR] == []
    assert sop.text("title") == nasty
    assert sop.front.values["triggers"] == [{"event": nasty}]


def test_answers_without_a_place_of_their_own_are_kept(library: Library) -> None:
    answers = answered(
        title="Pay",
        owner="The finance lead, but ask Berta when it is more than 500 Euro",
        contributors="Mia, who has done this since 2019",
    )
    made = draft_from_answers(library, answers, SopRequest(area="privacy", title="Pay invoices"))
    feedback = made.text.split("## Feedback\n\n")[1].split("\n\n## ")[0]
    assert feedback == "\n\n".join(
        f"### {question.ask}\n\n{answers.answers[question.key]}" for question in QUESTIONS[:3]
    )
    assert (made.owner, "contributors: [finance]" in made.text) == (OWNER_MARK, True)
    assert made.notes[1:] == tuple(f"kept under Feedback: the answer to {question.ask!r}" for question in QUESTIONS[:3])


def test_a_title_told_at_length_is_kept_and_its_first_line_taken(library: Library) -> None:
    made = draft_from_answers(library, answered(title="- Pay invoices\n- or refuse them"), SopRequest(area="privacy"))
    assert (
        made.title,
        "## Feedback\n\n### What do you call it?\n\n- Pay invoices\n- or refuse them\n" in made.text,
    ) == (
        "Pay invoices",
        True,
    )
    long = "word " * 200
    made = draft_from_answers(library, answered(title=long), SopRequest(area="privacy"))
    assert (made.title, long.strip() in made.text) == ("What Finance does", True)


def test_headings_of_their_own_are_kept_also_empty(library: Library) -> None:
    text = f"Team: HR\n\n## {QUESTIONS[0].ask}\n\nPay\n\n## Ring Berta first\n\n## And then\n\nTom\n"
    made = draft_from_answers(library, read_answers(text, "a.md"), SopRequest(area="privacy"))
    assert "## Feedback\n\n### Ring Berta first\n\n### And then\n\nTom\n" in made.text


def test_the_owner_that_the_team_names(library: Library) -> None:
    made = draft_from_answers(library, answered(owner="Finance lead"), SopRequest(area="risk-management"))
    assert made.owner == "finance-lead"


def test_an_area_must_be_known(library: Library) -> None:
    with pytest.raises(SopkitError, match="names no area") as error:
        draft_from_answers(library, answered(title="Pay"), SopRequest())
    assert "--area" in error.value.hint
    with pytest.raises(SopkitError, match="no area 'risk-managment'") as error:
        draft_from_answers(library, answered(title="Pay"), SopRequest(area="risk-managment"))
    assert "did you mean risk-management?" in error.value.hint

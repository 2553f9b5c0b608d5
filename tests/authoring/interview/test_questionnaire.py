import html
import io
import re
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from tests.authoring.interview import told

from sopkit.authoring.interview.answers import InterviewAnswers, read_answers
from sopkit.authoring.interview.questionnaire import (
    QUESTIONS,
    QUESTIONS_BY_KEY,
    questionnaire_html,
    questionnaire_markdown,
    questionnaire_word,
)
from sopkit.model.errors import SopkitError
from sopkit.parsing.word import read_word


def expected(answers: InterviewAnswers) -> None:
    assert (answers.team, answers.area) == ("Customer Success", "customer-success")
    given = {key: re.sub(r"\n+", "\n", text) for key, text in answers.answers.items() if text}
    assert given == {key: re.sub(r"\n+", "\n", text) for key, text in told.ANSWERS.items()}
    assert {key: rows for key, rows in answers.rows.items() if rows} == told.ROWS
    assert answers.other == ()
    assert [question.key for question in answers.unanswered] == [
        question.key for question in QUESTIONS if question.key not in {*told.ANSWERS, *told.ROWS}
    ]


def test_markdown_comes_back() -> None:
    expected(read_answers(told.filled_markdown(area="customer-success"), "answers.md"))


@pytest.mark.slow
def test_a_word_file_comes_back() -> None:
    text = read_word(told.filled_word(area="customer-success"), "answers.docx", "").markdown
    expected(read_answers(text, "answers.docx"))


def shown(page: Path, *flags: str) -> str:
    """The page as Chromium has it after its scripts; a start that hangs is tried once more."""
    for attempt in (1, 2):
        profile = f"--user-data-dir={page.parent}/profile-{attempt}"
        words = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", profile, *flags]
        try:
            done = subprocess.run([*words, "--dump-dom", page.as_uri()], capture_output=True, text=True, timeout=90)
        except subprocess.TimeoutExpired:
            if attempt == 2:
                raise
        else:
            return done.stdout
    raise AssertionError


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_what_the_form_saves_comes_back(tmp_path: Path) -> None:
    page = tmp_path / "form.html"
    page.write_text(told.filled_html(area="customer-success"), encoding="utf-8")
    dom = shown(page, "--virtual-time-budget=3000")
    saved = re.search(r"<pre>(.*)</pre>", dom, re.DOTALL)
    assert saved, dom[-2000:]
    expected(read_answers(html.unescape(saved[1]), "answers.md"))


@pytest.mark.slow
@pytest.mark.parametrize("team", ["DevOps", "HR", "Customer Success", "Finance", 'The "A" <team> & Co'])
def test_each_form_asks_every_question_once(team: str) -> None:
    forms = (
        questionnaire_markdown(team),
        html.unescape(questionnaire_html(team)),
        read_word(questionnaire_word(team), "a.docx", "").markdown,
    )
    for form in forms:
        for number, question in enumerate(QUESTIONS, 1):
            assert len(re.findall(rf"(?:>|## ){number}\. {re.escape(question.ask)}", form)) == 1


@pytest.mark.slow
def test_an_untouched_questionnaire_is_said_to_be_empty() -> None:
    for text in (questionnaire_markdown("HR"), read_word(questionnaire_word("HR"), "a.docx", "").markdown):
        with pytest.raises(SopkitError, match="no question is answered"):
            read_answers(text, "a.md")


def test_another_document_is_said_to_be_none() -> None:
    with pytest.raises(SopkitError, match="no questionnaire") as error:
        read_answers("# Leavers\n\n## Purpose\n\nText.\n", "leavers.md")
    assert "sopkit adopt" in error.value.hint


def test_changed_headings_and_foreign_ones() -> None:
    text = (
        "# Ours\n\nTeam: HR\n\n### 4) Why do you do it and what goes wrong if nobody did\n\nBecause.\n\n## Our own heading\n\nMore.\n"
        "\n## 12. Something else altogether\n\nAnd more.\n"
    )
    answers = read_answers(text, "a.md")
    assert {key: text for key, text in answers.answers.items() if text} == {"purpose": "Because."}
    assert answers.other == (("Our own heading", "More."), ("Something else altogether", "And more."))


def test_a_heading_in_a_fence_is_an_answer() -> None:
    text = f"# Ours\n\n## {QUESTIONS_BY_KEY['inputs'].ask}\n\n```sh\n# comment\n## 3. two\n```\n"
    assert read_answers(text, "a.md").answers["inputs"] == "```sh\n# comment\n## 3. two\n```"


@pytest.mark.parametrize(
    ("below", "answer"),
    [
        ("> {hint} The master key.", "The master key."),
        ("> {hint}\n>\n> The master key.\n> And a lamp.", "The master key.\nAnd a lamp."),
        ("> {hint}\n\n> We quote this.", "> We quote this."),
        ("> {hint}", ""),
    ],
)
def test_an_answer_typed_behind_the_hint(below: str, answer: str) -> None:
    question = QUESTIONS_BY_KEY["inputs"]
    text = f"## {question.ask}\n\n{below.format(hint=question.hint)}\n\n## {QUESTIONS_BY_KEY['wishes'].ask}\n\nMore.\n"
    assert read_answers(text, "a.md").answers["inputs"] == answer


@pytest.mark.parametrize(
    ("heading", "answer"),
    [
        ("## 1. {ask} Say good-bye", "Say good-bye"),
        ("## 7. {ask}\nSay good-bye", "Say good-bye"),
        ("## **3) {ask}** -> Say good-bye", "Say good-bye"),
        ("## 1 {ask}\n\nSay good-bye", "Say good-bye"),
        ("### What do you call it - *Say good-bye*", "Say good-bye"),
        ("## 1. What do you call this? Say good-bye", "Say good-bye"),
        ("**1. {ask}**\n\nSay good-bye", "Say good-bye"),
        ("Q1: {ask}\nSay good-bye", "Say good-bye"),
        ("{ask} Say\ngood-bye", "Say\ngood-bye"),
    ],
)
def test_questions_as_people_leave_them(heading: str, answer: str) -> None:
    text = f"Team: HR\n\n{heading.format(ask=QUESTIONS_BY_KEY['title'].ask)}\n\n## {QUESTIONS_BY_KEY['wishes'].ask}\n\nMore.\n"
    answers = read_answers(text, "a.md")
    assert {key: text for key, text in answers.answers.items() if text} == {"title": answer, "wishes": "More."}
    assert answers.other == ()


def test_a_sentence_that_begins_like_a_question_is_an_answer() -> None:
    text = f"## {QUESTIONS_BY_KEY['wishes'].ask}\n\nWhat do you call it matters.\n"
    assert read_answers(text, "a.md").answers["wishes"] == "What do you call it matters."


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_enter_in_a_line_saves_nothing(tmp_path: Path) -> None:
    script = """
    const pressed = () => new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
    const lines = [document.getElementById("title"), document.getElementById("purpose")];
    document.title = lines.map((line) => line.dispatchEvent(pressed())).join(" ");
    """
    page = tmp_path / "form.html"
    page.write_text(questionnaire_html("HR").replace("</body>", f"<script>{script}</script></body>"), encoding="utf-8")
    assert "<title>false true</title>" in shown(page)


def test_what_is_done_has_the_most_room_in_word() -> None:
    table = next(
        table for table in docx.Document(io.BytesIO(questionnaire_word("HR"))).tables if len(table.columns) == 5
    )
    widths = [column.width for column in table.columns]
    assert widths[1] == 2 * widths[0]
    assert {*widths} == {widths[0], widths[1]}
    assert [cell.width for cell in table.rows[3].cells] == widths

"""`sopkit quiz`: check, and take in the terminal."""

import json
from pathlib import Path

import pytest
import yaml
from tests.authoring.ledger import PATH, files, library, text
from tests.cli.conftest import As
from tests.parsing.quizzes import QUIZ
from tests.repository import ANN, GitRepository

from sopkit.parsing.quiz import read_quiz
from sopkit.practice.quizzes import LETTERS, draw_questions

pytestmark = pytest.mark.slow  # about a second each

FILE = "quizzes/AC-001.yaml"


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    return library(tmp_path / "library", **{FILE: QUIZ})


def last_record(there: GitRepository) -> dict[str, object]:
    [(letter, path)] = [line.split("\t") for line in files(there)]
    assert letter == "A"
    values = yaml.safe_load((there.root / path).read_text())
    assert isinstance(values, dict)
    return values


SEED = "7"


def answers(*, wrong: str = "") -> str:
    """The lines that answer the quiz of the seed rightly, but for one question."""
    quiz = read_quiz(FILE, QUIZ.encode()).quiz
    assert quiz is not None
    asked = draw_questions(quiz, int(SEED))
    lines = {one.question.id: " ".join(LETTERS[at] for at in one.right) or "4 hours" for one in asked}
    if wrong:
        lines[wrong] = next(letter for letter in "ab" if letter != lines[wrong])
    return "".join(f"{line}\n" for line in lines.values())


def test_check_finds_faults_stale_and_weak_questions(say: As, there: GitRepository) -> None:
    done = say("ann", "quiz", "check")
    assert (done.code, done.out) == (0, "1 quiz: nothing found\n")
    there.write(FILE, QUIZ.replace("limit: grant", "limit: revoke"))
    done = say("ann", "quiz", "check", "AC-001", "-f", "json")
    assert done.code == 1
    assert [(one["code"], one["path"]) for one in json.loads(done.out)["findings"]] == [("SOP801", FILE)]
    there.write(FILE, QUIZ.replace(", why: Reads the tickets later.", ""))
    done = say("ann", "quiz", "check")
    assert done.code == 1
    assert "SOP802 weak-quiz: this wrong option has no `why`" in " ".join(done.out.split())
    there.write(FILE, QUIZ.replace("type: multi", "type: many"))
    assert f"{FILE}:21:" in say("ann", "quiz", "check").out
    assert say("ann", "quiz", "check", "AC-009").code == 2


def test_a_question_is_stale_when_its_step_changed_after_the_quiz(say: As, there: GitRepository) -> None:
    changed = text().replace("Approve the request.", "Approve the request in Jira.")
    there.commit("2026-03-01", {PATH: changed}, author=ANN)
    done = say("ann", "quiz", "check")
    assert done.code == 1
    assert "step `2` of AC-001 changed after the quiz did; check question `who`" in " ".join(done.out.split())
    assert done.out.count("SOP801") == 1
    there.commit("2026-03-02", {FILE: QUIZ.replace(">=1.0", ">= 1.0")}, author=ANN)
    assert say("ann", "quiz", "check").code == 0
    there.commit("2026-03-03", {PATH: text(version='"2.0"')}, author=ANN)
    assert "version 2.0 of AC-001 is in the folder, and the quiz is for" in " ".join(
        say("ann", "quiz", "check").out.split()
    )


def test_a_quiz_that_is_passed_is_recorded_without_answers(say: As, there: GitRepository) -> None:
    done = say("ben", "quiz", "take", "AC-001", "--seed", SEED, typed=answers())
    assert done.code == 0, done.err
    assert "passed: 4 of 4 right" in done.out
    record = last_record(there)
    assert (record["person"], record["by"], record["method"]) == ("ben", "ben", "quiz")
    assert (record["passed"], record["attempt"]) == (True, 1)
    assert "version: '1.0'" in (there.root / files(there)[0].split("\t")[1]).read_text()
    allowed = {"schema", "kind", "library", "by", "date", "person", "sops", "method", "passed", "attempt"}
    assert record.keys() <= allowed
    rows = json.loads(say("ann", "train", "status", "--each", "-f", "json").out)["rows"]
    assert {(row["person"], row["state"], row["how"]) for row in rows} == {("ben", "current", "quiz: passed")}
    assert "recorded already" in say("ben", "quiz", "take", "AC-001", "--seed", SEED, typed=answers()).out


def test_a_critical_question_wrong_is_not_passed_and_attempts_end(say: As, there: GitRepository) -> None:
    wrong = answers(wrong="unapproved")
    done = say("ann", "quiz", "take", "AC-001", "--seed", SEED, typed=wrong)
    assert (done.code, "not passed: a critical question was wrong: 3 of 4 right" in done.out) == (1, True)
    assert "Wrong. Right is: Wait for the approval" in done.out
    assert "approval" in done.out.partition("Wrong. Right is")[2]
    assert (last_record(there)["passed"], last_record(there)["attempt"]) == (False, 1)
    assert say("ann", "quiz", "take", "AC-001", "--seed", SEED, typed=wrong).code == 1
    assert last_record(there)["attempt"] == 2
    head = there.head()
    done = say("ann", "quiz", "take", "AC-001", "--seed", SEED, typed=answers())
    assert (done.code, "all 2 attempts on AC-001 1.0 are used" in done.err) == (2, True)
    assert say("ann", "quiz", "take", "AC-001", "--no-record", "--seed", SEED, typed=answers()).code == 0
    assert there.head() == head


def test_ctrl_d_records_nothing_and_nonsense_is_asked_again(say: As, there: GitRepository) -> None:
    head = there.head()
    done = say("ann", "quiz", "take", "AC-001", typed="zz\n\n9 potatoes\n")
    assert (done.code, "nothing was recorded" in done.err) == (130, True)
    assert done.err.count("type ") >= 3
    assert there.head() == head


def test_what_cannot_be_taken_is_refused_before_the_first_question(say: As, there: GitRepository) -> None:
    done = say("ann", "quiz", "take", "AC-002")
    assert (done.code, done.out) == (2, "")
    there.write(FILE, QUIZ.replace("<2.0", "<1.0").replace(">=1.0", ">=0.5"))
    done = say("ann", "quiz", "take", "AC-001", typed=answers())
    assert (done.code, f"{FILE}:2: the quiz is for >=0.5 <1.0, and version 1.0 is in force" in done.err) == (2, True)
    there.write(FILE, QUIZ.replace("type: multi", "type: many"))
    done = say("ann", "quiz", "take", "AC-001")
    assert (done.code, f"{FILE}:21: `many` is no known type" in done.err) == (2, True)
    (there.root / FILE).unlink()
    assert "there is no quiz about AC-001" in say("ann", "quiz", "take", "AC-001").err


def test_a_quiz_is_exported_and_other_formats_are_refused(say: As, there: GitRepository, tmp_path: Path) -> None:
    out = tmp_path / "out.gift"
    assert say("ann", "quiz", "export", "AC-001", "-f", "gift", "-o", out).code == 0
    assert out.read_text("utf-8").count("::AC-001 ") == 4
    assert say("ann", "quiz", "export", "AC-001", "-f", "markdown").out.startswith("# Quiz: AC-001 Grant access\n")
    assert say("ann", "quiz", "export", "AC-001", "-f", "qti").code == 2
    assert say("ann", "quiz", "export", "AC-001").code == 2
    assert say("ann", "quiz", "export", "AC-00", "-f", "gift").err.endswith("did you mean AC-001?\n")

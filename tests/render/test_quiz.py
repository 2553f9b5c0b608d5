"""A quiz as GIFT and as a sheet: nothing in its texts is a mark of the format."""

from sopkit.model.quiz import Quiz
from sopkit.parsing.quiz import read_quiz
from sopkit.render.quiz import quiz_gift, quiz_markdown

QUIZ = r"""
sop: AC-001
for_version: ">=1.0 <2.0"
questions:
  - id: hard
    step: "3"
    type: scenario
    stem: "A {brace} = ~ # : \\ back\n\n// second :: -> paragraph"
    options:
      - {text: "%50% = of {a} ~ # : \\ e", why: "why = {x} ~ # : \\n"}
      - {text: "[right] -> = {b}", correct: true, why: "because: #1"}
    explain: "All {all} #### :: ~"
  - id: multi
    step: "1"
    type: multi
    stem: "[html]Which?"
    options: [{text: "%A", correct: true}, {text: B, correct: true}, {text: D, correct: true}, {text: C, why: no}]
  - id: order
    step: "2"
    type: order
    stem: In which order?
    options: [{text: "ask -> x"}, {text: "= approve"}, {text: "~grant"}]
  - id: number
    limit: grant
    type: number
    stem: How long?
    answer: 4.50
    tolerance: 1e-1
    unit: hours
"""

GIFT = r"""// AC-001 Grant {it}, for version >=1.0 <2.0

::AC-001 hard::[plain]A \{brace\} \= \~ \# \: \\ back\n\n// second \:\: -> paragraph{
~%0%%50% \= of \{a\} \~ \# \: \\ e#why \= \{x\} \~ \# \: \\n
=[right] -> \= \{b\}#because\: \#1
####All \{all\} \#\#\#\# \:\: \~
}

::AC-001 multi::[plain][html]Which?{
~%33.33333%%A
~%33.33333%B
~%33.33333%D
~%-100%C#no
}

::AC-001 order::[plain]In which order?{
=1 -> ask → x
=2 -> \= approve
=3 -> \~grant
}

::AC-001 number::[plain]How long? (hours){#4.50:0.1
}
"""


def quiz() -> Quiz:
    found = read_quiz("quizzes/AC-001.yaml", QUIZ.encode())
    assert found.findings == ()
    assert found.quiz is not None
    return found.quiz


def test_gift_escapes_all_its_marks() -> None:
    assert quiz_gift(quiz(), "Grant\n{it}") == GIFT


def test_gift_weights_of_any_number_of_right_options_are_those_of_moodle() -> None:
    rights = ", ".join(f"{{text: right {at}, correct: true}}" for at in range(7))
    text = f"""
sop: AC-001
for_version: "1.0"
questions: [{{id: q, step: "1", type: multi, stem: Which?, options: [{rights}, {{text: no}}]}}]
"""
    found = read_quiz("quizzes/AC-001.yaml", text.encode()).quiz
    assert found is not None
    assert quiz_gift(found, "").count("~%14.28571%") == 7


def test_the_sheet_has_its_answers_at_the_end_and_never_the_right_order() -> None:
    sheet = quiz_markdown(quiz(), "Grant <b>it</b>")
    questions, answers = sheet.split("\n## Answers\n")
    assert "<b>" not in questions
    assert "why" not in questions
    assert "because" not in questions
    assert questions.index("approve") < questions.index("ask -") or questions.index("grant") < questions.index(
        "approve"
    )
    assert "### Question 4: 4.50 hours, at most 0.1 off" in answers
    assert quiz_markdown(quiz(), "Grant <b>it</b>") == sheet

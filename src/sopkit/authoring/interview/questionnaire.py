"""The questions to a team, and the questionnaire as Markdown, HTML form or Word file."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.parsing.sections import make_slug
from sopkit.render.document import load_template
from sopkit.render.word import new_word_file, word_bytes

if TYPE_CHECKING:
    from docx.table import Table


class AnswerKind(StrEnum):
    """How an answer looks."""

    LINE = "line"
    TEXT = "text"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Question:
    """A question: `hint` is an example or an advice, `columns` are the parts of a row."""

    key: str
    ask: str
    hint: str
    kind: AnswerKind = AnswerKind.TEXT
    columns: tuple[str, ...] = ()


_STEP_COLUMNS = ("Who", "Does what", "Within", "How you see that it worked", "What is kept as proof")
_ROLE_COLUMNS = ("Role", "Does what")
_RECORD_COLUMNS = ("What", "Where", "For how long")
_TROUBLE_COLUMNS = ("When", "Whom you call", "How")
_METRIC_COLUMNS = ("What you look at", "Target", "Where the number comes from")

QUESTIONS = (
    Question("title", "What do you call it?", "A verb and a thing, such as: {title}", AnswerKind.LINE),
    Question(
        "contributors", "Which roles answer here?", "Roles, not names: people change. For example: {roles}",
        AnswerKind.LINE,
    ),
    Question(
        "owner", "Which role decides how it is done?", "The one that would have to agree to a change.",
        AnswerKind.LINE,
    ),
    Question("purpose", "Why do you do it, and what would go wrong if nobody did?", "{purpose}"),
    Question(
        "scope", "Which people, systems and customers does it cover?",
        "Name them, so that somebody new knows whether a case belongs here.",
    ),
    Question("outside", "What does it not cover, although one might think so?", "And who does that instead."),
    Question(
        "trigger", "What sets it off, or how often is it done?", "{trigger}",
    ),
    Question(
        "roles", "Who takes part, and what does each one do?", "One role a line.", AnswerKind.ROWS,
        _ROLE_COLUMNS,
    ),
    Question(
        "inputs", "What must be at hand before you begin?",
        "Accesses, documents, tools, a decision of somebody. One a line.",
    ),
    Question(
        "steps", "What do you do, step by step?",
        "As it is done today, not as it should be. One action a line, with the role that does it. Where you decide,"
        " write what happens in each case: If …, then …  Else: …", AnswerKind.ROWS, _STEP_COLUMNS,
    ),
    Question(
        "records", "What is left behind as proof?", "Tickets, logs, mails, signed sheets.", AnswerKind.ROWS,
        _RECORD_COLUMNS,
    ),
    Question(
        "exceptions", "When do you do it differently, and who may allow that?",
        "Night, holidays, one special customer, a system that is down.",
    ),
    Question(
        "trouble", "What goes wrong, and whom do you call then?", "{trouble}", AnswerKind.ROWS,
        _TROUBLE_COLUMNS,
    ),
    Question("undo", "How do you take it back when it was wrong?", "Or: it cannot be taken back."),
    Question(
        "metrics", "How do you know that it works well?", "A number, its target, and where it comes from.",
        AnswerKind.ROWS, _METRIC_COLUMNS,
    ),
    Question(
        "documents", "Which policies, contracts, laws or manuals do you follow?", "With links, where there are any.",
    ),
    Question(
        "wishes", "What is unclear, annoying or risky about it today?", "This is how it becomes better."
    ),
)  # fmt: skip
"""In the order in which people tell it; each is asked once."""
QUESTIONS_BY_KEY = {question.key: question for question in QUESTIONS}

_EXAMPLES = {
    ("devops", "platform", "engineering", "development", "sre"): {
        "title": "Deploy a release",
        "roles": "platform engineer, on-call engineer",
        "purpose": "For example: a release that nobody else has seen may break the service for every customer.",
        "trigger": "For example: a pull request is merged; every second Tuesday",
        "trouble": "The deployment fails half-way; the alarm rings after it.",
    },
    ("hr", "people", "human"): {
        "title": "Say good-bye to a leaver",
        "roles": "People partner, line manager",
        "purpose": "For example: somebody who left would still read customer data.",
        "trigger": "For example: a resignation is received; a contract ends",
        "trouble": "The manager does not answer; the laptop does not come back.",
    },
    ("customer", "support", "success", "service"): {
        "title": "Check who a caller is",
        "roles": "support agent, support lead",
        "purpose": "For example: somebody who poses as a customer could take over their account.",
        "trigger": "For example: a customer asks for a password reset by telephone",
        "trouble": "The caller cannot prove who they are and becomes angry.",
    },
}
_DEFAULT_EXAMPLES = {
    "title": "Check an invoice",
    "roles": "accountant, finance lead",
    "purpose": "For example: we would pay for something that nobody ordered.",
    "trigger": "For example: an invoice arrives; at the end of each month",
    "trouble": "The person who must decide does not answer.",
}


def find_hint(question: Question, team: str) -> str:
    """The hint of a question with an example from the team's own work."""
    words = team.casefold().replace("-", " ").split()
    examples = next(
        (own for names, own in _EXAMPLES.items() if any(word in names for word in words)), _DEFAULT_EXAMPLES
    )
    return question.hint.format(**examples)


_INTRODUCTION = (
    "Think of one thing that your team does again and again, and tell how it is done today, not how it should be."
    " Half an hour is enough. Leave empty what you do not know: it will be asked again, and nobody is judged by it."
    " Out of your answers a draft is made that you will be asked to correct."
)
TITLE_TEXT = "How {team} works today"
_ABOUT = "Team: {team}"
AREA_LINE = "Area: {area}"
_EMPTY_ROWS = 3
_EMPTY_STEPS = 8


def _count_rows(question: Question) -> int:
    return _EMPTY_STEPS if question.key == "steps" else _EMPTY_ROWS


def questionnaire_markdown(team: str, area: str = "") -> str:
    """The questionnaire as Markdown: answers are written below each heading."""
    lines = [f"# {TITLE_TEXT.format(team=team)}", "", _INTRODUCTION, "", f"- {_ABOUT.format(team=team)}"]
    lines += [f"- {AREA_LINE.format(area=area)}", ""] if area else [""]
    for number, question in enumerate(QUESTIONS, 1):
        lines += [f"## {number}. {question.ask}", "", f"> {find_hint(question, team)}", ""]
        if question.kind is AnswerKind.ROWS:
            lines += [_format_row(question.columns), _format_row(("---",) * len(question.columns))]
            lines += [_format_row(("",) * len(question.columns))] * _count_rows(question)
            lines.append("")
    return "\n".join(lines)


def _format_row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def questionnaire_html(team: str, area: str = "") -> str:
    """The questionnaire as one HTML file with a form; a button saves the answers as a Markdown file."""
    return load_template("form.html.j2", Path(__file__).parent).render(
        title=TITLE_TEXT.format(team=team),
        introduction=_INTRODUCTION,
        about=_ABOUT.format(team=team),
        area=AREA_LINE.format(area=area) if area else "",
        questions=[(question, find_hint(question, team), _count_rows(question)) for question in QUESTIONS],
        file=answers_file_name(team),
    )


def _widen_column(table: "Table", column: int) -> None:
    """Give one column of a table twice as much room as each other."""
    from docx.shared import Emu  # an extra

    part = sum(each.width or 0 for each in table.columns) // (len(table.columns) + 1)
    table.autofit = False
    for at, each in enumerate(table.columns):
        each.width = Emu(part * 2 if at == column else part)
        for cell in each.cells:  # Word goes by the cells, LibreOffice by the columns
            cell.width = each.width


def answers_file_name(team: str) -> str:
    """The name of the file that the form saves."""
    return f"answers-{make_slug(team) or 'team'}.md"


def questionnaire_word(team: str, area: str = "") -> bytes:
    """The questionnaire as a Word file. Raises SopkitError without the extra."""
    document = new_word_file(TITLE_TEXT.format(team=team))
    document.add_paragraph(_INTRODUCTION)
    document.add_paragraph(_ABOUT.format(team=team), style="List Bullet")
    if area:
        document.add_paragraph(AREA_LINE.format(area=area), style="List Bullet")
    for number, question in enumerate(QUESTIONS, 1):
        document.add_heading(f"{number}. {question.ask}", 1)
        document.add_paragraph(find_hint(question, team), style="Quote")
        if question.kind is AnswerKind.ROWS:
            table = document.add_table(_count_rows(question) + 1, len(question.columns), style="Table Grid")
            for cell, words in zip(table.rows[0].cells, question.columns, strict=True):
                cell.paragraphs[0].add_run(words).bold = True
            if question.key == "steps":
                _widen_column(table, 1)
        else:
            document.add_paragraph()
    return word_bytes(document)

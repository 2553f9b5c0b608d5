"""The questionnaire for a team: as Markdown, as a form in HTML, as a Word file."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.authoring.interview.questions import QUESTIONS, AnswerKind, Question, hint_of
from sopkit.parsing.anchors import make_slug
from sopkit.parsing.word import missing_extra_error

if TYPE_CHECKING:
    from docx.table import Table

_INTRODUCTION = (
    "Think of one thing that your team does again and again, and tell how it is done today, not how it should be."
    " Half an hour is enough. Leave empty what you do not know: it will be asked again, and nobody is judged by it."
    " Out of your answers a draft is made that you will be asked to correct."
)
TITLE = "How {team} works today"
_ABOUT = "Team: {team}"
AREA = "Area: {area}"
_EMPTY_ROWS = 3
_EMPTY_STEPS = 8


def _rows_of(question: Question) -> int:
    """How many empty rows a table of answers begins with."""
    return _EMPTY_STEPS if question.key == "steps" else _EMPTY_ROWS


def as_markdown(team: str, area: str = "") -> str:
    """The questionnaire as Markdown: answers are written below each heading."""
    lines = [f"# {TITLE.format(team=team)}", "", _INTRODUCTION, "", f"- {_ABOUT.format(team=team)}"]
    lines += [f"- {AREA.format(area=area)}", ""] if area else [""]
    for number, question in enumerate(QUESTIONS, 1):
        lines += [f"## {number}. {question.ask}", "", f"> {hint_of(question, team)}", ""]
        if question.kind is AnswerKind.ROWS:
            lines += [_row(question.columns), _row(("---",) * len(question.columns))]
            lines += [_row(("",) * len(question.columns))] * _rows_of(question)
            lines.append("")
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def as_html(team: str, area: str = "") -> str:
    """The questionnaire as one HTML file with a form; a button saves the answers as a Markdown file."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # costs 48 ms

    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("form.html.j2").render(
        title=TITLE.format(team=team),
        introduction=_INTRODUCTION,
        about=_ABOUT.format(team=team),
        area=AREA.format(area=area) if area else "",
        questions=[(question, hint_of(question, team), _rows_of(question)) for question in QUESTIONS],
        file=answers_file(team),
    )


def _widen(table: "Table", column: int) -> None:
    """Give one column of a table twice as much room as each other."""
    from docx.shared import Emu  # an extra

    part = sum(each.width or 0 for each in table.columns) // (len(table.columns) + 1)
    table.autofit = False
    for at, each in enumerate(table.columns):
        each.width = Emu(part * 2 if at == column else part)
        for cell in each.cells:  # Word goes by the cells, LibreOffice by the columns
            cell.width = each.width


def answers_file(team: str) -> str:
    """The name of the file that the form saves."""
    return f"answers-{make_slug(team) or 'team'}.md"


def as_word(team: str, area: str = "") -> bytes:
    """The questionnaire as a Word file. Raises SopkitError without the extra."""
    try:
        import docx  # an extra
    except ImportError as error:
        raise missing_extra_error() from error
    document = docx.Document()
    document.core_properties.title = TITLE.format(team=team)
    document.core_properties.author = ""
    document.add_heading(TITLE.format(team=team), 0)
    document.add_paragraph(_INTRODUCTION)
    document.add_paragraph(_ABOUT.format(team=team), style="List Bullet")
    if area:
        document.add_paragraph(AREA.format(area=area), style="List Bullet")
    for number, question in enumerate(QUESTIONS, 1):
        document.add_heading(f"{number}. {question.ask}", 1)
        document.add_paragraph(hint_of(question, team), style="Quote")
        if question.kind is AnswerKind.ROWS:
            table = document.add_table(_rows_of(question) + 1, len(question.columns), style="Table Grid")
            for cell, words in zip(table.rows[0].cells, question.columns, strict=True):
                cell.paragraphs[0].add_run(words).bold = True
            if question.key == "steps":
                _widen(table, 1)
        else:
            document.add_paragraph()
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()

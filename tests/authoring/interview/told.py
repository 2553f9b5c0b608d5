"""Answers of a team, and how they are written into each form of the questionnaire."""

import io
import json
import re

import docx

from sopkit.authoring.interview.questionnaire import (
    QUESTIONS,
    AnswerKind,
    questionnaire_html,
    questionnaire_markdown,
    questionnaire_word,
)

ANSWERS = {
    "title": "Give a customer a second chance to log in",
    "contributors": "Support agent, Support lead",
    "purpose": "Somebody who poses as a customer could take over the account.\n\nIt happened in March.",
    "scope": "All customers of the EU platform | and of the US one",
    "trigger": "A customer cannot log in and writes to support",
    "inputs": "Access to the support desk\nThe list of named contacts",
    "undo": "It cannot be taken back.",
}
ROWS = {
    "steps": (
        ("Support agent", "Open a ticket", "15 minutes", "The ticket has a number", "Ticket"),
        (
            "Support agent",
            "Ask for the contact code. If it is right, then go on. Else: call the support lead",
            "",
            "",
            "",
        ),
        ("Support lead", "Reset the second factor | never by mail", "4 hours", "", "Log of the desk"),
    ),
    "records": (("Ticket", "Support desk", "3 years"), ("Log of the desk", "", "")),
}
CUT = ROWS["steps"][2][1].replace("|", "\\|")


def filled_markdown(team: str = "Customer Success", area: str = "") -> str:
    text = questionnaire_markdown(team, area)
    for number, question in enumerate(QUESTIONS, 1):
        heading = f"## {number}. {question.ask}\n"
        assert heading in text
        if question.key in ANSWERS:
            text = re.sub(
                rf"({re.escape(heading)}\n> .*\n)", lambda m, k=question.key: m[1] + f"\n{ANSWERS[k]}\n", text
            )
        if question.key in ROWS:
            empty = f"| {' | '.join([''] * len(question.columns))} |\n"
            start = text.index(empty, text.index(heading))
            rows = "".join(
                f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in ROWS[question.key]
            )
            text = text[:start] + rows + text[start:]
    return text


def filled_word(team: str = "Customer Success", area: str = "") -> bytes:
    document = docx.Document(io.BytesIO(questionnaire_word(team, area)))
    tables = iter(document.tables)
    paragraphs = document.paragraphs
    for number, question in enumerate(QUESTIONS, 1):
        at = next(i for i, paragraph in enumerate(paragraphs) if paragraph.text == f"{number}. {question.ask}")
        if question.kind is AnswerKind.ROWS:
            table = next(tables)
            for row, texts in zip(table.rows[1:], ROWS.get(question.key, ()), strict=False):
                for cell, text in zip(row.cells, texts, strict=True):
                    cell.text = text
        elif question.key in ANSWERS:
            first, *others = ANSWERS[question.key].replace("\n\n", "\n").split("\n")
            paragraphs[at + 2].text = first
            for text in reversed(others):
                added = paragraphs[at + 2].insert_paragraph_before(text)
                paragraphs[at + 2]._p.addnext(added._p)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def filled_html(team: str = "Customer Success", area: str = "") -> str:
    """The form with a script that fills it in, presses "save", and writes what would be saved into the page."""
    script = """
    const [texts, rows] = ANSWERS;
    for (const [key, text] of Object.entries(texts)) document.getElementById(key).value = text;
    for (const [ask, cells] of Object.entries(rows)) {
      const part = [...document.querySelectorAll("fieldset")].find((each) => each.dataset.ask.includes(ask));
      part.querySelector(".more").click();
      const lines = part.querySelectorAll("tbody tr");
      cells.forEach((row, at) => row.forEach((text, column) => { lines[at].querySelectorAll("textarea")[column].value = text; }));
    }
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      blob.text().then((text) => { document.body.innerHTML = ""; document.body.append(Object.assign(document.createElement("pre"), { textContent: text })); });
      return make(blob);
    };
    document.querySelector(".save").click();
    """
    given = json.dumps([ANSWERS, {q.ask: ROWS[q.key] for q in QUESTIONS if q.key in ROWS}])
    script = script.replace("ANSWERS", given)
    return questionnaire_html(team, area).replace("</body>", f"<script>{script}</script></body>")

"""A role's card as an HTML page that prints on one sheet of A4, as a Word file, and as Markdown."""

from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.authoring.training.card import PrintedCard
from sopkit.render.document import load_template
from sopkit.render.word import new_word_file, word_bytes
from sopkit.tables.escape import escape_controls, escape_markdown

if TYPE_CHECKING:
    from docx.document import Document

CARD_FORMATS = ("html", "docx", "markdown")
_POINTS, _MARGIN_CM = 8.5, 1.3
_NOTHING = "No SOP in force asks anything of this role."


def write_card(card: PrintedCard, form: str) -> bytes:
    """The bytes of a card: html, docx or markdown. Raises SopkitError where a format needs an extra."""
    if form == "docx":
        return _card_word(card)
    return (_card_html(card) if form == "html" else _card_markdown(card)).encode()


def _card_html(card: PrintedCard) -> str:
    template = load_template("role-card.html.j2", Path(__file__).parent)
    return template.render(card=card, sections=_sections(card), nothing=_NOTHING, plain=escape_controls)


def _sections(card: PrintedCard) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The lists below the steps, with their headings."""
    known = (f"You are trained on: {card.known}",) if card.known else ()
    found = (
        ("Also know", known),
        ("Whom you call", card.calls),
        (f"What changed in {card.quarter}", card.changes or ("Nothing in the texts that are yours.",)),
    )
    return tuple((title, lines) for title, lines in found if lines)


def _card_markdown(card: PrintedCard) -> str:
    plain = escape_markdown
    lines = [f"# {plain(card.title)}", "", *(["## What you do, and by when", ""] if card.sops else [])]
    lines += [] if not card.is_empty else [_NOTHING, ""]
    for sop in card.sops:
        lines += [f"### {plain(sop.name)}", ""]
        for step in sop.steps:
            lines.append(f"- {step.number}. {plain(step.text)}" + (f" **{plain(step.limit)}**" if step.limit else ""))
        lines += [f"- {plain(sop.more)}"] if sop.more else []
        lines.append("")
    lines += [plain(card.more_sops), ""] if card.more_sops else []
    for title, rows in _sections(card):
        lines += [f"## {plain(title)}", "", *(f"- {plain(row)}" for row in rows), ""]
    if card.questions:
        lines += ["## What would you do?", ""]
        lines += [
            f"{number}. {plain(one.question)} *{plain(one.answer)}* ({plain(one.where)})"
            for number, one in enumerate(card.questions, 1)
        ]
        lines.append("")
    return "\n".join([*lines, plain(card.footer), ""])


def _card_word(card: PrintedCard) -> bytes:
    document = new_word_file(escape_controls(card.title), _MARGIN_CM)
    from docx.shared import Cm, Pt  # an extra

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for style, points in (("Normal", _POINTS), ("List Bullet", _POINTS), ("List Number", _POINTS)):
        document.styles[style].font.size = Pt(points)
        document.styles[style].paragraph_format.space_after = Pt(0)
    for style, points in (("Title", 16), ("Heading 1", 10.5), ("Heading 2", 9)):
        document.styles[style].font.size = Pt(points)
        document.styles[style].paragraph_format.space_before = Pt(4)
        document.styles[style].paragraph_format.space_after = Pt(1)
    if card.sops:
        document.add_heading("What you do, and by when", 1)
    if card.is_empty:
        document.add_paragraph(_NOTHING)
    _add_steps(document, card)
    for title, rows in _sections(card):
        document.add_heading(escape_controls(title), 1)
        for row in rows:
            document.add_paragraph(escape_controls(row), style="List Bullet")
    if card.questions:
        document.add_heading("What would you do?", 1)
    for one in card.questions:
        paragraph = document.add_paragraph(escape_controls(one.question) + " ", style="List Number")
        paragraph.add_run(escape_controls(one.answer)).italic = True
        paragraph.add_run(escape_controls(f" ({one.where})"))
    section.footer.paragraphs[0].text = escape_controls(card.footer)
    return word_bytes(document)


def _add_steps(document: "Document", card: PrintedCard) -> None:
    for sop in card.sops:
        document.add_heading(escape_controls(sop.name), 2)
        for step in sop.steps:
            paragraph = document.add_paragraph(escape_controls(f"{step.number}. {step.text} "), style="List Bullet")
            paragraph.add_run(escape_controls(step.limit)).bold = True
        if sop.more:
            document.add_paragraph(escape_controls(sop.more), style="List Bullet")
    if card.more_sops:
        document.add_paragraph(escape_controls(card.more_sops))

"""A checklist as a page that works without a network, and as a Word file; both are read back as Markdown."""

import json

from sopkit.practice.checklist import (
    DEVIATION_COLUMNS,
    DEVIATION_ROWS,
    HEAD_LABELS,
    QUOTE,
    Checklist,
    step_labels,
    write_checklist,
)
from sopkit.render.word import new_word_file, word_bytes
from sopkit.tables.escape import escape_controls

_BOX = "☐"


def checklist_html(checklist: Checklist) -> str:
    """One HTML file: ticks survive a reload, and a button saves the filled checklist as Markdown."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # costs 48 ms
    from markupsafe import Markup

    environment = Environment(
        autoescape=True,
        loader=PackageLoader("sopkit.render", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    lines = json.dumps(write_checklist(checklist).split("\n"))
    source = Markup(lines.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704 - nothing in it ends the script
    return environment.get_template("checklist.html.j2").render(
        list=checklist,
        heads=HEAD_LABELS,
        labels=step_labels,
        columns=DEVIATION_COLUMNS,
        rows=DEVIATION_ROWS,
        source=source,
        file=f"{'-'.join(filter(None, (checklist.id, checklist.case or str(checklist.made))))}.md".replace("/", "-"),
    )


def checklist_docx(checklist: Checklist) -> bytes:
    """A Word file in which people change ☐ to ☒. Raises SopkitError without the extra."""
    document = new_word_file(escape_controls(f"{checklist.id} {checklist.title}"), 1.8)
    from docx.shared import Cm, Pt  # an extra

    document.styles["Normal"].font.size = Pt(10)
    document.styles["Normal"].paragraph_format.space_after = Pt(2)
    for line in (checklist.about, *checklist.help, f"Change {_BOX} to ☒.", checklist.marker):
        document.add_paragraph(f"{QUOTE} {line}")
    for label in HEAD_LABELS:
        document.add_paragraph(f"{label}: {escape_controls(checklist.value(label))}")
    for step in checklist.steps:
        if step.heading:
            document.add_heading(escape_controls(step.heading), 1)
        lines = [f"{QUOTE} {escape_controls(line)}" for _, words in step.parts for line in words.split("\n")]
        lines += [f"{QUOTE} {limit.about}" for limit in step.limits]
        for line in ("", *lines, *(f"{label}:" for label in step_labels(step))):
            paragraph = document.add_paragraph(escape_controls(line))
            paragraph.paragraph_format.left_indent = Cm(0.6 * (step.depth + 1))
            if not line:
                paragraph.paragraph_format.left_indent = Cm(0.6 * step.depth)
                paragraph.paragraph_format.space_before = Pt(8)
                paragraph.add_run(f"{_BOX} {step.number}. ")
                if step.who:
                    paragraph.add_run(escape_controls(step.who)).bold = True
                    paragraph.add_run(": ")
                paragraph.add_run(escape_controls(step.text))
                paragraph.add_run(f" [step: {step.anchor}]").font.size = Pt(6)
    document.add_heading("Deviations", 1)
    table = document.add_table(DEVIATION_ROWS + 1, len(DEVIATION_COLUMNS), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, DEVIATION_COLUMNS, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    return word_bytes(document)

"""The list of templates, for people and as JSON."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from sopkit.model.errors import SopkitError
from sopkit.parsing.template import find_template, template_names
from sopkit.tables.document import Schema, array_schema, document_schema, dump_json, row_schema, to_json

TEMPLATES_SCHEMA = "sopkit/templates/1"


@dataclass(frozen=True)
class TemplateRow:
    """A template as the list shows it."""

    name: Annotated[str, "What `sopkit new` calls it."]
    title: Annotated[str, "Default title of the SOP; empty when the template is broken."]
    area: Annotated[str, "Area to which the SOP belongs."]
    version: Annotated[str, "Version of the template."]
    own: Annotated[bool, "Whether it is the library's own; a shipped one of that name is then not used."]
    starter: Annotated[bool, "Whether `sopkit init` begins its area with it."]
    summary: Annotated[str, "What the SOP is for."]
    decisions: Annotated[tuple[str, ...], "Names of what the company must decide, for `sopkit new --set`."]
    fault: Annotated[str, "What is wrong with the template, with file and line; empty when nothing is."]


def template_rows(root: Path | None) -> tuple[TemplateRow, ...]:
    """A row for each template of a library, or for each shipped one, by name; a broken one says what is wrong."""
    from sopkit.authoring.templates.render import check_template  # jinja2 costs 48 ms, the schema needs none

    rows = []
    for name, own in template_names(root).items():
        try:
            template = find_template(root, name)
            check_template(template)
        except SopkitError as error:
            rows.append(TemplateRow(name, "", "", "", own, False, "", (), error.message))  # noqa: FBT003 - no starter
            continue
        head = template.header
        decisions = tuple(head.decisions)
        rows.append(
            TemplateRow(name, head.title, head.area, head.version, own, head.starter, head.summary, decisions, "")
        )
    return tuple(rows)


def templates_json(rows: tuple[TemplateRow, ...], version: str) -> str:
    """The rows as one object. Nothing in it depends on a commit or a day."""
    document = {"schema": TEMPLATES_SCHEMA, "tool": f"sopkit {version}", "head": "", "as_of": "", "rows": to_json(rows)}
    return dump_json(document)


def templates_schema() -> Schema:
    """JSON Schema of what `templates_json` writes."""
    text: Schema = {"type": "string"}
    return document_schema(
        "sopkit templates",
        "The templates, as `sopkit template list -f json` writes them.",
        {
            "schema": ("Name and version of this format.", {"const": TEMPLATES_SCHEMA}),
            "tool": ("sopkit and its version.", text),
            "head": ("Empty: nothing depends on a commit.", text),
            "as_of": ("Empty: nothing depends on a day.", text),
            "rows": ("The templates, by name.", array_schema(row_schema(TemplateRow))),
        },
    )

"""A template and answers in, the text of an SOP out."""

from sopkit.authoring.templates.sandbox import fill
from sopkit.authoring.templates.values import Answers, values_of
from sopkit.model.catalogue import Catalogue
from sopkit.model.template import Template


def example_answers(template: Template, frameworks: tuple[str, ...], *, decided: bool) -> Answers:
    """Answers as a company gives them that keeps every default; with or without the example of each decision."""
    header = template.header
    decisions = {name: decision.example for name, decision in header.decisions.items()} if decided else {}
    return Answers(
        id="XX-001",
        title=header.title,
        area=header.area,
        owner=header.owner,
        approvers=header.approvers,
        frameworks=frameworks,
        decided=decisions,
    )


def render(template: Template, answers: Answers, catalogue: Catalogue) -> str:
    """The text of the SOP. Raises SopkitError with file and line of the template."""
    return fill(template, values_of(template, answers, catalogue))

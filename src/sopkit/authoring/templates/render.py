"""A template and filling in, the text of an SOP out."""

from sopkit.authoring.templates.sandbox import fill
from sopkit.authoring.templates.values import Filling, values_of
from sopkit.frameworks.loader import load_catalogue
from sopkit.model.catalogue import Catalogue
from sopkit.model.config import SHIPPED_AREAS, LibraryTable
from sopkit.model.template import Template


def render(template: Template, filling: Filling, catalogue: Catalogue) -> str:
    """The text of the SOP. Raises SopkitError with file and line of the template."""
    return fill(template, values_of(template, filling, catalogue))


def example(template: Template) -> str:
    """The SOP that a template gives where there is no library: every default kept, nothing decided."""
    header = template.header
    area = SHIPPED_AREAS.get(header.area)
    filling = Filling(
        id=f"{area.prefix if area else 'SOP'}-001",
        title=header.title,
        area=header.area,
        owner=header.owner,
        approvers=header.approvers,
        frameworks=LibraryTable.default().frameworks,
    )
    return render(template, filling, load_catalogue())

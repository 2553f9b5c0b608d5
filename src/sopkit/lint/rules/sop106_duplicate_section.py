"""SOP106: A section stands once under its name."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.body import Heading
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.sections import heading_words


@rule(
    "SOP106",
    severity=Severity.WARNING,
    bad="""
        ## Scope

        Staff accounts.

        ## Scope

        Service accounts.
        """,
    good="""
        ## Scope

        Staff accounts and service accounts.
        """,
)
def duplicate_section(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A section stands once under its name.

    Sections below different headings, such as "Recovery" of the database and of the web server, are not the same.

    Why: of two sections Scope the reader finds one, and so does every report.
    Mend: join them, or give the second heading the name of what it holds.
    """
    seen: dict[tuple[str, int, Heading | None], int] = {}
    for section in sop.body.sections:
        key = (heading_words(section.heading.text), section.heading.level, _parent_heading(sop, section.heading))
        if key in seen:
            first = sop.source.line_of(seen[key])
            message = f"section {section.heading.text} stands on line {first} already; join the two"
            yield sop.finding((section.heading.start, section.heading.end), message)
        else:
            seen[key] = section.heading.start


def _parent_heading(sop: Sop, heading: Heading) -> Heading | None:
    """The heading that holds another one: the last before it that is of a higher level."""
    before = (other for other in sop.body.headings if other.start < heading.start and other.level < heading.level)
    return max(before, key=lambda other: other.start, default=None)

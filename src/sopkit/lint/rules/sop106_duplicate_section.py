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
    for heading in (section.heading for section in sop.body.sections):
        higher = (each for each in sop.body.headings if each.start < heading.start and each.level < heading.level)
        parent = max(higher, key=lambda each: each.start, default=None)
        first = seen.setdefault((heading_words(heading.text), heading.level, parent), heading.start)
        if first != heading.start:
            message = f"section {heading.text} stands on line {sop.source.line_of(first)} already; join the two"
            yield sop.finding((heading.start, heading.end), message)

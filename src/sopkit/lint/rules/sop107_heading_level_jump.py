"""SOP107: heading level jump."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.body import Heading
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop

_MAX_LEVEL = 6


@rule(
    "SOP107",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad="""
        ## Procedure

        #### On the first day

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access within 4 hours.
        """,
    good="""
        ## Procedure

        ### On the first day

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access within 4 hours.
        """,
)
def heading_level_jump(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A heading is at most one level below the one before it, and one heading alone is of the first level: the title.

    The level at which a document begins is free, since some keep their title in the front matter.

    Why: the table of contents, screen readers and everything that cuts the text into sections follow the levels.
    Mend: raise the heading, and those below it, by the levels that were left out; lower what stands beside the title.
    `--fix` does both, for headings that are written with `#`.
    """
    headings = sop.body.headings
    for at, (above, heading) in enumerate(pairwise(headings), 1):
        level = above.level + 1
        if heading.level > level:
            stop = next((end for end in range(at, len(headings)) if headings[end].level < level), len(headings))
            fix = _level_fix(sop, headings[at:stop], level - heading.level)
            message = f"a heading of level {heading.level} right below level {above.level}; make it level {level}"
            yield sop.finding((heading.start, heading.end), message, fix=fix)
    first = [at for at, heading in enumerate(headings) if heading.level == 1]
    if len(first) > 1:
        second = headings[first[1]]
        fix = _level_fix(sop, headings[first[sop.body.title is not None] :], 1)
        there = sop.source.line_of(headings[first[0]].start)
        words = f"{len(first)} headings of the first level, the first on line {there}"
        advice = "keep that one as the title, lower the others" if sop.body.title else "lower them all"
        yield sop.finding((second.start, second.end), f"{words}; {advice}", fix=fix)


def _level_fix(sop: Sop, headings: Sequence[Heading], by: int) -> Fix | None:
    """The headings with more or fewer `#`; None where one is written otherwise, or has no level left."""
    edits = []
    for heading in headings:
        marks = b"#" * heading.level
        if not sop.source.data.startswith(marks, heading.start) or heading.level + by > _MAX_LEVEL:
            return None
        edits.append(Edit(heading.start, heading.start + len(marks), "#" * (heading.level + by)))
    return Fix("raise the headings" if by < 0 else "lower the headings", tuple(edits))

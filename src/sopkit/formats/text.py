"""Format `text`: findings for a person at a terminal, each with its source line and a marker."""

from collections.abc import Iterator
from itertools import pairwise

from sopkit.formats._excerpt import excerpt
from sopkit.formats._format import Format, LintOutput, last_line
from sopkit.formats._page import first_sentence, page_part
from sopkit.formats._statistics import statistics
from sopkit.formats._summary import summary, weight_of
from sopkit.model.finding import Finding, FixClass
from sopkit.model.visible import visible, wrapped

_CELLS_IN_A_PIPE = 120
_LEAST_CELLS = 16


def write(output: LintOutput) -> str:
    """A paragraph for each finding, ignored and known ones too when they are asked for, then a summary.

    The source line is shown once for findings of the same place; those of one rule there are one paragraph.
    """
    told = "\n".join(wrapped(summary(output), output.width))
    if output.statistics:
        return f"{statistics(output.report)}{told}\n"
    paragraphs: list[str] = []
    for before, finding in pairwise([None, *output.shown]):
        if finding is None:
            continue
        written = "\n".join(_paragraph(output, finding, before))
        if before is not None and _same(before, finding):
            paragraphs[-1] += f"\n{written}"
        else:
            paragraphs.append(written)
    return "\n\n".join([*paragraphs, told]) + "\n"


def _same(before: Finding, finding: Finding) -> bool:
    """Whether two findings are of one rule and one place."""
    return (before.path, before.place, before.code) == (finding.path, finding.place, finding.code)


def _paragraph(output: LintOutput, finding: Finding, before: Finding | None) -> Iterator[str]:
    rule = output.report.rules.get(finding.code)
    place = finding.place
    weight = weight_of(finding)
    name = f"{finding.code} {rule.name}" if rule else finding.code
    head = f"{finding.path}:{place.line}:{place.column}: {weight} {name}: {finding.message}"
    yield from wrapped(visible(head), output.width)
    gutter = " " * (len(str(place.line)) + 2)
    source = output.sources.get(finding.path)
    repeated = before is not None and (before.path, before.place) == (finding.path, place)
    if source is not None and not repeated:
        room = _CELLS_IN_A_PIPE if output.width is None else output.width - len(gutter) - len(" | ")
        line, marks = excerpt(source, place, max(room, _LEAST_CELLS))
        yield f"  {place.line} | {line}".rstrip()
        yield f"{gutter} | {marks}"
        if last_line(place) > place.line:
            yield f"{gutter} = to line {last_line(place)}"
    for note in _notes(output, finding):
        yield from wrapped(visible(note), output.width, f"{gutter} = ", f"{gutter}   ")


def _notes(output: LintOutput, finding: Finding) -> Iterator[str]:
    if finding.ignored is not None:
        yield f"ignored: {finding.ignored}"
    elif finding.fix is not None:
        what = "suggestion" if finding.fix.kind is FixClass.SUGGESTION else "fix"
        command = output.fix_command(finding)
        yield f"{what}: {finding.fix.label}" + (f" ({command})" if command else "")
    elif "; " not in finding.message and (rule := output.report.rules.get(finding.code)):
        # A message says behind a semicolon what to do; where it does not, the rule's page does.
        mend = first_sentence(page_part(rule, "Mend"))
        if mend:
            yield f"mend: {mend}"


text = Format("text", "for people: source line, marker and hint", write)

"""Format `text`: findings for a person at a terminal, each with its source line and a marker."""

from collections.abc import Iterator

from sopkit.lint.format import Format, LintOutput, last_line, rule_counts, severity_text, summary_line
from sopkit.lint.rule import first_sentence, page_part
from sopkit.model.finding import Finding, FixClass
from sopkit.model.source import Place, Source
from sopkit.tables.escape import cell_width, display_characters, escape_controls, wrap_cells

_CUT = "…"
_BYTES_OF_A_CELL = 16  # ample: a window of the line is decoded, never all of a megabyte


def excerpt(source: Source, place: Place, room: int) -> tuple[str, str]:
    """The first line of a range in at most `room` cells (8 or more), and the marks to print below it."""
    starts = source.line_starts
    line = min(max(place.line, 1), len(starts))
    begin = max(starts[line - 1], source.text_start if line == 1 else 0)
    stop = starts[line] if line < len(starts) else len(source.data)
    stop = begin + len(source.data[begin:stop].rstrip(b"\r\n"))
    start = min(max(place.start, begin), stop)
    end = min(max(place.end, start), stop)
    reach = room * _BYTES_OF_A_CELL
    first = _boundary(source.data, max(begin, start - reach), start)
    middle = min(end, _boundary(source.data, start + reach, end))
    last = min(stop, _boundary(source.data, middle + reach, stop))
    head, body, tail = (
        display_characters(source.data[a:b].decode("utf-8", "surrogateescape"))
        for a, b in ((first, start), (start, middle), (middle, last))
    )
    left, marked, right = _fit_parts(head, body, tail, room)
    marks = " " * cell_width(left) + "^" * max(1, cell_width(marked))
    return (left + marked + right).rstrip(), marks


def _boundary(data: bytes, offset: int, limit: int) -> int:
    """The next offset, up to `limit`, at which a UTF-8 character begins."""
    while offset < limit and data[offset] & 0xC0 == 0x80:  # noqa: PLR2004 - the mark of a following byte
        offset += 1
    return min(offset, limit)


def _fit_parts(head: list[str], body: list[str], tail: list[str], room: int) -> tuple[str, str, str]:
    """The parts cut to `room` cells together: the marked part first, then margins that are as even as possible."""
    if not body and not tail:
        room -= 1  # the mark stands behind the line
    if _width(head) + _width(body) + _width(tail) <= room:
        return "".join(head), "".join(body), "".join(tail)
    marked = _parts_that_fit(body, room - 2)
    tail = body[len(marked) :] + tail
    spare = room - _width(marked)
    left = "".join(head)
    allowed = max(spare // 2, spare - _width(tail))
    if cell_width(left) > allowed:
        left = _CUT + "".join(reversed(_parts_that_fit(head[::-1], allowed - 1)))
    spare -= cell_width(left)
    right = "".join(tail) if _width(tail) <= spare else "".join(_parts_that_fit(tail, spare - 1)) + _CUT
    return left, "".join(marked), right


def _parts_that_fit(parts: list[str], room: int) -> list[str]:
    """As many parts from the front as fit."""
    used = 0
    for index, part in enumerate(parts):
        used += cell_width(part)
        if used > room:
            return parts[:index]
    return parts


def _width(parts: list[str]) -> int:
    return cell_width("".join(parts))


_PIPE_WIDTH = 120
_MIN_CELLS = 16


def write(output: LintOutput) -> str:
    """A paragraph for each finding, ignored and known ones too when they are asked for, then a summary.

    The source line is shown once for findings of the same place; those of one rule there are one paragraph.
    """
    summary = "\n".join(wrap_cells(summary_line(output), output.width))
    if output.statistics:
        return f"{rule_counts(output.report)}{summary}\n"
    paragraphs: list[str] = []
    before: Finding | None = None
    for finding in output.shown:
        lines = "\n".join(_paragraph(output, finding, before))
        if before and (before.path, before.place, before.code) == (finding.path, finding.place, finding.code):
            paragraphs[-1] += f"\n{lines}"
        else:
            paragraphs.append(lines)
        before = finding
    return "\n\n".join([*paragraphs, summary]) + "\n"


def _paragraph(output: LintOutput, finding: Finding, before: Finding | None) -> Iterator[str]:
    rule = output.report.rules.get(finding.code)
    place = finding.place
    weight = severity_text(finding)
    name = f"{finding.code} {rule.name}" if rule else finding.code
    head = f"{finding.path}:{place.line}:{place.column}: {weight} {name}: {finding.message}"
    yield from wrap_cells(escape_controls(head), output.width)
    gutter = " " * (len(str(place.line)) + 2)
    source = output.sources.get(finding.path)
    repeated = before is not None and (before.path, before.place) == (finding.path, place)
    if source is not None and not repeated:
        room = _PIPE_WIDTH if output.width is None else output.width - len(gutter) - len(" | ")
        line, marks = excerpt(source, place, max(room, _MIN_CELLS))
        yield f"  {place.line} | {line}".rstrip()
        yield f"{gutter} | {marks}"
        if last_line(place) > place.line:
            yield f"{gutter} = to line {last_line(place)}"
    for note in _notes(output, finding):
        yield from wrap_cells(escape_controls(note), output.width, f"{gutter} = ", f"{gutter}   ")


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

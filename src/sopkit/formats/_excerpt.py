"""The source line of a finding, cut to what fits, with a marker under the range."""

from sopkit.model.source import Place, Source
from sopkit.model.visible import cells, shown

_CUT = "…"
_BYTES_OF_A_CELL = 16  # ample: a window of the line is decoded, never all of a megabyte


def excerpt(source: Source, place: Place, room: int) -> tuple[str, str]:
    """The first line of a range in at most `room` cells (8 or more), and the marks to print below it."""
    begin, stop = _line(source, place.line)
    start = min(max(place.start, begin), stop)
    end = min(max(place.end, start), stop)
    reach = room * _BYTES_OF_A_CELL
    first = _boundary(source.data, max(begin, start - reach), start)
    middle = min(end, _boundary(source.data, start + reach, end))
    last = min(stop, _boundary(source.data, middle + reach, stop))
    head, body, tail = (
        shown(source.data[a:b].decode("utf-8", "surrogateescape"))
        for a, b in ((first, start), (start, middle), (middle, last))
    )
    left, marked, right = _fit(head, body, tail, room)
    marks = " " * cells(left) + "^" * max(1, cells(marked))
    return (left + marked + right).rstrip(), marks


def _line(source: Source, line: int) -> tuple[int, int]:
    starts = source.line_starts
    line = min(max(line, 1), len(starts))
    begin = max(starts[line - 1], source.text_start if line == 1 else 0)
    stop = starts[line] if line < len(starts) else len(source.data)
    return begin, begin + len(source.data[begin:stop].rstrip(b"\r\n"))


def _boundary(data: bytes, offset: int, limit: int) -> int:
    """The next offset, up to `limit`, at which a UTF-8 character begins."""
    while offset < limit and data[offset] & 0xC0 == 0x80:  # noqa: PLR2004 - the mark of a following byte
        offset += 1
    return min(offset, limit)


def _fit(head: list[str], body: list[str], tail: list[str], room: int) -> tuple[str, str, str]:
    """The parts cut to `room` cells together: the marked one first, then margins as even as may be."""
    if not body and not tail:
        room -= 1  # the mark stands behind the line
    if _sum(head) + _sum(body) + _sum(tail) <= room:
        return "".join(head), "".join(body), "".join(tail)
    marked = _first(body, room - 2)
    tail = body[len(marked) :] + tail
    spare = room - _sum(marked)
    left = "".join(head)
    allowed = max(spare // 2, spare - _sum(tail))
    if cells(left) > allowed:
        left = _CUT + "".join(reversed(_first(head[::-1], allowed - 1)))
    spare -= cells(left)
    right = "".join(tail) if _sum(tail) <= spare else "".join(_first(tail, spare - 1)) + _CUT
    return left, "".join(marked), right


def _first(parts: list[str], room: int) -> list[str]:
    """As many parts from the front as fit."""
    used = 0
    for index, part in enumerate(parts):
        used += cells(part)
        if used > room:
            return parts[:index]
    return parts


def _sum(parts: list[str]) -> int:
    return cells("".join(parts))

"""What the user sees: plain and stable in a pipe, coloured on a terminal."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from textwrap import wrap

from sopkit.cli.outputs import refuse_read
from sopkit.files import write_file
from sopkit.tables.escape import escape_controls, one_line, wrap_cells

_LEAST_WRAP = 24  # columns; in less room the last column goes below the others
_STYLES = r"""
(?P<error>\berror\b(?= SOP\d| [a-z]+-[a-z]))
(?P<error>(?:unproven-)?overdue\b|never-reviewed|duplicate-id|entry-tampered|history-rewritten)
(?P<error>\bobject-altered\b|\b(?:signature-bad|invalid)\b(?=:|  ))
(?P<warning>\bwarning\b(?= SOP\d| [a-z]+-[a-z])|due-soon\b|text-changed-since-claim|claim-after-commit|bulk-bump)
(?P<info>\binfo\b(?= SOP\d))
(?P<code>\bSOP\d{3}\b)
(?P<mark>\^{1,}[ ]*$)
(?P<good>\bcurrent\b|unproven-fresh|\bin force since\b|[█▄](?=[ \n]))
(?P<out>(?<!\\)\[-.*?(?<!\\)-\])
(?P<in>(?<!\\)\{\+.*?(?<!\\)\+\})
"""


def width() -> int | None:
    """Columns of the terminal, or None when the output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def question(title: str, why: str) -> str:
    """What is asked of somebody at the terminal: a blank line, the title, and lines of advice without a broken word."""
    room = width()
    lines = (part for line in why.split("\n") for part in wrap_cells(escape_controls(line), room, rest=""))
    return "\n".join(("", escape_controls(title), *lines))


def echo(text: str, output: Path | None = None) -> None:
    """Print a text, or write it into a file, which must be none that a library reads."""
    if not text.endswith("\n") and text:
        text += "\n"
    if output is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb":
        _coloured(text)
    else:
        put(text.encode("utf-8", "backslashreplace"), output)


def put(data: bytes, output: Path | None = None) -> None:
    """Hand out bytes as they are, or write them into a file, which must be none that a library reads."""
    if output is not None:
        refuse_read(output)
        write_file(output, data)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _coloured(text: str) -> None:
    from rich.console import Console  # 38 ms, only on a terminal
    from rich.highlighter import RegexHighlighter
    from rich.theme import Theme

    class Words(RegexHighlighter):
        """Colours severities, codes and states."""

        base_style = "sopkit."
        highlights = [line for line in _STYLES.split("\n") if line]  # noqa: RUF012 - rich's own way

    styles = {"error": "bold red", "warning": "yellow", "info": "blue", "code": "bold", "mark": "red", "good": "green"}
    styles |= {"out": "red strike", "in": "green underline"}
    theme = Theme({f"sopkit.{name}": style for name, style in styles.items()})
    console = Console(highlighter=Words(), theme=theme, soft_wrap=True)
    console.print(text, markup=False, end="", emoji=False)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> str:
    """Rows under column heads, two spaces apart; on a terminal the last column is wrapped under itself.

    In too little room the columns that do not fit go below the others, each cell whole: a figure cut is another figure.
    """
    if not rows:
        return empty
    cells = [tuple(columns), *(tuple(one_line(cell) for cell in row) for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns) - 1)]
    indent = sum(widths) + 2 * len(widths)
    room = width()
    lines = []
    for row in cells:
        start = "".join(f"{cell.ljust(size)}  " for cell, size in zip(row, widths, strict=False))
        if room is None:
            lines.append(f"{start}{row[-1]}".rstrip())
        elif room - indent < _LEAST_WRAP:
            lines += _narrow(row, widths, room)
        else:
            first, *more = wrap(row[-1], room - indent) or [""]
            lines += [f"{start}{first}".rstrip(), *(f"{' ' * indent}{part}" for part in more)]
    return "\n".join(lines)


def _narrow(row: Sequence[str], widths: Sequence[int], room: int) -> Iterator[str]:
    ends = accumulate(size + 2 for size in widths)
    fit = max(sum(end - 2 <= room for end in ends), 1)
    yield "  ".join(cell.ljust(size) for cell, size in zip(row[:fit], widths, strict=False)).rstrip()
    below = "  ".join(cell for cell in row[fit:] if cell)
    for part in wrap(below, max(room - 4, 1), break_on_hyphens=False):
        yield f"    {part}"

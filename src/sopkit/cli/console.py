"""Terminal output and input: text, tables, timelines, questions, a progress bar, and the files that may be written."""

import io
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Self, TextIO, TypeVar

import typer

from sopkit.files import write_file
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import GAP, escape_commands, escape_controls, escape_lines, one_line, wrap_cells

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from sopkit.tables.document import Document, ReportTable

_MIN_WRAP = 24  # columns; in less room the last column goes below the others
_STYLES = r"""
(?P<error>\berror\b(?= SOP\d| [a-z]+-[a-z]))
(?P<error>(?:unproven-)?overdue\b|never-reviewed|duplicate-id|entry-tampered|history-rewritten|landed-before-anchor)
(?P<error>\bremoved\b(?=  ))
(?P<error>\bobject-altered\b|\b(?:signature-bad|invalid)\b(?=:|  ))
(?P<warning>\bwarning\b(?= SOP\d| [a-z]+-[a-z])|due-soon\b|text-changed-since-claim|claim-after-commit|bulk-bump)
(?P<info>\binfo\b(?= SOP\d))
(?P<code>\bSOP\d{3}\b)
(?P<mark>\^{1,}[ ]*$)
(?P<good>\bcurrent\b|unproven-fresh|\bin force since\b|[█▄](?=[ \n]))
(?P<out>(?<!\\)\[-.*?(?<!\\)-\])
(?P<in>(?<!\\)\{\+.*?(?<!\\)\+\})
"""


def terminal_width() -> int | None:
    """Columns of the terminal, or None when the output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def format_question(title: str, why: str) -> str:
    """What is asked of somebody at the terminal: a blank line, the title, and lines of advice without a broken word."""
    room = terminal_width()
    lines = (part for line in why.split("\n") for part in wrap_cells(escape_controls(line), room, rest=""))
    return "\n".join(("", escape_controls(title), *lines))


class EscapingStream(io.TextIOWrapper):
    """Text for people: no terminal obeys anything in it, nor does a pipeline that reads its log."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        buffered = stream.line_buffering
        super().__init__(stream.buffer, encoding="utf-8", errors="backslashreplace", line_buffering=buffered)
        self._stream = stream

    def isatty(self) -> bool:
        """Whether the stream beneath is a terminal."""
        return self._stream.isatty()

    def write(self, text: str, /) -> int:
        """Write the text with escapes."""
        super().write(escape_commands(escape_lines(text.replace("\r\n", "\n"))))
        return len(text)


@contextmanager
def escape_streams() -> Iterator[None]:
    """Escape all that is written to `sys.stdout` and `sys.stderr` as text inside: by us, by typer, by a traceback."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_escape_stream, before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, EscapingStream):
                with suppress(OSError, ValueError):  # what could not be written was reported when it was
                    stream.detach()
        sys.stdout, sys.stderr = before


def _escape_stream(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream  # closed by the caller, or replaced
    stream.flush()
    return EscapingStream(stream)


def echo(text: str, output: Path | None = None, *, verbatim: bool = False) -> None:
    """Print a text, or write it into a file, which must be none that a library reads.

    Neither a terminal nor a pipeline that reads its log obeys anything in it. A `verbatim` text, which another program
    takes as it is, is escaped on a terminal only.
    """
    if not text.endswith("\n") and text:
        text += "\n"
    terminal = output is None and sys.stdout.isatty()
    if terminal:
        text = escape_commands(escape_lines(text.replace("\r\n", "\n")))
    elif output is None and not verbatim:
        text = escape_commands(escape_lines(text, GAP))
    if terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb":
        _print_coloured(text)
    else:
        write_bytes(text.encode("utf-8", "backslashreplace"), output)


def print_notes(*notes: str) -> None:
    """Print notes to standard error; empty ones are left out."""
    for note in filter(None, notes):
        typer.echo(f"note: {escape_controls(note)}", err=True)


def write_bytes(data: bytes, output: Path | None = None) -> None:
    """Hand out bytes, on a terminal escaped, or write them into a file, which must be none that a library reads."""
    if output is not None:
        refuse_read(output)
        write_file(output, data)
    else:
        if sys.stdout.isatty():
            data = escape_lines(data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")).encode()
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _print_coloured(text: str) -> None:
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
    sys.stdout.flush()
    with _open_unescaped(sys.stdout) as stream:
        console = Console(highlighter=Words(), theme=theme, soft_wrap=True, file=stream)
        console.print(text, markup=False, end="", emoji=False)


def _open_unescaped(stream: TextIO) -> TextIO:
    """A way around EscapingStream for the colours and cursor movements of rich."""
    return open(stream.fileno(), "w", encoding="utf-8", errors="backslashreplace", closefd=False)


def format_table(columns: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> str:
    """Rows under column heads, two spaces apart; on a terminal the last column is wrapped under itself.

    In too little room the columns that do not fit go below the others, each cell whole: a figure cut is another figure.
    """
    if not rows:
        return empty
    cells = [tuple(columns), *(tuple(one_line(cell) for cell in row) for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns) - 1)]
    indent = sum(widths) + 2 * len(widths)
    room = terminal_width()
    lines = []
    for row in cells:
        start = "".join(f"{cell.ljust(size)}  " for cell, size in zip(row, widths, strict=False))
        if room is None:
            lines.append(f"{start}{row[-1]}".rstrip())
        elif room - indent < _MIN_WRAP:
            lines += _wrap_row(row, widths, room)
        else:
            first, *more = wrap(row[-1], room - indent) or [""]
            lines += [f"{start}{first}".rstrip(), *(f"{' ' * indent}{part}" for part in more)]
    return "\n".join(lines)


def format_report_table(table: "ReportTable") -> str:
    """A table of a document with the columns that people see."""
    from sopkit.tables.document import cell_text  # not every command prints a table

    columns = table.visible_columns
    rows = [tuple(cell_text(getattr(row, column)) for column in columns) for row in table.rows]
    return format_table(tuple(column.upper().replace("_", " ") for column in columns), rows, table.empty)


def _wrap_row(row: Sequence[str], widths: Sequence[int], room: int) -> Iterator[str]:
    ends = accumulate(size + 2 for size in widths)
    fit = max(sum(end - 2 <= room for end in ends), 1)
    yield "  ".join(cell.ljust(size) for cell, size in zip(row[:fit], widths, strict=False)).rstrip()
    below = "  ".join(cell for cell in row[fit:] if cell)
    for part in wrap(below, max(room - 4, 1), break_on_hyphens=False):
        yield f"    {part}"


def write_document(document: "Document", form: str, output: Path | None, table: Callable[[], str]) -> None:
    """Print a document in a format, or write it into a file; notes go to stderr where the format has no room."""
    from sopkit.tables import document as formats

    if form == "xlsx":
        from sopkit.tables.workbook import document_workbook  # an extra

        write_bytes(document_workbook(document), output)
        return
    texts = {
        "csv": formats.document_csv,
        "json": formats.document_json,
        "markdown": formats.document_markdown,
    }
    echo(texts[form](document) if form in texts else table(), output)
    if form not in {"json", "markdown"}:
        for note in document.notes:
            typer.echo(f"note: {one_line(note)}", err=True)


Answer = TypeVar("Answer")


def can_ask() -> bool:
    """Whether somebody can be asked: input and output are both a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask_until_valid(title: str, why: str, default: str, read: Callable[[str], Answer]) -> Answer:
    """What somebody answers, as `read` takes it: a usage error of it is told, and the question asked again."""
    typer.echo(format_question(title, why), err=True)
    answer: Answer = typer.prompt(
        ">", default=default, show_default=bool(default), value_proc=read, prompt_suffix=" ", err=True
    )
    return answer


@contextmanager
def exit_on_interrupt(nothing: str) -> Iterator[None]:
    """End with exit code 130 when Ctrl-C or Ctrl-D answers a question inside; `nothing` tells what was not done."""
    try:
        yield
    except typer.Abort:
        typer.echo(f"\n{nothing}", err=True)
        raise typer.Exit(130) from None


@contextmanager
def convert_to_usage_error() -> Iterator[None]:
    """Turn an error of ours into a usage error, after which a question is asked again."""
    try:
        yield
    except SopkitError as error:
        raise typer.BadParameter(f"{escape_controls(error.message)}; {error.hint}") from error


_MIN_WIDTH = 60  # columns; in less the words go below the lead
_INDENT = "    "


def format_paragraph(*texts: str) -> str:
    """Texts one below the other, each wrapped on a terminal with its further lines set in."""
    return "\n".join(line for text in texts for line in wrap_cells(text, terminal_width(), "", _INDENT))


def format_timeline(items: Sequence[tuple[str, Iterable[str]]]) -> str:
    """Each item's lead with its first line, the others below it; wrapped on a terminal, one line each in a pipe.

    All texts must be free of line ends and what a terminal obeys: see `one_line`.
    """
    room = terminal_width()
    lines: list[str] = []
    indent = " " * (max((len(lead) for lead, _ in items), default=0) + 2)
    if room is not None and room < _MIN_WIDTH:
        indent = _INDENT
    for lead, words in items:
        first, *others = words
        lines += wrap_cells(first, room, f"{lead}  ".ljust(len(indent)), indent)
        for other in others:
            lines += wrap_cells(other, room, indent, indent)
    return "\n".join(lines)


_DELAY = 1.0  # seconds without a bar
_INTERVAL = 0.1  # seconds between two pictures of it


class ProgressBar:
    """Call it with how much is done, of how much; use it as a context so that the bar goes away."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.process = os.getpid()
        self.next = time.monotonic() + _DELAY if sys.stderr.isatty() else float("inf")
        self.bar: Bar | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Draw the bar when it is time to. The processes that share the work draw none."""
        now = time.monotonic()
        if now < self.next or os.getpid() != self.process:
            return
        self.next = now + _INTERVAL
        if self.bar is None:
            from rich.console import Console  # only for long work
            from rich.progress import Progress as Bar

            self.bar = Bar(console=Console(file=_open_unescaped(sys.stderr)), auto_refresh=False, transient=True)
            self.bar.add_task(self.what, total=1.0)
            self.bar.start()
        self.bar.update(self.bar.task_ids[0], completed=done / max(total, 1), refresh=True)


_LIBRARY_FOLDERS = ("registers/", "controls/", "ledger/", "templates/")


def choose_table_format(format: str | None, output: Path | None, own: tuple[str, ...] = ()) -> str:
    """The format given, else that of the file's ending (also one of the command's `own`), else a table.

    Raises a usage error for a workbook that would go to a terminal.
    """
    suffix = output.suffix.lower() if output is not None else ""
    forms = {".csv": "csv", ".json": "json", ".xlsx": "xlsx", ".md": "markdown"}
    form = format or forms.get(suffix, suffix[1:] if suffix[1:] in own else "table")
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise typer.BadParameter("name a file with -o FILE.xlsx")
    return form


def refuse_read(file: Path) -> None:
    """Raise SopkitError when a file is one of git's, or is there and the library around it reads it."""
    from sopkit.library import root_at_or_above  # most commands write no file

    full = Path(os.path.realpath(file))
    if ".git" in full.parts:
        raise SopkitError(f"{file}: belongs to git, so it is not written", "choose a file outside of .git")
    root = root_at_or_above(full.parent) if full.is_file() else None
    if root is not None and _is_library_file(root, full.relative_to(root).as_posix()):
        raise SopkitError(
            f"{file}: belongs to the library {root}, so it is not written over",
            "choose another file, or delete it first",
        )


def refuse_folder(folder: Path) -> None:
    """Raise SopkitError when a folder for many files is one that the library around it reads."""
    from sopkit.library import root_at_or_above  # most commands write no folder

    full = Path(os.path.realpath(folder))
    root = root_at_or_above(full)
    if root is not None and f"{full.relative_to(root).as_posix()}/".startswith(_LIBRARY_FOLDERS):
        raise SopkitError(f"{folder}: the library {root} reads what is in it", "choose another folder")


def refuse_outputs(files: Iterable[Path]) -> None:
    """Raise SopkitError when one of the files is read by a library, or is there twice."""
    seen: set[str] = set()
    for file in files:
        refuse_read(file)
        full = os.path.realpath(file)
        if full in seen and (file.is_file() or not file.exists()):
            raise SopkitError(f"{file}: is to be written twice", "name another file for one of the two")
        seen.add(full)


def _is_library_file(root: Path, path: str) -> bool:
    from sopkit.git.globs import compile_sop_globs
    from sopkit.library import CONFIG_NAME, load_config
    from sopkit.model.config import Config

    try:
        config = load_config(root)
    except SopkitError:
        config = Config()
    named = {CONFIG_NAME, Path(config.lint.baseline).as_posix()}
    return path in named or path.startswith(_LIBRARY_FOLDERS) or compile_sop_globs(config.library.sops)(path)

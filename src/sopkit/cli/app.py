"""The `sopkit` command: its sub-commands by topic, and the only place that catches errors."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from sopkit import __version__
from sopkit.cli.console import escape_streams
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.reading import NoPlainFileError, explain_unread
from sopkit.tables.escape import escape_controls

PANELS = {
    "Write": ("init", "new", "adopt", "lint", "explain"),
    "Read": ("render", "build", "serve"),
    "Keep": ("status", "stale", "history", "diff", "review", "approve", "verify"),
    "Practise": ("run", "exercise", "train", "quiz", "feedback"),
    "Prove": ("report", "export"),
    "Data": ("control", "register", "template"),
    "Tool": ("demo", "doctor", "schema", "lsp", "mcp"),
}
BUG = 3
"""Exit code when sopkit itself is at fault."""


class Panels(TyperGroup):
    """The commands by what they are for, each loaded when it is run: a pre-commit hook pays for one only."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer's context type is private
        """In the order of the panels."""
        del ctx
        return [name for names in PANELS.values() for name in names]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - typer's types are private
        """The command of that name from its module, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = get_command(import_module(f"sopkit.cli.{cmd_name}").app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer's types are private
        """The command that the words begin with; for an unknown one a usage error that names the nearest."""
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            near = nearest(args[0], known, 1, 0.5)
            advice = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            ctx.fail(f"no command {args[0]!r}; {advice}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - typer's types are private
        """One heading a panel."""
        for panel, names in PANELS.items():
            rows = [(name, self.get_command(ctx, name).get_short_help_str(limit=200)) for name in names]
            with formatter.section(panel):
                formatter.write_dl(rows)


app = typer.Typer(
    name="sopkit",
    cls=Panels,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"sopkit {__version__}")
        raise typer.Exit


@app.callback()
def sopkit(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Keep the procedures of an ISO 27001 company as code: Markdown in git, checked, shown, and reviewed in time.

    A library is a folder with a sopkit.toml: begin one with `sopkit init`, or try things out on that of `sopkit demo`.

    Exit codes: 0 nothing to report, 1 something at or above --fail-on, 2 the call or the set-up must be mended,
    3 a bug in sopkit.
    """
    del version


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    if sys.stdin is None:  # closed by the caller: there is nobody to ask
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - open as long as the process lives
    if sys.stdout is None:  # closed by the caller: the exit code still says what was found
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as the process lives
    with escape_streams():
        _run()


def _run() -> None:
    try:
        _refuse_lost_folder()
        with _explain_no_plain_file():
            app(prog_name="sopkit")
    except SopkitError as error:
        sys.stdout.flush()
        first, *others = error.message.splitlines()
        typer.echo(f"sopkit: {escape_controls(first)}", err=True)
        for line in (*others, *error.hint.splitlines()):
            typer.echo(f"  {escape_controls(line)}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): that is no error, and there is nobody left to tell.
        _write_no_more()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the last boundary: whatever else arrives here is our fault
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:  # files say so themselves, with their name
            _write_no_more()
            typer.echo(f"sopkit: the output cannot be written: {error.strerror}", err=True)
            typer.echo("  make room, or write to another place with -o FILE", err=True)
            sys.exit(2)
        import traceback  # only when it is needed

        typer.echo(traceback.format_exc(), err=True)
        typer.echo(f"sopkit: this is a bug in sopkit {__version__}; please report it with the lines above", err=True)
        sys.exit(BUG)


@contextmanager
def _explain_no_plain_file() -> Iterator[None]:
    try:
        yield
    except NoPlainFileError as error:
        what, advice = explain_unread(error)
        raise SopkitError(f"{error.filename}: {what}", advice) from error


def _refuse_lost_folder() -> None:
    """Raise SopkitError when the folder that we are in was deleted: paths then lead nowhere."""
    try:
        Path.cwd()
    except OSError as error:
        raise SopkitError(
            f"the folder that you are in cannot be entered: {error.strerror}", "change to another"
        ) from error


def _write_no_more() -> None:
    """Send what is still in the buffer to nowhere, or Python would fail once more when it leaves."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

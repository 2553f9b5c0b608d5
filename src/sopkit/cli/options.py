"""Options that several commands share, and how to open a library and its history from them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sopkit.git.checkout import read_checkout
from sopkit.library import Library, find_root, load, load_config, root_at_or_above
from sopkit.model.durations import DateRange
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest

if TYPE_CHECKING:
    from sopkit.git.repository import Repository
    from sopkit.lifecycle.history import History
    from sopkit.lifecycle.library_status import LibraryStatus


def make_command(group_help: str | None = None) -> typer.Typer:
    """The app of a command, or of a group of commands that has a help text of its own."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=group_help is not None,
        help=group_help,
    )


def choice_of(names: tuple[str, ...], what: str) -> Callable[[str | None], str | None]:
    """The callback of an option that takes one of these names."""
    return lambda name: name if name is None else check_name(name, names, what)


def format_option(*names: str, about: str = "") -> Any:  # noqa: ANN401 - typer's option type is private
    """The option `-f NAME` of a command that can print in these formats."""
    words = about or f"{', '.join(names[:-1])} or {names[-1]}."
    return typer.Option("-f", "--format", metavar="NAME", callback=choice_of(names, "format"), help=words)


TABLE_FORMATS = ("table", "csv", "json", "xlsx", "markdown")
"""The formats of every command that lists rows."""


def check_name(name: str, names: tuple[str, ...], what: str) -> str:
    """One of the names, else a usage error (exit 2) that names the nearest."""
    if name in names:
        return name
    near = nearest(name.lower(), names, 1, 0.4)
    advice = f"did you mean {near[0]}? " if near else ""
    raise typer.BadParameter(f"no {what} {name!r}; {advice}known: {', '.join(names)}")


def split_values(values: list[str] | None) -> tuple[str, ...]:
    """Values of an option that may be repeated or joined by commas."""
    return tuple(word.strip() for value in values or () for word in value.split(",") if word.strip())


def parse_day(text: str) -> date:
    """A day as typed, else a usage error."""
    try:
        if len(text) == len("2026-11-24"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise typer.BadParameter(f"{text!r} is not a date; write YYYY-MM-DD")


def parse_period(text: str) -> DateRange:
    """Two days as typed, else a usage error."""
    first, dots, last = text.partition("..")
    if not dots:
        raise typer.BadParameter(f"{text!r} is not a period; write 2026-01-01..2026-03-31")
    period = DateRange(parse_day(first), parse_day(last))
    if period.last < period.first:
        raise typer.BadParameter(f"{text!r} ends before it begins")
    return period


TimezoneOption = Annotated[
    str, typer.Option("--timezone", metavar="ZONE", help="Zone of times that name none; else the library's.")
]
DatesOption = Annotated[
    str | None,
    typer.Option(
        "--dates",
        metavar="ORDER",
        callback=choice_of(("day-first", "month-first"), "order"),
        help="How 03/04/2026 is meant: day-first or month-first.",
    ),
]
SheetOption = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="The sheet of the workbook.")]
HeaderRowOption = Annotated[
    int | None, typer.Option("--header-row", metavar="N", min=1, help="The row with the names of the columns.")
]
RecordDryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be recorded; write nothing.")]
PeriodOption = Annotated[
    DateRange | None,
    typer.Option("--period", metavar="A..B", parser=parse_period, help="Only what began on these days, both included."),
]
TableFormatOption = Annotated[
    str | None,
    format_option(*TABLE_FORMATS, about="table, csv, json, xlsx or markdown; by default what FILE ends with."),
]
AsOfOption = Annotated[
    date | None,
    typer.Option(
        "--as-of", metavar="DATE", parser=parse_day, help="Judge as of this day (YYYY-MM-DD) instead of today."
    ),
]
FolderOption = Annotated[
    Path | None,
    typer.Option("-C", "--directory", metavar="DIR", help="The library's folder; else the nearest sopkit.toml upward."),
]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to this file instead of the terminal.")
]


def resolve_root(folder: Path | None, near: Path | None = None) -> Path:
    """The root of the library that -C specifies, else of the nearest one to a path or to the current folder."""
    return require_library(folder) if folder is not None else find_root(near or Path.cwd())


def find_library(folder: Path | None) -> Path | None:
    """The root of the library that -C specifies, else of the one around the current folder; None outside of any."""
    return require_library(folder) if folder is not None else root_at_or_above(Path.cwd())


def find_library_and_date(folder: Path | None) -> tuple[Path, date]:
    """The root of the library that a command is about, and the date in its time zone."""
    root = resolve_root(folder)
    return root, current_date(load_config(root).library.timezone)


def open_library(folder: Path | None, as_of: date | None = None, paths: tuple[Path, ...] = ()) -> Library:
    """The library that a command is about: the one of -C, else the nearest to the paths or to the current folder."""
    root = resolve_root(folder, paths[0] if paths else None)
    config = load_config(root)
    return load(root, as_of or current_date(config.library.timezone), config)


@contextmanager
def open_library_on(folder: Path | None, as_of: date | None) -> "Iterator[LibraryStatus]":
    """The library on a day, to be read until the end of the block; for today nothing is read of its history.

    Of an earlier day the files are those of the last commit that had landed by its end. Raises SopkitError where no
    history tells what they were.
    """
    from sopkit.lifecycle.library_status import LibraryStatus, read_library_status  # git costs 70 ms

    root, now = find_library_and_date(folder)
    if as_of is None or as_of >= now:
        yield LibraryStatus(open_library(root, as_of), read_checkout(root).head or "", {}, keeps_approvals=False)
        return
    with read_library_status(root, as_of, now) as status:
        if status.judged is None:
            raise SopkitError(
                f"nothing tells what the library was on {as_of}: it has no git history",
                "leave --as-of out; from its first commit on, every day can be asked for",
            )
        yield status


def refuse_conflicts(**options: object) -> None:
    """Raise a usage error for options that exclude each other."""
    used = [f"--{name.replace('_', '-')}" for name, value in options.items() if value]
    if len(used) > 1:
        raise typer.BadParameter(f"{' and '.join(used)} do not go together")


def require_library(folder: Path) -> Path:
    """The root of the library in exactly this folder. Raises SopkitError when it holds none."""
    if not folder.is_dir():
        raise SopkitError(f"{folder}: no such folder")
    if not (folder / "sopkit.toml").is_file():
        raise SopkitError(
            f"{folder}: not a library of SOPs: no sopkit.toml in it", "name the folder that holds sopkit.toml"
        )
    return folder.resolve()


def current_date(zone: str) -> date:
    """The day that it is now in a time zone."""
    if zone == "UTC":
        return datetime.now(UTC).date()
    from zoneinfo import ZoneInfo  # most libraries are in UTC

    return datetime.now(ZoneInfo(zone)).date()


def to_library_paths(library: Library, paths: tuple[Path, ...]) -> tuple[str, ...] | None:
    """Paths as the library names them; None for none. Raises SopkitError for one that is not in the library."""
    if not paths:
        return None
    found = []
    for path in paths:
        full = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the link that is asked about
        if not os.path.lexists(full):
            raise SopkitError(f"{path}: no such file or folder")
        root = library.root
        if not full.is_relative_to(root):
            full = full.resolve()
        if not full.is_relative_to(root):
            raise SopkitError(f"{path}: not in the library {root}", "name its folder with -C DIR")
        name = full.relative_to(root).as_posix()
        found.append("" if name == "." else name)
    return tuple(found)


TreeOnlyOption = Annotated[
    bool, typer.Option("--tree-only", help="Judge the files alone, for want of history; nothing is proved approved.")
]


def open_history(root: Path, as_of: "date", now: "date") -> "History":
    """The history of the library in a folder. Raises SopkitError where there is none."""
    from sopkit.lifecycle.history import read_history  # git costs 70 ms

    history = read_history(open_clone(root), as_of, now)
    history.cache.save()
    return history


def open_clone(root: Path) -> "Repository":
    """The repository around the library in a folder. Raises SopkitError where there is none."""
    from sopkit.git.repository import open_repository  # git costs 70 ms

    repository = open_repository(root)
    if repository is None:
        raise SopkitError(
            f"{root} is not in a git repository", "older texts come from its history: git init, and commit"
        )
    return repository


def to_library_name(root: Path, word: str) -> str:
    """A file or folder below the library's root as the library names it; anything else, such as an id, as typed."""
    file = Path.cwd() / word
    if not file.exists():
        return word
    full = file.resolve()
    return full.relative_to(root).as_posix().removeprefix(".") if full.is_relative_to(root) else word


SopArgument = Annotated[str, typer.Argument(metavar="ID", help="The SOP's id, or its path in the library.")]
NoteOption = Annotated[
    str | None,
    typer.Option(
        "--note", metavar="TEXT", help="What you did, found or decided, in words; asked for when it is left out."
    ),
]
YesOption = Annotated[bool, typer.Option("-y", "--yes", help="Do not ask before recording.")]
AsOption = Annotated[
    str,
    typer.Option("--as", metavar="KEY", help="Who you are, by key of registers/people.yaml; else by git's user.email."),
]
DateOption = Annotated[
    date | None,
    typer.Option(
        "--date", metavar="DATE", parser=parse_day, help="The day on which it was done (YYYY-MM-DD); else today."
    ),
]
SignOption = Annotated[
    bool | None,
    typer.Option(
        "--sign/--no-sign",
        show_default=False,
        help="Sign the entry with git's ssh key, or not; by default as git signs your commits.",
    ),
]
KeyOption = Annotated[str, typer.Option("--key", metavar="FILE", help="Sign the entry with this ssh key.")]
NoCommitOption = Annotated[
    bool, typer.Option("--no-commit", help="Leave the entry in the folder, to be committed by you.")
]
DigestOption = Annotated[
    str, typer.Option("--digest", metavar="SOP1:…", help="The digest of the text that you read; another is refused.")
]
CorrectOption = Annotated[
    str,
    typer.Option(
        "--correct", metavar="ENTRY", help="Take the place of an entry of yours about the same text, by its file name."
    ),
]

"""The options of `sopkit lint`, and what they say together."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.options import today
from sopkit.cli.parameters import format_option, known
from sopkit.library import Library
from sopkit.lint.formats import format_names
from sopkit.lint.select import Profile
from sopkit.model.finding import Severity

if TYPE_CHECKING:
    from sopkit.lifecycle.library_lifecycle import LibraryLifecycle

Words = list[str] | None

PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", help="Only these files or folders, judged against the whole library."),
]
ProfileOption = Annotated[
    Profile | None,
    typer.Option(
        "--profile", help="Rule set; by default that of sopkit.toml, else publish when CI is set, else review."
    ),
]
FailOnOption = Annotated[
    Severity | None, typer.Option("--fail-on", help="Least severity for exit code 1; error, under audit warning.")
]
SelectOption = Annotated[
    Words,
    typer.Option("--select", metavar="RULES", help="Only these rules: codes, names, or families such as SOP2."),
]
ExtendSelectOption = Annotated[Words, typer.Option("--extend-select", metavar="RULES", help="These rules as well.")]
IgnoreOption = Annotated[Words, typer.Option("--ignore", metavar="RULES", help="Not these rules.")]
TreeOnlyOption = Annotated[
    bool, typer.Option("--tree-only", help="Judge the files alone; leave out the rules that need history.")
]
ChangedOption = Annotated[
    str | None,
    typer.Option(
        "--changed",
        metavar="BASE",
        help="Only what concerns the change since HEAD left this branch, tag or commit; what is overdue or awaits "
        "approval is shown and fails nothing.",
    ),
]
FixOption = Annotated[
    bool, typer.Option("--fix", help="Mend what can be mended in drafts and trials, then report the rest.")
]
MeaningOption = Annotated[bool, typer.Option("--meaning", help="With --fix or --diff: also in active SOPs.")]
UnsafeOption = Annotated[
    bool, typer.Option("--unsafe", help="With --fix or --diff: also suggestions, which a person should read again.")
]
DiffOption = Annotated[bool, typer.Option("--diff", help="Show what --fix would change; write nothing.")]
StatisticsOption = Annotated[bool, typer.Option("--statistics", help="Count the findings of each rule instead.")]


def _also(values: list[str] | None) -> list[str] | None:
    for value in values or ():
        name, _, file = value.partition("=")
        known(name, format_names(), "format")
        if not file:
            raise typer.BadParameter(f"{value!r} names no file; write {name}=FILE")
    return values


FormatOption = Annotated[
    str | None,
    format_option(
        *format_names(),
        about=f"{', '.join(format_names())}; by default text, in a GitHub workflow github.",
    ),
]
SummaryOption = Annotated[
    Path | None,
    typer.Option(
        "--summary",
        metavar="FILE",
        help="Also put a summary in Markdown behind what is in this file, such as $GITHUB_STEP_SUMMARY.",
    ),
]

AlsoOption = Annotated[
    Words,
    typer.Option(
        "--also",
        metavar="FORMAT=FILE",
        callback=_also,
        help="Also write the findings in another format to a file, such as sarif=sopkit.sarif; may be repeated.",
    ),
]
BaselineOption = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="Findings that are known, so that only others fail; by default lint.baseline of sopkit.toml.",
    ),
]
WriteBaselineOption = Annotated[
    bool,
    typer.Option("--write-baseline", help="Take what is found now into the baseline, and take out of it what is gone."),
]
ProfileRulesOption = Annotated[
    bool,
    typer.Option(
        "--profile-rules",
        help="Show what each rule costs instead of the findings; what several rules need is charged to the first.",
    ),
]
ShowKnownOption = Annotated[bool, typer.Option("--show-known", help="Show what the baseline has as well.")]


def format_of(asked: str | None, output: Path | None, *, statistics: bool) -> str:
    """The format asked for; annotations where GitHub reads what is printed; else text."""
    if asked is not None or output is not None or statistics:
        return asked or "text"
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def profile_of(library: Library, asked: Profile | None) -> Profile | None:
    """The profile asked for; publish in CI; None where the configuration decides."""
    return asked or (Profile.PUBLISH if os.environ.get("CI") and not library.config.lint.profile else None)


def history_of(library: Library) -> "Callable[[], LibraryLifecycle | None]":
    """What reads the library's history, once, when a rule asks for it."""

    @cache
    def history() -> "LibraryLifecycle | None":
        from sopkit.lifecycle.library_lifecycle import read_lifecycle  # git costs 70 ms

        return read_lifecycle(library.root, library.as_of, today(library.config.library.timezone))

    return history

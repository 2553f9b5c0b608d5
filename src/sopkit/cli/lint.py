"""`sopkit lint` and its options."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.lint_run import (
    Stopwatch,
    choose_baseline,
    make_lint_output,
    record_baseline,
    run_fixes,
    run_lint,
    show_costs,
    write_also,
)
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    check_name,
    current_date,
    format_option,
    make_command,
    open_library,
    split_values,
    to_library_paths,
)
from sopkit.cli.output_files import refuse_outputs
from sopkit.library import Library
from sopkit.lint.engine import LintOptions
from sopkit.lint.formats import format_names, load_format
from sopkit.lint.select import Profile
from sopkit.model.finding import Severity

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

WordList = list[str] | None

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
    WordList,
    typer.Option("--select", metavar="RULES", help="Only these rules: codes, names, or families such as SOP2."),
]
ExtendSelectOption = Annotated[WordList, typer.Option("--extend-select", metavar="RULES", help="These rules as well.")]
IgnoreOption = Annotated[WordList, typer.Option("--ignore", metavar="RULES", help="Not these rules.")]
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


def _check_also(values: list[str] | None) -> list[str] | None:
    for value in values or ():
        name, _, file = value.partition("=")
        check_name(name, format_names(), "format")
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
    WordList,
    typer.Option(
        "--also",
        metavar="FORMAT=FILE",
        callback=_check_also,
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


def choose_format(given: str | None, output: Path | None, *, statistics: bool) -> str:
    """The format asked for; annotations where GitHub reads what is printed; else text."""
    if given is not None or output is not None or statistics:
        return given or "text"
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"


def choose_profile(library: Library, given: Profile | None) -> Profile | None:
    """The profile asked for; publish in CI; None where the configuration decides."""
    return given or (Profile.PUBLISH if os.environ.get("CI") and not library.config.lint.profile else None)


def make_history_reader(library: Library) -> "Callable[[], LibraryStatus | None]":
    """What reads the library's history, once, when a rule asks for it."""

    @cache
    def history() -> "LibraryStatus | None":
        from sopkit.lifecycle.library_status import read_committed_status  # git costs 70 ms

        return read_committed_status(library, current_date(library.config.library.timezone))

    return history


app = make_command()


@app.command("lint")
def lint_command(
    paths: PathsArgument = None,
    folder: FolderOption = None,
    format: FormatOption = None,
    output: OutputOption = None,
    profile: ProfileOption = None,
    fail_on: FailOnOption = None,
    select: SelectOption = None,
    extend_select: ExtendSelectOption = None,
    ignore: IgnoreOption = None,
    tree_only: TreeOnlyOption = False,
    changed: ChangedOption = None,
    fix: FixOption = False,
    meaning: MeaningOption = False,
    unsafe: UnsafeOption = False,
    diff: DiffOption = False,
    statistics: StatisticsOption = False,
    profile_rules: ProfileRulesOption = False,
    also: AlsoOption = None,
    baseline: BaselineOption = None,
    write_baseline: WriteBaselineOption = False,
    show_known: ShowKnownOption = False,
    summary: SummaryOption = None,
    as_of: AsOfOption = None,
) -> None:
    """Check the SOPs of a library against the rules.

    Without PATH the whole library is checked, its registers included. `sopkit explain CODE` tells what a rule is
    about and how to mend what it finds. A finding that is accepted is ignored where it stands, with the reason:
    `<!-- sopkit: ignore SOP207 the vendor's wording -->`.
    """
    watch = Stopwatch()
    given = tuple(paths or ())
    files = [file for file in (output, summary) if file is not None]
    refuse_outputs([*files, *(Path(value.partition("=")[2]) for value in also or ())])
    library = open_library(folder, as_of, given)
    options = LintOptions(
        profile=choose_profile(library, profile),
        fail_on=fail_on,
        select=split_values(select),
        extend_select=split_values(extend_select),
        ignore=split_values(ignore),
        paths=to_library_paths(library, given),
        tree_only=tree_only,
        history=make_history_reader(library),
        baseline=choose_baseline(library, baseline, write=write_baseline, part=bool(changed or diff)),
    )
    if profile_rules:
        others = (format, fix, diff, changed, statistics, also, summary, write_baseline)
        if any(others):
            raise typer.BadParameter(
                "--profile-rules prints a table of its own; leave formats, --fix and --changed out"
            )
        raise typer.Exit(show_costs(library, options, watch, output))
    if (meaning or unsafe) and not (fix or diff):
        raise typer.BadParameter("--meaning and --unsafe say what --fix or --diff may mend; add one of these")
    if fix or diff:
        if changed is not None:
            raise typer.BadParameter("--changed reports and mends nothing; leave --fix and --diff out")
        library, report = run_fixes(library, options, output, diff=diff, meaning=meaning, unsafe=unsafe)
    else:
        report = run_lint(library, options, changed)
    if write_baseline:
        report = record_baseline(library, options, report, baseline)
    shown = make_lint_output(library, report, output, statistics=statistics, known=show_known)
    echo(load_format(choose_format(format, output, statistics=statistics)).write(shown), output)
    write_also(shown, also, summary)
    raise typer.Exit(1 if report.failed else 0)

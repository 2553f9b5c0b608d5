"""`sopkit lint` and its options."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit import __version__
from sopkit.cli.console import ProgressBar, echo, refuse_outputs, terminal_width
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
from sopkit.files import append_file, refuse_outside, write_file
from sopkit.git.checkout import files_url, read_checkout
from sopkit.library import Library
from sopkit.lint.engine import LintOptions, LintReport, baseline_scope, lint
from sopkit.lint.format import LintOutput
from sopkit.lint.formats import format_names, job_summary_to_append, load_format
from sopkit.lint.rules import all_rules
from sopkit.lint.select import Profile
from sopkit.model.finding import NO_BASELINE, Baseline, Severity
from sopkit.reading import read_file

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
    selected = tuple(paths or ())
    files = [file for file in (output, summary) if file is not None]
    refuse_outputs([*files, *(Path(value.partition("=")[2]) for value in also or ())])
    library = open_library(folder, as_of, selected)
    options = LintOptions(
        profile=profile or (Profile.PUBLISH if os.environ.get("CI") and not library.config.lint.profile else None),
        fail_on=fail_on,
        select=split_values(select),
        extend_select=split_values(extend_select),
        ignore=split_values(ignore),
        paths=to_library_paths(library, selected),
        tree_only=tree_only,
        history=make_history_reader(library),
        baseline=choose_baseline(library, baseline, write=write_baseline, part=bool(changed or diff)),
    )
    if profile_rules:
        if any((format, fix, diff, changed, statistics, also, summary, write_baseline)):
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
    result = make_lint_output(library, report, output, statistics=statistics, known=show_known)
    to_github = os.environ.get("GITHUB_ACTIONS") == "true" and output is None and not statistics
    chosen = load_format(format or ("github" if to_github else "text"))
    echo(chosen.write(result), output, verbatim=chosen.verbatim)
    write_also(result, also, summary)
    raise typer.Exit(1 if report.failed else 0)


def choose_baseline(library: Library, file: Path | None, *, write: bool, part: bool) -> Baseline | None:
    """The baseline for a run: that of the file, none when it is to be written, or None for the configuration's."""
    if not write:
        if file is None:
            return None
        from sopkit.lint.baseline import load_baseline  # only with a baseline

        return load_baseline(file.read_bytes, _display_name(library, file))
    if part:
        raise typer.BadParameter("--write-baseline needs all that is found; leave --changed and --diff out")
    if file is None and not library.config.lint.baseline:
        raise typer.BadParameter("no baseline is named: --baseline FILE, or `baseline` below [lint] in sopkit.toml")
    return NO_BASELINE


def record_baseline(library: Library, options: LintOptions, report: LintReport, file: Path | None) -> LintReport:
    """Write what was found into the baseline, and give the report in which it is known.

    Entries that the run did not look for stay: those of other paths, and of rules that did not run.
    """
    from sopkit.lint.baseline import baseline_entries, baseline_text, load_baseline, split_by_baseline

    configured = library.config.lint.baseline
    full = file or library.root / configured
    name = _display_name(library, full)
    if file is None:
        refuse_outside(library.root, configured)
    read = partial(read_file, library.root, configured) if file is None else file.read_bytes
    old = load_baseline(read, name, rewritten=True)
    in_scope = baseline_scope(report, options.paths)
    split = split_by_baseline(old, report.findings, library.sources, in_scope)
    found = baseline_entries(report.findings, library.sources)
    others = [entry for entry in old.entries if not in_scope(entry)]
    write_file(full, baseline_text([*found, *others]).encode("utf-8", "backslashreplace"))
    known = tuple(replace(finding, known=True) for finding in report.findings)
    count = len(found) + len(others)
    many = "1 finding is" if count == 1 else f"{count} findings are"
    typer.echo(f"{name}: {many} known, {len(split.new)} of them new; {len(split.gone)} taken out", err=True)
    return replace(report, findings=(), known=known)


def _display_name(library: Library, file: Path) -> str:
    """The file as the library names it, or as it was typed where it lies elsewhere."""
    full = file.absolute()
    return full.relative_to(library.root).as_posix() if full.is_relative_to(library.root) else str(file)


LOADING, LOADING_RULES, REST = "(loading the library)", "(loading the rules)", "(the rest)"


class Stopwatch:
    """Sums up calls and seconds of work by its name, from when it is made."""

    def __init__(self) -> None:
        self.begun = perf_counter()
        self.costs: dict[str, tuple[int, float]] = {}

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """The context of a piece of work; there is none inside of another."""
        start = perf_counter()
        try:
            yield
        finally:
            calls, before = self.costs.get(name, (0, 0.0))
            self.costs[name] = (calls + 1, before + perf_counter() - start)

    @property
    def elapsed(self) -> float:
        """Seconds since it was made."""
        return perf_counter() - self.begun


def show_costs(library: Library, options: LintOptions, watch: Stopwatch, output: Path | None) -> int:
    """Lint in one process, print the cost of each rule, highest first, and return the exit code of the findings."""
    watch.costs[LOADING] = (1, watch.elapsed)
    with watch.measure(LOADING_RULES):
        all_rules()
    report = lint(library, replace(options, measure=watch.measure))
    watch.costs[REST] = (1, max(0.0, watch.elapsed - sum(seconds for _, seconds in watch.costs.values())))
    echo(format_costs(watch.costs), output)
    return 1 if report.failed else 0


def format_costs(costs: dict[str, tuple[int, float]]) -> str:
    """Milliseconds, share of the whole, calls and name of each piece of work, and their sum."""
    total = sum(seconds for _, seconds in costs.values())
    rows = sorted(costs.items(), key=lambda row: (-row[1][1], row[0]))
    lines = [f"{'ms':>9}  {'share':>6}  {'calls':>7}  rule"]
    for name, (calls, seconds) in rows:
        rule = all_rules().get(name)
        words = f"{name} {rule.name}" if rule else name
        lines.append(f"{seconds * 1000:>9.2f}  {seconds / total:>6.1%}  {calls:>7}  {words}")
    lines.append(f"{total * 1000:>9.2f}  {1:>6.1%}  {'':>7}  all")
    return "\n".join(lines) + "\n"


def run_lint(library: Library, options: LintOptions, changed: str | None) -> LintReport:
    """The report on a library, or on the changes since the commit `changed`."""
    with ProgressBar("linting") as progress:
        options = replace(options, progress=progress)
        if changed is None:
            return lint(library, options)
        from sopkit.lint.changes import lint_changes  # git costs 70 ms

        return lint_changes(library, options, changed)


def run_fixes(
    library: Library, options: LintOptions, output: Path | None, *, diff: bool, meaning: bool, unsafe: bool
) -> tuple[Library, LintReport]:
    """The fixed library and the report on the rest; with `diff` prints the difference and exits.

    `meaning` includes active SOPs, `unsafe` suggestions.
    """
    from sopkit.authoring import fix  # only for --fix

    everything = replace(options, baseline=NO_BASELINE)  # known findings are fixed as well
    fixed = fix.fix_findings(library, everything, meaning=meaning, unsafe=unsafe)
    if diff:
        echo(fix.fixes_diff(fixed), output, verbatim=True)
        raise typer.Exit(1 if fixed.files else 0)
    fix.write_fixes(fixed, library)
    if summary := fix.fixes_summary(fixed):
        typer.echo(summary, err=True)
    has_baseline = options.baseline or library.config.lint.baseline
    return fixed.library, lint(fixed.library, options) if has_baseline else fixed.report


def make_lint_output(
    library: Library, report: LintReport, output: Path | None, *, statistics: bool = False, known: bool = False
) -> LintOutput:
    """The input of a format."""
    here = read_checkout(library.root)
    return LintOutput(
        report=report,
        library=library,
        version=__version__,
        head=here.head,
        width=None if output else terminal_width(),
        show_ignored=report.profile is Profile.AUDIT,
        show_known=known or report.profile is Profile.AUDIT,
        prefix=here.prefix,
        statistics=statistics,
        files_url=files_url(os.environ, here.head),
    )


def write_also(result: LintOutput, values: list[str] | None, summary: Path | None) -> None:
    """Write the findings into files, each value such as `sarif=sopkit.sarif`, and append the Markdown summary."""
    for value in values or ():
        name, _, file = value.partition("=")
        echo(load_format(name).write(replace(result, width=None)), Path(file))
    if summary is not None:
        size = summary.stat().st_size if summary.is_file() else 0
        append_file(summary, job_summary_to_append(result, size).encode("utf-8", "backslashreplace"))

"""Run `sopkit lint`: findings, fixes, baseline, outputs and the cost of each rule."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import typer

from sopkit import __version__
from sopkit.cli.console import ProgressBar, echo, terminal_width
from sopkit.files import append_file, write_file
from sopkit.git.checkout import files_url, read_checkout
from sopkit.library import Library
from sopkit.lint.engine import LintOptions, LintReport, baseline_scope, lint
from sopkit.lint.formats import job_summary_to_append, load_format
from sopkit.lint.formats._format import LintOutput
from sopkit.lint.rules import all_rules
from sopkit.lint.select import Profile
from sopkit.model.finding import NO_BASELINE, Baseline


def choose_baseline(library: Library, file: Path | None, *, write: bool, part: bool) -> Baseline | None:
    """The baseline for a run: that of the file, none when it is to be written, or None for the configuration's."""
    if not write:
        if file is None:
            return None
        from sopkit.lint.baseline import load_baseline  # only with a baseline

        return load_baseline(file, _display_name(library, file))
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

    full = file or library.root / library.config.lint.baseline
    name = _display_name(library, full)
    old = load_baseline(full, name, rewritten=True)
    judged = baseline_scope(report, options.paths)
    parted = split_by_baseline(old, report.findings, library.sources, judged)
    found = baseline_entries(report.findings, library.sources)
    kept = [entry for entry in old.entries if not judged(entry)]
    write_file(full, baseline_text([*found, *kept]).encode("utf-8", "backslashreplace"))
    known = tuple(replace(finding, known=True) for finding in report.findings)
    many = "1 finding is" if len(found) + len(kept) == 1 else f"{len(found) + len(kept)} findings are"
    typer.echo(f"{name}: {many} known, {len(parted.new)} of them new; {len(parted.gone)} taken out", err=True)
    return replace(report, findings=(), known=known)


def _display_name(library: Library, file: Path) -> str:
    """The file as the library names it, or as it was typed where it lies elsewhere."""
    full = file.absolute()
    return full.relative_to(library.root).as_posix() if full.is_relative_to(library.root) else str(file)


LOADING, LOADING_RULES, REST = "(loading the library)", "(loading the rules)", "(the rest)"


class Stopwatch:
    """Sums up the time of work by its name, from when it is made. Entered by name around each piece of work."""

    def __init__(self) -> None:
        self.begun = perf_counter()
        self.costs: dict[str, tuple[int, float]] = {}
        self.name, self.since = "", 0.0

    def lap(self, name: str) -> None:
        """All time so far is that of one piece of work."""
        self.costs[name] = (1, perf_counter() - self.begun)

    def __call__(self, name: str) -> "Stopwatch":
        """The context of a piece of work; there is none inside of another."""
        self.name = name
        return self

    def __enter__(self) -> None:
        self.since = perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = perf_counter() - self.since
        calls, before = self.costs.get(self.name, (0, 0.0))
        self.costs[self.name] = (calls + 1, before + spent)

    def stop(self) -> None:
        """What no work was named for is the rest, so that the sum is the whole."""
        whole = perf_counter() - self.begun
        self.costs[REST] = (1, max(0.0, whole - sum(seconds for _, seconds in self.costs.values())))


def show_costs(library: Library, options: LintOptions, watch: Stopwatch, output: Path | None, *, alone: bool) -> int:
    """Lint in one process, print what each rule cost, the dearest first, and give the exit code of the findings."""
    if not alone:
        raise typer.BadParameter("--profile-rules prints a table of its own; leave formats, --fix and --changed out")
    watch.lap(LOADING)
    with watch(LOADING_RULES):
        all_rules()
    report = lint(library, replace(options, measure=watch))
    watch.stop()
    echo(format_costs(watch.costs), output)
    return 1 if report.failed else 0


def format_costs(costs: dict[str, tuple[int, float]]) -> str:
    """Milliseconds, share of the whole, calls and name of each piece of work, and their sum."""
    whole = sum(seconds for _, seconds in costs.values())
    rows = sorted(costs.items(), key=lambda row: (-row[1][1], row[0]))
    lines = [f"{'ms':>9}  {'share':>6}  {'calls':>7}  rule"]
    for name, (calls, seconds) in rows:
        rule = all_rules().get(name)
        words = f"{name} {rule.name}" if rule else name
        lines.append(f"{seconds * 1000:>9.2f}  {seconds / whole:>6.1%}  {calls:>7}  {words}")
    lines.append(f"{whole * 1000:>9.2f}  {1:>6.1%}  {'':>7}  all")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class FixMode:
    """What is to be mended: `write` into the files, `show` the difference.

    `meaning` takes in active SOPs, `unsafe` suggestions.
    """

    write: bool
    show: bool
    meaning: bool
    unsafe: bool

    def __bool__(self) -> bool:
        """Whether anything is to be mended at all."""
        if (self.meaning or self.unsafe) and not (self.write or self.show):
            raise typer.BadParameter("--meaning and --unsafe say what --fix or --diff may mend; add one of these")
        return self.write or self.show


def run_lint(library: Library, options: LintOptions, changed: str | None) -> LintReport:
    """The report on a library, or on what a change since `changed` has to answer for."""
    with ProgressBar("linting") as progress:
        options = replace(options, progress=progress)
        if changed is None:
            return lint(library, options)
        from sopkit.lint.changes import lint_changes  # git costs 70 ms

        return lint_changes(library, options, changed)


def run_fixes(
    library: Library, options: LintOptions, mending: FixMode, changed: str | None, output: Path | None
) -> tuple[Library, LintReport]:
    """The mended library and the report on what is left; exits when the difference was only to be shown."""
    from sopkit.authoring import fix  # only for --fix

    if changed is not None:
        raise typer.BadParameter("--changed reports and mends nothing; leave --fix and --diff out")
    everything = replace(options, baseline=NO_BASELINE)  # what is known is mended as well
    mended = fix.fix_findings(library, everything, meaning=mending.meaning, unsafe=mending.unsafe)
    if mending.show:
        echo(fix.fixes_diff(mended), output)
        raise typer.Exit(1 if mended.files else 0)
    fix.write_fixes(mended, library)
    if told := fix.fixes_summary(mended):
        typer.echo(told, err=True)
    return mended.library, lint(mended.library, options) if _has_baseline(library, options) else mended.report


def _has_baseline(library: Library, options: LintOptions) -> bool:
    return bool(options.baseline or library.config.lint.baseline)


def make_lint_output(
    library: Library, report: LintReport, output: Path | None, *, statistics: bool, known: bool
) -> LintOutput:
    """What a format is given to write."""
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


def add_summary(shown: LintOutput, file: Path) -> None:
    """Put the summary in Markdown behind what a file holds."""
    there = file.stat().st_size if file.is_file() else 0
    append_file(file, job_summary_to_append(shown, there).encode("utf-8", "backslashreplace"))


def list_outputs(output: Path | None, also: list[str] | None, summary: Path | None) -> list[Path]:
    """The files that a run is to write."""
    return [file for file in (output, summary) if file is not None] + [
        Path(value.partition("=")[2]) for value in also or ()
    ]


def write_also(shown: LintOutput, values: list[str] | None) -> None:
    """Write the findings into files, each in the format that stands before its name: `sarif=sopkit.sarif`."""
    for value in values or ():
        name, _, file = value.partition("=")
        echo(load_format(name).write(replace(shown, width=None)), Path(file))

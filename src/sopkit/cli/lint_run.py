"""Run `sopkit lint`: findings, fixes, baseline, outputs and the cost of each rule."""

import os
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import typer

from sopkit import __version__
from sopkit.cli.console import ProgressBar, echo, terminal_width
from sopkit.files import append_file, write_file
from sopkit.git.checkout import files_url, read_checkout
from sopkit.library import Library
from sopkit.lint.engine import LintOptions, LintReport, baseline_scope, lint
from sopkit.lint.format import LintOutput
from sopkit.lint.formats import job_summary_to_append, load_format
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


def show_costs(library: Library, options: LintOptions, watch: Stopwatch, output: Path | None) -> int:
    """Lint in one process, print the cost of each rule, highest first, and return the exit code of the findings."""
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
        echo(fix.fixes_diff(fixed), output)
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


def write_also(shown: LintOutput, values: list[str] | None, summary: Path | None) -> None:
    """Write the findings into files, each value such as `sarif=sopkit.sarif`, and append the Markdown summary."""
    for value in values or ():
        name, _, file = value.partition("=")
        echo(load_format(name).write(replace(shown, width=None)), Path(file))
    if summary is not None:
        size = summary.stat().st_size if summary.is_file() else 0
        append_file(summary, job_summary_to_append(shown, size).encode("utf-8", "backslashreplace"))

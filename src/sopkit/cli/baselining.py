"""The baseline of `sopkit lint`: which one a run is given, and writing it."""

from dataclasses import replace
from pathlib import Path

import typer

from sopkit.files import write_file
from sopkit.library import Library
from sopkit.lint.engine import LintOptions, LintReport, baseline_scope
from sopkit.model.finding import NO_BASELINE, Baseline


def baseline_of(library: Library, file: Path | None, *, write: bool, part: bool) -> Baseline | None:
    """The baseline for a run: that of the file, none when it is to be written, or None for the configuration's."""
    if not write:
        if file is None:
            return None
        from sopkit.lint.baseline import load_baseline  # only with a baseline

        return load_baseline(file, _name(library, file))
    if part:
        raise typer.BadParameter("--write-baseline needs all that is found; leave --changed and --diff out")
    if file is None and not library.config.lint.baseline:
        raise typer.BadParameter("no baseline is named: --baseline FILE, or `baseline` below [lint] in sopkit.toml")
    return NO_BASELINE


def record(library: Library, options: LintOptions, report: LintReport, file: Path | None) -> LintReport:
    """Write what was found into the baseline, and give the report in which it is known.

    Entries that the run did not look for stay: those of other paths, and of rules that did not run.
    """
    from sopkit.lint.baseline import baseline_entries, baseline_text, load_baseline, split_by_baseline

    full = file or library.root / library.config.lint.baseline
    name = _name(library, full)
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


def _name(library: Library, file: Path) -> str:
    """The file as the library names it, or as it was typed where it lies elsewhere."""
    full = file.absolute()
    return full.relative_to(library.root).as_posix() if full.is_relative_to(library.root) else str(file)

"""What `sopkit lint` does once its options are read: find, mend or show, and what a format is given."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from sopkit import __version__
from sopkit.cli.console import echo, width
from sopkit.cli.progress import Progress
from sopkit.files import append_file
from sopkit.git.checkout import files_url, read_checkout
from sopkit.library import Library
from sopkit.lint.engine import LintOptions, LintReport, lint
from sopkit.lint.formats import job_summary_to_append, load_format
from sopkit.lint.formats._format import LintOutput
from sopkit.lint.select import Profile
from sopkit.model.finding import NO_BASELINE


@dataclass(frozen=True, slots=True)
class Mending:
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


def find(library: Library, options: LintOptions, changed: str | None) -> LintReport:
    """The report on a library, or on what a change since `changed` has to answer for."""
    with Progress("linting") as progress:
        options = replace(options, progress=progress)
        if changed is None:
            return lint(library, options)
        from sopkit.lint.changes import lint_changes  # git costs 70 ms

        return lint_changes(library, options, changed)


def mend(
    library: Library, options: LintOptions, mending: Mending, changed: str | None, output: Path | None
) -> tuple[Library, LintReport]:
    """The mended library and the report on what is left; exits when the difference was only to be shown."""
    from sopkit.authoring import (
        fix,  # only for --fix
        mended_files,  # only for --fix
    )

    if changed is not None:
        raise typer.BadParameter("--changed reports and mends nothing; leave --fix and --diff out")
    everything = replace(options, baseline=NO_BASELINE)  # what is known is mended as well
    mended = fix.mend(library, everything, meaning=mending.meaning, unsafe=mending.unsafe)
    if mending.show:
        echo(mended_files.difference(mended), output)
        raise typer.Exit(1 if mended.files else 0)
    mended_files.write(mended, library)
    if told := mended_files.told(mended):
        typer.echo(told, err=True)
    return mended.library, lint(mended.library, options) if _has_baseline(library, options) else mended.report


def _has_baseline(library: Library, options: LintOptions) -> bool:
    return bool(options.baseline or library.config.lint.baseline)


def lint_output(
    library: Library, report: LintReport, output: Path | None, *, statistics: bool, known: bool
) -> LintOutput:
    """What a format is given to write."""
    here = read_checkout(library.root)
    return LintOutput(
        report=report,
        library=library,
        version=__version__,
        head=here.head,
        width=None if output else width(),
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


def outputs(output: Path | None, also: list[str] | None, summary: Path | None) -> list[Path]:
    """The files that a run is to write."""
    return [file for file in (output, summary) if file is not None] + [
        Path(value.partition("=")[2]) for value in also or ()
    ]


def write_also(shown: LintOutput, values: list[str] | None) -> None:
    """Write the findings into files, each in the format that stands before its name: `sarif=sopkit.sarif`."""
    for value in values or ():
        name, _, file = value.partition("=")
        echo(load_format(name).write(replace(shown, width=None)), Path(file))

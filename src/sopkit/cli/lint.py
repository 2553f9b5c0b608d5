"""`sopkit lint`."""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit import __version__
from sopkit.cli.console import echo, width
from sopkit.cli.options import AsOfOption, FolderOption, OutputOption, open_library, relative, today
from sopkit.cli.parameters import command_app, format_option, several
from sopkit.cli.progress import Progress
from sopkit.formats import LintOutput, format_named, format_names
from sopkit.git.checkout import checkout
from sopkit.library import Library
from sopkit.lint import LintOptions, LintReport, Profile, lint
from sopkit.model.finding import Severity

if TYPE_CHECKING:
    from sopkit.lifecycle.life import Life

app = command_app()

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
DiffOption = Annotated[bool, typer.Option("--diff", help="Show what --fix would change; write nothing.")]
StatisticsOption = Annotated[bool, typer.Option("--statistics", help="Count the findings of each rule instead.")]


@app.command("lint")
def lint_command(
    paths: PathsArgument = None,
    folder: FolderOption = None,
    format: Annotated[str, format_option(*format_names())] = "text",
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
    diff: DiffOption = False,
    statistics: StatisticsOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Check the SOPs of a library against the rules.

    Without PATH the whole library is checked, its registers included. `sopkit explain CODE` tells what a rule is
    about and how to mend what it finds. A finding that is accepted is ignored where it stands, with the reason:
    `<!-- sopkit: ignore SOP207 the vendor's wording -->`.
    """
    given = tuple(paths or ())
    library = open_library(folder, as_of, given)

    @cache
    def history() -> "Life | None":
        from sopkit.lifecycle.life import read_life  # noqa: PLC0415 - git costs 70 ms

        return read_life(library.root, library.as_of, today(library.config.library.timezone))

    options = LintOptions(
        profile=profile or (Profile.PUBLISH if os.environ.get("CI") and not library.config.lint.profile else None),
        fail_on=fail_on,
        select=several(select),
        extend_select=several(extend_select),
        ignore=several(ignore),
        paths=relative(library, given),
        tree_only=tree_only,
        history=history,
    )
    report: LintReport
    if changed is not None and (fix or diff):
        raise typer.BadParameter("--changed reports and mends nothing; leave --fix and --diff out")
    if fix or diff:
        from sopkit.authoring.fix import difference, mend, write  # noqa: PLC0415 - only for --fix

        mended = mend(library, options, meaning=meaning)
        if diff:
            echo(difference(mended), output)
            raise typer.Exit(1 if mended.files else 0)
        write(mended, library)
        library, report = mended.library, mended.report
        if mended.applied or mended.withheld:
            left = f"; {len(mended.withheld)} in active SOPs left alone (--meaning)" if mended.withheld else ""
            files = "1 file" if len(mended.files) == 1 else f"{len(mended.files)} files"
            typer.echo(f"mended {mended.applied} in {files}{left}", err=True)
    else:
        with Progress("linting") as progress:
            options = replace(options, progress=progress)
            report = lint(library, options) if changed is None else _of_change(library, options, changed)
    here = checkout(library.root)
    shown = LintOutput(
        report=report,
        library=library,
        version=__version__,
        head=here.head,
        width=None if output else width(),
        show_ignored=report.profile is Profile.AUDIT,
        prefix=here.prefix,
        statistics=statistics,
    )
    echo(format_named(format).write(shown), output)
    raise typer.Exit(1 if report.failed else 0)


def _of_change(library: Library, options: LintOptions, base: str) -> LintReport:
    from sopkit.lint_changed import lint_changed  # noqa: PLC0415 - git costs 70 ms

    return lint_changed(library, options, base)

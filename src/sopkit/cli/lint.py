"""`sopkit lint`."""

import typer

from sopkit.cli.baselining import baseline_of, record
from sopkit.cli.console import echo
from sopkit.cli.lint_options import (
    AlsoOption,
    BaselineOption,
    ChangedOption,
    DiffOption,
    ExtendSelectOption,
    FailOnOption,
    FixOption,
    FormatOption,
    IgnoreOption,
    MeaningOption,
    PathsArgument,
    ProfileOption,
    ProfileRulesOption,
    SelectOption,
    ShowKnownOption,
    StatisticsOption,
    SummaryOption,
    TreeOnlyOption,
    UnsafeOption,
    WriteBaselineOption,
    format_of,
    history_of,
    profile_of,
)
from sopkit.cli.linting import Mending, add_summary, find, lint_output, mend, outputs, write_also
from sopkit.cli.options import AsOfOption, FolderOption, OutputOption, open_library, relative
from sopkit.cli.outputs import refuse_outputs
from sopkit.cli.parameters import command_app, several
from sopkit.cli.rule_costs import Stopwatch, show_costs
from sopkit.lint.engine import LintOptions
from sopkit.lint.formats import load_format

app = command_app()


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
    refuse_outputs(outputs(output, also, summary))
    library = open_library(folder, as_of, given)
    options = LintOptions(
        profile=profile_of(library, profile),
        fail_on=fail_on,
        select=several(select),
        extend_select=several(extend_select),
        ignore=several(ignore),
        paths=relative(library, given),
        tree_only=tree_only,
        history=history_of(library),
        baseline=baseline_of(library, baseline, write=write_baseline, part=bool(changed or diff)),
    )
    if profile_rules:
        others = (format, fix, diff, changed, statistics, also, summary, write_baseline)
        raise typer.Exit(show_costs(library, options, watch, output, alone=not any(others)))
    if mending := Mending(write=fix, show=diff, meaning=meaning, unsafe=unsafe):
        library, report = mend(library, options, mending, changed, output)
    else:
        report = find(library, options, changed)
    if write_baseline:
        report = record(library, options, report, baseline)
    shown = lint_output(library, report, output, statistics=statistics, known=show_known)
    echo(load_format(format_of(format, output, statistics=statistics)).write(shown), output)
    write_also(shown, also)
    if summary is not None:
        add_summary(shown, summary)
    raise typer.Exit(1 if report.failed else 0)

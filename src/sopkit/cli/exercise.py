"""`sopkit exercise new|record|list`."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import (
    choose_table_format,
    echo,
    format_report_table,
    format_table,
    print_notes,
    write_bytes,
    write_document,
)
from sopkit.cli.options import (
    AsOfOption,
    AsOption,
    FolderOption,
    KeyOption,
    OutputOption,
    SignOption,
    TableFormatOption,
    YesOption,
    check_name,
    choice_of,
    find_library_and_date,
    make_command,
    resolve_root,
)

if TYPE_CHECKING:
    from sopkit.model.practice import ExerciseType
    from sopkit.practice.scenarios import NamedScenario

_FORMATS = {".md": "markdown", ".docx": "docx", ".html": "html", ".htm": "html"}

app = make_command(
    "Try procedures in exercises, restore tests and internal audits: make the sheet, record it, list what was found."
)


def _parse_type(text: str) -> "ExerciseType":
    from sopkit.model.practice import ExerciseType  # pydantic costs 60 ms

    return ExerciseType(check_name(text, tuple(ExerciseType), "type of exercise"))


@app.command("new")
def new_command(
    sops: Annotated[list[str] | None, typer.Argument(metavar="ID", help="The SOPs that are tried together.")] = None,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", metavar="NAME", help="The scenario; by default one that fits the SOP or its area."),
    ] = None,
    type: Annotated[
        str | None,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="walkthrough, tabletop, simulation, live, restore-test or internal-audit.",
        ),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Use the committed text, also when it is not approved yet.")
    ] = False,
    list_all: Annotated[bool, typer.Option("--list", help="List the scenarios instead.")] = False,
    format: Annotated[
        str | None,
        typer.Option(
            "-f",
            "--format",
            metavar="NAME",
            callback=choice_of(tuple(dict.fromkeys(_FORMATS.values())), "format"),
            help="markdown, docx or html; by default what FILE ends with, else markdown.",
        ),
    ] = None,
    output: OutputOption = None,
    folder: FolderOption = None,
) -> None:
    """Make the sheet of an exercise: one page for the facilitator, to be filled in and read back.

    The sheet has the versions and digests of the texts, the roles that should take part, the scenario, and room for
    ratings, times, deviations, gaps and feedback. `exercise record` reads it back.

    Examples: sopkit exercise new AC-001 -o leaver.docx, sopkit exercise new BK-001 --type restore-test
    """
    from sopkit.practice.scenarios import choose_scenario, find_scenario, list_scenarios

    scenarios = list_scenarios(resolve_root(folder))
    if list_all:
        rows = [
            (one.name, one.scenario.title, str(one.scenario.type), ", ".join(one.scenario.areas), _origin(one))
            for one in scenarios
        ]
        echo(format_table(("NAME", "TITLE", "TYPE", "AREAS", "FROM"), rows, "no scenario"), output)
        return
    if not sops:
        raise typer.BadParameter("name the SOPs that are tried: sopkit exercise new ID; --list shows the scenarios")
    from sopkit.authoring.exercise.sheet import build_sheet, read_texts
    from sopkit.authoring.exercise.sheet_formats import write_sheet
    from sopkit.lifecycle.library_status import read_library_status  # git costs 70 ms

    kind = _parse_type(type) if type else None
    form = format or _FORMATS.get(output.suffix.lower() if output else "", "markdown")
    if form == "docx" and output is None:
        raise typer.BadParameter("name a file with -o FILE.docx")
    root, now = find_library_and_date(folder)
    with read_library_status(root, now, now) as status:
        texts = read_texts(status, sops, draft=draft)
        chosen = find_scenario(scenarios, scenario) if scenario else None
        if chosen is None and kind != "internal-audit":
            chosen = choose_scenario(scenarios, [one.sop for one in texts])
            print_notes(f"scenario: {chosen.name} fits; --list shows the others" if chosen is not None else "")
        if chosen is not None and chosen.overrides:
            print_notes(f"scenario {chosen.name} is yours, and is used instead of the shipped one")
        data = write_sheet(build_sheet(status.library, texts, kind, chosen), form)
    if form == "docx" or output is not None:
        write_bytes(data, output)
        typer.echo(f"wrote {output}; when it is filled in, run: sopkit exercise record {output}", err=True)
    else:
        echo(data.decode(), verbatim=True)


def _origin(one: "NamedScenario") -> str:
    return f"own{', instead of the shipped one' if one.overrides else ''}" if one.own else "shipped"


@app.command("record")
def record_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The filled-in sheet: .md, .docx or .html.")],
    as_key: AsOption = "",
    actions: Annotated[
        bool, typer.Option("--actions", help="Add an action to the register for each gap that has none.")
    ] = False,
    owner: Annotated[
        str, typer.Option("--owner", metavar="ROLE", help="Who owns these actions; by default the owner of the SOP.")
    ] = "",
    sign: SignOption = None,
    key: KeyOption = "",
    yes: YesOption = False,
    folder: FolderOption = None,
) -> None:
    """Record a filled-in sheet: the exercise, and apart from it, in the folder of people's records, who took part.

    Everything is shown before it is recorded and committed. A sheet that is recorded already is not recorded twice, so
    that --actions can be given later.
    """
    from sopkit.cli.exercise_record import RecordChoice, record_sheet  # git and pydantic cost 100 ms

    root, now = find_library_and_date(folder)
    record_sheet(root, now, file, RecordChoice(as_key, actions, owner, sign, key, yes))


@app.command("list")
def list_command(
    sop: Annotated[str | None, typer.Option("--sop", metavar="ID", help="Only this SOP.")] = None,
    format: TableFormatOption = None,
    output: OutputOption = None,
    as_of: AsOfOption = None,
    folder: FolderOption = None,
) -> None:
    """List exercises and internal audits: what was tried, with which result, and what remains open."""
    from sopkit.lifecycle.library_status import read_library_status  # git costs 70 ms
    from sopkit.reports.exercises import REPORT
    from sopkit.reports.report import ReportOptions, report_document

    form = choose_table_format(format, output)
    root, now = find_library_and_date(folder)
    with read_library_status(root, as_of or now, now) as status:
        result = REPORT.make(status, ReportOptions(sop=sop or ""))
        document = report_document(REPORT, result, status)
        write_document(document, form, output, partial(format_report_table, result.table))

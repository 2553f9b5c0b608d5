"""`sopkit train status|export`."""

from functools import partial
from typing import Annotated

import typer

from sopkit.cli.console import choose_table_format, format_report_table, write_document
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    TableFormatOption,
    choice_of,
    find_library_and_date,
)
from sopkit.model.errors import SopkitError

GROUPINGS = ("sop", "role", "area", "person")


def status_command(
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="WHAT",
            callback=choice_of(GROUPINGS, "grouping"),
            help="Group by sop, role, area or person.",
        ),
    ] = "sop",
    person: Annotated[
        str | None, typer.Option("--person", metavar="KEY", help="Each SOP of this person: key, name or address.")
    ] = None,
    sop: Annotated[str | None, typer.Option("--sop", metavar="ID", help="Only this SOP.")] = None,
    role: Annotated[str | None, typer.Option("--role", metavar="ID", help="Only the people of this role.")] = None,
    area: Annotated[str | None, typer.Option("--area", metavar="NAME", help="Only the SOPs of this area.")] = None,
    each: Annotated[bool, typer.Option("--each", help="A row for each person and SOP, instead of groups.")] = False,
    format: TableFormatOption = None,
    output: OutputOption = None,
    as_of: AsOfOption = None,
    folder: FolderOption = None,
) -> None:
    """Say who is trained on the texts in force: current, due, overdue, never, exempt, or not known.

    People are asked for an SOP when they hold a role of its audience. Sessions, joiners and quizzes are in `sopkit
    report training`.

    Examples: sopkit train status --by role, sopkit train status --person ben, sopkit train status --sop AC-001 --each
    """
    from sopkit.lifecycle.library_status import read_library_status  # git costs 70 ms
    from sopkit.practice.case_rows import PeopleNames
    from sopkit.practice.result_record import find_person
    from sopkit.reports.training.states import find_places, status_document

    form = choose_table_format(format, output)
    root, now = find_library_and_date(folder)
    with read_library_status(root, as_of or now, now) as status:
        key = find_person(PeopleNames(status.history.organisation.people), person) if person else ""
        places = find_places(status, sop_id=sop or "", role=role or "", area=area or "", person=key)
        document = status_document(status, places, "" if person or each else by)
        write_document(document, form, output, partial(format_report_table, document.main))


def export_command(
    person: Annotated[str, typer.Option("--person", metavar="KEY", help="Whose: key, name, address or login.")],
    format: TableFormatOption = None,
    output: OutputOption = None,
    as_of: AsOfOption = None,
    folder: FolderOption = None,
) -> None:
    """List everything that is recorded about a person, for a request of access.

    That is the row of the people register, roles, training, exemptions, what they took part in, and what they
    recorded, reviewed and approved, each with the file that holds it. Nobody else is named.

    Example: sopkit train export --person ines -o ines.xlsx
    """
    from sopkit.lifecycle.library_status import read_library_status  # git costs 70 ms
    from sopkit.practice.case_rows import PeopleNames
    from sopkit.practice.result_record import find_person
    from sopkit.practice.training_records import training_records
    from sopkit.reports.training.access import personal_data_document

    form = choose_table_format(format, output)
    root, now = find_library_and_date(folder)
    with read_library_status(root, as_of or now, now) as status:
        key = find_person(PeopleNames(status.history.organisation.people), person)
        if why := training_records(status).unknown:
            raise SopkitError(f"not all that is recorded about {key} can be told: {why}", "make that folder readable")
        document = personal_data_document(status, key)
        write_document(document, form, output, partial(format_report_table, document.main))

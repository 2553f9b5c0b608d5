"""`sopkit run checklist|record`."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo, print_notes, write_bytes
from sopkit.cli.options import (
    AsOption,
    FolderOption,
    KeyOption,
    OutputOption,
    SopArgument,
    YesOption,
    find_library_and_date,
    format_option,
    open_history,
    open_library,
)
from sopkit.cli.run_view import confirm_run, draft_run, find_names, format_run, record_run, steps_by_anchor
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls
from sopkit.tables.reader import read_bytes

if TYPE_CHECKING:
    from sopkit.practice.checklist import Checklist
    from sopkit.practice.runs import RunText

FORMATS = ("markdown", "html", "docx", "github", "gitlab")
_MAX_BYTES = 20_000_000
_MAX_ISSUE = 65_536  # characters of an issue of GitHub
CaseOption = Annotated[
    str, typer.Option("--case", metavar="TEXT", help="Id of the case, as in the ticket system, such as ACCESS-12.")
]
UrlOption = Annotated[str, typer.Option("--url", metavar="URL", help="Address of the case.")]


def checklist_command(
    sop: SopArgument,
    case: CaseOption = "",
    url: UrlOption = "",
    format: Annotated[
        str,
        format_option(
            *FORMATS,
            about="markdown; html: one file that needs no network; docx; github or gitlab: the body of an issue.",
        ),
    ] = "markdown",
    output: OutputOption = None,
    folder: FolderOption = None,
) -> None:
    """Write the approved text of an SOP that is in force today as a checklist.

    Fill it in, then record the run: sopkit run record FILE. Every format names the id, the version and the digest of
    the text, and the anchor of each step, so that a checklist or an exported issue can be read back.

    Examples: sopkit run checklist AC-002 -o review.md, sopkit run checklist AC-002 --case ACCESS-12 -f html -o run.html
    """
    from sopkit.practice.checklist import write_checklist
    from sopkit.practice.runs import find_text_in_force
    from sopkit.render.checklist_formats import checklist_docx, checklist_html

    root, now = find_library_and_date(folder)
    library = open_library(root)
    text = find_text_in_force(open_history(root, now, now), library, sop, now)
    checklist = replace(_checklist_of(text, root, now), case=case, url=url)
    if not checklist.steps:
        raise SopkitError(f"{text.name} has no steps", f"see: sopkit render {text.sop.id}")
    if format == "docx":
        if output is None:
            raise typer.BadParameter("name a file with -o FILE.docx")
        write_bytes(checklist_docx(checklist), output)
        return
    body = checklist_html(checklist) if format == "html" else write_checklist(checklist)
    if format in {"github", "gitlab"} and len(body) > _MAX_ISSUE:
        print_notes(f"{len(body)} characters: an issue of GitHub has at most {_MAX_ISSUE}; attach it as a file instead")
    echo(body, output, verbatim=True)


def _checklist_of(text: "RunText", root: Path, made: date) -> "Checklist":
    from sopkit.render.checklist import build_checklist

    checklist = build_checklist(text.sop, open_library(root), text.digest, text.since or made, made)
    return replace(checklist, version=text.version)


def record_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The filled checklist: Markdown, Word, or what its page saved.")
    ],
    as_key: AsOption = "",
    correct: Annotated[
        str, typer.Option("--correct", metavar="RECORD", help="Replace a record of this case, by its file name.")
    ] = "",
    key: KeyOption = "",
    yes: YesOption = False,
    folder: FolderOption = None,
) -> None:
    """Record a run from a filled checklist: shows the run, asks, and commits one record in ledger/runs/ID.

    The text that counts is the one in force on the date on which the run started. A checklist of another version is
    recorded as a deviation. Nothing is written when the file cannot be read.

    Examples: sopkit run record review.md, sopkit run record run.docx --as ben --yes
    """
    from sopkit.lifecycle.record.session import open_session
    from sopkit.practice.checklist import read_checklist
    from sopkit.practice.runs import (
        add_version_deviation,
        checklist_notes,
        find_text,
        find_text_in_force,
        refuse_recorded,
        run_of_checklist,
    )

    root, now = find_library_and_date(folder)
    filled = read_checklist(_read_text(file), escape_controls(str(file)))
    session = open_session(root, now)
    history, by = session.history, session.person(as_key).key
    library = open_library(root)
    try:
        text = find_text(history, library, filled.id, filled.digest)
    except SopkitError as error:
        raise SopkitError(f"{filled.path}: {error.message}", error.hint) from error
    checklist = _checklist_of(text, root, now)
    run = run_of_checklist(filled, checklist, session, by, correct)
    started = run.started.astimezone(session.zone).date() if isinstance(run.started, datetime) else run.started
    right = find_text_in_force(history, library, filled.id, started, start=False)
    refuse_recorded(history, run.id, run.case, correct)
    run = add_version_deviation(run, text, right)
    draft_run(session, run, key)
    echo(format_run(run, steps_by_anchor(checklist), find_names(session), text.sop, session.zone))
    print_notes(*checklist_notes(filled, checklist), *session.notes)
    if right.digest != text.digest:
        print_notes(
            f"the checklist is of {text.name}, but {right.name} was in force on {started}: recorded as a deviation"
        )
    confirm_run("Record this run and commit it?", yes=yes)
    record_run(root, session, run, key)


def _read_text(file: Path) -> str:
    """The Markdown of a checklist in any of its formats. Raises SopkitError."""
    data = read_bytes(file, _MAX_BYTES)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        from sopkit.parsing.word import read_word  # an extra

        return read_word(data, str(file), "pictures").markdown
    if data.lstrip()[:15].lower().startswith(b"<!doctype html"):
        advice = "open it in a browser, press `Save the checklist as a file`, and specify that file"
        raise SopkitError(f"{file}: the page itself does not hold what was typed into it", advice)
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SopkitError(f"{file}: is not UTF-8 at byte {error.start}", "save it as UTF-8") from error

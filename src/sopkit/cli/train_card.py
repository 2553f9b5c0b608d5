"""`sopkit train card`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import echo, print_notes, refuse_folder, refuse_outputs, write_bytes
from sopkit.cli.options import AsOfOption, FolderOption, choice_of, find_library_and_date
from sopkit.files import make_folder

_FORMATS = {".html": "html", ".htm": "html", ".docx": "docx", ".md": "markdown"}
_SUFFIXES = {"html": ".html", "docx": ".docx", "markdown": ".md"}


def card_command(
    role: Annotated[
        str | None, typer.Argument(metavar="ROLE", help="The role: id, title or alias, or everyone.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="A card for each role of the register, into the folder that -o names.")
    ] = False,
    format: Annotated[
        str | None,
        typer.Option(
            "-f",
            "--format",
            metavar="NAME",
            callback=choice_of(tuple(_SUFFIXES), "format"),
            help="html, docx or markdown; by default what FILE ends with, else html.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The file; with --all, the folder.")
    ] = None,
    as_of: AsOfOption = None,
    folder: FolderOption = None,
) -> None:
    """Make the card of a role: one page of A4 with what people of that role do, by when, and whom they call.

    It has the steps of the role in the texts in force with their time limits, the contacts of the escalation, what
    changed in this quarter, and five questions with the step that answers. What does not fit on the page is counted,
    with where it is found. HTML prints on one sheet.

    Examples: sopkit train card support -o support.html, sopkit train card --all -f docx -o cards
    """
    from sopkit.authoring.training.card import CardMaker, card_roles
    from sopkit.authoring.training.card_formats import write_card
    from sopkit.lifecycle.library_status import read_library_status  # git costs 70 ms

    if every == (role is not None):
        raise typer.BadParameter("name one role, or all of them with --all")
    form = format or _FORMATS.get(output.suffix.lower() if output and not every else "", "html")
    if output is None and (every or form == "docx"):
        raise typer.BadParameter(f"name {'a folder with -o DIR' if every else 'a file with -o FILE.docx'}")
    root, now = find_library_and_date(folder)
    with read_library_status(root, as_of or now, now) as status:
        maker = CardMaker(status)
        if role is not None:
            data = write_card(maker.make(maker.find_role(role)), form)
            write_bytes(data, output) if output else echo(data.decode(), verbatim=True)
            return
        cards = [maker.make(name) for name in card_roles(status)]
    if output is not None:
        if output.exists() and not output.is_dir():
            raise typer.BadParameter(f"{output} is a file; name a folder")
        refuse_folder(output)
        files = [
            (output / f"{_file_name(card.role)}{_SUFFIXES[form]}", write_card(card, form))
            for card in cards
            if not card.is_empty
        ]
        refuse_outputs(file for file, _ in files)
        make_folder(output)
        for file, data in files:
            write_bytes(data, file)
        empty = [card.role for card in cards if card.is_empty]
        print_notes(f"no SOP in force asks anything of {', '.join(empty)}" if empty else "")
        echo(f"wrote {len(files)} {'card' if len(files) == 1 else 'cards'} to {output}")


def _file_name(role: str) -> str:
    from sopkit.parsing.sections import make_slug

    return make_slug(role) or "role"

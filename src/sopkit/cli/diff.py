"""`sopkit diff`."""

from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    SopArgument,
    find_library_and_date,
    format_option,
    make_command,
    open_history,
)

if TYPE_CHECKING:
    from datetime import date

    from sopkit.diff.model import Comparison
    from sopkit.lifecycle.history import History

app = make_command()
FORMATS = ("text", "html", "markdown", "json")
_ADDRESS = "r3, a version label, a day (YYYY-MM-DD), a commit, HEAD, tree (the folder) or approved."


@app.command("diff")
def diff_command(
    sop: SopArgument,
    old: Annotated[str, typer.Argument(metavar="[A]", show_default=False, help=f"The text before: {_ADDRESS}")] = "",
    new: Annotated[str, typer.Argument(metavar="[B]", show_default=False, help="The text after, likewise.")] = "",
    format: Annotated[str, format_option(*FORMATS)] = "text",
    folder: FolderOption = None,
    output: OutputOption = None,
    context: Annotated[
        int | None,
        typer.Option("--context", min=0, metavar="N", help="Blocks shown around a change: 1, in HTML the whole text."),
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 when there is a material change.")] = False,
    as_of: AsOfOption = None,
) -> None:
    """Show what changed between two texts of an SOP, word by word: keys, sections, steps that came, went or moved.

    Without A, the text that was approved last, else the revision before; without B, the text in the folder when it
    differs from the commit, else that of the commit. Layout, version, status, tags, summary and language are no
    material change.
    """
    root, now = find_library_and_date(folder)
    history = open_history(root, as_of or now, now)
    comparison = _compare_texts(history, sop, old, new, as_of or now)
    echo(_format_comparison(comparison, format, context), output, verbatim=format == "html")
    raise typer.Exit(1 if exit_code and comparison.redline.material else 0)


def _compare_texts(history: "History", sop: str, old: str, new: str, as_of: "date") -> "Comparison":
    from sopkit.diff import compare
    from sopkit.diff.model import Comparison, ComparisonSide
    from sopkit.frameworks.loader import load_catalogue
    from sopkit.library import sop_reader
    from sopkit.lifecycle.text_lookup import TextAtCommit, resolve, resolve_defaults, resolve_newest
    from sopkit.parsing.digest import immaterial_keys

    def side(text: TextAtCommit) -> ComparisonSide:
        return ComparisonSide(
            text.name, text.label, text.revision, text.version, text.day, text.commit, text.path, text.digest
        )

    if old:
        before, after = resolve(history, sop, old), resolve(history, sop, new) if new else resolve_newest(history, sop)
    else:
        before, after = resolve_defaults(history, sop)
    read = sop_reader(history.config, load_catalogue(history.repository.root / "controls"))
    one, other = read(before.path, before.data), read(after.path, after.data)
    redline = compare(one, other, immaterial_keys(history.config))
    title = other.text("title") or one.text("title")
    name = other.id or one.id or after.path
    return Comparison(name, title, side(before), side(after), redline, history.repository.head, as_of)


def _format_comparison(comparison: "Comparison", format: str, context: int | None) -> str:
    if format == "html":
        from sopkit.render.document import render_diff  # jinja2 costs 48 ms

        return render_diff(comparison, context)
    if format == "json":
        from sopkit.diff.formats import diff_document
        from sopkit.tables.document import document_json

        return document_json(diff_document(comparison))
    from sopkit.diff.formats import as_markdown, as_text

    return (as_markdown if format == "markdown" else as_text)(comparison, 1 if context is None else context)

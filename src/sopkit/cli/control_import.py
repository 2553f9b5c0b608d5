"""Write an imported framework, and report what changed."""

from collections.abc import Iterator

from sopkit.cli.console import terminal_width
from sopkit.files import make_folder, write_file
from sopkit.frameworks.sheet_import import FrameworkImport
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls, wrap_cells
from sopkit.tables.grid import list_briefly


def write_framework(imported: FrameworkImport, *, replace: bool) -> None:
    """Put the framework into its file. SopkitError when another one is there, and is not to be replaced."""
    if imported.same:
        return
    if imported.exists and not replace:
        differs = "; ".join(_list_differences(imported)) or "what is said of it, or its form, differs"
        raise SopkitError(
            f"controls/{imported.path.name} is there already: {differs}",
            "see all of it with --dry-run; write over the file with --replace",
        )
    make_folder(imported.path.parent)
    write_file(imported.path, imported.data)


def format_import(imported: FrameworkImport, *, written: bool) -> str:
    """What became of the rows of the sheet, for people."""
    room = terminal_width()
    lines = [
        part
        for label, said in _list_facts(imported, written=written)
        for part in wrap_cells(
            escape_controls(f"{label:<12}{said}" if label else said), room, rest=" " * 14 if label else ""
        )
    ]
    return "\n".join(lines)


def _list_facts(imported: FrameworkImport, *, written: bool) -> Iterator[tuple[str, str]]:
    framework, grid = imported.framework, imported.grid
    done = "is as it was" if imported.same else "written" if written else "would be written"
    yield "", f"controls/{imported.path.name}: {done}"
    sheet = f", sheet {grid.name}" if grid.sheets else ""
    yield "  from", f"{grid.path.rpartition('/')[2]}{sheet}"
    yield "  controls", f"{len(framework.controls)} in {len(framework.groups)} groups"
    yield "  groups", f"by {imported.drawn.grouped_by}: {list_briefly([group.id for group in framework.groups])}"
    yield "  ids", framework.id_form or "of no one form"
    yield "  edition", f"{framework.edition}; publisher: {framework.publisher}"
    for note in (*grid.notes, *imported.drawn.notes):
        yield "  note", note
    for difference in _list_differences(imported):
        yield "  differs", difference
    if not imported.exists:
        first = framework.controls[0].id
        yield "", f"Claim one in the front matter of an SOP: controls: {{{framework.id}: [{first}]}}"


def _list_differences(imported: FrameworkImport) -> Iterator[str]:
    if not imported.exists:
        return
    for names, said in ((imported.came, "came"), (imported.went, "went"), (imported.changed, "changed")):
        if names and imported.before:
            yield f"{len(names)} {'id' if len(names) == 1 else 'ids'} {said}: {list_briefly(names)}"
    if imported.before is None:
        yield "the file that is there cannot be read"

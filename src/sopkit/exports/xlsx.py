"""`sopkit export xlsx`: the whole library as one Excel workbook."""

from collections.abc import Iterator, Sequence

from sopkit.exports import Export, ExportResult
from sopkit.exports._tables import build_tables
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.tables.sheet import Sheet
from sopkit.tables.workbook import build_cover
from sopkit.tables.xlsx_writer import write_workbook


def write_xlsx(status: LibraryStatus, version: str, frameworks: tuple[str, ...] = ()) -> ExportResult:
    """One workbook, the same for the same library and day. Raises SopkitError when the extra is not installed."""
    del version
    tables = build_tables(status, frameworks)
    made = [piece.sheet() for piece in tables.pieces if not piece.detail]
    commit = status.commit.oid if status.commit else ""
    library, notes = status.library.config.library.name, (*tables.notes, *_sheet_notes(made))
    cover = build_cover("Procedures and controls", library, status.as_of, commit, notes)
    return ExportResult({"library.xlsx": write_workbook([sheet for sheet in made if sheet.rows], cover)})


def _sheet_notes(made: Sequence[Sheet]) -> Iterator[str]:
    if empty := [sheet.name for sheet in made if not sheet.rows]:
        yield f"left out, because they have no row: {', '.join(empty)}"
    if any(sheet.editable and sheet.rows for sheet in made):
        yield (
            "sheets with a green tab are registers: change cells, add rows below, and bring them back with "
            "`sopkit register import --all FILE`; what all others say is computed"
        )


EXPORT = Export(
    "xlsx",
    "One Excel workbook: applicability, coverage, gaps, master list, registers, traceability.",
    write_xlsx,
    binary=True,
    within=write_xlsx,
)

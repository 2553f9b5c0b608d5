"""`sopkit export xlsx`: the whole library as one Excel workbook."""

from sopkit.exports import Export, ExportResult
from sopkit.exports._tables import build_tables
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.tables.workbook import build_cover
from sopkit.tables.xlsx_writer import write_workbook


def write_xlsx(status: LibraryStatus, version: str, frameworks: tuple[str, ...] = ()) -> ExportResult:
    """One workbook, the same for the same library and day. Raises SopkitError when the extra is not installed."""
    del version
    tables = build_tables(status, frameworks)
    sheets = [piece.sheet() for piece in tables.pieces if not piece.detail]
    filled = [sheet for sheet in sheets if sheet.rows]
    notes = [*tables.notes]
    if empty := [sheet.name for sheet in sheets if not sheet.rows]:
        notes.append(f"left out, because they have no row: {', '.join(empty)}")
    if any(sheet.editable for sheet in filled):
        notes.append(
            "sheets with a green tab are registers: change cells, add rows below, and bring them back with "
            "`sopkit register import --all FILE`; what all others say is computed"
        )
    commit = status.commit.oid if status.commit else ""
    library = status.library.config.library.name
    cover = build_cover("Procedures and controls", library, status.as_of, commit, tuple(notes))
    return ExportResult({"library.xlsx": write_workbook(filled, cover)})


EXPORT = Export(
    "xlsx",
    "One Excel workbook: applicability, coverage, gaps, master list, registers, traceability.",
    write_xlsx,
    binary=True,
    within=write_xlsx,
)

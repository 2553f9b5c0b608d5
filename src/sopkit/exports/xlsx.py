"""`sopkit export xlsx`: the whole library as one Excel workbook."""

from sopkit.exports._book.pieces import whole
from sopkit.exports._export import Export, Exported
from sopkit.lifecycle.standing import Standings
from sopkit.reports._workbook import cover_of
from sopkit.sheets.write import write_workbook


def write(standings: Standings, version: str, frameworks: tuple[str, ...] = ()) -> Exported:
    """One workbook, the same for the same library and day. Raises SopkitError when the extra is not installed."""
    told = whole(standings, frameworks)
    sheets = [piece.sheet() for piece in told.pieces if not piece.detail]
    empty = [sheet.name for sheet in sheets if not sheet.rows]
    notes = (*told.notes, f"left out, because they have no row: {', '.join(empty)}") if empty else told.notes
    cover = cover_of("Procedures and controls", standings, version, notes)
    sheets = [sheet for sheet in sheets if sheet.rows]
    return Exported({"library.xlsx": write_workbook(sheets, cover)})


EXPORT = Export(
    "xlsx",
    "One Excel workbook: applicability, coverage, gaps, master list, registers, traceability.",
    write,
    binary=True,
    within=write,
)

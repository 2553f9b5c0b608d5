"""`sopkit export csv`: the tables of the workbook as CSV files."""

from codecs import BOM_UTF8

from sopkit.exports import Export, ExportResult
from sopkit.exports._tables import build_tables
from sopkit.lifecycle.library_status import LibraryStatus


def write_csv(status: LibraryStatus, version: str, frameworks: tuple[str, ...] = ()) -> ExportResult:
    """A file for each table, in UTF-8 that begins with a byte order mark: Excel takes it for another code without."""
    del version
    tables = build_tables(status, frameworks)
    files = {f"{piece.name}.csv": BOM_UTF8 + piece.csv().encode("utf-8") for piece in tables.pieces}
    return ExportResult(files, tuple(note for note in tables.notes if note not in status.notes))


EXPORT = Export(
    "csv", "The tables of the workbook as CSV files, for Excel and scripts.", write_csv, folder=True, within=write_csv
)

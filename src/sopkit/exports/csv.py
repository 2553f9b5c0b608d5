"""`sopkit export csv`: the tables of the workbook as CSV files."""

from codecs import BOM_UTF8

from sopkit.exports._book.pieces import whole
from sopkit.exports._export import Export, Exported
from sopkit.lifecycle.library_status import LibraryStatus


def write(standings: LibraryStatus, version: str, frameworks: tuple[str, ...] = ()) -> Exported:
    """A file for each table, in UTF-8 that begins with a byte order mark: Excel takes it for another code without."""
    del version
    told = whole(standings, frameworks)
    files = {f"{piece.name}.csv": BOM_UTF8 + piece.csv().encode("utf-8") for piece in told.pieces}
    return Exported(files, tuple(note for note in told.notes if note not in standings.notes))


EXPORT = Export(
    "csv", "The tables of the workbook as CSV files, for Excel and scripts.", write, folder=True, within=write
)

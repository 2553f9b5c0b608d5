"""The ledger as the files of a folder hold it: nothing is proved, and only the dates in it can be used."""

from datetime import date
from pathlib import Path

from sopkit.lifecycle.ledger.ledger import Ledger, Reason, Verdict
from sopkit.lifecycle.ledger.ledger_files import LedgerFile
from sopkit.model.entries import LEDGER
from sopkit.text.entry import MOST_BYTES, read_entry


def folder_ledgers(root: Path, as_of: date) -> dict[str, Ledger]:
    """The entries in a folder by id, each believed as it is written; one dated after the day is not there yet."""
    found: dict[str, Ledger] = {}
    folder = root / LEDGER
    if folder.is_symlink() or not folder.is_dir():
        return found
    for file in sorted(folder.glob("*/*.yaml")):
        try:
            if file.is_symlink() or file.parent.is_symlink() or not file.is_file():
                continue
            with file.open("rb") as stream:
                data = stream.read(MOST_BYTES + 1)
        except OSError:
            continue
        reading = read_entry(data)
        entry = reading.entry
        landed = LedgerFile(file.relative_to(root).as_posix(), 0, "", reading)
        if entry is None or entry.id != landed.id:
            fault = reading.fault or f"its id is not that of its folder, {landed.id}"
            verdict = Verdict(landed, date.min, 0, Reason.SCHEMA, fault)
        else:
            verdict = Verdict(landed, entry.date, 0)
        if verdict.landed <= as_of:
            found.setdefault(landed.id, Ledger()).verdicts.append(verdict)
    for ledger in found.values():
        ledger.corrected = _corrected(ledger)
    return found


def _corrected(ledger: Ledger) -> set[str]:
    """File names of the entries whose place another one by the same person took."""
    counting = {verdict.file.name: verdict.entry for verdict in ledger.verdicts if verdict.counts}
    return {
        entry.corrects
        for entry in counting.values()
        if (other := counting.get(entry.corrects)) is not None and (other.by, other.kind) == (entry.by, entry.kind)
    }

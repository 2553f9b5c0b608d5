"""Registers and entries of a library in its folder, each read when it is first asked for."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.model.finding import Finding
from sopkit.model.registers import REGISTERS
from sopkit.model.source import Source
from sopkit.text.parse import MOST_BYTES
from sopkit.text.register import Register, read_register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sopkit.text.entry_file import EntryFile


def register_path(name: str) -> str:
    """Where a register stands in a library."""
    return f"registers/{name}.yaml"


def _lost_register(name: str, path: str, message: str) -> Register:
    source = Source(b"")
    return Register(name, path, source, findings=(Finding(path, source.place(0), message, "SOP001"),))


class Registers(dict[str, Register]):
    """Registers by name, each read when it is first asked for; one that has no file is empty."""

    def __init__(self, root: Path, known: "Mapping[str, Register] | None" = None) -> None:
        super().__init__(known or {})
        self.root = root

    def __missing__(self, name: str) -> Register:
        path = register_path(name)
        full = self.root / path
        try:
            mode = full.lstat().st_mode
            if stat.S_ISREG(mode):
                register = read_register(name, path, full.read_bytes()[: MOST_BYTES + 1])
            else:
                what = "a symbolic link" if stat.S_ISLNK(mode) else "no file"
                register = _lost_register(
                    name, path, f"register is {what}, so nothing in it is read; put the file there"
                )
        except (FileNotFoundError, NotADirectoryError):
            register = Register(name)
        except OSError as error:
            register = _lost_register(name, path, f"register cannot be read: {error.strerror}; check its permissions")
        self[name] = register
        return register

    def values(self) -> "list[Register]":  # type: ignore[override]
        """All registers, read now."""
        return [self[name] for name in REGISTERS]


class Entries(dict[str, "EntryFile"]):
    """Entries of the ledger by path, each read when it is first asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def __missing__(self, path: str) -> "EntryFile":
        from sopkit.text.entry_file import EntryFile, read_entry_file  # noqa: PLC0415 - only with a ledger

        try:
            with open(os.path.join(self.root, path), "rb") as file:  # noqa: PTH118, PTH123 - as for SOPs
                entry = read_entry_file(path, file.read(MOST_BYTES + 1))
        except OSError as error:
            source = Source(b"")
            words = f"file cannot be read: {error.strerror}; check its permissions"
            entry = EntryFile(path, source, (Finding(path, source.place(0), words, "SOP001"),))
        self[path] = entry
        return entry

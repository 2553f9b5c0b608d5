"""Rows at the end of a register: every byte that is there stays."""

import re

from sopkit.model.errors import SopkitError
from sopkit.parsing.register import Register, read_register

_FIRST = re.compile(rb"^([ ]*)- ", re.MULTILINE)
_EMPTY_LIST = re.compile(rb"^[ ]*\[[ \t]*\][ \t]*(?=\r?$)", re.MULTILINE)


def sound(register: Register) -> Register:
    """A register that can be added to. Raises SopkitError with file and line when something in it is wrong."""
    if register.findings:
        first = min(register.findings, key=lambda finding: finding.place.line)
        raise SopkitError(f"{register.path}:{first.place.line}: {first.message}", "mend the register, then try again")
    return register


def with_rows(register: Register, rows: tuple[str, ...]) -> bytes:
    """The bytes of a register with rows behind those that it has. Raises SopkitError when they cannot be put there."""
    data = register.source.data
    end = register.source.line_end
    indent = ""
    if register.rows:
        first = _FIRST.search(data)
        indent = first[1].decode() if first else ""
    elif register.tree.value == []:
        data = _EMPTY_LIST.sub(b"", data, count=1)
    text = "".join(f"{indent}{line}{end}" for row in rows for line in row.splitlines())
    gap = end.encode() if register.source.data and not data.endswith((b"\n", b"\r")) else b""
    grown = data + gap + text.encode()
    there = read_register(register.name, register.file, grown)
    if (
        there.findings
        or there.rows[: len(register.rows)] != register.rows
        or len(there.rows) != len(register.rows) + len(rows)
    ):
        raise SopkitError(
            f"{register.file}: rows cannot be added to the end of it",
            "write it as a list whose rows begin with `- `, each on lines of its own",
        )
    return grown

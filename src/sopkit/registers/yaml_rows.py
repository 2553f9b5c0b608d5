"""Values and rows of a register as they are written in YAML."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sopkit.text.scalar import quoted, scalar


def written_value(value: Any) -> str:  # noqa: ANN401 - a value of YAML
    """A value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{scalar(name)}: {written_value(item)}' for name, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written_value, value))}]"
    return "null" if value is None else scalar(str(value))


def like(typed: str, value: Any) -> str:  # noqa: ANN401 - as above
    """A value in the quotes in which another one was typed, where it can be."""
    if isinstance(value, str) and typed[:1] == '"':
        return quoted(value)
    if isinstance(value, str) and typed[:1] == "'" and json.dumps(value, ensure_ascii=True)[1:-1] == value:
        return f"'{value.replace(chr(39), chr(39) * 2)}'"
    return written_value(value)


def written_row(row: Mapping[str, Any], *, in_braces: bool, remark: str = "") -> str:
    """A row as an item of the list of a register: a line for each cell, or all on one line in braces.

    None leaves room for a value that somebody has to decide.
    """
    behind = f"  # {remark}" if remark else ""
    cells = [f"{name}: {'' if value is None else written_value(value)}" for name, value in row.items()]
    if in_braces:
        return f"- {{{', '.join(cells)}}}{behind}"
    return "\n".join((f"- {cells[0]}{behind}", *(f"  {cell}".rstrip() for cell in cells[1:])))

"""JSON that every reader accepts and no terminal obeys."""

import json
import re
from collections.abc import Callable, Iterable, Mapping

from sopkit.model.visible import visible

_SURROGATE = re.compile("[\ud800-\udfff]")
_OBEYED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def dump(value: object) -> str:
    """A value as indented JSON with a line end.

    What a terminal could obey is escaped; a lone surrogate, which UTF-8 cannot hold, is spelt out.
    """
    return _harmless(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def dump_tables(
    head: Mapping[str, object], tables: Mapping[str, Iterable[object]], told: Callable[[object], object]
) -> str:
    """One JSON object of the keys of the head and of the tables, each row on a line of its own; as `dump` else.

    `told` gives for a value that JSON does not know one that it does.
    """
    write = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=told).encode
    parts = [f"  {write(key)}: {write(value)}" for key, value in head.items()]
    for key, rows in tables.items():
        lines = ",\n".join(f"    {write(row)}" for row in rows)
        parts.append(f"  {write(key)}: [\n{lines}\n  ]" if lines else f"  {write(key)}: []")
    return _harmless("{\n" + ",\n".join(parts) + "\n}\n")


def _harmless(text: str) -> str:
    text = _SURROGATE.sub(lambda match: visible(match[0]).replace("\\", "\\\\"), text)
    return _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)

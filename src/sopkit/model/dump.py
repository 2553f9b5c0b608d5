"""JSON that every reader accepts and no terminal obeys."""

import json
import re

from sopkit.model.visible import visible

_SURROGATE = re.compile("[\ud800-\udfff]")
_OBEYED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def dump(value: object) -> str:
    """A value as indented JSON with a line end.

    What a terminal could obey is escaped; a lone surrogate, which UTF-8 cannot hold, is spelt out.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2)
    text = _SURROGATE.sub(lambda match: visible(match[0]).replace("\\", "\\\\"), text)
    return _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"

"""Keys for rows that come without one."""

import re
from collections.abc import Set as AbstractSet

from sopkit.text.slug import slug

_NUMBERED = re.compile(r"(.*?)(\d{1,9})", re.DOTALL)


def new_key(taken: AbstractSet[str], title: str) -> str:
    """The next number where all keys are numbered alike (RSK-016), else the words of a title; never one taken."""
    numbered = [_NUMBERED.fullmatch(key) for key in taken]
    found = [match for match in numbered if match is not None]
    if found and len(found) == len(taken) and len({match[1] for match in found}) == 1:
        latest = max(found, key=lambda match: int(match[2]))
        return f"{latest[1]}{int(latest[2]) + 1:0{len(latest[2])}}"
    words = slug(title) or "row"
    return next(key for at in range(1, len(taken) + 2) if (key := words if at == 1 else f"{words}-{at}") not in taken)

"""A key that a fix adds at the end of the front matter, for the rules that miss one."""

from collections.abc import Iterable

from sopkit.model.finding import Edit, Fix, FixClass
from sopkit.model.sop import Sop


def key_added(sop: Sop, key: str, values: Iterable[str], kind: FixClass) -> Fix | None:
    """The fix that adds `key: [values]`; None without values, or where the key stands there and is empty."""
    line = f"{key}: [{', '.join(values)}]"
    if line.endswith("[]") or (sop.front.spelled.get(key, key),) in sop.front.places:
        return None
    end = sop.front.end
    return Fix(f"add `{line}`", (Edit(end, end, f"{line}{sop.source.line_end}"),), kind)

"""Where a draft comes from: a comment in its front matter, by which a document is not adopted twice."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import PurePath

from sopkit.model.sop import Sop
from sopkit.tables.escape import escape_controls

_COMMENT = re.compile(rb"(?:^|[\r\n])# adopted from: ([^\r\n]*)")


def origin_line(name: str) -> str:
    """The comment for a document of that name.

    Of one that lies far away the file's name is told, with a digest of its path: others have that name as well.
    """
    return f"# adopted from: {_told(name)}"


def adopted_from(sops: Iterable[Sop]) -> dict[str, Sop]:
    """The SOPs that were adopted, by the names of their sources."""
    found: dict[str, Sop] = {}
    for sop in sops:
        if match := _COMMENT.search(sop.source.data, 0, sop.body_start):
            found.setdefault(match[1].decode("utf-8", "replace"), sop)
    return found


def earlier(name: str, adopted: Mapping[str, Sop]) -> Sop | None:
    """The SOP that was adopted from a document of that name, or None."""
    return adopted.get(_told(name))


def _told(name: str) -> str:
    path = PurePath(name)
    if not path.is_absolute():
        return escape_controls(name)
    return f"{escape_controls(path.name)} (path {sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:8]})"

"""Where the links of an SOP lead, seen from a document that stands alone."""

import posixpath
import re
from urllib.parse import unquote

from sopkit.library import Library
from sopkit.model.sop import Sop

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def is_external(target: str) -> bool:
    """Whether a link names a host, an address or a number instead of a file."""
    return _SCHEME.match(target) is not None


def path_of(target: str, sop: Sop) -> str | None:
    """The file of the library that a relative link means, or None when it leads out of the library."""
    written = unquote(target.split("#", 1)[0].split("?", 1)[0])
    start = "" if written.startswith("/") else posixpath.dirname(sop.path)
    path = posixpath.normpath(posixpath.join(start, written.lstrip("/")))
    return None if not written or path == ".." or path.startswith("../") else path


def linked_sop(target: str, sop: Sop, library: Library) -> Sop | None:
    """The SOP of the library that a relative link means, or None."""
    path = path_of(target, sop)
    if path is None:
        return None
    if found := library.by_path.get(path):
        return found
    for suffix, meant in library.config.links.suffixes.items():
        for other in meant:
            if path.endswith(suffix) and (found := library.by_path.get(path.removesuffix(suffix) + other)):
                return found
    return None

"""The path of each page of the handbook, and how pages link to one another."""

import re
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

from sopkit.parsing.sections import make_slug

_PLAIN_NAME = re.compile(r"\w(?:[\w .()-]{0,78}[\w)])?")
_RESERVED_NAME = re.compile(r"(?:index|con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_MAX_BYTES = 200


def link(start: str, target: str) -> str:
    """How the page at the path `start` names the one at `target`, which may end with `#anchor`; both from the top.

    Links name files, never folders, so that they work from disk.
    """
    path, mark, anchor = target.partition("#")
    if path == start and mark:
        return f"#{anchor}"
    return _quote_path(_relative_path(start, path)) + mark + anchor


@lru_cache(1 << 14)
def _quote_path(path: str) -> str:
    return quote(path, safe="/.-_~")


def _relative_path(start: str, path: str) -> str:
    here, there = start.split("/"), path.split("/")
    if here[0] != there[0]:
        return "../" * (len(here) - 1) + path
    same = 0
    while same < min(len(here), len(there)) - 1 and here[same] == there[same]:
        same += 1
    return "../" * (len(here) - 1 - same) + "/".join(there[same:])


def address(base_url: str, path: str) -> str:
    """The whole address of a page of a site that stands at `base_url`."""
    return f"{base_url.rstrip('/')}/{quote(path, safe='/.-_~')}"


def sop_path(sop_id: str) -> str:
    """Where the page of an SOP stands."""
    return f"sop/{_file_name(sop_id)}/index.html"


def newer_path(sop_id: str) -> str:
    """Where the newer text of an SOP stands, which is not approved."""
    return f"sop/{_file_name(sop_id)}/newer.html"


def area_path(area: str) -> str:
    """Where the list of an area stands."""
    return f"areas/{_file_name(area)}/index.html"


def role_path(role: str) -> str:
    """Where the page of a role stands."""
    return f"roles/{_file_name(role)}/index.html"


def control_path(framework: str, control: str) -> str:
    """Where the page of a control stands."""
    return f"controls/{framework}/{_file_name(control)}.html"


def policy_path(policy: str) -> str:
    """Where the page of a policy stands."""
    return f"policies/{_file_name(policy)}.html"


def framework_path(framework: str) -> str:
    """Where the matrix of a framework stands that is not the first of the library."""
    return f"controls/{framework}/index.html"


def _file_name(name: str) -> str:
    """A name as that of a file: itself, or its words with a few signs that no other name has.

    Not itself is one that a system keeps for devices, and one that is too long for a disk.
    """
    if _PLAIN_NAME.fullmatch(name) and not _RESERVED_NAME.fullmatch(name) and len(name.encode()) <= _MAX_BYTES:
        return name
    return f"{make_slug(name)}-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}".lstrip("-")


def picture_path(name: str) -> str:
    """Where a picture stands that a text shows."""
    return f"assets/pictures/{name}"


HOME = "index.html"
AREAS = "areas/index.html"
ROLES = "roles/index.html"
CONTROLS = "controls/index.html"
STATEMENT = "controls/statement.html"
POLICIES = "policies/index.html"
DUE = "due/index.html"
AUDIT = "audit/index.html"
GLOSSARY = "glossary.html"
LIST = "list.html"
"""Everything on one page, for readers without script."""
SEARCH = "search.html"
MISSING = "404.html"
"""What hosts show where there is no page."""
CHANGES = "changes.atom"
REVIEWS = "reviews.ics"
DATA = "handbook.json"
AUDIT_DATA = "audit/audit.json"
SIGNERS = "audit/allowed-signers"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"

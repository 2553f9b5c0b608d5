"""Pages of the handbook: kinds of pages, the path of each page, the menu, and how pages link to one another."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from urllib.parse import quote

from markupsafe import Markup

from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
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
    here, there, same = start.split("/"), path.split("/"), 0
    while same < min(len(here), len(there)) - 1 and here[same] == there[same]:
        same += 1
    return _quote_path("../" * (len(here) - 1 - same) + "/".join(there[same:])) + mark + anchor


@lru_cache(1 << 14)
def _quote_path(path: str) -> str:
    return quote(path, safe="/.-_~")


def address(base_url: str, path: str) -> str:
    """The whole address of a page of a site that stands at `base_url`."""
    return f"{base_url.rstrip('/')}/{quote(path, safe='/.-_~')}"


def sop_path(sop_id: str) -> str:
    """Where the page of an SOP stands."""
    return f"sop/{_file_name(sop_id)}/index.html"


def newer_path(sop_id: str) -> str:
    """Where the newer text of an SOP stands, which is not approved."""
    return f"sop/{_file_name(sop_id)}/newer.html"


def quiz_path(sop_id: str) -> str:
    """Where the page with the quiz about an SOP is."""
    return f"sop/{_file_name(sop_id)}/quiz/index.html"


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


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the site: `path` from its top with `/`, and what writes it.

    `subject` is the SOP that a page is about, which makes it an entry of the search index.
    """

    path: str
    write: Callable[[], str | bytes]
    subject: PublishedSop | None = None


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A place in the header of every page, or in its foot: the page, the key of its words, and its rank in the row."""

    path: str
    words: str
    rank: int
    foot: bool = False

    def current(self, path: str) -> Markup:
        """The attribute that says that a page is this place, or one below it; empty for any other."""
        if path == self.path:
            return Markup(' aria-current="page"')
        folder, mark, _ = self.path.rpartition("/")
        return Markup(' aria-current="true"') if mark and path.startswith(f"{folder}/") else Markup()


@dataclass(frozen=True, slots=True)
class PageKind:
    """One kind of page: one file in `pages/`. `pages` gives all of them; they are written later, in any process.

    One that is in the menu gives the page to which it leads first, or not at all.
    """

    name: str
    pages: Callable[[PublishedLibrary], Iterator[Page]]
    menu: MenuItem | None = None


def one_page(path: str, write: Callable[[PublishedLibrary], str]) -> Callable[[PublishedLibrary], Iterator[Page]]:
    """The `pages` of a kind of which every handbook has one."""
    return lambda handbook: iter((Page(path, partial(write, handbook)),))

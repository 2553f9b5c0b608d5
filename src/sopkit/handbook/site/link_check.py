"""Whether every link inside a site leads to a page that is there, and to an anchor on it."""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

_TAG = re.compile(r'<[a-zA-Z][^>"]*(?:"[^"]*"[^>"]*)*>')
_NAMED = re.compile(r'\s(id|href|src)="([^"]*)"')
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


@dataclass(frozen=True, slots=True)
class Named:
    """What a page can be linked by, and where its own links lead: paths from the top of the site, with `#anchor`."""

    anchors: frozenset[str]
    targets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A link of a page to nothing."""

    page: str
    target: str


def named_in(path: str, html: str, base: str = "/") -> Named:
    """The anchors of a page and the places in the site to which it links; `base` is where the site stands on its host.

    Links from the top of a host that lead out of there are not the site's.
    """
    found = {named for tag in set(_TAG.findall(html)) for named in _attributes(tag)}
    up = "../" * path.count("/")
    targets = {
        _below_top(link.removeprefix(up)) if up and link.startswith(up) else _from_top(path, link, base)
        for is_link, link in found
        if is_link
    }
    anchors = frozenset(value for is_link, value in found if not is_link)
    return Named(anchors, frozenset(target for target in targets if target is not None))


@lru_cache(maxsize=1 << 12)
def _attributes(tag: str) -> tuple[tuple[bool, str], ...]:
    """The ids of a tag, and True with each of its links that leads to no other host; most tags stand on many pages."""
    found = ((kind != "id", unescape(value)) for kind, value in _NAMED.findall(tag))
    return tuple((is_link, value) for is_link, value in found if not is_link or not _ELSEWHERE.match(value))


@lru_cache(maxsize=1 << 12)
def _below_top(link: str) -> str:
    """Where a link leads that is seen from the top of the site."""
    return _from_top("", link, "/") or ""


def broken(pages: Mapping[str, Named], files: Iterable[str]) -> Iterator[Broken]:
    """The links to files that are not there, or to anchors that a page lacks, in the order of the pages."""
    there = set(files)
    known: dict[str, bool] = {}
    for path in sorted(pages):
        for target in sorted(pages[path].targets):
            if target not in known:
                file, _, anchor = target.partition("#")
                known[target] = file in there and (
                    not anchor or anchor == "top" or file not in pages or anchor in pages[file].anchors
                )
            if not known[target]:
                yield Broken(path, target)


def without_anchors(path: str, html: str, targets: Collection[str], base: str = "/") -> str:
    """A page whose links to these places, whose anchors are not there, lead to the top of the page that they are on."""

    def attribute(found: re.Match[str]) -> str:
        kind, written = found.groups()
        if kind != "href" or _from_top(path, unescape(written), base) not in targets:
            return found[0]
        return f' href="{written.partition("#")[0] or "#content"}"'

    return _TAG.sub(lambda tag: _NAMED.sub(attribute, tag[0]), html)


def _from_top(path: str, link: str, base: str) -> str | None:
    """Where a link of a page leads; what stands behind `?` names no other file."""
    written, mark, anchor = link.partition("#")
    file = unquote(written.partition("?")[0])
    if not file:
        return f"{path}{mark}{unquote(anchor)}"
    if file.startswith("/"):
        return f"{file[len(base) :] or 'index.html'}{mark}{unquote(anchor)}" if file.startswith(base) else None
    return f"{posixpath.normpath(posixpath.join(posixpath.dirname(path), file))}{mark}{unquote(anchor)}"

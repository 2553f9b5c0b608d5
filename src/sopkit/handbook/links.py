"""Links and pictures: resolved in the text of an SOP to files of the site, and checked on the finished pages."""

import posixpath
import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import unquote

from sopkit.analysis.links import link_file, link_parts
from sopkit.handbook.paths import link, newer_path, picture_path, sop_path
from sopkit.handbook.published_library import PublishedLibrary
from sopkit.library import Library
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop
from sopkit.render.body import render_body
from sopkit.render.context import find_linked_sop, is_external, linked_path, read_image

MAX_PICTURE_BYTES = 5 << 20
"""Largest picture that is put into a site, in bytes."""

_PICTURE_MARKUP = (b"![", b"<img")
"""One of these stands in every text with a picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its path in the site, and its bytes."""

    path: str
    data: bytes


@lru_cache(maxsize=1)
def published_pictures(handbook: PublishedLibrary) -> Mapping[str, Picture]:
    """The pictures that the shown texts have, by their path in the library."""
    found: dict[str, Picture] = {}
    texts = [text for one in handbook.shown for text in (one.sop, one.newer) if text is not None]
    for sop in texts:
        if any(sign in sop.source.lower for sign in _PICTURE_MARKUP):
            for path in _PictureCollector(sop, handbook, "").paths():
                data = None if path in found else read_image(handbook.library.root, path, MAX_PICTURE_BYTES)
                if data is not None:
                    name = sha256(data).hexdigest()[:16]
                    found[path] = Picture(picture_path(f"{name}{PurePosixPath(path).suffix.lower()}"), data)
    return found


class PageRenderContext:
    """Resolves the links and pictures of a text for the page at `path`: links lead to pages of published SOPs, and out.

    A link to anything hidden, missing or not an SOP keeps only the words that the author gave it.
    """

    def __init__(self, sop: Sop, handbook: PublishedLibrary, path: str) -> None:
        self._sop, self._handbook, self._path = sop, handbook, path

    def link(self, target: str) -> str | None:
        """The address of a link."""
        if is_external(target):
            return target
        other = find_linked_sop(target, self._sop, self._handbook.library)
        if other is None:
            return None
        _, mark, anchor = target.partition("#")
        if other.path == self._sop.path:
            return f"#{anchor or 'content'}"
        return link(self._path, f"{sop_path(other.id)}{mark}{anchor}")

    def remark(self, target: str, words: str) -> str:
        """Nothing: a link without an address gets no remark."""
        del target, words
        return ""

    def picture(self, target: str) -> str | None:
        """The address of a picture inside the library; None for any other, whose description is shown."""
        path = None if not target or is_external(target) else linked_path(target, self._sop)
        return self._picture_address(path) if path else None

    def _picture_address(self, path: str) -> str | None:
        found = published_pictures(self._handbook).get(path)
        return link(self._path, found.path) if found else None

    def other(self, target: str) -> str:
        """The id of another published SOP."""
        other = None if is_external(target) else find_linked_sop(target, self._sop, self._handbook.library)
        return "" if other is None or other.path == self._sop.path else other.id


class _PictureCollector(PageRenderContext):
    def paths(self) -> tuple[str, ...]:
        self._found: dict[str, None] = {}
        render_body(self._sop, self._handbook.library, self, flow=False)
        self._sop.forget_body()
        return tuple(self._found)

    def _picture_address(self, path: str) -> None:
        self._found[path] = None


_TAG = re.compile(r'<[a-zA-Z][^>"]*(?:"[^"]*"[^>"]*)*>')
_LINK_ATTRIBUTE = re.compile(r'\s(id|href|src)="([^"]*)"')
_OTHER_HOST = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What a page can be linked by, and where its own links lead: paths from the top of the site, with `#anchor`."""

    anchors: frozenset[str]
    targets: frozenset[str]


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A link of a page to nothing."""

    page: str
    target: str


def page_links(path: str, html: str, base: str = "/") -> PageLinks:
    """The anchors of a page and the places in the site to which it links; `base` is where the site stands on its host.

    Links from the top of a host that lead out of there are not the site's.
    """
    found = {named for tag in set(_TAG.findall(html)) for named in _link_attributes(tag)}
    up = "../" * path.count("/")
    targets = {
        _from_site_root(link.removeprefix(up)) if up and link.startswith(up) else _resolve_link(path, link, base)
        for is_link, link in found
        if is_link
    }
    anchors = frozenset(value for is_link, value in found if not is_link)
    return PageLinks(anchors, frozenset(target for target in targets if target is not None))


@lru_cache(maxsize=1 << 12)
def _link_attributes(tag: str) -> tuple[tuple[bool, str], ...]:
    """The ids of a tag, and True with each of its links that leads to no other host; most tags stand on many pages."""
    found = ((kind != "id", unescape(value)) for kind, value in _LINK_ATTRIBUTE.findall(tag))
    return tuple((is_link, value) for is_link, value in found if not is_link or not _OTHER_HOST.match(value))


@lru_cache(maxsize=1 << 12)
def _from_site_root(link: str) -> str:
    return _resolve_link("", link, "/") or ""


def find_broken_links(pages: Mapping[str, PageLinks], files: Iterable[str]) -> Iterator[BrokenLink]:
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
                yield BrokenLink(path, target)


def strip_anchors(path: str, html: str, targets: Collection[str], base: str = "/") -> str:
    """A page whose links to these places, whose anchors are not there, lead to the top of the page that they are on."""

    def attribute(found: re.Match[str]) -> str:
        kind, written = found.groups()
        if kind != "href" or _resolve_link(path, unescape(written), base) not in targets:
            return found[0]
        return f' href="{written.partition("#")[0] or "#content"}"'

    return _TAG.sub(lambda tag: _LINK_ATTRIBUTE.sub(attribute, tag[0]), html)


def _resolve_link(path: str, link: str, base: str) -> str | None:
    """Where a link of a page leads; what stands behind `?` names no other file."""
    written, mark, anchor = link.partition("#")
    file = unquote(written.partition("?")[0])
    if not file:
        return f"{path}{mark}{unquote(anchor)}"
    if file.startswith("/"):
        return f"{file[len(base) :] or 'index.html'}{mark}{unquote(anchor)}" if file.startswith(base) else None
    return f"{posixpath.normpath(posixpath.join(posixpath.dirname(path), file))}{mark}{unquote(anchor)}"


_MAX_LISTED = 20


@dataclass(frozen=True, slots=True)
class BrokenSopLink:
    """A link in the text of an SOP to nothing, in words; `fixable` where the text is that of the library's file."""

    message: str
    fixable: bool


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of an SOP on a page; `fixable` where it is that of the library's file, and no older approved one."""

    page: str
    sop: Sop
    fixable: bool


def page_texts(handbook: PublishedLibrary) -> dict[str, PageText]:
    """The texts that are shown, by the path of their page: of an SOP the one that holds, and a newer one."""
    found = [PageText(sop_path(one.id), one.sop, one.is_newest) for one in handbook.shown]
    found += [PageText(newer_path(one.id), one.newer, fixable=True) for one in handbook.shown if one.newer is not None]
    return {text.page: text for text in found}


def links_to_missing_files(text: PageText, library: Library) -> tuple[BrokenSopLink, ...]:
    """The links of a text to files that the library does not have, be they hidden or shown.

    A picture that is missing fails no build: its description stands there.
    """
    found = []
    for inline in text.sop.body.links:
        parts = link_parts(inline)
        if parts is None or link_file(text.sop, library, parts[0]) is not None:
            continue
        broken = _broken_sop_link(text, inline.start, f"no file `{parts[0]}` beside {text.sop.path}")
        found.append(replace(broken, fixable=False) if inline.image else broken)
    return tuple(found)


def resolve_broken_links(
    links: Mapping[str, PageLinks],
    broken_in_texts: Iterable[BrokenSopLink],
    files: MutableMapping[str, bytes],
    handbook: PublishedLibrary,
) -> tuple[str, ...]:
    """Check the links of all pages, by path, and give warnings. Raises SopkitError for those that the authors can fix.

    In a text that was approved and has a newer one, a bad anchor is dropped: only another approval can fix it.
    """
    broken = list(broken_in_texts)
    dropped: dict[str, set[str]] = {}
    texts, top = page_texts(handbook), handbook.options.top
    if any(find_broken_links(links, files)):
        links = {path: page_links(path, files[path].decode(), top) for path in links}  # each with all of its targets
        for found in find_broken_links(links, files):
            text = texts.get(found.page)
            typed = _anchor_link(text, found.target, handbook) if text is not None else None
            broken.append(typed or _generated_link(found, files))
            dropped.setdefault(found.page, set()).add(found.target)
    if errors := sorted({one.message for one in broken if one.fixable}):
        more = len(errors) - _MAX_LISTED
        listed = [*errors[:_MAX_LISTED], *([f"and {more} more"] if more > 0 else [])]
        count = "a link leads" if len(errors) == 1 else f"{len(errors)} links lead"
        raise SopkitError("\n".join((f"{count} nowhere", *listed)), "correct them; `sopkit lint --select SOP506` helps")
    for path, targets in dropped.items():
        files[path] = strip_anchors(path, files[path].decode(), targets, top).encode()
    return tuple(sorted({one.message for one in broken}))


def _generated_link(broken: BrokenLink, files: Container[str]) -> BrokenSopLink:
    """A link that no author wrote. An anchor can be lost in a text whose HTML swallows what stands behind it."""
    file, mark, anchor = broken.target.partition("#")
    if mark and file in files:
        message = f"{broken.page}: no anchor `#{anchor}` in {file}; its HTML may swallow the text"
        return BrokenSopLink(message, fixable=False)
    return BrokenSopLink(f"{broken.page}: links to {broken.target}, which is not in the handbook", fixable=True)


def _anchor_link(text: PageText, target: str, handbook: PublishedLibrary) -> BrokenSopLink | None:
    """The link of a text that leads to an anchor which its page, or that of another SOP, lacks; None for none."""
    path, _, anchor = target.partition("#")
    for inline in text.sop.body.links:
        parts = link_parts(inline)
        if parts is None or parts[1] != anchor:
            continue
        other = text.sop if not parts[0] else find_linked_sop(inline.target, text.sop, handbook.library)
        if other is not None and path == (sop_path(other.id) if parts[0] else text.page):
            return _broken_sop_link(text, inline.start, f"no anchor `#{anchor}` in {other.path}")
    return None


def _broken_sop_link(text: PageText, start: int, what: str) -> BrokenSopLink:
    path = text.sop.path
    if not text.fixable:
        message = f"{path}: {what}, in the approved text; only words are shown until a newer text is approved"
        return BrokenSopLink(message, fixable=False)
    return BrokenSopLink(f"{path}:{text.sop.source.place(start).line}: {what}", fixable=True)

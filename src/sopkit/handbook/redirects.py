"""Redirects from every path that the file of an SOP has had to its page, the sitemap, and robots.txt."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from unicodedata import normalize
from urllib.parse import quote
from xml.sax.saxutils import escape

from sopkit.handbook.html import environment
from sopkit.handbook.paths import MISSING, ROBOTS, SITEMAP, Page, address, link, sop_path
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.handbook.selection import is_blob_publishable
from sopkit.handbook.status import approvals
from sopkit.handbook.theme import asset_files
from sopkit.model.sop_document import Classification

_PLAIN_PART = re.compile(r"[^\x00-\x1f\x7f<>:\"|?*\\/\ud800-\udfff\u200e\u200f\u2028-\u202e\u2066-\u2069]{1,200}")
_RESERVED_NAME = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_MAX_LINES, _MAX_BYTES = 1_000, 60_000  # what GitLab Pages reads of `_redirects`
_ASSETS = "assets"
REDIRECTS_TABLE = "_redirects"


@dataclass(frozen=True, slots=True)
class Redirects:
    """The pages that lead on, and what the builder must know of paths that do not."""

    pages: tuple[Page, ...]
    warnings: tuple[str, ...]


def create_redirects(handbook: PublishedLibrary, taken: Collection[str]) -> Redirects:
    """A page for each path that a shown SOP has had, none at the `taken` paths, and a table of them for hosts."""
    files = {_fold_path(path) for path in (*taken, *asset_files(handbook), REDIRECTS_TABLE, SITEMAP, ROBOTS)}
    pages: list[Page] = []
    warnings: list[str] = []
    targets: dict[str, str] = {}
    for path, one in sorted(_sops_by_path(handbook).items()):
        here = f"{PurePosixPath(path).with_suffix('')}/index.html"
        if here == sop_path(one.id):
            continue
        fault = _path_problem(here, files)
        if fault:
            warnings.append(f"{path}: no redirect to {one.id} from there: {fault}")
            continue
        files.add(_fold_path(here))
        targets[path] = sop_path(one.id)
        pages.append(Page(here, partial(_write_redirect, handbook, here, one)))
    if targets:
        pages.append(Page(REDIRECTS_TABLE, partial(_redirects_table, targets)))
    return Redirects(tuple(pages), tuple(warnings))


def _sops_by_path(handbook: PublishedLibrary) -> Mapping[str, PublishedSop]:
    """The SOP that each path belongs to: the one that has it now, else the one that had it last."""
    now: dict[str, PublishedSop] = {}
    had: dict[str, tuple[int, PublishedSop]] = {}
    for one in handbook.shown:
        past = handbook.past(one)
        now |= dict.fromkeys((one.sop.path, *(past.paths if past else ())), one)
        for index, path in _former_paths(handbook, one):
            if path not in had or had[path][0] < index:
                had[path] = index, one
    return {path: one for path, (_, one) in had.items()} | now


def _former_paths(handbook: PublishedLibrary, one: PublishedSop) -> Iterator[tuple[int, str]]:
    """Each path whose every text may be seen, with the last commit that put a text there."""
    history, past = handbook.status.judged, handbook.past(one)
    if history is None or past is None:
        return
    texts: dict[str, list[tuple[int, str]]] = {}
    for index, change in history.texts(past):
        texts.setdefault(change.path, []).append((index, change.blob))
    for path, some in texts.items():
        if all(is_blob_publishable(blob, handbook.status, handbook.options) for _, blob in some):
            yield some[-1][0], path


def _path_problem(here: str, files: Collection[str]) -> str:
    """Why no page can stand at a path; nothing when one can."""
    folders = _fold_path(here).split("/")[:-1]
    if any(
        not _PLAIN_PART.fullmatch(part) or part != part.strip(" .") or _RESERVED_NAME.fullmatch(part)
        for part in folders
    ):
        return "its name is none that every disk and address takes"
    if _fold_path(here) in files:
        return "a page stands there, or one that differs by case alone"
    if folders[0] == _ASSETS or any("/".join(folders[:end]) in files for end in range(1, len(folders) + 1)):
        return "a file stands where its folder would"
    return ""


def _fold_path(path: str) -> str:
    """A path as it is found on disks that tell neither case nor ways to write a letter apart."""
    return normalize("NFC", path).casefold()


def _write_redirect(handbook: PublishedLibrary, here: str, one: PublishedSop) -> str:
    """The page; it is plain, since it is seen for a moment only."""
    path, base = sop_path(one.id), handbook.options.base_url
    target = link(here, path)
    return (
        environment()
        .get_template("redirect.html.j2")
        .render(
            published=handbook,
            edition=handbook.edition,
            say=handbook.words,
            title=f"{one.id} {one.sop.title}".strip(),
            target=target,
            canonical=address(base, path) if base else target,
        )
        + "\n"
    )


def _redirects_table(targets: Mapping[str, str]) -> str:
    """The same for hosts that read it (Netlify, Cloudflare Pages, GitLab Pages), with the status 301."""
    lines: list[str] = []
    size = 0
    for path, target in targets.items():
        plain = str(PurePosixPath(path).with_suffix(""))
        for start in dict.fromkeys((plain, path)):
            line = f"/{quote(start)} /{quote(target)} 301\n"
            size += len(line)
            if len(lines) == _MAX_LINES or size > _MAX_BYTES:
                return "".join(lines)
            lines.append(line)
    return "".join(lines)


def sitemap(handbook: PublishedLibrary, paths: Iterable[str]) -> Iterator[Page]:
    """`sitemap.xml` for the pages at these paths and, of a handbook for everyone, `robots.txt` that leads to it.

    Others have none: what keeps readers and machines out of them is the host that asks who they are.
    """
    base = handbook.options.base_url
    if not base:
        return
    listed = tuple(sorted(path for path in paths if path.endswith(".html") and path != MISSING))
    yield Page(SITEMAP, partial(_write_sitemap, handbook, listed))
    if handbook.options.classification is Classification.PUBLIC:
        yield Page(ROBOTS, partial("User-agent: *\nAllow: /\nSitemap: {}\n".format, address(base, SITEMAP)))


def _write_sitemap(handbook: PublishedLibrary, paths: tuple[str, ...]) -> str:
    changed = {sop_path(approval.one.id): approval.approval.landed for approval in approvals(handbook)}
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    for path in paths:
        day = f"<lastmod>{changed[path]}</lastmod>" if path in changed else ""
        lines.append(f"<url><loc>{escape(address(handbook.options.base_url, path))}</loc>{day}</url>")
    return "\n".join((*lines, "</urlset>")) + "\n"

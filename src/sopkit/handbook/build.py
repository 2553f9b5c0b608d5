"""Builds a handbook: from a library to the files of its site, written by several processes."""

import os
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from sopkit.handbook import pages
from sopkit.handbook.glossary import BodyIndexEntry, body_index_reader, store_body_index
from sopkit.handbook.links import (
    BrokenSopLink,
    PageLinks,
    links_to_missing_files,
    page_links,
    page_texts,
    resolve_broken_links,
)
from sopkit.handbook.paths import Page, PageKind, sop_path
from sopkit.handbook.published_library import PublishedLibrary, published_library
from sopkit.handbook.redirects import create_redirects, sitemap
from sopkit.handbook.search.index import INDEX, SearchEntry, index_script, search_entry
from sopkit.handbook.search.passages import (
    CodeIndex,
    SopWords,
    passages_of,
    shared_phrases,
    sop_words,
    words_path,
    words_script,
)
from sopkit.handbook.selection import BuildOptions, BuildSelection, TextChoice, describe_exclusions, select_texts
from sopkit.handbook.theme import asset_files, theme_of
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.errors import SopkitError
from sopkit.parallel import spread
from sopkit.registry import collect


class MemoryFiles(dict[str, bytes]):
    """The files of a site in memory, by path."""

    def put(self, path: str, data: bytes) -> bytes:
        """Keep a file in a process that shares the work; gives what that process must hand over."""
        del path
        return data

    def take(self, path: str, handed: bytes) -> None:
        """Know a file that a process has put, by what it handed over."""
        self[path] = handed


class DiskFiles(MutableMapping[str, bytes]):
    """The files of a site in a folder: none of them is held in memory."""

    def __init__(self, folder: Path) -> None:
        self._top = str(folder)
        self._paths: dict[str, None] = {}
        self._made = {""}

    def put(self, path: str, data: bytes) -> bytes:
        """Write a file in a process that shares the work; nothing is handed over."""
        parent = path.rpartition("/")[0]
        if parent not in self._made:
            os.makedirs(os.path.join(self._top, parent), exist_ok=True)  # noqa: PTH103, PTH118 - thousands of them
            self._made.add(parent)
        with open(os.path.join(self._top, path), "wb") as file:  # noqa: PTH118, PTH123 - as above
            file.write(data)
        return b""

    def take(self, path: str, handed: bytes) -> None:
        """Know a file that a process has put."""
        del handed
        self._paths[path] = None

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        return Path(self._top, path).read_bytes()

    def __setitem__(self, path: str, data: bytes) -> None:
        self.take(path, self.put(path, data))

    def __delitem__(self, path: str) -> None:
        del self._paths[path]
        Path(self._top, path).unlink()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._paths))

    def __len__(self) -> int:
        return len(self._paths)


Progress = Callable[[int, int], None]
_PROGRESS_INTERVAL = 100  # pages between two looks at the progress


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A file of the site, and what other files need of it; `data` is empty when it is on disk already.

    `entry` and `words` are for the search, `links` for the check of links, `broken` are the broken links in the text
    of the SOP, `index` is for the pages of roles, controls and terms.
    """

    path: str
    data: bytes
    entry: SearchEntry | None = None
    words: SopWords | None = None
    links: PageLinks | None = None
    broken: tuple[BrokenSopLink, ...] = ()
    index: BodyIndexEntry | None = None


def write_pages(
    handbook: PublishedLibrary,
    library: Library,
    files: MemoryFiles | DiskFiles,
    progress: Progress | None,
    some: Sequence[Page],
) -> list[WrittenPage]:
    """Write pages, and learn from the text of an SOP what is needed of it while it is parsed.

    `library` is the one with what is hidden: links are compared with it, and pages are not made from it.
    """
    writer = PageWriter(handbook, library)
    written: list[WrittenPage] = []
    for done in range(0, len(some), _PROGRESS_INTERVAL):
        few = some[done : done + _PROGRESS_INTERVAL]
        written += (replace(one, data=files.put(one.path, one.data)) for one in map(writer.write, few))
        if progress is not None:
            progress(done + len(few), len(some))
    return written


class PageWriter:
    """Writes pages, and learns from the text of an SOP, while it is parsed, what other files of the site need of it."""

    def __init__(self, handbook: PublishedLibrary, library: Library) -> None:
        self.handbook, self.library = handbook, library
        self._targets: set[str] = set()
        self._texts = page_texts(handbook)
        self.codes, self.read_index = CodeIndex(handbook.library), body_index_reader(handbook.status)

    def write(self, page: Page) -> WrittenPage:
        """The file of a page. Of its links it has those to places to which no page before it linked."""
        html, links = page.write(), None
        if isinstance(html, str) and page.path.endswith(".html"):
            found = page_links(page.path, html, self.handbook.options.top)
            links = PageLinks(found.anchors, found.targets - self._targets)
            self._targets |= found.targets
        text, one = self._texts.get(page.path), page.subject
        broken = links_to_missing_files(text, self.library) if text is not None else ()
        written = WrittenPage(page.path, to_bytes(html), links=links, broken=broken)
        if one is None or page.path != sop_path(one.id):
            return written
        passages = passages_of(one.sop)
        written = replace(
            written,
            entry=search_entry(one, passages, self.handbook, self.codes),
            words=sop_words(one.id, passages),
            index=self.read_index(one.sop) if one.sop.status != "retired" else None,
        )
        one.sop.forget_body()
        return written


def to_bytes(text: str | bytes) -> bytes:
    """What a page writes as the bytes of a file, whatever is in it."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")


_MIN_SHARED_PAGES = 60  # pages; for fewer, a second process costs more than it saves


@dataclass(frozen=True, eq=False)
class Site:
    """The files of a handbook by path, and for the builder alone what is odd and what was left out."""

    files: Mapping[str, bytes]
    warnings: tuple[str, ...] = ()
    choice: BuildSelection = field(default_factory=BuildSelection)


def build(
    status: LibraryStatus,
    options: BuildOptions,
    progress: Progress | None = None,
    files: MemoryFiles | DiskFiles | None = None,
) -> Site:
    """The whole handbook of a library. Raises SopkitError when nothing can be shown, or a link leads nowhere.

    `progress` is told how many pages are done, of how many, by each process for its own share; the site is kept in
    `files`, else in memory.
    """
    files = MemoryFiles() if files is None else files
    selection = select_texts(status, options)
    _check_page_collisions(selection)
    handbook = published_library(status, options, selection)
    if not handbook.shown:
        left = ", ".join(describe_exclusions(selection))
        raise SopkitError(
            f"no approved SOP may be shown in a handbook that is {options.classification}"
            + (f": {left}" if left else ""),
            "approve one with `sopkit approve ID`, or show what is not approved, marked as such, with --with-drafts",
        )
    own = all_pages(handbook)
    for shown in handbook.shown:
        shown.sop.forget_body()
    others = create_redirects(handbook, [page.path for page in own])
    every = [*own, *others.pages, *sitemap(handbook, [page.path for page in own])]
    _check_file_collisions((*(page.path for page in every), *asset_files(handbook)))
    work = partial(write_pages, handbook, status.library, files, progress)
    subjects = {page.path: page.subject for page in every if page.subject is not None}
    written = spread(work, [page for page in every if page.path in subjects], _MIN_SHARED_PAGES)
    store_body_index(
        handbook.status, {subjects[one.path].sop.path: one.index for one in written if one.index is not None}
    )
    written += spread(work, [page for page in every if page.path not in subjects], _MIN_SHARED_PAGES)
    for one in written:
        files.take(one.path, one.data)
    files.update(asset_files(handbook))
    files.update(_search_files(written, handbook, files.keys()))
    odd = resolve_broken_links(
        {one.path: one.links for one in written if one.links is not None},
        (broken for one in written for broken in one.broken),
        files,
        handbook,
    )
    warnings = (*selection.warnings, *theme_of(handbook).warnings, *others.warnings, *odd)
    return Site(files, warnings, selection)


def _search_files(
    written: Sequence[WrittenPage], handbook: PublishedLibrary, paths: Collection[str]
) -> Iterator[tuple[str, bytes]]:
    words = [one.words for one in written if one.words]
    phrases = shared_phrases(words)
    numbers = {phrase: at for at, phrase in enumerate(phrases)}
    yield INDEX, to_bytes(index_script((one.entry for one in written if one.entry), handbook, paths, phrases))
    yield from ((words_path(one.id), to_bytes(words_script(one, numbers))) for one in words)


def all_pages(handbook: PublishedLibrary) -> list[Page]:
    """Every page of the handbook."""
    return [page for kind in collect(pages, PageKind) for page in kind.pages(handbook)]


def _check_page_collisions(choice: BuildSelection) -> None:
    """Raise SopkitError when the pages of two SOPs would be one file where case does not count."""
    seen: dict[str, TextChoice] = {}
    for one in choice.chosen:
        other = seen.setdefault(sop_path(one.text.id).casefold(), one)
        if other is not one:
            raise SopkitError(
                f"the ids {other.text.id} of {other.file.path} and {one.text.id} of {one.file.path} differ only by "
                "case, and their pages would be one file on many disks",
                "give one of them another id",
            )


def _check_file_collisions(paths: Iterable[str]) -> None:
    """Raise SopkitError when two pages would be one file on a disk where case does not count."""
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if other != path:
            raise SopkitError(
                f"{other} and {path} would be one file on many disks", "give what they are about names that differ more"
            )

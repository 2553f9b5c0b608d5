"""From a library to the files of its handbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sopkit.handbook import pages
from sopkit.handbook.asked import Asked
from sopkit.handbook.assets import assets
from sopkit.handbook.ground import Ground, ground_of
from sopkit.handbook.page import Page, PageKind, sop_path
from sopkit.handbook.redirects import redirects
from sopkit.handbook.search.codes import Codes
from sopkit.handbook.search.entry import Entry, entry_of
from sopkit.handbook.search.index import INDEX, index_of, words_of, words_path
from sopkit.handbook.search.passages import passages_of
from sopkit.handbook.sitemap import sitemap
from sopkit.handbook.theme import theme_of
from sopkit.lifecycle.standing import Standings
from sopkit.model.errors import SopkitError
from sopkit.parallel import spread
from sopkit.registry import collect

_WORTH_SHARING = 60  # pages; for fewer, a second process costs more than it saves


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the site as it was written, and what the search learnt from the SOP that it is about."""

    path: str
    data: bytes
    entry: Entry | None = None


@dataclass(frozen=True, eq=False)
class Site:
    """The files of a handbook by path, and what the builder must know."""

    files: Mapping[str, bytes]
    warnings: tuple[str, ...] = ()


def build(standings: Standings, asked: Asked) -> Site:
    """The whole handbook of a library. Raises SopkitError when nothing can be shown."""
    ground = ground_of(standings, asked)
    if not ground.shown:
        raise SopkitError(
            f"no approved SOP that is {asked.classification} or more public, so there is nothing to show",
            "approve one with `sopkit approve ID`, or show what is not approved, marked as such, with --with-drafts",
        )
    own = all_pages(ground)
    others = redirects(ground, [page.path for page in own])
    every = [*own, *others.pages, *sitemap(ground, [page.path for page in own])]
    written = spread(partial(_write, ground), every, _WORTH_SHARING)
    files = {one.path: one.data for one in written}
    files |= assets(ground)
    files[INDEX] = _bytes(index_of((one.entry for one in written if one.entry), ground, files.keys()))
    return Site(dict(sorted(files.items())), (*theme_of(ground).warnings, *others.warnings))


def all_pages(ground: Ground) -> list[Page]:
    """Every page of the handbook."""
    return [page for kind in collect(pages, PageKind) for page in kind.pages(ground)]


def _write(ground: Ground, some: Sequence[Page]) -> list[Written]:
    """Write pages; what is learnt from them for the search is learnt here, while their SOP is parsed."""
    codes = Codes(ground.library)
    written = []
    for page in some:
        one, entry = page.subject, None
        data = _bytes(page.write())
        if one is not None and page.path == sop_path(one.id):
            passages = passages_of(one.sop)
            entry = entry_of(one, passages, ground, codes)
            written.append(Written(words_path(one.id), _bytes(words_of(one.id, passages))))
        written.append(Written(page.path, data, entry))
    return written


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")

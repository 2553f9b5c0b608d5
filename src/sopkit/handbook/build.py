"""From a library to the files of its handbook."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sopkit.handbook import pages
from sopkit.handbook.asked import Asked
from sopkit.handbook.assets import assets
from sopkit.handbook.cut.choice import Choice, left_out_in_words
from sopkit.handbook.ground import Ground, cut_down
from sopkit.handbook.look.theme import theme_of
from sopkit.handbook.page import Page, PageKind
from sopkit.handbook.search.index import INDEX, index_of
from sopkit.handbook.search.words import phrases_of, words_of, words_path
from sopkit.handbook.site.bad_links import settle
from sopkit.handbook.site.files import Files, FilesOnDisk
from sopkit.handbook.site.redirects import redirects
from sopkit.handbook.site.sitemap import sitemap
from sopkit.handbook.site.writing import Progress, Written, to_bytes, write_pages
from sopkit.handbook.views.gists import learn
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.errors import SopkitError
from sopkit.parallel import spread
from sopkit.registry import collect

_WORTH_SHARING = 60  # pages; for fewer, a second process costs more than it saves


@dataclass(frozen=True, eq=False)
class Site:
    """The files of a handbook by path, and for the builder alone what is odd and what was left out."""

    files: Mapping[str, bytes]
    warnings: tuple[str, ...] = ()
    choice: Choice = field(default_factory=Choice)


def build(
    standings: LibraryStatus, asked: Asked, progress: Progress | None = None, files: Files | FilesOnDisk | None = None
) -> Site:
    """The whole handbook of a library. Raises SopkitError when nothing can be shown, or a link leads nowhere.

    `progress` is told how many pages are done, of how many, by each process for its own share; the site is kept in
    `files`, else in memory.
    """
    files = Files() if files is None else files
    cut = cut_down(standings, asked)
    ground = cut.ground
    if not ground.shown:
        raise _nothing_shown(cut.choice, asked)
    own = all_pages(ground)
    for shown in ground.shown:
        shown.sop.forget_body()
    others = redirects(ground, [page.path for page in own])
    every = [*own, *others.pages, *sitemap(ground, [page.path for page in own])]
    _refuse_one_file((*(page.path for page in every), *assets(ground)))
    work = partial(write_pages, ground, standings.library, files, progress)
    subjects = {page.path: page.subject for page in every if page.subject is not None}
    written = spread(work, [page for page in every if page.path in subjects], _WORTH_SHARING)
    learn(ground.standings, {subjects[one.path].sop.path: one.gist for one in written if one.gist is not None})
    written += spread(work, [page for page in every if page.path not in subjects], _WORTH_SHARING)
    for one in written:
        files.take(one.path, one.data)
    files.update(assets(ground))
    files.update(_search(written, ground, files.keys()))
    odd = settle(written, files, ground)
    warnings = (*cut.choice.warnings, *theme_of(ground).warnings, *others.warnings, *odd)
    return Site(files, warnings, cut.choice)


def _search(written: Sequence[Written], ground: Ground, paths: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The files of the search: the index, and the words of each SOP."""
    told = [one.told for one in written if one.told]
    phrases = phrases_of(told)
    numbers = {phrase: at for at, phrase in enumerate(phrases)}
    yield INDEX, to_bytes(index_of((one.entry for one in written if one.entry), ground, paths, phrases))
    yield from ((words_path(one.id), to_bytes(words_of(one, numbers))) for one in told)


def all_pages(ground: Ground) -> list[Page]:
    """Every page of the handbook."""
    return [page for kind in collect(pages, PageKind) for page in kind.pages(ground)]


def _nothing_shown(choice: Choice, asked: Asked) -> SopkitError:
    left = ", ".join(left_out_in_words(choice))
    return SopkitError(
        f"no approved SOP may be shown in a handbook that is {asked.classification}" + (f": {left}" if left else ""),
        "approve one with `sopkit approve ID`, or show what is not approved, marked as such, with --with-drafts",
    )


def _refuse_one_file(paths: Iterable[str]) -> None:
    """Raise SopkitError when two pages would be one file on a disk where case does not count."""
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if other != path:
            raise SopkitError(
                f"{other} and {path} would be one file on many disks", "give what they are about names that differ more"
            )

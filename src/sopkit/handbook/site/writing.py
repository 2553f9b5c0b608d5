"""Writing pages: what each process does with its share of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sopkit.handbook.ground import Ground, Shown
from sopkit.handbook.page import Page, sop_path
from sopkit.handbook.search.codes import Codes
from sopkit.handbook.search.entry import Entry, entry_of
from sopkit.handbook.search.passages import passages_of
from sopkit.handbook.search.words import Told, told_of
from sopkit.handbook.site.bad_links import BadLink, missing_files, texts_of
from sopkit.handbook.site.files import Files, FilesOnDisk
from sopkit.handbook.site.link_check import Named, named_in
from sopkit.handbook.views.gists import Gist, gist_reader
from sopkit.library import Library

Progress = Callable[[int, int], None]
_AT_ONCE = 100  # pages between two looks at the progress


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the site as it was written, and what was learnt on the way; `data` is empty when it is on disk already.

    `entry` and `told` are for the search, `named` for the check of links, `bad` what links lack in the text of the SOP,
    `gist` what the pages of roles, controls and terms tell of it.
    """

    path: str
    data: bytes
    entry: Entry | None = None
    told: Told | None = None
    named: Named | None = None
    bad: tuple[BadLink, ...] = ()
    gist: Gist | None = None


def write_pages(
    ground: Ground, whole: Library, files: Files | FilesOnDisk, progress: Progress | None, some: Sequence[Page]
) -> list[Written]:
    """Write pages, and learn from the text of an SOP what is needed of it while it is parsed.

    `whole` is the library with what is hidden: links are compared with it, and pages are not made from it.
    """
    learner = Learner(ground, whole)
    written: list[Written] = []
    for done in range(0, len(some), _AT_ONCE):
        few = some[done : done + _AT_ONCE]
        made = (_written(page, learner) for page in few)
        written += (replace(one, data=files.put(one.path, one.data)) for one in made)
        if progress is not None:
            progress(done + len(few), len(some))
    return written


class Learner:
    """Learns from the text of an SOP, while it is parsed, what other files of the site need of it."""

    def __init__(self, ground: Ground, whole: Library) -> None:
        self.ground, self.whole = ground, whole
        self._targets: set[str] = set()
        self._texts = texts_of(ground)
        self.codes, self.gist = Codes(ground.library), gist_reader(ground.standings)

    def named(self, page: Page, html: str) -> Named:
        """The anchors of a page, and the places to which it links that no page before it did."""
        named = named_in(page.path, html, self.ground.asked.top)
        fresh = named.targets - self._targets
        self._targets |= fresh
        return Named(named.anchors, fresh)

    def missing(self, page: Page) -> tuple[BadLink, ...]:
        """The links to files that are not there in the text that a page shows, if it shows one."""
        text = self._texts.get(page.path)
        return missing_files(text, self.whole) if text is not None else ()

    def learn(self, one: Shown, page: Written) -> Written:
        """The page of an SOP with what was learnt."""
        passages = passages_of(one.sop)
        page = replace(
            page,
            entry=entry_of(one, passages, self.ground, self.codes),
            told=told_of(one.id, passages),
            gist=self.gist(one.sop) if one.sop.status != "retired" else None,
        )
        one.sop.forget_body()
        return page


def _written(page: Page, learner: Learner) -> Written:
    html, one = page.write(), page.subject
    named = learner.named(page, html) if isinstance(html, str) and page.path.endswith(".html") else None
    written = Written(page.path, to_bytes(html), named=named, bad=learner.missing(page))
    return learner.learn(one, written) if one is not None and page.path == sop_path(one.id) else written


def to_bytes(text: str | bytes) -> bytes:
    """What a page writes as the bytes of a file, whatever is in it."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")

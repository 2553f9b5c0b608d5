"""Writing pages: what each process does with its share of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sopkit.handbook.bad_links import BadLink, missing_files
from sopkit.handbook.ground import Ground
from sopkit.handbook.link_check import Named, named_in
from sopkit.handbook.page import Page, sop_path
from sopkit.handbook.search.codes import Codes
from sopkit.handbook.search.entry import Entry, entry_of
from sopkit.handbook.search.index import words_of, words_path
from sopkit.handbook.search.passages import passages_of
from sopkit.library import Library

Progress = Callable[[int, int], None]
_AT_ONCE = 100  # pages; the past of their SOPs is read together


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the site as it was written, and what was learnt on the way.

    `entry` is for the search, `named` for the check of links, `bad` what links lack in the text of the SOP.
    """

    path: str
    data: bytes
    entry: Entry | None = None
    named: Named | None = None
    bad: tuple[BadLink, ...] = ()


def write_pages(ground: Ground, whole: Library, progress: Progress | None, some: Sequence[Page]) -> list[Written]:
    """Write pages, and learn from the text of an SOP what is needed of it while it is parsed.

    `whole` is the library with what is hidden: links are compared with it, and pages are not made from it.
    """
    codes = Codes(ground.library)
    written: list[Written] = []
    for done in range(0, len(some), _AT_ONCE):
        few = some[done : done + _AT_ONCE]
        ground.prepare({page.subject.id: page.subject for page in few if page.subject is not None}.values())
        for page in few:
            written += _written(page, ground, whole, codes)
        if progress is not None:
            progress(done + len(few), len(some))
    return written


def _written(page: Page, ground: Ground, whole: Library, codes: Codes) -> list[Written]:
    html, one = page.write(), page.subject
    named = named_in(page.path, str(html), ground.asked.top) if page.path.endswith(".html") else None
    if one is None or page.path != sop_path(one.id):
        return [Written(page.path, to_bytes(html), named=named)]
    passages = passages_of(one.sop)
    entry, bad = entry_of(one, passages, ground, codes), missing_files(one, whole)
    one.sop.forget_body()
    return [
        Written(page.path, to_bytes(html), entry, named, bad),
        Written(words_path(one.id), to_bytes(words_of(one.id, passages))),
    ]


def to_bytes(text: str | bytes) -> bytes:
    """What a page writes as the bytes of a file, whatever is in it."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")

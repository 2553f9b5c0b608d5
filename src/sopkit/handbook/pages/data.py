"""The handbook for other programs."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.ground import Ground
from sopkit.handbook.page import DATA, Page, PageKind
from sopkit.handbook.site.data import handbook_json, written


def _pages(ground: Ground) -> Iterator[Page]:
    yield Page(DATA, partial(_write, ground))


def _write(ground: Ground) -> str:
    return written(handbook_json(ground))


DATA_FILE = PageKind("data", _pages)

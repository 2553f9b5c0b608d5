"""The page of each SOP."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.ground import Ground, Shown
from sopkit.handbook.html import write
from sopkit.handbook.page import Page, PageKind, sop_path
from sopkit.render.body import body_of
from sopkit.render.surroundings import Alone


def _pages(ground: Ground) -> Iterator[Page]:
    for one in ground.shown:
        yield Page(sop_path(one.id), partial(_write, ground, one), subject=one)


def _write(ground: Ground, one: Shown) -> str:
    body = body_of(one.sop, ground.library, Alone(one.sop, ground.library))
    return write(ground, sop_path(one.id), "sop.html.j2", one.sop.title or one.id, one=one, sop=one.sop, body=body)


SOP_PAGES = PageKind("sops", _pages)

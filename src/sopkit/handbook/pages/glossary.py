"""The glossary: each term with its meaning, other names, words not to be used for it, and the SOPs that use it."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.ground import Ground, Shown
from sopkit.handbook.html import write
from sopkit.handbook.page import GLOSSARY, MenuItem, Page, PageKind
from sopkit.handbook.views.gists import gists
from sopkit.handbook.views.glossary import glossary_of

_MOST = 12
"""How many SOPs are named that use a term; of more, the number of the others is told."""


def _pages(ground: Ground) -> Iterator[Page]:
    if glossary_of(ground.library).entries:
        yield Page(GLOSSARY, partial(_write, ground))


def _write(ground: Ground) -> str:
    told = gists(ground.standings)
    uses: dict[str, list[Shown]] = {}
    for one in ground.by_id.values():
        for anchor in told[one.sop.path].terms if one.sop.path in told else ():
            uses.setdefault(anchor, []).append(one)
    content = {"entries": glossary_of(ground.library).entries, "uses": uses, "most": _MOST}
    return write(ground, GLOSSARY, "glossary.html.j2", ground.words("glossary.title"), **content)


GLOSSARY_PAGE = PageKind("glossary", _pages, MenuItem(GLOSSARY, "glossary.title", 6, foot=True))

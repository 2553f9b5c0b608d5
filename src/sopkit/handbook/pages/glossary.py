"""The glossary: each term with its definition, other names, words to avoid, and the SOPs that use it."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.body_index import body_index
from sopkit.handbook.glossary import glossary_of
from sopkit.handbook.html import render_page
from sopkit.handbook.page import GLOSSARY, MenuItem, Page, PageKind
from sopkit.handbook.published import PublishedLibrary, PublishedSop

_MAX_SOPS = 12
"""How many SOPs are named that use a term; of more, the number of the others is told."""


def _pages(ground: PublishedLibrary) -> Iterator[Page]:
    if glossary_of(ground.library).entries:
        yield Page(GLOSSARY, partial(_write, ground))


def _write(ground: PublishedLibrary) -> str:
    told = body_index(ground.standings)
    uses: dict[str, list[PublishedSop]] = {}
    for one in ground.by_id.values():
        for anchor in told[one.sop.path].terms if one.sop.path in told else ():
            uses.setdefault(anchor, []).append(one)
    content = {"entries": glossary_of(ground.library).entries, "uses": uses, "most": _MAX_SOPS}
    return render_page(ground, GLOSSARY, "glossary.html.j2", ground.words("glossary.title"), **content)


GLOSSARY_PAGE = PageKind("glossary", _pages, MenuItem(GLOSSARY, "glossary.title", 6, foot=True))

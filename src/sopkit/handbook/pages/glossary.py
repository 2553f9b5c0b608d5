"""The glossary: each term with its definition, other names, words to avoid, and the SOPs that use it."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.glossary import body_index, glossary_of
from sopkit.handbook.html import render_page
from sopkit.handbook.paths import GLOSSARY, MenuItem, Page, PageKind
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop

_MAX_SOPS = 12
"""How many SOPs are named that use a term; of more, the number of the others is told."""


def _pages(handbook: PublishedLibrary) -> Iterator[Page]:
    if glossary_of(handbook.library).entries:
        yield Page(GLOSSARY, partial(_write, handbook))


def _write(handbook: PublishedLibrary) -> str:
    index = body_index(handbook.standings)
    uses: dict[str, list[PublishedSop]] = {}
    for one in handbook.by_id.values():
        for anchor in index[one.sop.path].terms if one.sop.path in index else ():
            uses.setdefault(anchor, []).append(one)
    content = {"entries": glossary_of(handbook.library).entries, "uses": uses, "most": _MAX_SOPS}
    return render_page(handbook, GLOSSARY, "glossary.html.j2", handbook.words("glossary.title"), **content)


GLOSSARY_PAGE = PageKind("glossary", _pages, MenuItem(GLOSSARY, "glossary.title", 6, foot=True))

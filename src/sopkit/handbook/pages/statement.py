"""The statement of applicability for auditors, printed in landscape."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from sopkit.handbook.html import render_page
from sopkit.handbook.page import CONTROLS, STATEMENT, Page, PageKind
from sopkit.handbook.pages.controls import PublishedControl, published_controls, stated_framework
from sopkit.handbook.published import PublishedLibrary
from sopkit.reports.soa.rows import ImplementationState, statement_total_rows


def _pages(ground: PublishedLibrary) -> Iterator[Page]:
    if views := published_controls(ground).get(stated_framework(ground.library)):
        yield Page(STATEMENT, partial(_write, ground, views))


def _write(ground: PublishedLibrary, views: Sequence[PublishedControl]) -> str:
    words = ground.words
    content = {
        "framework": views[0].framework,
        "themes": [(some[0].theme, some) for _, group in groupby(views, _theme) if (some := list(group))],
        "states": [state for state in ImplementationState if state in {view.state for view in views}],
        "totals": tuple(statement_total_rows([view.judged for view in views])),
        "crumbs": ((CONTROLS, words("controls.title")),),
    }
    return render_page(ground, STATEMENT, "statement.html.j2", words("controls.statement"), **content)


def _theme(view: PublishedControl) -> str:
    return view.theme.id


STATEMENT_PAGE = PageKind("statement", _pages)

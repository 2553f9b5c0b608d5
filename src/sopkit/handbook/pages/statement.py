"""The statement of applicability as an auditor reads it, to be printed across the sheet."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from sopkit.handbook.ground import Ground
from sopkit.handbook.html import write
from sopkit.handbook.page import CONTROLS, STATEMENT, Page, PageKind
from sopkit.handbook.views.controls import ControlView, control_views, stated_framework
from sopkit.reports._soa.judged import State
from sopkit.reports._soa.tables import total_rows


def _pages(ground: Ground) -> Iterator[Page]:
    if views := control_views(ground).get(stated_framework(ground.library)):
        yield Page(STATEMENT, partial(_write, ground, views))


def _write(ground: Ground, views: Sequence[ControlView]) -> str:
    words = ground.words
    content = {
        "framework": views[0].framework,
        "themes": [(some[0].theme, some) for _, group in groupby(views, _theme) if (some := list(group))],
        "states": [state for state in State if state in {view.state for view in views}],
        "totals": tuple(total_rows([view.judged for view in views])),
        "crumbs": ((CONTROLS, words("controls.title")),),
    }
    return write(ground, STATEMENT, "statement.html.j2", words("controls.statement"), **content)


def _theme(view: ControlView) -> str:
    return view.theme.id


STATEMENT_PAGE = PageKind("statement", _pages)

"""What is due: four numbers, and the SOPs behind them."""

from collections.abc import Iterator
from functools import partial

from sopkit.calendar_file import can_write
from sopkit.handbook.ground import Ground
from sopkit.handbook.html import write
from sopkit.handbook.page import DUE, MenuItem, Page, PageKind
from sopkit.handbook.past.approvals import approvals
from sopkit.handbook.views.due import GROUPS, due


def _pages(ground: Ground) -> Iterator[Page]:
    yield Page(DUE, partial(_write, ground))


def _write(ground: Ground) -> str:
    rows = due(ground)
    counts = {name: sum(name in row.groups for row in rows) for name in GROUPS}
    return write(
        ground,
        DUE,
        "due.html.j2",
        ground.words("due.title"),
        rows=rows,
        counts=counts,
        calendar=can_write(),
        approved=bool(approvals(ground)),
    )


DUE_PAGE = PageKind("due", _pages, MenuItem(DUE, "due.title", 4))

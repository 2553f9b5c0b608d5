"""What the home page tells: what one can search for, which texts were approved of late, and which are due."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from sopkit.handbook.past.approved import Approved, approved_of
from sopkit.handbook.views.due import Due, due
from sopkit.handbook.views.roles import RoleView, role_views

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground, Shown

_MOST = 10
_MOST_ROLES = 12
_LATE = 90  # days
_ASKED = ("does", "decides", "owns", "approves", "knows")
_SHORT = 36  # signs of a title that is a search


@dataclass(frozen=True, slots=True)
class News:
    """An approval of late, and the SOP of which it is."""

    one: "Shown"
    approved: Approved


@dataclass(frozen=True, slots=True)
class RoleCard:
    """A role, in how many SOPs it has a part, and how many of them were approved of late."""

    view: RoleView
    sops: int
    late: int


def roles(ground: "Ground") -> tuple[RoleCard, ...]:
    """The roles that have a part in most SOPs, in the order of their titles."""
    days, since = approval_days(ground), ground.edition.as_of - timedelta(_LATE)
    cards = []
    for view in role_views(ground).values():
        names = {part.one.id for group in _ASKED for part in view.of(group)}
        late = sum(name in days and days[name] > since for name in names)
        cards.append(RoleCard(view, len(names), late))
    most = sorted((card for card in cards if card.sops), key=lambda card: (-card.sops, card.view.title))[:_MOST_ROLES]
    return tuple(card for card in cards if card in most)


@lru_cache(4)
def approval_days(ground: "Ground") -> Mapping[str, date]:
    """The day on which the text that is shown of each SOP was approved, by id, where it was and history is read."""
    days = ((one.id, _approval_day(ground, one)) for one in ground.shown)
    return {name: day for name, day in days if day is not None}


def _approval_day(ground: "Ground", one: "Shown") -> date | None:
    if one.row is not None and one.row.approved is not None and not one.awaits:
        return one.row.approved
    approved = approved_of(ground, one) if one.awaits else None
    return approved.landed if approved else None


def news(ground: "Ground") -> tuple[News, ...]:
    """The last approvals of texts that are shown, newest first."""
    days = approval_days(ground)
    names = sorted(days, key=lambda name: (-days[name].toordinal(), name))[:_MOST]
    found = ((ground.by_id[name], approved_of(ground, ground.by_id[name])) for name in names)
    return tuple(News(one, approved) for one, approved in found if approved is not None)


def soon(ground: "Ground") -> tuple[Due, ...]:
    """What is overdue and what is due within 30 days, the longest overdue first."""
    return tuple(row for row in due(ground) if {"overdue", "soon"} & set(row.groups))


def searches(ground: "Ground") -> tuple[str, ...]:
    """Three examples of what one can search for: a title, a control, a role."""
    return tuple(dict.fromkeys(filter(None, (_title(ground), _control(ground), _role(ground)))))


def _title(ground: "Ground") -> str:
    """The longest title that is short enough to type, of the SOPs on which most depends."""
    for wanted in ("high", "medium", "low", ""):
        titles = [one.sop.title for one in ground.shown if one.sop.text("criticality") == wanted]
        if short := [title for title in titles if 0 < len(title) <= _SHORT]:
            return max(short, key=lambda title: (len(title), title))
    return ""


def _control(ground: "Ground") -> str:
    """The control of the first framework that most SOPs claim."""
    claims = (claim for one in ground.shown for claim in ground.library.claims(one.sop))
    return _most(name for claim in claims if claim.framework == ground.library.first_framework for name in claim.ids)


def _role(ground: "Ground") -> str:
    """The role that owns most SOPs."""
    return _most(ground.library.role_title(one.sop.text("owner")) for one in ground.shown if one.sop.text("owner"))


def _most(names: Iterator[str]) -> str:
    counts = Counter(names)
    return min(counts, key=lambda name: (-counts[name], name), default="")

"""The home page (search examples, roles, recent approvals, reviews due soon), the search results, and the glossary."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial

from sopkit.handbook.glossary import body_index, glossary_of
from sopkit.handbook.html import handbook_title, render_page
from sopkit.handbook.pages.due import DueSop, due_sops
from sopkit.handbook.pages.roles import RoleView, role_views
from sopkit.handbook.paths import GLOSSARY, HOME, SEARCH, MenuItem, Page, PageKind, one_page
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.handbook.status import PublishedApproval, Standing, current_approval, standing_of

_MAX_APPROVALS = 10
_MAX_ROLES = 12
_RECENT_DAYS = 90  # days
_PART_GROUPS = ("does", "decides", "owns", "approves", "knows")
_MAX_TITLE_LENGTH = 36  # signs of a title that is a search


@dataclass(frozen=True, slots=True)
class RoleCard:
    """A role, in how many SOPs it has a part, and how many of them were approved of late."""

    view: RoleView
    sops: int
    late: int


def role_cards(handbook: PublishedLibrary) -> tuple[RoleCard, ...]:
    """The roles that have a part in most SOPs, in the order of their titles."""
    days, since = approval_days(handbook), handbook.edition.as_of - timedelta(_RECENT_DAYS)
    cards = []
    for view in role_views(handbook).values():
        names = {part.one.id for group in _PART_GROUPS for part in view.of(group)}
        late = sum(name in days and days[name] > since for name in names)
        cards.append(RoleCard(view, len(names), late))
    most = sorted((card for card in cards if card.sops), key=lambda card: (-card.sops, card.view.title))[:_MAX_ROLES]
    return tuple(card for card in cards if card in most)


@lru_cache(4)
def approval_days(handbook: PublishedLibrary) -> Mapping[str, date]:
    """The day on which the text that is shown of each SOP was approved, by id, of those that may be followed."""
    return {
        one.id: one.approval.landed
        for one in handbook.shown
        if one.approval is not None and standing_of(one) is Standing.APPROVED
    }


def recent_approvals(handbook: PublishedLibrary) -> tuple[PublishedApproval, ...]:
    """The last approvals of texts that are shown, newest first."""
    days = approval_days(handbook)
    names = sorted(days, key=lambda name: (-days[name].toordinal(), name))[:_MAX_APPROVALS]
    found = (current_approval(handbook, handbook.by_id[name]) for name in names)
    return tuple(approval for approval in found if approval is not None)


def due_soon(handbook: PublishedLibrary) -> tuple[DueSop, ...]:
    """What is overdue and what is due within 30 days, the longest overdue first."""
    return tuple(row for row in due_sops(handbook) if {"overdue", "soon"} & set(row.groups))


def search_examples(handbook: PublishedLibrary) -> tuple[str, ...]:
    """Three examples of what one can search for: a title, a control, a role.

    The title is the longest that is short enough to type, of the SOPs on which most depends.
    """
    library, title = handbook.library, ""
    for criticality in ("high", "medium", "low", ""):
        titles = [one.sop.title for one in handbook.shown if one.sop.text("criticality") == criticality]
        if short := [text for text in titles if 0 < len(text) <= _MAX_TITLE_LENGTH]:
            title = max(short, key=lambda text: (len(text), text))
            break
    claims = (claim for one in handbook.shown for claim in library.claims(one.sop))
    control = _most_frequent(name for one in claims if one.framework == library.first_framework for name in one.ids)
    owners = (owner for one in handbook.shown if (owner := one.sop.text("owner")))
    return tuple(dict.fromkeys(filter(None, (title, control, _most_frequent(map(library.role_title, owners))))))


def _most_frequent(names: Iterator[str]) -> str:
    counts = Counter(names)
    return min(counts, key=lambda name: (-counts[name], name), default="")


_MAX_DUE = 10


def _write(handbook: PublishedLibrary) -> str:
    return render_page(
        handbook,
        HOME,
        "home.html.j2",
        handbook_title(handbook),
        searches=search_examples(handbook),
        cards=role_cards(handbook),
        news=recent_approvals(handbook),
        soon=due_soon(handbook)[:_MAX_DUE],
    )


HOME_PAGE = PageKind("home", one_page(HOME, _write))


SEARCH_PAGE = PageKind(
    "search",
    one_page(SEARCH, lambda handbook: render_page(handbook, SEARCH, "search.html.j2", handbook.words("search.title"))),
)


_MAX_TERM_SOPS = 12
"""How many SOPs are named that use a term; of more, the number of the others is told."""


def _glossary_pages(handbook: PublishedLibrary) -> Iterator[Page]:
    if glossary_of(handbook.library).entries:
        yield Page(GLOSSARY, partial(_write_glossary, handbook))


def _write_glossary(handbook: PublishedLibrary) -> str:
    index = body_index(handbook.status)
    uses: dict[str, list[PublishedSop]] = {}
    for one in handbook.by_id.values():
        for anchor in index[one.sop.path].terms if one.sop.path in index else ():
            uses.setdefault(anchor, []).append(one)
    content = {"entries": glossary_of(handbook.library).entries, "uses": uses, "most": _MAX_TERM_SOPS}
    return render_page(handbook, GLOSSARY, "glossary.html.j2", handbook.words("glossary.title"), **content)


GLOSSARY_PAGE = PageKind("glossary", _glossary_pages, MenuItem(GLOSSARY, "glossary.title", 6, foot=True))

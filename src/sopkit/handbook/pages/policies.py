"""The policies: the SOPs that implement each, its controls, its owner, and where it is kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sopkit.analysis.applicability import controls_in_cell
from sopkit.handbook.html import render_page
from sopkit.handbook.page import POLICIES, MenuItem, Page, PageKind, policy_path
from sopkit.handbook.pages.controls import PublishedControl, controls_by_key
from sopkit.handbook.pages.due import state_tone
from sopkit.handbook.published import PublishedLibrary, PublishedSop
from sopkit.model.registers import Policy
from sopkit.reports.coverage.summaries import PolicyRow, policy_rows

_MAX_SOPS = 6
"""How many SOPs a row of the list names; the page of the policy has all."""

_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class PolicyView:
    """A policy with how far it is carried out, the SOPs that name it, and its controls.

    `address` is where it is kept, if that is a place in the web.
    """

    row: Policy
    told: PolicyRow
    sops: tuple[PublishedSop, ...]
    controls: tuple[PublishedControl, ...]
    address: str


def _pages(handbook: PublishedLibrary) -> Iterator[Page]:
    views = tuple(_policy_views(handbook))
    if not views:
        return
    title = handbook.words("policies.title")
    yield Page(
        POLICIES, partial(render_page, handbook, POLICIES, "policies.html.j2", title, views=views, most=_MAX_SOPS)
    )
    for view in views:
        path, name = policy_path(view.row.id), view.row.title or view.row.id
        content = {"view": view, "weight_of": state_tone, "crumbs": ((POLICIES, title),)}
        yield Page(path, partial(render_page, handbook, path, "policy.html.j2", name, **content))


def _policy_views(handbook: PublishedLibrary) -> Iterator[PolicyView]:
    library = handbook.library
    controls = controls_by_key(handbook)
    every = tuple(view.coverage for view in controls.values())
    told = {row.policy: row for row in policy_rows(every, handbook.standings)}
    for row in library.registers["policies"].by_key.values():
        if isinstance(row, Policy):
            mine = told[row.id]
            names = [name for name in (*mine.sops, *mine.planned) if name in handbook.by_id]
            keys = controls_in_cell(row.controls, library)
            yield PolicyView(
                row=row,
                told=mine,
                sops=tuple(handbook.by_id[name] for name in names),
                controls=tuple(controls[key] for key in keys if key in controls),
                address=row.location if _WEB_ADDRESS.fullmatch(row.location) else "",
            )


POLICY_PAGES = PageKind("policies", _pages, MenuItem(POLICIES, "policies.title", 5, foot=True))

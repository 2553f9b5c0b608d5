"""The matrix of controls of each framework, the page of each control, the statement of applicability, and policies."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from operator import attrgetter

from sopkit.analysis.applicability import controls_in_cell, decision_by_control
from sopkit.analysis.control_claims import ControlImplementation
from sopkit.analysis.control_claims import ControlKey as Key
from sopkit.handbook.glossary import body_index
from sopkit.handbook.html import render_page
from sopkit.handbook.pages.due import state_tone
from sopkit.handbook.paths import (
    CONTROLS,
    POLICIES,
    STATEMENT,
    MenuItem,
    Page,
    PageKind,
    control_path,
    framework_path,
    policy_path,
    sop_path,
)
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.library import Library
from sopkit.model.control_views import Correspondence, correspondence
from sopkit.model.frameworks import Control, ControlGroup, Framework
from sopkit.model.registers import Policy
from sopkit.reports.coverage.levels import ControlCoverage, CoverageLevel, compute_coverage
from sopkit.reports.coverage.summaries import PolicyImplementation, PolicyRow, policy_rows
from sopkit.reports.soa.rows import (
    ControlStatement,
    ImplementationState,
    StatementRow,
    assess_controls,
    statement_row,
    statement_total_rows,
    theme_of,
)

_MAX_CONTROL_PAGES = 150
"""Up to how many controls of a framework each has a page; of a larger one those about which something is said."""


@dataclass(frozen=True, eq=False)
class PublishedControl:
    """One control.

    `state` is that of the statement of applicability, or how it is covered where the statement is about another
    framework; `not-shown` where SOPs that a build leaves out could make it another. `page` is where its page stands,
    empty where it has none.
    """

    framework: Framework
    theme: ControlGroup
    coverage: ControlCoverage
    statement: ControlStatement
    row: StatementRow
    state: str
    page: str

    @property
    def control(self) -> Control:
        """The control itself."""
        return self.coverage.control

    @property
    def key(self) -> Key:
        """Its framework and its id."""
        return self.framework.id, self.control.id


@dataclass(frozen=True, slots=True)
class ControlPlace:
    """Where in an SOP a control is carried out: the words, and the page with its anchor."""

    words: str
    path: str


@lru_cache(4)
def published_controls(handbook: PublishedLibrary) -> Mapping[str, tuple[PublishedControl, ...]]:
    """The controls of each framework of the library in the publisher's order, as far as reports tell of them."""
    stated, status, found = stated_framework(handbook.library), handbook.status, {}
    for name in handbook.library.config.library.frameworks:
        statements = {one.control.id: one for one in assess_controls(status, handbook.library.catalogue.get(name))}
        every = compute_coverage(status, name)
        views = []
        for coverage in every:
            one = statements[coverage.control.id]
            has_page = len(every) <= _MAX_CONTROL_PAGES or one.supports or one.decision or one.actions or one.policies
            view = PublishedControl(
                framework=coverage.framework,
                theme=theme_of(one),
                coverage=coverage,
                statement=one,
                row=statement_row(one, status),
                state=_shown_state(handbook, str(one.state if name == stated else coverage.cover)),
                page=control_path(name, one.control.id) if has_page else "",
            )
            views.append(view)
        found[name] = tuple(views)
    return found


_NOT_SHOWN = "not-shown"
_CERTAIN_STATES = frozenset({ImplementationState.IMPLEMENTED, ImplementationState.EXCLUDED, CoverageLevel.FULL})
"""States that no SOP and no register row which a build leaves out could change."""


def _shown_state(handbook: PublishedLibrary, state: str) -> str:
    return state if handbook.edition.is_whole or state in _CERTAIN_STATES else _NOT_SHOWN


def stated_framework(library: Library) -> str:
    """The framework that the statement of applicability is about, that of most decisions; empty where nothing is."""
    count = Counter(
        framework for framework, _ in decision_by_control(library) if framework in library.config.library.frameworks
    )
    return max(count, key=count.__getitem__, default="")


@lru_cache(4)
def controls_by_key(handbook: PublishedLibrary) -> Mapping[Key, PublishedControl]:
    """The same by framework and id."""
    return {view.key: view for views in published_controls(handbook).values() for view in views}


def control_page(handbook: PublishedLibrary, key: Key) -> str:
    """Where the page of a control stands, empty where it has none."""
    view = controls_by_key(handbook).get(key)
    return view.page if view else ""


def count_states(views: Sequence[PublishedControl]) -> dict[str, int]:
    """How many of the controls are in each state, in the order in which the states first come."""
    return dict(Counter(view.state for view in views).most_common())


def places_of(support: ControlImplementation, handbook: PublishedLibrary) -> Iterator[ControlPlace]:
    """The sections and steps of an SOP that carry a control out."""
    entry, path = body_index(handbook.status)[support.sop.path], sop_path(support.sop.id)
    for section in support.sections:
        anchor = entry.headings.get(section, "")
        yield ControlPlace(section, f"{path}#{anchor}" if anchor else "")
    for step in support.steps:
        yield ControlPlace(handbook.words("controls.step", number=step.number), f"{path}#{step.target}")


def correspondences(view: PublishedControl, handbook: PublishedLibrary) -> Iterator[Correspondence]:
    """What a control corresponds to in the other frameworks of the library."""
    for name in handbook.library.config.library.frameworks:
        if name != view.framework.id and (found := correspondence(handbook.library.catalogue, *view.key, name)):
            yield found


_MAX_SOPS = 6
"""How many SOPs a row of the matrix names; the page of the control has all."""
_MAX_LINKED_SOPS = 40
"""Of how many SOPs a control leads to each place; of more the places are only told."""


def _pages(handbook: PublishedLibrary) -> Iterator[Page]:
    every = published_controls(handbook)
    frameworks = {name: views[0].framework for name, views in every.items() if views}
    places = {name: CONTROLS if at == 0 else framework_path(name) for at, name in enumerate(frameworks)}
    for name, path in places.items():
        yield Page(path, partial(_write_matrix, handbook, path, every[name], frameworks, places))
    for name, path in places.items():
        for view in every[name]:
            if view.page:
                yield Page(view.page, partial(_write_control, handbook, view, path))


def _write_matrix(
    handbook: PublishedLibrary,
    path: str,
    views: Sequence[PublishedControl],
    frameworks: dict[str, Framework],
    places: dict[str, str],
) -> str:
    words, framework = handbook.words, views[0].framework
    content = {
        "views": views,
        "framework": framework,
        "frameworks": frameworks,
        "places": places,
        "decided": framework.id == stated_framework(handbook.library),
        "counts": count_states(views),
        # What the matrix can be narrowed to; a theme and an owner are named by their place in the list.
        "facets": {
            "themes": tuple(dict.fromkeys(f"{view.theme.id} {view.theme.title}" for view in views)),
            "states": tuple(count_states(views)),
            "owners": tuple(sorted({owner for view in views for owner in owners_of(view)}, key=str.casefold)),
        },
        "owners_of": owners_of,
        "most": _MAX_SOPS,
        "crumbs": () if path == CONTROLS else ((CONTROLS, words("controls.title")),),
    }
    title = words("controls.title") if path == CONTROLS else framework.title
    return render_page(handbook, path, "controls.html.j2", title, **content)


def owners_of(view: PublishedControl) -> list[str]:
    """The titles of the roles that answer for a control."""
    return view.row.owner.split(", ") if view.row.owner else []


def _write_control(handbook: PublishedLibrary, view: PublishedControl, matrix: str) -> str:
    words = handbook.words
    content = {
        "view": view,
        "correspondences": tuple(correspondences(view, handbook)),
        "by_key": controls_by_key(handbook),
        "places_of": places_of,
        "most": _MAX_LINKED_SOPS,
        "weight_of": state_tone,
        "crumbs": ((CONTROLS, words("controls.title")),)
        + (((matrix, view.framework.title),) if matrix != CONTROLS else ()),
    }
    return render_page(handbook, view.page, "control.html.j2", f"{view.control.id} {view.control.title}", **content)


CONTROL_PAGES = PageKind("controls", _pages, MenuItem(CONTROLS, "controls.title", 3))


def _statement_pages(handbook: PublishedLibrary) -> Iterator[Page]:
    if views := published_controls(handbook).get(stated_framework(handbook.library)):
        yield Page(STATEMENT, partial(_write_statement, handbook, views))


def _write_statement(handbook: PublishedLibrary, views: Sequence[PublishedControl]) -> str:
    words, key = handbook.words, attrgetter("theme.id")
    content = {
        "framework": views[0].framework,
        "themes": [(some[0].theme, some) for _, group in groupby(views, key) if (some := list(group))],
        "states": [
            state for state in (*map(str, ImplementationState), _NOT_SHOWN) if state in {view.state for view in views}
        ],
        "totals": tuple(statement_total_rows([view.statement for view in views])) if handbook.edition.is_whole else (),
        "crumbs": ((CONTROLS, words("controls.title")),),
    }
    return render_page(handbook, STATEMENT, "statement.html.j2", words("controls.statement"), **content)


STATEMENT_PAGE = PageKind("statement", _statement_pages)

_MAX_POLICY_SOPS = 6
"""How many SOPs a row of the list names; the page of the policy has all."""

_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class PolicyView:
    """A policy with the SOPs that name it, and its controls.

    `state` is how far it is carried out, `not-shown` where SOPs that a build leaves out could make it more; `address`
    is where it is kept, if that is a place in the web.
    """

    row: Policy
    coverage: PolicyRow
    state: str
    sops: tuple[PublishedSop, ...]
    controls: tuple[PublishedControl, ...]
    address: str


def _policy_pages(handbook: PublishedLibrary) -> Iterator[Page]:
    views = tuple(_policy_views(handbook))
    if not views:
        return
    title = handbook.words("policies.title")
    yield Page(
        POLICIES,
        partial(render_page, handbook, POLICIES, "policies.html.j2", title, views=views, most=_MAX_POLICY_SOPS),
    )
    for view in views:
        path, name = policy_path(view.row.id), view.row.title or view.row.id
        content = {"view": view, "weight_of": state_tone, "crumbs": ((POLICIES, title),)}
        yield Page(path, partial(render_page, handbook, path, "policy.html.j2", name, **content))


def _policy_views(handbook: PublishedLibrary) -> Iterator[PolicyView]:
    library = handbook.library
    controls = controls_by_key(handbook)
    every = tuple(view.coverage for view in controls.values())
    rows = {row.policy: row for row in policy_rows(every, handbook.status)}
    whole, wholly = handbook.edition.is_whole, PolicyImplementation.WHOLLY
    for row in library.registers["policies"].by_key.values():
        if isinstance(row, Policy):
            coverage = rows[row.id]
            names = [name for name in (*coverage.sops, *coverage.planned) if name in handbook.by_id]
            keys = controls_in_cell(row.controls, library)
            yield PolicyView(
                row=row,
                coverage=coverage,
                state=str(coverage.carried_out) if whole or coverage.carried_out is wholly else _NOT_SHOWN,
                sops=tuple(handbook.by_id[name] for name in names),
                controls=tuple(controls[key] for key in keys if key in controls),
                address=row.location if _WEB_ADDRESS.fullmatch(row.location) else "",
            )


POLICY_PAGES = PageKind("policies", _policy_pages, MenuItem(POLICIES, "policies.title", 5, foot=True))

"""Each control of the library's frameworks as pages show it: what covers it, what was decided, and what it maps to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sopkit.analysis.applicability import decision_by_control
from sopkit.analysis.control_claims import ControlImplementation
from sopkit.analysis.control_claims import ControlKey as Key
from sopkit.handbook.ground import Ground
from sopkit.handbook.page import control_path, sop_path
from sopkit.handbook.views.gists import gists
from sopkit.library import Library
from sopkit.model.control_views import Correspondence, correspondence
from sopkit.model.frameworks import Control, ControlGroup, Framework
from sopkit.reports._coverage.cover import Coverage, coverage_of
from sopkit.reports._soa.judged import Judged, judge_controls
from sopkit.reports._soa.tables import StatementRow, statement_row, theme_of

_FEW = 150
"""Up to how many controls of a framework each has a page; of a larger one those about which something is said."""


@dataclass(frozen=True, eq=False)
class ControlView:
    """One control.

    `state` is that of the statement of applicability, or how it is covered where the statement is about another
    framework; `page` is where its page stands, empty where it has none.
    """

    framework: Framework
    theme: ControlGroup
    coverage: Coverage
    judged: Judged
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
class Place:
    """Where in an SOP a control is carried out: the words, and the page with its anchor."""

    words: str
    path: str


@lru_cache(4)
def control_views(ground: Ground) -> Mapping[str, tuple[ControlView, ...]]:
    """The controls of each framework of the library in the publisher's order, as far as reports tell of them."""
    stated = stated_framework(ground.library)
    names = ground.library.config.library.frameworks
    return {name: tuple(_views(ground, name, stated=name == stated)) for name in names}


def stated_framework(library: Library) -> str:
    """The framework that the statement of applicability is about, that of most decisions; empty where nothing is."""
    count = Counter(
        framework for framework, _ in decision_by_control(library) if framework in library.config.library.frameworks
    )
    return max(count, key=count.__getitem__, default="")


@lru_cache(4)
def controls_by_key(ground: Ground) -> Mapping[Key, ControlView]:
    """The same by framework and id."""
    return {view.key: view for views in control_views(ground).values() for view in views}


def control_page(ground: Ground, key: Key) -> str:
    """Where the page of a control stands, empty where it has none."""
    view = controls_by_key(ground).get(key)
    return view.page if view else ""


def counted(views: Sequence[ControlView]) -> dict[str, int]:
    """How many of the controls are in each state, in the order in which the states first come."""
    return dict(Counter(view.state for view in views).most_common())


def places_of(support: ControlImplementation, ground: Ground) -> Iterator[Place]:
    """The sections and steps of an SOP that carry a control out."""
    gist, path = gists(ground.standings)[support.sop.path], sop_path(support.sop.id)
    for section in support.sections:
        anchor = gist.headings.get(section, "")
        yield Place(section, f"{path}#{anchor}" if anchor else "")
    for step in support.steps:
        yield Place(ground.words("controls.step", number=step.number), f"{path}#{step.target}")


def correspondences(view: ControlView, ground: Ground) -> Iterator[Correspondence]:
    """What a control corresponds to in the other frameworks of the library."""
    for name in ground.library.config.library.frameworks:
        if name != view.framework.id:
            found = correspondence(ground.library.catalogue, *view.key, name)
            if found is not None:
                yield found


def _views(ground: Ground, name: str, *, stated: bool) -> Iterator[ControlView]:
    standings = ground.standings
    judged = {one.control.id: one for one in judge_controls(standings, ground.library.catalogue.get(name))}
    every = coverage_of(standings, name)
    for coverage in every:
        one = judged[coverage.control.id]
        said = one.supports or one.decision or one.actions or one.policies
        yield ControlView(
            framework=coverage.framework,
            theme=theme_of(one),
            coverage=coverage,
            judged=one,
            row=statement_row(one, standings),
            state=str(one.state if stated else coverage.cover),
            page=control_path(name, one.control.id) if len(every) <= _FEW or said else "",
        )

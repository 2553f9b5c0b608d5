"""What to do to close gaps: an SOP to bring in force, a template to fill, an action to carry out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote

from sopkit.analysis.control_claims import ControlImplementation, ControlKey
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.control_ids import parse_control
from sopkit.model.registers import Action
from sopkit.model.sop import Sop
from sopkit.model.template import Template
from sopkit.parsing.template import template_names
from sopkit.reports._coverage.cover import Coverage
from sopkit.reports._gaps.gap import Gap, Kind
from sopkit.reports._gaps.planned import Planned
from sopkit.tables.escape import clip

_BLANK = "blank"
_WIDEST = 60
_STRONG = {"full": 2, "partial": 1}


@dataclass(frozen=True, slots=True)
class Work:
    """Something to do, what it is about, and the command that begins it; empty where there is none.

    `own` says that nothing is there to begin with: no SOP, no template, no action.
    """

    do: str
    about: str
    command: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The templates with what they claim of the controls in question: 2 for in full, 1 for in part."""

    templates: tuple[Template, ...]
    claims: Mapping[str, Mapping[ControlKey, int]]


def work_for(
    gaps: Sequence[Gap], needed: Mapping[ControlKey, Coverage], planned: Planned, standings: LibraryStatus
) -> tuple[tuple[Work, ...], ...]:
    """What to do for each gap, in their order; several things where its controls need several SOPs."""
    shelf = _shelf(standings.library, needed)
    lacking = dict.fromkeys(control for gap in gaps for control in gap.missing)
    by_control = _by_control(tuple(lacking), needed, shelf, planned)
    return tuple(_of_gap(gap, by_control, shelf, planned, standings) for gap in gaps)


def in_order(gaps: Sequence[Gap], works: Sequence[tuple[Work, ...]]) -> dict[Work, list[Gap]]:
    """What to do, each with the gaps that it closes.

    First what closes a risk; then by weight, what there is something to begin with, and how much it closes.
    """
    found: dict[Work, list[Gap]] = {}
    for gap, some in zip(gaps, works, strict=True):
        for work in some:
            found.setdefault(work, []).append(gap)

    def order(item: tuple[Work, list[Gap]]) -> tuple[bool, int, bool, int]:
        work, closed = item
        weight = max(gap.weight or 0 for gap in closed)
        return (all(gap.kind is not Kind.RISK for gap in closed), -weight, work.own, -len(closed))

    return dict(sorted(found.items(), key=order))


def _by_control(
    lacking: Sequence[ControlKey], needed: Mapping[ControlKey, Coverage], shelf: _Shelf, planned: Planned
) -> dict[ControlKey, Work]:
    """What closes each control: an SOP that claims it, the template that closes most, an action, or a new SOP."""
    found: dict[ControlKey, Work] = {}
    for control in lacking:
        if waiting := _claimed(needed[control]):
            found[control] = _brought_in_force(waiting[0].sop)
    found |= _by_template([control for control in lacking if control not in found], needed, shelf)
    for control in lacking:
        if control not in found:
            found[control] = _otherwise(needed[control], planned.by_control.get(control, ()))
    return found


def _claimed(one: Coverage) -> tuple[ControlImplementation, ...]:
    """The claims of a control, in full or in part, also by SOPs that are not in force."""
    return tuple(support for support in one.supports if support.would_cover)


def _brought_in_force(sop: Sop) -> Work:
    name, title = sop.name, sop.title
    if sop.active:
        return Work(f"have {name} approved", title, f"sopkit approve {quote(name)}")
    command = f"sopkit lint {quote(sop.path)} --profile publish"
    return Work(f"finish {name} ({sop.status}) and put it in force", title, command)


def _by_template(
    lacking: Iterable[ControlKey], needed: Mapping[ControlKey, Coverage], shelf: _Shelf
) -> dict[ControlKey, Work]:
    """The template of each control, that which closes most first.

    A template that mostly repeats what is claimed would be a second SOP on the same matter, and is left out.
    """
    left, found = set(lacking), dict[ControlKey, Work]()
    fitting = []
    for template in shelf.templates:
        claims = shelf.claims[template.name]
        repeats = sum(bool(_claimed(needed[control])) for control in claims)
        if template.name != _BLANK and len(left & claims.keys()) >= max(repeats, 1):
            fitting.append(template)
    while fitting:
        gains = [
            sum(strong for control, strong in shelf.claims[one.name].items() if control in left) for one in fitting
        ]
        best = max(range(len(fitting)), key=lambda at: gains[at])
        if not gains[best]:
            break
        template = fitting.pop(best)
        closed = left & shelf.claims[template.name].keys()
        found |= dict.fromkeys(closed, _from_template(template))
        left -= closed
    return found


def _from_template(template: Template) -> Work:
    command = f"sopkit new {quote(template.name)}"
    return Work(f"write it with `{command}`", template.header.title, command)


def _otherwise(one: Coverage, actions: Sequence[Action]) -> Work:
    if actions:
        return _as_planned(actions[0])
    if one.supports:
        sop = one.supports[0].sop
        return Work(f"carry out in {sop.name} what it supports", sop.title)
    group = one.framework.groups_by_id[one.control.group]
    return Work(f"write one of your own on {group.id}", group.title, f"sopkit new {_BLANK}", own=True)


def _as_planned(action: Action) -> Work:
    return Work(clip(f"{action.id}: {action.action}", _WIDEST), action.action)


def _of_gap(
    gap: Gap, by_control: Mapping[ControlKey, Work], shelf: _Shelf, planned: Planned, standings: LibraryStatus
) -> tuple[Work, ...]:
    works = tuple(by_control[control] for control in gap.missing)
    if gap.kind in {Kind.RISK, Kind.CONTROL} and works:
        return tuple(dict.fromkeys(works))
    carrying = [sop for sop in gap.near if standings.carries(sop)]
    if gap.near and not carrying:
        return (_brought_in_force(gap.near[0]),)
    if actions := planned.naming(gap):
        return (_as_planned(actions[0]),)
    if carrying and gap.kind in _SERVED:
        how, key = _SERVED[gap.kind]
        return (Work(f"say in {carrying[0].name} how they are {how}", f"and name them under its `{key}`"),)
    if gap.area:
        return (_of_area(gap.area, shelf),)
    if works:
        return (Counter(works).most_common(1)[0][0],)
    if gap.kind is Kind.POLICY:
        return (Work(f"name {gap.id} in the SOPs that carry it out", "under their `policies`"),)
    return (Work(f"name {gap.id} in the SOPs that treat it", "under their `risks`, and its controls in the register"),)


_SERVED = {Kind.ASSET: ("restored", "assets"), Kind.VENDOR: ("reviewed", "vendors")}


def _of_area(area: str, shelf: _Shelf) -> Work:
    """The template that begins an area, else a blank one."""
    fitting = [template for template in shelf.templates if template.header.area == area and template.name != _BLANK]
    first = sorted(fitting, key=lambda template: not template.header.starter)[:1]
    return _from_template(first[0]) if first else _own(area)


def _own(area: str) -> Work:
    return Work(f"write one of your own of {area}", "", f"sopkit new {_BLANK} --area {quote(area)}", own=True)


def _shelf(library: Library, needed: Mapping[ControlKey, Coverage]) -> _Shelf:
    """Every template that can be read, the library's own among them."""
    found = [template for name in template_names(library.root) if (template := library.template(name)) is not None]
    claims: dict[str, dict[ControlKey, int]] = {}
    for template in found:
        own = claims.setdefault(template.name, {})
        for framework, said in template.header.controls.items():
            for claim in said:
                if claim.strength in _STRONG:
                    for control in parse_control(claim.id, library.catalogue, framework).ids:
                        if (framework, control) in needed:
                            own[framework, control] = _STRONG[claim.strength]
    return _Shelf(tuple(found), claims)

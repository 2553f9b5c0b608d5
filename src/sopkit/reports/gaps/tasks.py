"""What closes gaps: an SOP to bring in force, a template to fill, an open action to carry out."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote

from sopkit.analysis.applicability import open_actions, unfinished_actions
from sopkit.analysis.control_claims import ControlImplementation, ControlKey
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.control_ids import parse_control
from sopkit.model.registers import Action
from sopkit.model.sop import Sop
from sopkit.model.template import Template
from sopkit.parsing.template import template_names
from sopkit.reports.coverage.levels import ControlCoverage
from sopkit.reports.gaps.gap import Gap, GapKind
from sopkit.tables.escape import clip

_WORD = re.compile(r"[\w.-]*\w")


@dataclass(frozen=True, slots=True)
class GapActions:
    """The open actions by the controls, the SOPs and the words that they name."""

    by_control: Mapping[ControlKey, tuple[Action, ...]]
    by_sop: Mapping[str, tuple[Action, ...]]
    by_word: Mapping[str, tuple[Action, ...]]

    @classmethod
    def of(cls, library: Library) -> "GapActions":
        """Those of a library."""
        rows = unfinished_actions(library)
        sops = _group_actions((row.sop, row) for row in rows if row.sop)
        words = _group_actions(
            (word, row) for row in rows for word in dict.fromkeys(_WORD.findall(row.action.casefold()))
        )
        return cls(open_actions(library), sops, words)

    def naming(self, gap: Gap) -> tuple[Action, ...]:
        """The actions that name a gap: its id, one of its controls, or an SOP that comes near and is not active yet."""
        found = [*self.by_word.get(gap.id.casefold(), ())]
        found += [row for control in gap.missing for row in self.by_control.get(control, ())]
        found += [row for sop in gap.near if not sop.active for row in self.by_sop.get(sop.id, ())]
        return tuple({row.id: row for row in found}.values())

    def left(self, gap: Gap) -> tuple[ControlKey, ...]:
        """The controls of a gap that no action names, unless one names the gap itself or an SOP that will close it."""
        waiting = {sop.id for sop in gap.near if not sop.active} & self.by_sop.keys()
        if waiting or gap.id.casefold() in self.by_word:
            return ()
        # A policy answers the same matters in several frameworks: an action is asked for in the first.
        first = [control for control in gap.missing if control[0] == gap.missing[0][0]]
        required = first if gap.kind is GapKind.POLICY else gap.missing
        return tuple(control for control in required if control not in self.by_control)


def _group_actions(pairs: Iterable[tuple[str, Action]]) -> dict[str, tuple[Action, ...]]:
    found: dict[str, tuple[Action, ...]] = {}
    for name, row in pairs:
        found[name] = (*found.get(name, ()), row)
    return found


_BLANK = "blank"
_MAX_WIDTH = 60
_STRENGTHS = {"full": 2, "partial": 1}


@dataclass(frozen=True, slots=True)
class GapTask:
    """Something to do, what it is about, and the command that begins it; empty where there is none.

    `own` says that nothing is there to begin with: no SOP, no template, no action.
    """

    do: str
    about: str
    command: str = ""
    own: bool = False


TemplateClaims = tuple[Template, Mapping[ControlKey, int]]
"""A template with what it claims of the controls in question: 2 for in full, 1 for in part."""


def find_tasks(
    gaps: Sequence[Gap], needed: Mapping[ControlKey, ControlCoverage], planned: GapActions, status: LibraryStatus
) -> tuple[tuple[GapTask, ...], ...]:
    """What to do for each gap, in their order; several things where its controls need several SOPs."""
    templates = _read_templates(status.library, needed)
    lacking = dict.fromkeys(control for gap in gaps for control in gap.missing)
    by_control = {
        control: _task_for_sop(claims[0].sop) for control in lacking if (claims := _covering_claims(needed[control]))
    }
    by_control |= _by_template([control for control in lacking if control not in by_control], needed, templates)
    for control in lacking:
        if control not in by_control:
            by_control[control] = _other_task(needed[control], planned.by_control.get(control, ()))
    return tuple(_tasks_for_gap(gap, by_control, templates, planned, status) for gap in gaps)


def sort_tasks(gaps: Sequence[Gap], tasks: Sequence[tuple[GapTask, ...]]) -> dict[GapTask, list[Gap]]:
    """What to do, each with the gaps that it closes.

    First what closes a risk; then by weight, what there is something to begin with, and how much it closes.
    """
    found: dict[GapTask, list[Gap]] = {}
    for gap, some in zip(gaps, tasks, strict=True):
        for task in some:
            found.setdefault(task, []).append(gap)

    def order(item: tuple[GapTask, list[Gap]]) -> tuple[bool, int, bool, int]:
        task, closed = item
        weight = max(gap.weight or 0 for gap in closed)
        return (all(gap.kind is not GapKind.RISK for gap in closed), -weight, task.own, -len(closed))

    return dict(sorted(found.items(), key=order))


def _covering_claims(one: ControlCoverage) -> tuple[ControlImplementation, ...]:
    """The claims of a control, in full or in part, also by SOPs that are not in force."""
    return tuple(support for support in one.supports if support.would_cover)


def _task_for_sop(sop: Sop) -> GapTask:
    name, title = sop.name, sop.title
    if sop.active:
        return GapTask(f"have {name} approved", title, f"sopkit approve {quote(name)}")
    command = f"sopkit lint {quote(sop.path)} --profile publish"
    return GapTask(f"finish {name} ({sop.status}) and put it in force", title, command)


def _by_template(
    lacking: Iterable[ControlKey], needed: Mapping[ControlKey, ControlCoverage], templates: Iterable[TemplateClaims]
) -> dict[ControlKey, GapTask]:
    """The template of each control, that which closes most first.

    A template that mostly repeats what is claimed would be a second SOP on the same matter, and is left out.
    """
    left, found = set(lacking), dict[ControlKey, GapTask]()
    fitting: dict[str, TemplateClaims] = {}
    for template, claims in templates:
        repeats = sum(bool(_covering_claims(needed[control])) for control in claims)
        if template.name != _BLANK and len(left & claims.keys()) >= max(repeats, 1):
            fitting[template.name] = template, claims

    def gain(name: str) -> int:
        return sum(strength for control, strength in fitting[name][1].items() if control in left)

    while fitting and gain(best := max(fitting, key=gain)):
        template, claims = fitting.pop(best)
        closed = left & claims.keys()
        found |= dict.fromkeys(closed, _task_for_template(template))
        left -= closed
    return found


def _task_for_template(template: Template) -> GapTask:
    command = f"sopkit new {quote(template.name)}"
    return GapTask(f"write it with `{command}`", template.header.title, command)


def _other_task(one: ControlCoverage, actions: Sequence[Action]) -> GapTask:
    if actions:
        return _task_for_action(actions[0])
    if one.supports:
        sop = one.supports[0].sop
        return GapTask(f"carry out in {sop.name} what it supports", sop.title)
    group = one.framework.groups_by_id[one.control.group]
    return GapTask(f"write one of your own on {group.id}", group.title, f"sopkit new {_BLANK}", own=True)


def _task_for_action(action: Action) -> GapTask:
    return GapTask(clip(f"{action.id}: {action.action}", _MAX_WIDTH), action.action)


def _tasks_for_gap(
    gap: Gap,
    by_control: Mapping[ControlKey, GapTask],
    templates: Iterable[TemplateClaims],
    planned: GapActions,
    status: LibraryStatus,
) -> tuple[GapTask, ...]:
    tasks = tuple(by_control[control] for control in gap.missing)
    if gap.kind in {GapKind.RISK, GapKind.CONTROL} and tasks:
        return tuple(dict.fromkeys(tasks))
    carrying = [sop for sop in gap.near if status.carries(sop)]
    if gap.near and not carrying:
        return (_task_for_sop(gap.near[0]),)
    if actions := planned.naming(gap):
        return (_task_for_action(actions[0]),)
    if carrying and gap.kind in _SERVICES:
        how, key = _SERVICES[gap.kind]
        return (GapTask(f"say in {carrying[0].name} how they are {how}", f"and name them under its `{key}`"),)
    if gap.area:
        return (_task_for_area(gap.area, templates),)
    if tasks:
        return (Counter(tasks).most_common(1)[0][0],)
    if gap.kind is GapKind.POLICY:
        return (GapTask(f"name {gap.id} in the SOPs that carry it out", "under their `policies`"),)
    return (
        GapTask(f"name {gap.id} in the SOPs that treat it", "under their `risks`, and its controls in the register"),
    )


_SERVICES = {GapKind.ASSET: ("restored", "assets"), GapKind.VENDOR: ("reviewed", "vendors")}


def _task_for_area(area: str, templates: Iterable[TemplateClaims]) -> GapTask:
    """The template that begins an area, else a blank one."""
    fitting = [template for template, _ in templates if template.header.area == area and template.name != _BLANK]
    if fitting:
        return _task_for_template(min(fitting, key=lambda template: not template.header.starter))
    return GapTask(f"write one of your own of {area}", "", f"sopkit new {_BLANK} --area {quote(area)}", own=True)


def _read_templates(library: Library, needed: Mapping[ControlKey, ControlCoverage]) -> list[TemplateClaims]:
    """Every template that can be read, the library's own among them."""
    found: list[TemplateClaims] = []
    for name in template_names(library.root):
        if (template := library.template(name)) is not None:
            claims = {
                (framework, control): _STRENGTHS[claim.strength]
                for framework, some in template.header.controls.items()
                for claim in some
                if claim.strength in _STRENGTHS
                for control in parse_control(claim.id, library.catalogue, framework).ids
                if (framework, control) in needed
            }
            found.append((template, claims))
    return found

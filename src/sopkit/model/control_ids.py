"""Read the id of a control as people write it: with or without its standard, padded, or as a range."""

import re
from dataclasses import dataclass

from sopkit.model.catalogue import Catalogue
from sopkit.model.citations import read_citation
from sopkit.model.frameworks import Framework, FrameworkHead
from sopkit.model.id_keys import sort_key
from sopkit.model.id_resolution import MatchKind, Resolution, resolve
from sopkit.model.nearest import nearest

_LONGEST = 150
_LOOKALIKES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2010": "-", "\u2011": "-", "\u2212": "-"})


@dataclass(frozen=True, slots=True)
class ControlMatch:
    """What a written id means.

    FOUND: `ids` of `framework`, several for a range. GROUP: the id of a group, which is no control.
    WITHDRAWN: the publisher withdrew it; `successors` are in the same framework. SUPERSEDED: an id of an
    older edition; `successors` are in the framework `superseded_by`. AMBIGUOUS: `choices` is what it may be.
    UNKNOWN: `nearest` are ids of the framework meant, `choices` says where else the id exists.
    """

    text: str
    kind: MatchKind
    framework: str | None = None
    ids: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    superseded_by: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    nearest: tuple[str, ...] = ()

    @property
    def controls(self) -> tuple[tuple[str, str], ...]:
        """The controls that are found, each a framework and an id; none of what is not FOUND."""
        if self.kind is not MatchKind.FOUND or self.framework is None:
            return ()
        return tuple((self.framework, control) for control in self.ids)


def parse_control(text: str, catalogue: Catalogue, default: str | None = None) -> ControlMatch:
    """Say what a written id means.

    `default` is the framework meant when the text names none, if any, as the key of a map of controls does.
    """
    written = " ".join(text.translate(_LOOKALIKES).split())
    home = catalogue.framework(default) if default else None
    if len(written) > _LONGEST:
        return ControlMatch(text, MatchKind.UNKNOWN, default)
    if home is not None and (found := resolve(home, written, without_lead=True)):
        return _match(text, catalogue, home, found, home)
    named, rest = read_citation(written, catalogue)
    if named:
        return _named(text, rest, catalogue, named, home)
    if home is not None:
        return _at_home(text, rest, catalogue, home)
    return _anywhere(text, rest, catalogue)


def _named(text: str, rest: str, catalogue: Catalogue, named: tuple[str, ...], home: Framework | None) -> ControlMatch:
    if home is not None and home.id in named and (found := resolve(home, rest, without_lead=True)):
        return _match(text, catalogue, home, found, home)
    older = [old for name in named for old in catalogue.predecessors.get(name, ()) if old not in named]
    for group in (named, older):
        matches = _resolved(rest, catalogue, group, without_lead=True)
        if matches:
            return _one_of(text, catalogue, matches, home)
    nearest = _nearest(rest, [catalogue.get(name) for name in named])
    return ControlMatch(text, MatchKind.UNKNOWN, named[0] if len(named) == 1 else None, nearest=nearest)


def _at_home(text: str, rest: str, catalogue: Catalogue, home: Framework) -> ControlMatch:
    if found := resolve(home, rest, without_lead=True):
        return _match(text, catalogue, home, found, home)
    older = _resolved(rest, catalogue, catalogue.predecessors.get(home.id, ()), without_lead=True)
    if older:
        return _one_of(text, catalogue, older, home)
    elsewhere = _resolved(rest, catalogue, _possible(rest, catalogue))
    return ControlMatch(
        text,
        MatchKind.UNKNOWN,
        home.id,
        choices=_choices(elsewhere),
        nearest=() if elsewhere else _nearest(rest, [home]),
    )


def _anywhere(text: str, rest: str, catalogue: Catalogue) -> ControlMatch:
    possible = _possible(rest, catalogue)
    if matches := _resolved(rest, catalogue, possible):
        return _one_of(text, catalogue, matches, None)
    if rest[:1].isdigit():  # 5.18 alone could be the number of anything
        choices = _choices(_resolved(rest, catalogue, catalogue.ids, without_lead=True))
        kind = MatchKind.AMBIGUOUS if len(choices) > 1 else MatchKind.UNKNOWN
        return ControlMatch(text, kind, choices=choices)
    nearest = _nearest(rest, [catalogue.get(name) for name in possible])
    return ControlMatch(text, MatchKind.UNKNOWN, nearest=nearest)


def _possible(rest: str, catalogue: Catalogue) -> list[str]:
    return [head.id for head in catalogue.heads.values() if _may_hold(head, rest)]


def _may_hold(head: FrameworkHead, rest: str) -> bool:
    # A framework of a thousand controls is not read for an id that cannot be one of its own.
    if not head.id_form or not head.group_form:
        return True
    if head.needs_name and rest[:1].isdigit():
        return False
    return bool(re.match(head.id_form, rest, re.IGNORECASE) or re.fullmatch(head.group_form, rest, re.IGNORECASE))


def _resolved(
    rest: str, catalogue: Catalogue, frameworks: tuple[str, ...] | list[str], *, without_lead: bool = False
) -> list[tuple[Framework, Resolution]]:
    read = [catalogue.get(name) for name in frameworks]
    return [
        (framework, found)
        for framework in read
        if (found := resolve(framework, rest, without_lead=without_lead)) is not None
    ]


def _choices(matches: list[tuple[Framework, Resolution]]) -> tuple[tuple[str, str], ...]:
    current_first = sorted(matches, key=lambda match: match[0].status != "current")
    return tuple((framework.id, found.ids[0]) for framework, found in current_first)


def _one_of(
    text: str, catalogue: Catalogue, matches: list[tuple[Framework, Resolution]], home: Framework | None
) -> ControlMatch:
    if len(matches) > 1:
        return ControlMatch(text, MatchKind.AMBIGUOUS, choices=_choices(matches))
    return _match(text, catalogue, *matches[0], home)


def _match(
    text: str, catalogue: Catalogue, framework: Framework, found: Resolution, home: Framework | None
) -> ControlMatch:
    newer = framework.superseded_by
    if newer is None or framework is home:
        return ControlMatch(text, found.kind, framework.id, found.ids, found.successors)
    mapping = catalogue.mapping(framework.id, newer)
    ids = found.ids
    if found.kind is MatchKind.GROUP:
        ids = tuple(control.id for control in framework.within(found.ids[0]))
    successors = {new for old in ids for new in (mapping.targets(old) if mapping else ())}
    kind = found.kind if found.kind is MatchKind.GROUP else MatchKind.SUPERSEDED
    return ControlMatch(text, kind, framework.id, found.ids, tuple(sorted(successors, key=sort_key)), newer)


def _nearest(rest: str, frameworks: list[Framework]) -> tuple[str, ...]:
    ids = [control.id for framework in frameworks for control in framework.controls if not control.withdrawn]
    written = rest.upper() if not rest[:1].isdigit() else rest
    folded = {control_id.upper(): control_id for control_id in ids}
    return tuple(folded[near] for near in nearest(written, folded, n=3, cutoff=0.7))

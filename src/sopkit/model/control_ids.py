"""Resolve the id of a control as people write it: padded, as a range, with or without its framework."""

import re
from dataclasses import dataclass
from enum import StrEnum

from sopkit.model.catalogue import Catalogue, read_citation
from sopkit.model.frameworks import Control, ControlGroup, Framework, FrameworkHead, IdKey, id_key, sort_key
from sopkit.model.similarity import nearest

_RANGE = re.compile(
    r"(.{1,60}?)(?:\s*(?:[\u2013\u2014\u2026]|\.{2,3})\s*|\s+(?:to|through)\s+|(?<=[\d)])\s*-\s*)(.{1,60})",
    re.IGNORECASE,
)
_INNER_HYPHEN = re.compile(r"\d\s*-")
_PARAGRAPHS = re.compile(r"(?:\s?\([A-Za-z0-9]{1,4}\))+$|\s?\b[a-z]\)$")


class MatchKind(StrEnum):
    """What a written id turned out to be."""

    FOUND = "found"
    GROUP = "group"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Resolution:
    """FOUND with one id or the ids of a range, WITHDRAWN with its successors, or GROUP with its id."""

    kind: MatchKind
    ids: tuple[str, ...]
    successors: tuple[str, ...] = ()


def resolve(framework: Framework, written: str, *, without_lead: bool = False) -> Resolution | None:
    """Give the control, group or range that `written` names in the framework, or None.

    `without_lead` lets the word that all ids share be left out: `5.18` for A.5.18, `32` for Art. 32.
    """
    entry = _find_item(framework, written, without_lead=without_lead)
    if isinstance(entry, ControlGroup):
        return Resolution(MatchKind.GROUP, (entry.id,))
    if entry is not None:
        return _control_resolution(entry)
    if found := _RANGE.fullmatch(written):
        return _resolve_range(framework, found[1], found[2], without_lead=without_lead)
    return None


def _control_resolution(control: Control) -> Resolution:
    if control.withdrawn:
        return Resolution(MatchKind.WITHDRAWN, (control.id,), control.successors)
    return Resolution(MatchKind.FOUND, (control.id,))


def _find_item(framework: Framework, written: str, *, without_lead: bool) -> Control | ControlGroup | None:
    if (control := framework.by_id.get(written)) is not None:
        return control
    # Between digits a hyphen makes a range and never joins the numbers of one id.
    if _INNER_HYPHEN.search(written) or (key := id_key(written)) is None:
        return None
    keys = [key]
    if without_lead and framework.lead is not None and isinstance(key[0], int):
        keys.append((framework.lead, *key))
    for candidate in keys:
        if (entry := _find_by_key(framework, candidate)) is not None:
            return entry
    if framework.paragraphs and (shorter := _PARAGRAPHS.sub("", written)) != written:
        return _find_item(framework, shorter, without_lead=without_lead)
    return None


def _find_by_key(framework: Framework, key: IdKey) -> Control | ControlGroup | None:
    if entry := framework.by_key.get(key) or framework.groups_by_key.get(key):
        return entry
    # HIPAA: 164.308(a)(1) is cited for the one standard in it, 164.308(a)(1)(i).
    standards = [
        control
        for other, control in framework.by_key.items()
        if control.kind == "standard" and other[: len(key)] == key
    ]
    return standards[0] if len(standards) == 1 else None


def _resolve_range(framework: Framework, first: str, last: str, *, without_lead: bool) -> Resolution | None:
    start = _find_item(framework, first, without_lead=without_lead)
    last_key = id_key(last)
    start_key = id_key(start.id) if isinstance(start, Control) else None
    if not isinstance(start, Control) or start_key is None or last_key is None:
        return None
    if len(last_key) < len(start_key):  # A.5.19-23: the end says only what differs
        last_key = start_key[: -len(last_key)] + last_key
    end = framework.by_key.get(last_key)
    if end is None or len(last_key) != len(start_key):
        return None
    for control in (start, end):
        if control.withdrawn:
            return _control_resolution(control)
    order = list(framework.by_key)
    between = order[order.index(start_key) : order.index(last_key) + 1]
    ids = tuple(
        control.id for key in between if len(key) == len(start_key) and not (control := framework.by_key[key]).withdrawn
    )
    return Resolution(MatchKind.FOUND, ids) if ids else None


_MAX_LENGTH = 150
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
    if len(written) > _MAX_LENGTH:
        return ControlMatch(text, MatchKind.UNKNOWN, default)
    if home is not None and (found := resolve(home, written, without_lead=True)):
        return _match(text, catalogue, home, found, home)
    named, rest = read_citation(written, catalogue)
    if named:
        return _match_cited(text, rest, catalogue, named, home)
    if home is not None:
        return _match_home(text, rest, catalogue, home)
    return _match_any(text, rest, catalogue)


def _match_cited(
    text: str, rest: str, catalogue: Catalogue, named: tuple[str, ...], home: Framework | None
) -> ControlMatch:
    if home is not None and home.id in named and (found := resolve(home, rest, without_lead=True)):
        return _match(text, catalogue, home, found, home)
    older = [old for name in named for old in catalogue.predecessors.get(name, ()) if old not in named]
    for group in (named, older):
        matches = _resolutions(rest, catalogue, group, without_lead=True)
        if matches:
            return _match_single(text, catalogue, matches, home)
    nearest = _nearest_ids(rest, [catalogue.get(name) for name in named])
    return ControlMatch(text, MatchKind.UNKNOWN, named[0] if len(named) == 1 else None, nearest=nearest)


def _match_home(text: str, rest: str, catalogue: Catalogue, home: Framework) -> ControlMatch:
    if found := resolve(home, rest, without_lead=True):
        return _match(text, catalogue, home, found, home)
    older = _resolutions(rest, catalogue, catalogue.predecessors.get(home.id, ()), without_lead=True)
    if older:
        return _match_single(text, catalogue, older, home)
    elsewhere = _resolutions(rest, catalogue, _candidate_frameworks(rest, catalogue))
    return ControlMatch(
        text,
        MatchKind.UNKNOWN,
        home.id,
        choices=_choices(elsewhere),
        nearest=() if elsewhere else _nearest_ids(rest, [home]),
    )


def _match_any(text: str, rest: str, catalogue: Catalogue) -> ControlMatch:
    possible = _candidate_frameworks(rest, catalogue)
    if matches := _resolutions(rest, catalogue, possible):
        return _match_single(text, catalogue, matches, None)
    if rest[:1].isdigit():  # 5.18 alone could be the number of anything
        choices = _choices(_resolutions(rest, catalogue, catalogue.ids, without_lead=True))
        kind = MatchKind.AMBIGUOUS if len(choices) > 1 else MatchKind.UNKNOWN
        return ControlMatch(text, kind, choices=choices)
    nearest = _nearest_ids(rest, [catalogue.get(name) for name in possible])
    return ControlMatch(text, MatchKind.UNKNOWN, nearest=nearest)


def _candidate_frameworks(rest: str, catalogue: Catalogue) -> list[str]:
    """The frameworks that may have such an id: one of a thousand controls is not read for an id of another form."""

    def matches(head: FrameworkHead) -> bool:
        if not head.id_form or not head.group_form:
            return True
        is_form = re.match(head.id_form, rest, re.IGNORECASE) or re.fullmatch(head.group_form, rest, re.IGNORECASE)
        return bool(is_form) and not (head.needs_name and rest[:1].isdigit())

    return [head.id for head in catalogue.heads.values() if matches(head)]


def _resolutions(
    rest: str, catalogue: Catalogue, frameworks: tuple[str, ...] | list[str], *, without_lead: bool = False
) -> list[tuple[Framework, Resolution]]:
    read = map(catalogue.get, frameworks)
    found = ((framework, resolve(framework, rest, without_lead=without_lead)) for framework in read)
    return [(framework, resolution) for framework, resolution in found if resolution is not None]


def _choices(matches: list[tuple[Framework, Resolution]]) -> tuple[tuple[str, str], ...]:
    current_first = sorted(matches, key=lambda match: match[0].status != "current")
    return tuple((framework.id, found.ids[0]) for framework, found in current_first)


def _match_single(
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


def _nearest_ids(rest: str, frameworks: list[Framework]) -> tuple[str, ...]:
    ids = [control.id for framework in frameworks for control in framework.controls if not control.withdrawn]
    written = rest.upper() if not rest[:1].isdigit() else rest
    folded = {control_id.upper(): control_id for control_id in ids}
    return tuple(folded[near] for near in nearest(written, folded, n=3, cutoff=0.7))

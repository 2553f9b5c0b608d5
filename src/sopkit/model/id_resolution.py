"""Find what a written id, or a range of ids, means inside one framework."""

import re
from dataclasses import dataclass
from enum import StrEnum

from sopkit.model.frameworks import Control, Framework, Group
from sopkit.model.id_keys import IdKey, id_key

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
    entry = _entry(framework, written, without_lead=without_lead)
    if isinstance(entry, Group):
        return Resolution(MatchKind.GROUP, (entry.id,))
    if entry is not None:
        return _control(entry)
    if found := _RANGE.fullmatch(written):
        return _range(framework, found[1], found[2], without_lead=without_lead)
    return None


def _control(control: Control) -> Resolution:
    if control.withdrawn:
        return Resolution(MatchKind.WITHDRAWN, (control.id,), control.successors)
    return Resolution(MatchKind.FOUND, (control.id,))


def _entry(framework: Framework, written: str, *, without_lead: bool) -> Control | Group | None:
    if (control := framework.by_id.get(written)) is not None:
        return control
    # Between digits a hyphen makes a range and never joins the numbers of one id.
    if _INNER_HYPHEN.search(written) or (key := id_key(written)) is None:
        return None
    keys = [key]
    if without_lead and framework.lead is not None and isinstance(key[0], int):
        keys.append((framework.lead, *key))
    for candidate in keys:
        if (entry := _by_key(framework, candidate)) is not None:
            return entry
    if framework.paragraphs and (shorter := _PARAGRAPHS.sub("", written)) != written:
        return _entry(framework, shorter, without_lead=without_lead)
    return None


def _by_key(framework: Framework, key: IdKey) -> Control | Group | None:
    if (control := framework.by_key.get(key)) is not None:
        return control
    if (group := framework.groups_by_key.get(key)) is not None:
        return group
    # HIPAA: 164.308(a)(1) is cited for the one standard in it, 164.308(a)(1)(i).
    standards = [
        control
        for other, control in framework.by_key.items()
        if control.kind == "standard" and other[: len(key)] == key
    ]
    return standards[0] if len(standards) == 1 else None


def _range(framework: Framework, first: str, last: str, *, without_lead: bool) -> Resolution | None:
    start = _entry(framework, first, without_lead=without_lead)
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
            return _control(control)
    order = list(framework.by_key)
    between = order[order.index(start_key) : order.index(last_key) + 1]
    ids = tuple(
        control.id for key in between if len(key) == len(start_key) and not (control := framework.by_key[key]).withdrawn
    )
    return Resolution(MatchKind.FOUND, ids) if ids else None

"""Time limits, retention periods and RPO/RTO of SOPs and registers: where they are, and contradictions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sopkit.library import Library, sops_with
from sopkit.model.body import Limit, Step
from sopkit.model.durations import Duration
from sopkit.model.registers import Asset
from sopkit.model.sop import Sop
from sopkit.model.source import Loc

_TARGET_NAMES = re.compile(r"\b(RPO|RTO)\b")
_TARGET_TABLE = re.compile(rb"\|[^|\n]{0,80}\bR[PT]O\b")
_BRACKETS = re.compile(r"\s*\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class DocumentedLimit:
    """A length of time that an SOP, or the register of assets, names.

    `about` is the same for limits that may not differ.
    """

    about: tuple[str, ...]
    typed: str
    path: str
    said_in: str
    where: Loc | tuple[int, int] = ()

    @property
    def minutes(self) -> float:
        """How long it is."""
        return Duration(self.typed).minutes

    def is_as_long_as(self, other: "DocumentedLimit") -> bool:
        """Whether two lengths are one: `1 month` is also 30 days."""
        return abs(self.minutes - other.minutes) <= 0.02 * max(self.minutes, other.minutes)


def documented_limits(sop: Sop) -> Iterator[DocumentedLimit]:
    """The time limits of the front matter that say what starts them."""
    table = sop.front.values.get("time_limits")
    for name, entry in table.items() if isinstance(table, dict) else ():
        typed, starts = (entry.get("limit"), _normalize(entry.get("starts"))) if isinstance(entry, dict) else (None, "")
        if _names_a_step(sop, name.encode("utf-8", "replace")):
            continue
        if starts and isinstance(typed, str) and _is_duration(typed):
            loc = ("time_limits", name, "limit")
            yield DocumentedLimit(("time limit", f"`{name}`", starts), typed.strip(), sop.path, sop.name, loc)


def retentions(sop: Sop) -> Iterator[DocumentedLimit]:
    """How long the records of an SOP are kept, where that is a length of time."""
    rows = sop.front.values.get("records")
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        name, typed = (row.get("id"), row.get("retention")) if isinstance(row, dict) else (None, None)
        if isinstance(name, str) and isinstance(typed, str) and _is_duration(typed):
            about = ("retention of record", f"`{name}`", _normalize(row.get("name")))
            yield DocumentedLimit(about, typed.strip(), sop.path, sop.name, ("records", index, "retention"))


def register_targets(library: Library) -> Iterator[DocumentedLimit]:
    """RPO and RTO of the assets in use, as the register has them."""
    register = library.registers["assets"]
    for row in register.rows if register else ():
        if isinstance(row, Asset) and row.gone(library.as_of) is None:
            for target, length in (("RPO", row.rpo), ("RTO", row.rto)):
                if length is not None:
                    yield DocumentedLimit((target, f"of `{row.id}`"), str(length), register.path, register.path)


def table_targets(sop: Sop, library: Library) -> Iterator[DocumentedLimit]:
    """What the tables of an SOP with a column RPO or RTO say of assets, which their first column names."""
    for table in (block for block in sop.body.blocks if block.kind == "table" and block.children):
        head, *rows = table.children
        columns = {at: match[1] for at, cell in enumerate(head.children) if (match := _TARGET_NAMES.search(cell.text))}
        assets = _assets_by_title(library) if columns else {}
        for cells in (row.children for row in rows if columns and row.children):
            title = _normalize(cells[0].text)
            asset = assets.get(title) or assets.get(_BRACKETS.sub("", title), "")
            for at, target in columns.items():
                if asset and 0 < at < len(cells) and _is_duration(cells[at].text):
                    cell = cells[at]
                    place = (cell.inlines[0].start, cell.inlines[-1].end)
                    yield DocumentedLimit((target, f"of `{asset}`"), cell.text.strip(), sop.path, sop.name, place)


def _assets_by_title(library: Library) -> dict[str, str]:
    """The assets in use by id and title, and by a title without its brackets where only one has that."""
    rows = [row for row in library.registers["assets"].rows if isinstance(row, Asset)]
    bare: dict[str, set[str]] = {}
    for row in rows:
        bare.setdefault(_BRACKETS.sub("", _normalize(row.title)), set()).add(row.id)
    short = {title: next(iter(ids)) for title, ids in bare.items() if title and len(ids) == 1}
    return short | {_normalize(name): row.id for row in rows for name in (row.title, row.id) if name}


def _normalize(value: object) -> str:
    return " ".join(value.split()).casefold() if isinstance(value, str) else ""


def _is_duration(typed: str) -> bool:
    try:
        Duration(typed.strip())
    except ValueError:
        return False
    return True


# Scanning the bytes for values that may differ leaves few SOPs to parse: without it, the lint of one file in a library
# of 1,000 SOPs takes half as long again.
_CLOSING = re.compile(rb"^(?:---|\.\.\.)[ \t\r]*$", re.MULTILINE)
_NEXT_KEY = re.compile(rb"\n(?=[^\s#-])")
_LIMIT = re.compile(rb"[ \t{,]([\w.-]{1,80}):[ \t]*(?:\{[ \t]*limit:[ \t]*)?[\"']?((?:P|\d)\w{0,9}(?: \w{1,9})?)?")
_RECORD = re.compile(rb"\b(id|retention):[ \t]*[\"']?([^\s,}\"'][^\n,}\"']{0,80})")
_INNER_KEYS = frozenset({b"limit", b"starts", b"source"})
_OTHER_KEYS = frozenset({b"retention", b"every", b"refresh", b"pass_mark"})
"""Keys inside other keys whose values look like time limits."""


def _names_a_step(sop: Sop, name: bytes) -> bool:
    """Whether a time limit has the name of an anchor in the text of its SOP, so that it concerns no other SOP."""
    return b'id="%b"' % name in sop.source.data


def _sops_that_differ(sops: Iterable[Sop]) -> tuple[Sop, ...]:
    """The SOPs with a time limit or a record for which another SOP may have a different length of time."""
    found: dict[tuple[str, bytes], list[tuple[bytes, Sop]]] = {}
    for sop in sops:
        for about, value in (*_limit_pairs(sop), *_record_pairs(sop)):
            found.setdefault(about, []).append((value, sop))
    differing = (pairs for pairs in found.values() if len({value for value, _ in pairs}) > 1)
    return tuple({sop.path: sop for pairs in differing for _, sop in pairs}.values())


def _limit_pairs(sop: Sop) -> Iterator[tuple[tuple[str, bytes], bytes]]:
    if b"starts:" not in sop.source.data:
        return
    name = b""
    for match in _LIMIT.finditer(sop.source.data, *_block(sop, b"time_limits")):
        if match[1] not in _INNER_KEYS:
            name = match[1]
        if match[2] and name not in _OTHER_KEYS and not _names_a_step(sop, name):
            yield ("time limit", name), match[2]


def _record_pairs(sop: Sop) -> Iterator[tuple[tuple[str, bytes], bytes]]:
    name = b""
    for match in _RECORD.finditer(sop.source.data, *_block(sop, b"records")):
        if match[1] == b"id":
            name = match[2].strip()
        else:
            yield ("record", name), match[2].strip()


def _block(sop: Sop, key: bytes) -> tuple[int, int]:
    """The bytes of a key of the front matter; all of it where the key has another spelling."""
    data = sop.source.data
    closing = _CLOSING.search(data, 4)
    end = closing.start() if closing else 0
    start = data.find(b"\n%b:" % key, 0, end)
    following = _NEXT_KEY.search(data, start + 1, end) if start >= 0 else None
    return max(start, 0), following.start() if following else end


_STATUS_ORDER = ("active", "trial", "draft")


@lru_cache(maxsize=4)
def contradictions(library: Library) -> dict[str, tuple[tuple[DocumentedLimit, DocumentedLimit], ...]]:
    """Path to the limits of an SOP that differ from another's, with that one.

    The one that holds is that of the register, else of an active SOP, else that of the first path.
    """
    first: dict[tuple[str, ...], DocumentedLimit] = {}
    found: dict[str, list[tuple[DocumentedLimit, DocumentedLimit]]] = {}
    for limit in (*register_targets(library), *_sop_limits(library)):
        other = first.setdefault(limit.about, limit)
        if limit.path != other.path and not limit.is_as_long_as(other):
            found.setdefault(limit.path, []).append((limit, other))
    return {path: tuple(pairs) for path, pairs in found.items()}


def _sop_limits(library: Library) -> Iterator[DocumentedLimit]:
    def rank(sop: Sop) -> tuple[int, str]:
        return _STATUS_ORDER.index(sop.status), sop.path

    differing = _sops_that_differ(sops_with(library, "time_limits", "records"))
    for sop in sorted((sop for sop in differing if sop.status in _STATUS_ORDER), key=rank):
        yield from documented_limits(sop)
        yield from retentions(sop)
    aiming = (
        [sop for sop in library.sops if _TARGET_TABLE.search(sop.source.data)] if library.registers["assets"] else []
    )
    for sop in sorted((sop for sop in aiming if sop.status in _STATUS_ORDER), key=rank):
        targets = tuple(table_targets(sop, library))
        sop.forget_body()
        yield from targets


_WORD = re.compile(r"[^\W_]{3,}")
_STOP_WORDS = frozenset({"the", "and", "for", "within"})


class LimitMention(NamedTuple):
    """A "within 4 hours" of a step, and the ids of the time limits that it says; none where it is not listed."""

    step: Step
    limit: Limit
    ids: tuple[str, ...]


def limit_mentions(sop: Sop) -> Iterator[LimitMention]:
    """The time limits in steps, each joined to those of `time_limits` with its length.

    Of several with that length it is the one named as the anchor of the step, else those whose id and `starts` have
    most words in common with the line.
    """
    listed = minutes_by_limit(sop)
    for step in sop.body.steps:
        for limit in step.limits:
            alike = tuple(name for name, minutes in listed.items() if _is_length_of(minutes, limit))
            yield LimitMention(step, limit, _best_matches(alike, step, limit, sop) if alike[1:] else alike)


def minutes_by_limit(sop: Sop) -> Mapping[str, int]:
    """The time limits of the front matter in whole minutes, by id; what is no length of time is left out."""
    limits = sop.front.values.get("time_limits")
    found = {}
    for name, entry in limits.items() if isinstance(limits, dict) else ():
        typed = entry.get("limit") if isinstance(entry, dict) else entry
        try:
            found[str(name)] = round(Duration(str(typed).strip()).minutes)
        except ValueError:
            continue
    return found


_MOST_FREE_DAYS = 4  # in a row between working days: a weekend and two holidays


def _is_length_of(minutes: int, limit: Limit) -> bool:
    """Whether a length in minutes is that of a limit; of one in working time, whether it can be the longest."""
    if not limit.working:
        return minutes == round(limit.minutes)
    weeks = limit.minutes // (5 * 1440) + 1
    return limit.minutes < minutes <= limit.minutes + weeks * _MOST_FREE_DAYS * 1440


def _best_matches(names: tuple[str, ...], step: Step, limit: Limit, sop: Sop) -> tuple[str, ...]:
    if step.anchor in names:
        return (step.anchor,)
    line = _words(f"{step.anchor} {sop.source.line_text(sop.source.line_of(limit.start))}")
    limits = sop.front.values.get("time_limits")
    entries = {name: limits.get(name) if isinstance(limits, dict) else None for name in names}
    starts = {name: str(entry.get("starts", "")) if isinstance(entry, dict) else "" for name, entry in entries.items()}
    common = {name: len(_words(f"{name} {starts[name]}") & line) for name in names}
    return tuple(name for name in names if common[name] == max(common.values()))


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)} - _STOP_WORDS

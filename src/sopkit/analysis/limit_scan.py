"""Scan the bytes of SOPs for time limits and retention periods that may differ, so that few SOPs are parsed."""

import re
from collections.abc import Callable, Iterable, Iterator

from sopkit.model.sop import Sop

_CLOSING = re.compile(rb"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_NEXT = re.compile(rb"\n(?=[^\s#-]|---)")
_LIMIT = re.compile(rb"[ \t{,]([\w.-]{1,80}):[ \t]*(?:\{[ \t]*limit:[ \t]*)?[\"']?((?:P|\d)\w{0,9}(?: \w{1,9})?)?")
_RECORD = re.compile(rb"\b(id|retention):[ \t]*[\"']?([^\s,}\"'][^\n,}\"']{0,80})")
_INNER_KEYS = frozenset({b"limit", b"starts", b"source"})
_OTHER_KEYS = frozenset({b"retention", b"every", b"refresh", b"pass_mark"})
"""Keys inside other keys whose values look like time limits."""
_Pair = tuple[bytes, bytes]


def limit_pairs(sop: Sop) -> Iterator[_Pair]:
    """What may be a time limit in the front matter: its id, and its value as typed."""
    name = b""
    for match in _LIMIT.finditer(sop.source.data, *_block(sop, b"time_limits")):
        if match[1] not in _INNER_KEYS:
            name = match[1]
        if match[2] and name not in _OTHER_KEYS and not names_a_step(sop, name):
            yield name, match[2]


def names_a_step(sop: Sop, name: bytes) -> bool:
    """Whether a time limit is called after an anchor of the SOP's own text, which says nothing to other SOPs."""
    return b'id="%b"' % name in sop.source.data


def record_pairs(sop: Sop) -> Iterator[_Pair]:
    """What may be a record in the front matter: its id, and its retention as typed."""
    name = b""
    for match in _RECORD.finditer(sop.source.data, *_block(sop, b"records")):
        if match[1] == b"id":
            name = match[2].strip()
        else:
            yield name, match[2].strip()


def sops_that_differ(sops: Iterable[Sop], glance: Callable[[Sop], Iterator[_Pair]]) -> tuple[Sop, ...]:
    """The SOPs that say something of an id of which another says something else."""
    values: dict[bytes, set[bytes]] = {}
    seen: dict[bytes, list[Sop]] = {}
    for sop in sops:
        for name, value in glance(sop):
            values.setdefault(name, set()).add(value)
            seen.setdefault(name, []).append(sop)
    found = {sop.path: sop for name, said in values.items() if len(said) > 1 for sop in seen[name]}
    return tuple(found.values())


def _block(sop: Sop, key: bytes) -> tuple[int, int]:
    """The bytes of a key of the front matter; all of it where the key has another spelling."""
    data = sop.source.data
    start = data.find(b"\n%b:" % key)
    if start >= 0:
        end = _NEXT.search(data, start + 1)
        return start, end.start() if end else len(data)
    closing = _CLOSING.search(data, 4)
    return 0, closing.start() if closing else 0

"""Scan the bytes of SOPs for time limits and retention periods that may differ, so that few SOPs are parsed.

Without it, the lint of one file in a library of 1,000 SOPs takes half as long again.
"""

import re
from collections.abc import Iterable, Iterator

from sopkit.model.sop import Sop

_CLOSING = re.compile(rb"^(?:---|\.\.\.)[ \t\r]*$", re.MULTILINE)
_NEXT_KEY = re.compile(rb"\n(?=[^\s#-])")
_LIMIT = re.compile(rb"[ \t{,]([\w.-]{1,80}):[ \t]*(?:\{[ \t]*limit:[ \t]*)?[\"']?((?:P|\d)\w{0,9}(?: \w{1,9})?)?")
_RECORD = re.compile(rb"\b(id|retention):[ \t]*[\"']?([^\s,}\"'][^\n,}\"']{0,80})")
_INNER_KEYS = frozenset({b"limit", b"starts", b"source"})
_OTHER_KEYS = frozenset({b"retention", b"every", b"refresh", b"pass_mark"})
"""Keys inside other keys whose values look like time limits."""


def names_a_step(sop: Sop, name: bytes) -> bool:
    """Whether a time limit has the name of an anchor in the text of its SOP, so that it concerns no other SOP."""
    return b'id="%b"' % name in sop.source.data


def sops_that_differ(sops: Iterable[Sop]) -> tuple[Sop, ...]:
    """The SOPs with a time limit or a record for which another SOP may have a different length of time."""
    values: dict[tuple[str, bytes], set[bytes]] = {}
    seen: dict[tuple[str, bytes], list[Sop]] = {}
    for sop in sops:
        for about, value in (*_limit_pairs(sop), *_record_pairs(sop)):
            values.setdefault(about, set()).add(value)
            seen.setdefault(about, []).append(sop)
    found = {sop.path: sop for about, each in values.items() if len(each) > 1 for sop in seen[about]}
    return tuple(found.values())


def _limit_pairs(sop: Sop) -> Iterator[tuple[tuple[str, bytes], bytes]]:
    if b"starts:" not in sop.source.data:
        return
    name = b""
    for match in _LIMIT.finditer(sop.source.data, *_block(sop, b"time_limits")):
        if match[1] not in _INNER_KEYS:
            name = match[1]
        if match[2] and name not in _OTHER_KEYS and not names_a_step(sop, name):
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

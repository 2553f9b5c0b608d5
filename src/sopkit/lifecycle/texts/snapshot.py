"""What the life cycle needs to know of one text of an SOP, read from its bytes."""

import re
from functools import cached_property
from hashlib import sha256
from itertools import accumulate
from typing import NamedTuple

from sopkit.lifecycle.texts.bodies import Bodies
from sopkit.lifecycle.texts.front_edit import one_value
from sopkit.model.clearance import least_clearance
from sopkit.model.config import Config
from sopkit.model.source import Place, Source
from sopkit.text.digest import CANONICALISER, canonical_front, immaterial
from sopkit.text.frontmatter import read_front_matter
from sopkit.text.parse import unreadable

_NOWHERE = Place(1, 1, 1, 1, 0, 0)
HEAD = re.compile(rb"---[ \t]*\n(?=\w)(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
"""Front matter between its two lines, when it is not empty: what stands below does not change how it is read."""


class Snapshot(NamedTuple):
    """One text; keys of the front matter as typed, with the library's aliases and defaults."""

    digest: str
    readable: bool
    id: str = ""
    title: str = ""
    area: str = ""
    owner: str = ""
    status: str = ""
    version: str = ""
    criticality: str = ""
    review_every: str = ""
    effective: str = ""
    approvers: str = ""  # one on a line
    watches: str = ""  # one on a line
    reviewed: str = ""  # the claimed day of the last review
    next: str = ""  # the claimed day of the next one
    clearance: str = ""  # the least that a reader needs to see it; empty where that cannot be told


class _Unplaced(Source):
    """Bytes of which nobody asks where they stand: working out places takes longer than reading."""

    @cached_property
    def line_starts(self) -> list[int]:
        starts = [0, *accumulate(map(len, self.data.splitlines(keepends=True)))]
        if len(starts) > 1 and not self.data.endswith((b"\n", b"\r")):
            starts.pop()
        return starts

    def place(self, start: int, end: int | None = None) -> Place:
        del start, end
        return _NOWHERE


class SnapshotReader:
    """Reads texts under one configuration; fastest when the versions of one file come one after another.

    An edit leaves the front matter or the body as it was more often than not, so the last of each is kept.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._skipped = immaterial(config)
        self._claims = config.front_matter.claims
        self._light = _light(config)
        self._head: bytes | None = None
        self._front: tuple[Snapshot, bytes, int] | None = None
        self._bodies = Bodies()
        self._body: bytes | None = None
        self._canonical = b""

    def read(self, data: bytes) -> Snapshot:
        """The snapshot of a text; nothing but a `raw1` digest where its front matter cannot be read."""
        front = None if unreadable(_Unplaced(data), "") else self._read_front(data)
        if front is None:
            return Snapshot(f"raw1:{sha256(data).hexdigest()}", readable=False)
        snapshot, canonical, body_start = front
        body = data[body_start:]
        if body != self._body:
            self._body, self._canonical = body, self._bodies.canonical(body.decode("utf-8", "replace"))
        digest = sha256(canonical + self._canonical).hexdigest()
        return snapshot._replace(digest=f"{CANONICALISER}:{digest}")

    def id_of(self, data: bytes) -> str:
        """The id of the SOP that a text is of, as its snapshot has it."""
        front = None if unreadable(_Unplaced(data), "") else self._read_front(data)
        return front[0].id if front else ""

    def halves(self, data: bytes) -> tuple[dict[str, object], str]:
        """The keys of the front matter that count for the digest, as typed, and the body."""
        reading = read_front_matter(_Unplaced(data), "", self.config)
        typed = {key: value for key, value in reading.front.typed.items() if key not in self._skipped}
        return typed, data[reading.body_start :].decode("utf-8", "replace")

    def _read_front(self, data: bytes) -> tuple[Snapshot, bytes, int] | None:
        """A snapshot without its digest, the canonical front matter, and where the body begins."""
        match = HEAD.match(data)
        if match is None or b"\r" in match[0]:
            return self._front_of(data)
        if match[0] != self._head:
            edited = self._edited(match[0])
            self._head, self._front = match[0], edited or self._front_of(match[0])
        return self._front

    def _edited(self, head: bytes) -> tuple[Snapshot, bytes, int] | None:
        """The last front matter with one value changed that does not count for the digest; None for any other."""
        if self._head is None or self._front is None:
            return None
        edit = one_value(self._head, head)
        if edit is None or edit[0] not in self._light or _secret(edit[0], self._head, head):
            return None
        snapshot, canonical, _ = self._front
        field = self._light[edit[0]]
        if field:
            snapshot = snapshot._replace(**{field: edit[1].strip()})  # type: ignore[arg-type]  # no light key fills `readable`
        return snapshot, canonical, len(head)

    def _front_of(self, data: bytes) -> tuple[Snapshot, bytes, int] | None:
        reading = read_front_matter(_Unplaced(data), "", self.config)
        if not reading.body_known or not reading.front.readable:
            return None
        values, typed = reading.front.values, reading.front.typed
        every = values.get("review_every") or typed.get(self._claims.get("every", ""))
        snapshot = Snapshot(
            digest="",
            readable=True,
            id=_text(values.get("id")),
            title=_text(values.get("title")),
            area=_text(values.get("area")),
            owner=_text(values.get("owner")),
            status=_text(values.get("status")),
            version=_text(values.get("version")),
            criticality=_text(values.get("criticality")),
            review_every=_text(every),
            effective=_text(values.get("effective")),
            approvers=_lines(values.get("approvers")),
            watches=_lines(values.get("watches")),
            reviewed=_text(typed.get(self._claims.get("reviewed", ""))),
            next=_text(typed.get(self._claims.get("next", ""))),
            clearance=str(least_clearance(reading.front, reading.findings, self.config) or ""),
        )
        material = {key: value for key, value in typed.items() if key not in self._skipped}
        return snapshot, canonical_front(material), reading.body_start


def _secret(key: str, *heads: bytes) -> bool:
    """Whether a key has, or had, the name of a classification for its value: that may hide the whole text."""
    named = re.compile(rb"(?im)^%b: *[\"']? *(?:internal|confidential|restricted)\b" % key.encode())
    return any(named.search(head) for head in heads)


def _light(config: Config) -> dict[str, str]:
    """Keys that do not count for the digest, each with the field of a snapshot that it alone fills, if any."""
    aliases, claims = config.front_matter.aliases, config.front_matter.claims
    ours = set(Snapshot._fields) - {"reviewed", "next", "clearance"}
    claimed = {claims[name]: name for name in ("reviewed", "next") if name in claims}
    found: dict[str, str] = {}
    for key in immaterial(config):
        read = aliases.get(key, key) in ours
        if key in claimed and not read and key != claims.get("every"):
            found[key] = claimed[key]
        elif key in {"version", "status"} and key not in aliases and key not in aliases.values():
            found[key] = key
        elif not read and key not in claims.values():
            found[key] = ""
    return found


def _text(value: object) -> str:
    """A value as one text; of a list or mapping, how Python writes it: it cannot be what was meant."""
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else str(value)


def _lines(value: object) -> str:
    """The items of a list, one on a line; a single text is a list of one."""
    items = value if isinstance(value, list) else [value]
    return "\n".join(" ".join(_text(item).split()) for item in items if item)

"""What the life cycle needs to know of one text of an SOP, read from its bytes."""

import re
from functools import cached_property
from hashlib import sha256
from itertools import accumulate
from typing import NamedTuple

from sopkit.lifecycle.attachments import read_targets
from sopkit.model.clearance import required_clearance
from sopkit.model.config import Config
from sopkit.model.source import Place, Source
from sopkit.parsing.digest import CANONICALISER, canonical_body, canonical_front, immaterial_keys
from sopkit.parsing.sop import read_front_matter, unreadable_finding

_VALUE = rb"(?:\"[^\"\\\n]*\"|'[^'\n]*'|[A-Za-z0-9](?:[A-Za-z0-9 .,/()_+@~=;-]|:(?=[^ \n]))*)"
_LIST = rb"\[(?:[A-Za-z0-9][A-Za-z0-9._-]*(?:, [A-Za-z0-9][A-Za-z0-9._-]*)*)?\]"
_KEY = rb"[A-Za-z_][A-Za-z0-9_-]*:"
# Nothing here can go on over the end of its line but plain text, and that only on an indented line. So each line
# at the margin is an entry of its own, whatever stands around it. Other letters than ASCII may end a line in YAML.
_PLAIN_FRONT = re.compile(
    rb"---\n(?:%(key)s(?: (?:%(value)s|%(list)s))?\n"
    rb"|(?: +(?:- )*|(?:- )+)(?:%(key)s(?: (?:%(value)s|%(list)s))?|%(value)s|%(list)s)\n)+---\n?"
    % {b"key": _KEY, b"value": _VALUE, b"list": _LIST}
)
_ENTRY = re.compile(rb"(%s) (%s)" % (_KEY, _VALUE))
_NULLS = frozenset({b"null", b"Null", b"NULL"})


def find_changed_value(before: bytes, after: bytes) -> tuple[str, str] | None:
    """The key and the new text when two plain front matters differ in the one-line value of a single key.

    The first must be readable; each begins and ends with its line `---`. None where that is not sure.
    """
    old, new = before.split(b"\n"), after.split(b"\n")
    if len(old) != len(new):
        return None
    changed = [at for at, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    if len(changed) != 1:
        return None
    at = changed[0]
    was, now = _ENTRY.fullmatch(old[at]), _ENTRY.fullmatch(new[at])
    if was is None or now is None or was[1] != now[1] or now[2].rstrip() in _NULLS:
        return None
    follower = new[at + 1]
    if follower.startswith(b" ") or (follower.startswith(b"-") and follower != b"---"):
        return None
    if before.count(b"\n" + was[1]) != 1 or _PLAIN_FRONT.fullmatch(before) is None:
        return None
    value = now[2][1:-1] if now[2][:1] in {b'"', b"'"} else now[2].rstrip()
    try:
        return now[1][:-1].decode("ascii"), value.decode("ascii")
    except UnicodeDecodeError:
        return None


_EMPTY_BODY = canonical_body("")
# A heading at the margin after a blank line ends whatever stood above it, and nothing above changes how what
# follows is read; not so behind the beginning of a code fence, or of HTML that a blank line does not end.
_HEADING = re.compile(r"\n[ \t]*\n(?=#{1,6}[ \t])")
_FENCES = ("```", "~~~")
_HTML = re.compile(r"<(?:[!?]|(?i:script|pre|style|textarea))")
_COMMENT = "<!--"  # whether it counts depends on all HTML above it
_DEFINITION = "]:"  # of a link or a footnote: counts in the whole text


class BodyCanonicaliser:
    """Canonical forms of one body after another; those of the parts of the last one are kept."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def canonical(self, body: str) -> bytes:
        """The same bytes as `canonical_body`."""
        known, self._known = self._known, {}
        found = []
        for part in split_body(body):
            canonical = known.get(part)
            if canonical is None:
                canonical = canonical_body(part).removeprefix(_EMPTY_BODY)
            self._known[part] = canonical
            found.append(canonical)
        return _EMPTY_BODY + b"".join(found)


def split_body(body: str) -> list[str]:
    """The body in pieces that can be read one by one: from heading to heading where that is sure."""
    if _DEFINITION in body:
        return [body]
    ends = [body.find(fence) for fence in _FENCES]
    html = _HTML.search(body)
    ends.append(html.start() if html else -1)
    if _COMMENT in body:
        ends.append(body.index("<"))
    last = min((end for end in ends if end >= 0), default=len(body))
    found, start = [], 0
    for match in _HEADING.finditer(body, 0, last):
        found.append(body[start : match.end()])
        start = match.end()
    return [*found, body[start:]]


_NOWHERE = Place(1, 1, 1, 1, 0, 0)
FRONT_MATTER_BLOCK = re.compile(rb"---[ \t]*\n(?=\w)(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
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
    body: str = ""  # hash of what stands below the front matter; empty when there is nothing
    targets: str = ""  # relative targets of its links and pictures, one on a line
    audience: str = ""  # one on a line


class _UnplacedSource(Source):
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
        self._skipped = immaterial_keys(config)
        self._claims = config.front_matter.claims
        self._light = _uncounted_keys(config)
        self._head: bytes | None = None
        self._front: tuple[Snapshot, bytes, int] | None = None
        self._bodies = BodyCanonicaliser()
        self._body: bytes | None = None
        self._canonical, self._targets = b"", ""

    def read(self, data: bytes) -> Snapshot:
        """The snapshot of a text; nothing but a `raw1` digest where its front matter cannot be read."""
        front = None if unreadable_finding(_UnplacedSource(data), "") else self._read_front(data)
        if front is None:
            return Snapshot(f"raw1:{sha256(data).hexdigest()}", readable=False)
        snapshot, canonical, body_start = front
        body = data[body_start:]
        if body != self._body:
            self._body, self._canonical = body, self._bodies.canonical(body.decode("utf-8", "replace"))
            self._targets = read_targets(self._canonical)
        digest = sha256(canonical + self._canonical).hexdigest()
        content = sha256(self._canonical).hexdigest() if self._canonical != _EMPTY_BODY else ""
        return snapshot._replace(digest=f"{CANONICALISER}:{digest}", body=content, targets=self._targets)

    def id_of(self, data: bytes) -> str:
        """The id of the SOP that a text is of, as its snapshot has it."""
        front = None if unreadable_finding(_UnplacedSource(data), "") else self._read_front(data)
        return front[0].id if front else ""

    def halves(self, data: bytes) -> tuple[dict[str, object], str]:
        """The keys of the front matter that count for the digest, as typed, and the body."""
        reading = read_front_matter(_UnplacedSource(data), "", self.config)
        typed = {key: value for key, value in reading.front.typed.items() if key not in self._skipped}
        return typed, data[reading.body_start :].decode("utf-8", "replace")

    def _read_front(self, data: bytes) -> tuple[Snapshot, bytes, int] | None:
        """A snapshot without its digest, the canonical front matter, and where the body begins."""
        match = FRONT_MATTER_BLOCK.match(data)
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
        edit = find_changed_value(self._head, head)
        if edit is None or edit[0] not in self._light or _is_secret(edit[0], self._head, head):
            return None
        snapshot, canonical, _ = self._front
        field = self._light[edit[0]]
        if field:
            snapshot = snapshot._replace(**{field: edit[1].strip()})  # type: ignore[arg-type]  # no light key fills `readable`
        return snapshot, canonical, len(head)

    def _front_of(self, data: bytes) -> tuple[Snapshot, bytes, int] | None:
        reading = read_front_matter(_UnplacedSource(data), "", self.config)
        if not reading.body_known or not reading.front.readable:
            return None
        values, typed = reading.front.values, reading.front.typed
        every = values.get("review_every") or typed.get(self._claims.get("every", ""))
        snapshot = Snapshot(
            digest="",
            readable=True,
            id=_value_text(values.get("id")),
            title=_value_text(values.get("title")),
            area=_value_text(values.get("area")),
            owner=_value_text(values.get("owner")),
            status=_value_text(values.get("status")),
            version=_value_text(values.get("version")),
            criticality=_value_text(values.get("criticality")),
            review_every=_value_text(every),
            effective=_value_text(values.get("effective")),
            approvers=_value_lines(values.get("approvers")),
            watches=_value_lines(values.get("watches")),
            audience=_value_lines(values.get("audience")),
            reviewed=_value_text(typed.get(self._claims.get("reviewed", ""))),
            next=_value_text(typed.get(self._claims.get("next", ""))),
            clearance=str(required_clearance(reading.front, reading.findings, self.config) or ""),
        )
        material = {key: value for key, value in typed.items() if key not in self._skipped}
        return snapshot, canonical_front(material), reading.body_start


def _is_secret(key: str, *heads: bytes) -> bool:
    """Whether a key has, or had, the name of a classification for its value: that may hide the whole text."""
    named = re.compile(rb"(?im)^%b: *[\"']? *(?:internal|confidential|restricted)\b" % key.encode())
    return any(named.search(head) for head in heads)


def _uncounted_keys(config: Config) -> dict[str, str]:
    """Keys that do not count for the digest, each with the field of a snapshot that it alone fills, if any."""
    aliases, claims = config.front_matter.aliases, config.front_matter.claims
    ours = set(Snapshot._fields) - {"reviewed", "next", "clearance", "body", "targets"}
    claimed = {claims[name]: name for name in ("reviewed", "next") if name in claims}
    found: dict[str, str] = {}
    for key in immaterial_keys(config):
        read = aliases.get(key, key) in ours
        if key in claimed and not read and key != claims.get("every"):
            found[key] = claimed[key]
        elif key in {"version", "status"} and key not in aliases and key not in aliases.values():
            found[key] = key
        elif not read and key not in claims.values():
            found[key] = ""
    return found


def _value_text(value: object) -> str:
    """A value as one text; of a list or mapping, how Python writes it: it cannot be what was meant."""
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else str(value)


def _value_lines(value: object) -> str:
    """The items of a list, one on a line; a single text is a list of one."""
    items = value if isinstance(value, list) else [value]
    return "\n".join(" ".join(_value_text(item).split()) for item in items if item)

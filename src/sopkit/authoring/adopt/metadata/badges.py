"""Metadata in badges of shields.io: `https://img.shields.io/badge/Owner-CEO-blue`."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from sopkit.authoring.adopt.metadata.labels import is_label
from sopkit.authoring.adopt.metadata.offsets import Offsets
from sopkit.authoring.adopt.metadata.told import Told
from sopkit.authoring.adopt.metadata.values import plain
from sopkit.model.body import Block
from sopkit.model.sop import Sop

_SITE = r"https?://(?:img\.shields\.io|(?:flat\.)?badgen\.net)/"
_BADGE = re.compile(
    rf"!\[(?P<alt>[^\]]{{0,200}})\]\((?P<link>{_SITE}[^)\s]{{1,500}})[^)]{{0,200}}\)"
    rf"|<img\b[^>]{{0,300}}?\bsrc=[\"'](?P<src>{_SITE}[^\"']{{1,500}})[\"'][^>]{{0,300}}>",
    re.IGNORECASE,
)
_ALT = re.compile(r"\balt=[\"']([^\"']*)[\"']", re.IGNORECASE)


def told_in_badges(sop: Sop, block: Block, aliases: Mapping[str, str]) -> Iterator[Told]:
    """What the badges of a block tell, by the words in their addresses or else their alternative text."""
    at = Offsets(sop, block)
    for match in _BADGE.finditer(at.text):
        words = _words(match["link"] or match["src"])
        if words is None:
            continue
        alt = match["alt"] or (found[1] if (found := _ALT.search(match[0])) else "")
        label = next((one for one in (words[0], plain(alt)) if is_label(one, aliases)), None)
        if label is None:
            continue
        start, end = at.of(match.start()), at.of(match.end())
        yield Told(label, words[1], start, end, f"badge `{label}` of line {sop.source.line_of(start)}")


def _words(address: str) -> tuple[str, str] | None:
    """The label and the message of a badge, or None when its address holds none."""
    parts = urlsplit(address.replace("&amp;", "&"))
    query = parse_qs(parts.query)
    if "message" in query:
        return query.get("label", [""])[0], query["message"][0]
    kind, _, rest = parts.path.strip("/").partition("/")
    if kind != "badge":
        return None
    if "/" in rest:  # badgen: /badge/label/message/colour
        pieces = [unquote(piece) for piece in rest.split("/")]
        return (pieces[0], pieces[1]) if len(pieces) > 1 else None
    pieces = [_unescaped(piece) for piece in re.split(r"(?<!-)-(?!-)", rest)]
    return (pieces[0], "-".join(pieces[1:-1])) if len(pieces) > 2 else None  # noqa: PLR2004 - with a colour


def _unescaped(piece: str) -> str:
    """`--` is a dash, `__` an underscore, `_` a space."""
    return re.sub(r"(?<!_)_(?!_)", " ", unquote(piece).replace("--", "-")).replace("__", "_").strip()

"""The digest of an SOP and the canonical form that it is computed from; docs/digest.md specifies them."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from unicodedata import is_normalized, normalize

import pyromark

from sopkit.model.config import Basis, Config
from sopkit.model.sop import Sop
from sopkit.parsing.markdown import OPTIONS

_HTML_TAG = (
    r"</[A-Za-z][A-Za-z0-9-]*\s*>"
    r"|<[A-Za-z][A-Za-z0-9-]*"
    r"(?:\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?)*\s*/?>"
)
# A comment ends where browsers end it. What is neither a comment nor a plain tag is taken to the end, so that
# a comment inside a quote that is never closed cannot make text vanish that a browser shows.
_PIECE = re.compile(rf"(?P<comment><!--(?:-?>|.*?--!?>))|{_HTML_TAG}|(?P<unclear><.*)", re.DOTALL | re.ASCII)
_RAW_TEXT = re.compile(
    r"<(?:textarea|title|style|script|xmp|iframe|noembed|noframes|noscript|plaintext)\b", re.IGNORECASE
)
_PREFORMATTED = re.compile(r"<(?:pre|textarea|style|script)\b", re.IGNORECASE)
"""Blanks in such a block of HTML are shown as they are."""


class _CommentStripper:
    """Takes the comments out of the HTML of one document, piece by piece in reading order."""

    def __init__(self, body: str) -> None:
        self._certain = "<!--" in body

    def without(self, html: str) -> str:
        """Give the piece with a space for each comment; as it is once a comment may be text that is shown."""
        if self._certain and _RAW_TEXT.search(html) is not None:
            self._certain = False
        return _PIECE.sub(self._keep, html) if self._certain else html

    def _keep(self, match: re.Match[str]) -> str:
        if match["comment"] is not None:
            return " "
        if match["unclear"] is not None:
            self._certain = False
        return match[0]


# The pieces are joined once and turned into bytes once. Lone surrogates cannot come from UTF-8 and stand for
# bytes that UTF-8 cannot hold: FE and FD enclose a mark between blocks, FF begins one inside a block, and F8
# to FC are the blanks of code. The error handler `surrogateescape` makes them bytes without calling Python.
_INLINE = "\udcff"
_BLANK_MARKS = ((" ", "\udcf8"), ("\n", "\udcf9"), ("\t", "\udcfa"), ("\v", "\udcfb"), ("\f", "\udcfc"))
_TO_SPACE = bytes.maketrans(b"\n\t\v\f\r", b"     ")


def _block(mark: str) -> str:
    return f"\udcfe{mark}\udcfd"


_START_MARK, _PARAGRAPH, _ITEM, _RULE = (_block(letter) for letter in "^pib")
_TABLE, _CODE_END, _HTML, _HTML_END = (_block(letter) for letter in "tKxX")
_NAME_END = _block(".")
_CODE, _FOOTNOTE = "\udcfek", "\udcfef"
_LIST = {False: _block("u"), True: _block("o")}
_LIST_END = {False: _block("U"), True: _block("O")}
_QUOTE = {kind: _block(f"q{kind or ''}") for kind in (None, "Note", "Tip", "Important", "Warning", "Caution")}
_HEADING_END = {f"H{level}": _block(str(level)) for level in range(1, 7)}
_QUOTE_END = _block("Q")
_TASK = {False: _block("n"), True: _block("y")}
_VERBATIM, _TAG, _TITLE, _CONTENT, _END = (f"{_INLINE}{letter}" for letter in "cmtb.")
_STARTS = {
    "Paragraph": "", "TableHead": "", "TableRow": "", "TableCell": "", "Item": "",
    "Emphasis": f"{_INLINE}e", "Strong": f"{_INLINE}s", "Strikethrough": f"{_INLINE}z",
    "Link": f"{_INLINE}l", "Image": f"{_INLINE}g",
}  # fmt: skip
_ENDS = {
    "Paragraph": _PARAGRAPH, "TableCell": _block("d"), "TableRow": _block("r"), "TableHead": _block("h"),
    "Table": _block("T"), "FootnoteDefinition": _block("F"),
    "Emphasis": f"{_INLINE}E", "Strong": f"{_INLINE}S", "Strikethrough": f"{_INLINE}Z",
    "Link": f"{_INLINE}L", "Image": f"{_INLINE}G",
}  # fmt: skip
_ENDS_OF: dict[str, dict[Any, str]] = {
    "List": _LIST_END,
    "Heading": _HEADING_END,
    "BlockQuote": dict.fromkeys(_QUOTE, _QUOTE_END),
}
_BETWEEN_BLOCKS = frozenset({
    _START_MARK, _ITEM, _RULE, _TABLE, _CODE_END, _HTML_END, _NAME_END, _QUOTE_END, *_LIST.values(),
    *_LIST_END.values(), *_QUOTE.values(), *_HEADING_END.values(),
    *(mark for mark in _ENDS.values() if mark.endswith("\udcfd")),
})  # fmt: skip


def canonical_body(body: str) -> bytes:
    """Give the canonical bytes of a Markdown text: the same for texts that differ only in their layout."""
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    pieces = _pieces(body)
    text = "".join(pieces)
    if not (body.isascii() and "&" not in body) and not is_normalized("NFC", text):
        text = "".join(piece if piece.startswith(_VERBATIM) else normalize("NFC", piece) for piece in pieces)
    data = text.encode("utf-8", "surrogateescape").translate(_TO_SPACE)
    while len(folded := data.replace(b"  ", b" ")) < len(data):
        data = folded
    return data.replace(b" \xfe", b"\xfe").replace(b"\xfd ", b"\xfd")


def _pieces(body: str) -> list[str]:  # noqa: C901, PLR0912 - one flat loop over events; a call for each would cost as much as the parser
    out = [_START_MARK]
    add = out.append
    comments = _CommentStripper(body)
    events = iter(pyromark.events(body, options=OPTIONS))
    event: Any
    for event in events:
        if event.__class__ is str:
            if event == "Rule":
                _end_tight(out)
                add(_RULE)
            else:
                add(" ")
            continue
        kind, value = event.popitem()  # an event is a dict of its own, and this is the fastest look into it
        if kind == "Text":
            add(value)
        elif kind == "End":
            if value.__class__ is not str:
                name, detail = value.popitem()
                add(_ENDS_OF[name][detail])
            elif value == "Item":
                _end_tight(out)
                add(_ITEM)
            else:
                add(_ENDS[value])
        elif kind == "Start":
            if value.__class__ is not str:
                name, detail = value.popitem()
                _start(out, name, detail, events)
            elif value == "HtmlBlock":
                _html(out, events, comments)
            elif mark := _STARTS[value]:
                add(mark)
        elif kind == "Code":
            add(_verbatim(value))
        elif kind == "InlineHtml":
            html = comments.without(value)
            add(" " if html == " " else f"{_TAG}{html}{_END}")
        elif kind == "TaskListMarker":
            add(_TASK[value])
        else:
            out += (f"{_INLINE}a", value, _END)  # a reference to a footnote
    return out


def _end_tight(out: list[str]) -> None:
    """End the running text of a tight item, which the parser does not call a paragraph."""
    if out[-1] not in _BETWEEN_BLOCKS:
        out.append(_PARAGRAPH)


def _start(out: list[str], name: str, detail: Any, events: Iterator[Any]) -> None:  # noqa: ANN401 - the parser's events are plain dicts
    if name in {"Link", "Image"}:
        target = detail["dest_url"]
        if detail["link_type"] == "Email":
            target = f"mailto:{target}"
        out += (_STARTS[name], _mark_blanks(target), _TITLE, detail["title"], _CONTENT)
        return
    _end_tight(out)
    if name == "List":
        ordered = detail is not None
        if out[-1] == _LIST_END[ordered]:
            out.pop()  # another bullet, or a comment between: one list goes on
        else:
            out.append(_LIST[ordered])
    elif name == "CodeBlock":
        _code(out, events, "" if detail == "Indented" else detail["Fenced"])
    elif name == "BlockQuote":
        out.append(_QUOTE[detail])
    elif name == "FootnoteDefinition":
        out += (_FOOTNOTE, detail, _NAME_END)
    elif name == "Table":
        out.append(_TABLE)


def _code(out: list[str], events: Iterator[Any], info: str) -> None:
    code = ""
    for event in events:
        if "Text" not in event:
            break
        code += event["Text"]
    if code and not code.endswith("\n"):
        code += "\n"  # the file ends inside the code
    out += (_CODE, info, _NAME_END, _verbatim(code), _CODE_END)


def _html(out: list[str], events: Iterator[Any], comments: _CommentStripper) -> None:
    html = ""
    for event in events:
        if "End" in event:
            break
        html += event.get("Html") or event.get("Text") or ""
    html = comments.without(html)
    if html.strip(" \n\t\v\f"):
        _end_tight(out)
        out += (_HTML, _verbatim(html) if _PREFORMATTED.search(html) else html, _HTML_END)


def _verbatim(text: str) -> str:
    return f"{_VERBATIM}{_mark_blanks(text)}{_END}"


def _mark_blanks(text: str) -> str:
    if " " in text or not text.isprintable():  # blanks other than the space are not printable
        for blank, mark in _BLANK_MARKS:
            text = text.replace(blank, mark)
    return text


CANONICALISER = "sop1"
"""Name of the canonical form: the prefix of a digest, and what a cache of digests is filed under."""

IMMATERIAL_KEYS = frozenset({"version", "status", "tags", "summary", "language"})
"""Front-matter keys that may change without a new revision."""


def digest(sop: Sop, config: Config) -> str:
    """Give `sop1:` and the SHA-256 of the canonical form; `raw1:` and that of the bytes when unreadable."""
    if not (sop.readable and sop.front.readable):
        return f"raw1:{sha256(sop.source.data).hexdigest()}"
    return digest_text(sop.front.typed, sop.source.data[sop.body_start :], immaterial_keys(config))


def digest_text(typed: dict[str, object], body: bytes, skipped: frozenset[str]) -> str:
    """Give the digest of front matter as typed, without the `skipped` keys, and of the bytes of a body."""
    front = canonical_front({key: value for key, value in typed.items() if key not in skipped})
    canonical = sha256(front)
    canonical.update(canonical_body(body.decode("utf-8", "replace")))
    return f"{CANONICALISER}:{canonical.hexdigest()}"


def immaterial_keys(config: Config) -> frozenset[str]:
    """Give the keys that do not count; under basis `claims` also the claimed ones, however spelled."""
    if config.review.basis is not Basis.CLAIMS:
        return IMMATERIAL_KEYS
    aliases = config.front_matter.aliases
    claimed = set(config.front_matter.claims.values())
    ours = {aliases.get(key, key) for key in claimed}
    spelled = {key for key, name in aliases.items() if name in ours}
    return IMMATERIAL_KEYS | claimed | ours | spelled


def canonical_front(typed: dict[str, object]) -> bytes:
    """Give the canonical bytes of front matter: keys in order, empty ones left out, text as YAML reads it."""
    return _canonical_value(typed) or b"\xff{\xff}"


def _canonical_value(value: object) -> bytes:
    """Give the bytes of a value; none when it is empty."""
    if isinstance(value, dict):
        pairs = sorted(
            (_canonical_text(key), encoded) for key, item in value.items() if (encoded := _canonical_value(item))
        )
        return b"\xff{" + b"".join(b"\xff:" + key + item for key, item in pairs) + b"\xff}" if pairs else b""
    if isinstance(value, list):
        items = [_canonical_value(item) or b"\xff=" for item in value]
        return b"\xff[" + b"".join(items) + b"\xff]" if items else b""
    return b"\xff=" + _canonical_text(value) if value else b""


def _canonical_text(value: object) -> bytes:
    return normalize("NFC", str(value)).encode("utf-8", "surrogatepass")

"""The canonical form of a body read back as paragraphs, list items, table rows and lines of code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_PIECE = re.compile(
    rb"\xfek(?P<info>[^\xfe]*)\xfe\.\xfd\xffc(?P<code>[^\xff]*)\xff\.\xfeK\xfd"
    rb"|\xfef(?P<footnote>[^\xfe]*)\xfe\.\xfd"
    rb"|\xfe(?P<mark>[^\xfd]*)\xfd"
    rb"|\xff(?P<kind>[lg])(?P<target>[^\xff]*)\xfft(?P<title>[^\xff]*)\xffb"
    rb"|\xff(?P<span>[cma])(?P<inside>[^\xff]*)\xff\."
    rb"|\xff(?P<turn>.)"
    rb"|(?P<text>[^\xfe\xff]+)",
    re.DOTALL,
)
_BLANKS = bytes.maketrans(b"\xf8\xf9\xfa\xfb\xfc", b" \n\t\v\f")
_WORD = re.compile(r"\s+|[\w\u0300-\u036f]+(?:[.,:'’/@-][\w\u0300-\u036f]+)*|[^\w\s]")  # noqa: RUF001 - an apostrophe as people type it
_STYLES = {b"e": "emphasis", b"s": "strong", b"z": "strike"}
_SPANS = {b"c": "code", b"m": "html", b"a": "footnote"}
_ENDS = {b"p": "paragraph", b"X": "html", **{b"%d" % level: f"heading {level}" for level in range(1, 7)}}
_LISTS = {b"u": "list item", b"o": "numbered item"}
_TASKS = {b"n": "open task", b"y": "done task"}
CELL = "cell"
"""Style of what stands between two cells of a row."""


class Word(NamedTuple):
    """A word, a blank or a mark, with the styles that it is in, outermost first."""

    text: str
    style: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A block without blocks in it. `canonical` is its text in the form that the digest is taken of."""

    kind: str
    canonical: bytes
    words: tuple[Word, ...]
    shape: str  # in words: what it is and what it stands in
    depth: int = 0  # lists around it
    edges: tuple[bool, ...] = ()  # whether it is the first in each list item and quote around it

    @property
    def key(self) -> tuple[str, bytes]:
        """The same for units that look the same and say the same."""
        return self.shape, self.canonical

    @property
    def text(self) -> str:
        """The words without their styles."""
        return "".join(word.text for word in self.words)


@dataclass
class _Container:
    name: str
    fresh: bool = True  # nothing stands in it, or in its present item, yet
    task: str = ""

    @property
    def label(self) -> str:
        if not self.task:
            return self.name
        return f"numbered {self.task}" if self.name == _LISTS[b"o"] else self.task


def split_words(text: str, style: tuple[str, ...] = ()) -> Iterator[Word]:
    """The words, blanks and marks of a text."""
    return (Word(match[0], style) for match in _WORD.finditer(text))


def split_lines(data: bytes) -> list[Unit]:
    """The lines of a file that cannot be read as a document."""
    lines = data.splitlines(keepends=True)
    return [Unit("line", line, tuple(split_words(line.decode("utf-8", "backslashreplace").rstrip("\r\n"))), "line")
            for line in lines]  # fmt: skip


def read_units(canonical: bytes) -> list[Unit]:
    """The units of a canonical body, in reading order."""
    return _UnitReader().read(canonical)


class _UnitReader:
    def __init__(self) -> None:
        self.found: list[Unit] = []
        self.holders: list[_Container] = []
        self.words: list[Word] = []
        self.style: list[str] = []
        self.opened: list[int] = []
        self.canonical: list[bytes] = []

    def read(self, canonical: bytes) -> list[Unit]:
        for match in _PIECE.finditer(canonical):
            if (mark := match["mark"]) is not None:
                self.mark(mark)
            elif match["info"] is not None:
                self.code(match["info"], match["code"])
            elif match["footnote"] is not None:
                self.holders.append(_Container(f"footnote {_text(match['footnote'])}"))
            else:
                self.canonical.append(match[0])
                self.inline(match)
        if self.words:
            self.put("paragraph")
        return self.found

    def inline(self, match: re.Match[bytes]) -> None:
        style = tuple(self.style)
        if match["text"] is not None:
            self.words += split_words(_text(match["text"]), style)
        elif match["kind"] is not None:
            title = f' "{_text(match["title"])}"' if match["title"] else ""
            self.open(f"{'link' if match['kind'] == b'l' else 'image'} {_text(match['target'])}{title}")
        elif match["span"] is not None:
            self.words += split_words(_text(match["inside"]), (*style, _SPANS[match["span"]]))
        elif match["turn"] in _STYLES:
            self.open(_STYLES[match["turn"]])
        elif self.style:
            if self.opened.pop() == len(self.words):
                self.words.append(Word("", style))
            self.style.pop()

    def open(self, style: str) -> None:
        self.style.append(style)
        self.opened.append(len(self.words))

    def mark(self, mark: bytes) -> None:  # noqa: C901 - one flat look at the letters of the form
        if mark in _ENDS:
            self.put(_ENDS[mark])
        elif mark in _LISTS:
            self.holders.append(_Container(_LISTS[mark]))
        elif mark in _TASKS:
            self.holders[-1].task = _TASKS[mark]
        elif mark == b"i":
            if self.holders[-1].fresh:
                self.put("empty")
            self.holders[-1].fresh, self.holders[-1].task = True, ""
        elif mark == b"d":
            self.canonical.append(b"\xfed\xfd")
            self.words.append(Word(" | ", (CELL,)))
        elif mark in {b"r", b"h"}:
            if self.words:
                self.words.pop()
            self.put("table row" if mark == b"r" else "table head")
        elif mark == b"b":
            self.put("rule")
        elif mark[:1] == b"q":
            self.holders.append(_Container(f"{mark[1:].decode().lower() or 'quote'}"))
        elif mark in {b"U", b"O", b"Q", b"F"}:
            holder = self.holders.pop()
            if holder.fresh and mark in {b"Q", b"F"}:
                self.put("empty", holder.name)

    def code(self, info: bytes, code: bytes) -> None:
        self.canonical.append(info)
        self.words += [Word("```"), *split_words(_text(info))]
        self.put("code fence")
        for line in _text(code).split("\n")[:-1]:
            self.canonical.append(line.encode())
            self.words += split_words(line)
            self.put("code")

    def put(self, kind: str, shape: str = "") -> None:
        holders = self.holders
        edges = tuple(holder.fresh for holder in holders)
        lists = [holder for holder in holders if holder.name in _LISTS.values()]
        leads = bool(lists) and lists[-1] is holders[-1] and lists[-1].fresh
        item = lists[-1] if leads and kind in {"paragraph", "empty"} and not shape else None
        first = item.label if item else shape or kind
        outer = [holder.label for holder in reversed(holders) if holder is not item]
        words = tuple(self.words)
        self.found.append(Unit(kind, b"".join(self.canonical), words, " in ".join((first, *outer)), len(lists), edges))
        for holder in holders:
            holder.fresh = False
        self.words, self.canonical, self.style, self.opened = [], [], [], []


def _text(data: bytes) -> str:
    return data.translate(_BLANKS).decode("utf-8", "replace")

"""The bytes of one file: lines and columns of byte offsets, places of YAML keys, and types of picture files."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property

BOM = b"\xef\xbb\xbf"
_WORD_BYTES = bytes(byte if bytes([byte]).isalnum() else 32 for byte in range(256)).lower()
"""Makes a blank of each byte that is no ASCII letter or digit, and letters small."""

Needle = tuple[frozenset[bytes], bytes]
"""Words that all stand in a file, between other characters than ASCII letters and digits, and a piece in it."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A range of a file: lines and columns count from 1, columns in code points, offsets in bytes."""

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


@cache
def _by_word(phrases: tuple[str, ...]) -> dict[bytes, list[bytes]]:
    """The phrases, in lower case, by the longest word of each: few words are looked for before many phrases are."""
    found: dict[bytes, list[bytes]] = {}
    for phrase in (phrase.lower().encode() for phrase in phrases):
        found.setdefault(max(phrase.split(), key=len), []).append(phrase)
    return found


@dataclass(frozen=True, eq=False)
class Source:
    """The bytes of one file. Every offset in sopkit is a byte offset into `data`, BOM included."""

    data: bytes

    @cached_property
    def text_start(self) -> int:
        """Offset of the first byte after a byte order mark."""
        return len(BOM) if self.data.startswith(BOM) else 0

    @cached_property
    def lower(self) -> bytes:
        """The bytes with ASCII letters in lower case."""
        return self.data.lower()

    def has(self, *words: bytes) -> bool:
        """Whether any of the words, given in lower case, occurs in whatever case. Far cheaper than a pattern."""
        lower = self.lower
        for word in words:  # noqa: SIM110 - without a generator twice as fast
            if word in lower:
                return True
        return False

    @cached_property
    def _words(self) -> frozenset[bytes]:
        return frozenset(self.data.translate(_WORD_BYTES).split())

    def may_say(self, needles: Iterable[Needle]) -> bool:
        """Whether any of the needles is there, in whatever case. Far cheaper than a pattern."""
        mine = self._words
        return any(words <= mine and piece in self.lower for words, piece in needles)

    def forget_words(self) -> None:
        """Free what was noted of the words and lines; it is noted again when asked for."""
        for noted in ("_words", "lower", "line_starts"):
            self.__dict__.pop(noted, None)

    def says(self, phrases: tuple[str, ...]) -> bool:
        """Whether any of the phrases occurs in whatever case, with any blanks between words."""
        near = [phrase for word, some in _by_word(phrases).items() if word in self.lower for phrase in some]
        squeezed = b" ".join(self.lower.split()) if near else b""
        return any(phrase in squeezed for phrase in near)

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets at which a line begins. LF, CRLF and a lone CR end a line; U+2028 and NEL do not."""
        data = self.data
        if b"\r" not in data:
            starts = [0]
            at = data.find(b"\n")
            while at >= 0:
                starts.append(at + 1)
                at = data.find(b"\n", at + 1)
            return starts
        starts = [0]
        for line in data.splitlines(keepends=True):  # bytes split at LF, CR and CRLF only
            starts.append(starts[-1] + len(line))
        if not data.endswith((b"\n", b"\r")):
            starts.pop()
        return starts

    @cached_property
    def line_end(self) -> str:
        """What ends the lines of the file: LF unless it has CRLF, or CR and no LF."""
        if b"\r\n" in self.data:
            return "\r\n"
        return "\r" if b"\r" in self.data and b"\n" not in self.data else "\n"

    def line_of(self, offset: int) -> int:
        """Line of a byte, from 1."""
        return bisect_right(self.line_starts, offset)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, both from 1; the column counts code points."""
        line = bisect_right(self.line_starts, offset)
        begin = max(self.line_starts[line - 1], self.text_start if line == 1 else 0)
        head = self.data[begin:offset]
        column = len(head) if head.isascii() else len(head.decode("utf-8", "replace"))
        return line, column + 1

    def place(self, start: int, end: int | None = None) -> Place:
        """The range from `start` to `end` (exclusive, byte offsets) with lines and columns."""
        size = len(self.data)
        start = min(max(start, 0), size)
        end = start if end is None else min(max(end, start), size)
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return Place(line, column, end_line, end_column, start, end)

    def line_place(self, line: int) -> Place:
        """The whole of one line (from 1) without its line end."""
        starts = self.line_starts
        line = min(max(line, 1), len(starts))
        start = max(starts[line - 1], self.text_start if line == 1 else 0)
        end = starts[line] if line < len(starts) else len(self.data)
        return self.place(start, start + len(self.data[start:end].rstrip(b"\r\n")))

    def line_text(self, line: int) -> str:
        """The text of one line (from 1) without its line end."""
        place = self.line_place(line)
        return self.data[place.start : place.end].decode("utf-8", "replace")


Loc = tuple[str | int, ...]
"""The way to a value: keys of mappings and indices of lists."""


@dataclass
class Places:
    """Places by `Loc`. `spans` are ranges of characters as the YAML parser counts them; `offset` makes them bytes."""

    source: Source = field(default_factory=lambda: Source(b""))
    offset: Callable[[int], int] = lambda index: index
    spans: dict[Loc, tuple[int, int]] = field(default_factory=dict)

    def __contains__(self, loc: Loc) -> bool:
        """Whether something stands at `loc` in the text."""
        return loc in self.spans

    def __getitem__(self, loc: Loc) -> Place:
        """Where the thing at `loc` stands. KeyError when there is none."""
        return self.of(*self.spans[loc])

    def get(self, loc: Loc) -> Place | None:
        """Where the thing at `loc` stands, or None."""
        span = self.spans.get(loc)
        return self.of(*span) if span is not None else None

    def nearest(self, loc: Loc) -> Place | None:
        """Where the thing at `loc` stands, or the nearest thing around it."""
        for size in range(len(loc), -1, -1):
            if (span := self.spans.get(loc[:size])) is not None:
                return self.of(*span)
        return None

    def of(self, first: int, last: int) -> Place:
        """The place of a range of characters, without the blanks at its end that the parser counts in."""
        start, end = self.offset(first), self.offset(last)
        return self.source.place(start, start + len(self.source.data[start:end].rstrip()))


PICTURE_TYPES = {
    ".png": ("image/png", b"\x89PNG\r\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".gif": ("image/gif", b"GIF8"),
    ".webp": ("image/webp", b"RIFF"),
}
"""Ending of the name to the media type and the first bytes. SVG is left out: it can hold script and styles."""

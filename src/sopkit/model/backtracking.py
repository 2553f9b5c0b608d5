"""Compile the regular expressions of a library; those that could run for hours are refused.

Python's `re` backtracks, so that a pattern with ambiguous repeats takes exponential time on a short text (CWE-1333).
"""

import re
from dataclasses import dataclass
from functools import cache
from math import inf

_MAX_LENGTH = 100  # characters of a text, as of the longest id: see MAX_ID_LENGTH
_MAX_PATHS = (_MAX_LENGTH + 1) ** 2  # some milliseconds for each text
_MAX_PATTERN_LENGTH, _MAX_DEPTH = 5_000, 20
_ADVICE = "write it so that a text can match in one way only, such as [A-Z]{2,5}-\\d{3,}"
_OTHER = "other"  # stands for all characters that are not ASCII
_ASCII = tuple(map(chr, range(128)))
_ALL = frozenset((*_ASCII, _OTHER))
_SAMPLES = "\u0663\u2003\u4e00"  # a digit, a blank, a letter
_FLAGS = re.compile(r"\(\?[aims]+\)")
_TOKEN = re.compile(
    r"(?P<open>\((?:\?:|\?P<\w+>|(?!\?)))|(?P<close>\))|(?P<bar>\|)|(?P<anchor>[\^$]|\\[AZbB])"
    r"|(?P<repeat>(?:[*+?]|\{(?P<least>\d*)(?P<range>,(?P<most>\d*))?(?<!\{)\})[?+]?)"
    r"|(?P<characters>\[\^?\]?(?:\\.|[^\]\\])*\]|\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[^\WANUZBbux\d]|\W)|[^\\()])",
    re.DOTALL,
)

Characters = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Set:
    """One character out of a set."""

    first: Characters
    nullable: bool = False

    def paths(self, follow: Characters) -> float:
        del follow
        return 1


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: "tuple[_Node, ...]"
    first: Characters
    nullable: bool

    def paths(self, follow: Characters) -> float:
        total = 1.0
        for part in reversed(self.parts):
            total = min(total * part.paths(follow), inf)
            follow = part.first | (follow if part.nullable else frozenset())
        return total


@dataclass(frozen=True, slots=True)
class _Choice:
    options: "tuple[_Node, ...]"
    first: Characters
    nullable: bool

    def paths(self, follow: Characters) -> float:
        found = [option.paths(follow) for option in self.options]
        starts = [option.first | (follow if option.nullable else frozenset()) for option in self.options]
        disjoint = sum(map(len, starts)) == len(frozenset().union(*starts))
        return max(found) if disjoint else sum(found)


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: "_Node"
    least: int
    most: int
    first: Characters
    nullable: bool

    def paths(self, follow: Characters) -> float:
        if self.part.nullable and self.most > 1:
            return inf
        inner = self.part.paths(self.first | follow)
        ends = self.most - self.least + 1 if self.first & follow else 1
        try:
            return min(ends * inner**self.most, inf)
        except OverflowError:
            return inf


_Node = _Set | _Sequence | _Choice | _Repeat


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The compiled pattern of a library; raises ValueError for one that is malformed or could take too long.

    An upper bound of the ways in which a text of 100 characters can match is computed from the pattern: where two
    continuations can begin with the same character, each counts; one that fails at its first character does not. This
    is the determinism of Brüggemann-Klein and Wood (One-Unambiguous Regular Languages, 1998) with a small allowance.
    """
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if len(pattern) > _MAX_PATTERN_LENGTH:
        raise ValueError(f"is longer than {_MAX_PATTERN_LENGTH} characters; shorten it")
    if _Reader(pattern).read().paths(_ALL) > _MAX_PATHS:
        raise ValueError(f"can match one text in too many ways, and could take hours to do so; {_ADVICE}")
    return compiled


class _Reader:
    """Reads sets of characters, groups, `|`, repeats and anchors; everything else is refused."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = flags.end() if (flags := _FLAGS.match(pattern)) else 0

    def read(self, depth: int = 0) -> _Choice:
        """The choice up to the end of the pattern or of the group."""
        if depth > _MAX_DEPTH:
            raise ValueError(f"has more than {_MAX_DEPTH} groups within each other; {_ADVICE}")
        options: list[list[_Node]] = [[]]
        while self.at < len(self.pattern):
            token = _TOKEN.match(self.pattern, self.at)
            if token is None:
                extract = self.pattern[self.at : self.at + 4]
                raise ValueError(f"has `{extract}`, which is not supported (look-around, back reference, inline flag)")
            self.at = token.end()
            if token["close"]:
                break
            if token["bar"]:
                options.append([])
            elif token["repeat"]:
                options[-1][-1] = _repeat(options[-1][-1], token)
            else:
                options[-1].append(self._read_part(token, depth))
        nodes = tuple(map(_sequence, options))
        return _Choice(nodes, frozenset().union(*(one.first for one in nodes)), any(one.nullable for one in nodes))

    def _read_part(self, token: re.Match[str], depth: int) -> _Node:
        if token["open"]:
            return self.read(depth + 1)
        return _sequence([]) if token["anchor"] else _Set(_characters(token[0]))


def _sequence(parts: list[_Node]) -> _Sequence:
    first: Characters = frozenset()
    for part in parts:
        first |= part.first
        if not part.nullable:
            return _Sequence(tuple(parts), first, nullable=False)
    return _Sequence(tuple(parts), first, nullable=True)


def _repeat(part: _Node, token: re.Match[str]) -> _Repeat:
    sign = token["repeat"][0]
    least = int(token["least"] or 0) if sign == "{" else int(sign == "+")
    most = _MAX_LENGTH if sign in "*+" else 1
    if sign == "{":
        most = least if not token["range"] else int(token["most"] or max(_MAX_LENGTH, least))
    return _Repeat(part, least, most, part.first, part.nullable or least == 0)


@cache
def _characters(token: str) -> Characters:
    """The characters that a set or a character matches, in either case, as ids are matched."""
    pattern = re.compile(token, re.IGNORECASE | re.DOTALL)
    found = frozenset(char for char in _ASCII if pattern.match(char))
    others = not token.isascii() or "\\x" in token or "\\u" in token or any(map(pattern.match, _SAMPLES))
    return found | {_OTHER} if others else found

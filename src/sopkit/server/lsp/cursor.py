"""What YAML asks for at a place, told from its lines alone: while one types it is broken most of the time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_DASH = re.compile(r"-(?:[ ]+|$)")
_KEY = re.compile(r"(?P<key>[\w.-]+|\"[^\"]*\"|'[^']*')[ ]*:(?:[ ]+|$)")
_MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """The keys above a place, and the `typed` text before it, which may be the beginning of a key or of a value.

    `loose`: nothing tells whether it is a key or a value, as after `- `. `known` are the keys beside it.
    """

    path: tuple[str, ...]
    typed: str
    key: bool
    value: bool
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: where its content begins, whether a dash stands before it, its key, and what follows the key."""

    indent: int
    dash: int
    key: str
    rest: str


def cursor_in(lines: Sequence[str], after: Sequence[str] = ()) -> Cursor:
    """What is asked for at the end of the last of the lines; `after` are the lines below it."""
    here = _read(lines[-1])
    above = lines[-_MOST_LINES:-1]
    path, flow = _above(above, here)
    known = frozenset((*(_before(above, here.indent) if here.dash < 0 else ()), *_behind(after, here.indent)))
    if flow:
        return _in_flow(flow + lines[-1], path[:-1], path[-1:])
    if not here.key:
        if here.rest[:1] in {"[", "{"}:
            return _in_flow(here.rest, path, ())
        return Cursor(path, here.rest, key=True, value=here.dash >= 0, known=known)
    if here.rest[:1] in {"[", "{"}:
        return _in_flow(here.rest, path, (here.key,))
    return Cursor((*path, here.key), here.rest, key=False, value=not lines[-1].endswith(":"))


def _read(line: str) -> _Line:
    indent = len(line) - len(line.lstrip(" "))
    dash = -1
    while (mark := _DASH.match(line, indent)) is not None:
        dash = indent
        indent = mark.end()
    found = _KEY.match(line, indent)
    if found is None:
        return _Line(indent, dash, "", line[indent:])
    return _Line(indent, dash, found["key"].strip("\"'"), line[found.end() :])


def _above(lines: Sequence[str], here: _Line) -> tuple[tuple[str, ...], str]:
    """The keys above a line, and the text since a bracket that is still open there."""
    path: list[str] = []
    least, dash = here.indent, here.dash
    for at in range(len(lines) - 1, -1, -1):
        text = lines[at]
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        line = _read(text)
        outside = line.indent <= dash if dash >= 0 and line.dash < 0 else line.indent < least
        if not outside:
            if line.indent == least and dash < 0 <= line.dash:
                dash = line.dash  # the first line of the item that we are in
            continue
        if not line.key:
            continue
        path.insert(0, line.key)
        if len(path) == 1 and line.rest[:1] in {"[", "{"} and _open("\n".join((line.rest, *lines[at + 1 :]))):
            return (*_above(lines[:at], line)[0], line.key), "\n".join((line.rest, *lines[at + 1 :], ""))
        least, dash = line.indent, line.dash
        if least == 0:
            break
    return tuple(path), ""


def _before(lines: Sequence[str], indent: int) -> Iterator[str]:
    """The keys of the same mapping on the lines before."""
    for text in reversed(lines):
        line = _read(text)
        if text.strip() and line.indent < indent:
            return
        if line.indent == indent and line.key:
            yield line.key
            if line.dash >= 0:
                return


def _behind(lines: Sequence[str], indent: int) -> Iterator[str]:
    """The keys of the same mapping on the lines that follow."""
    for text in lines[:_MOST_LINES]:
        line = _read(text)
        if text.strip() and (line.indent < indent or (line.indent == indent and line.dash >= 0)):
            return
        if line.indent == indent and line.key:
            yield line.key


def _open(text: str) -> bool:
    """Whether a bracket of the text is not closed in it."""
    return bool(_brackets(text)[0])


def _brackets(text: str) -> tuple[list[tuple[str, str]], str]:
    """The brackets open at the end of the text, each with the key at which one is in it, and what is typed there."""
    stack: list[tuple[str, str]] = []
    word, quote = "", ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
            word += char
        elif char in "\"'" and not word.strip():
            quote = char
            word += char
        elif char in "[{":
            stack.append((char, ""))
            word = ""
        elif char in "]}":
            stack = stack[:-1]
            word = ""
        elif char in ",\n":
            if stack and (char == "," or not word.strip()):
                stack[-1] = (stack[-1][0], "" if char == "," else stack[-1][1])
            word = "" if char == "," else word
        elif char == ":" and stack and stack[-1][0] == "{" and not stack[-1][1]:
            stack[-1] = ("{", word.strip().strip("\"'"))
            word = ""
        else:
            word += char
    return stack, word.lstrip()


def _in_flow(text: str, path: tuple[str, ...], own: tuple[str, ...]) -> Cursor:
    stack, typed = _brackets(text)
    if not stack:
        return Cursor((*path, *own), typed, key=False, value=False)
    keys = tuple(key for _, key in stack if key)
    bracket, key = stack[-1]
    in_map = bracket == "{"
    return Cursor((*path, *own, *keys), typed, key=in_map and not key, value=not in_map or bool(key))

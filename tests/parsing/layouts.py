"""Other ways to type a Markdown text, each made from the parser's places and never inside code."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

import pyromark

from sopkit.parsing.markdown import OPTIONS

Layout = Callable[[bytes, Random], bytes]


class Seen(NamedTuple):
    """An event with its place; `depth` is the number of blocks around it."""

    kind: str
    detail: Any
    start: int
    end: int
    depth: int
    around: tuple[str, ...]


def seen(data: bytes) -> Iterator[Seen]:
    """The starts of blocks and spans, and the single events."""
    around: tuple[str, ...] = ()
    for event, where in pyromark.events_with_range(data.decode(), options=OPTIONS):
        if isinstance(event, str):
            yield Seen(event, None, where["start"], where["end"], len(around), around)
            continue
        [(kind, detail)] = event.items()
        if kind == "End":
            around = around[:-1]
            continue
        if kind == "Start":
            kind, detail = (detail, None) if isinstance(detail, str) else next(iter(detail.items()))
        yield Seen(kind, detail, where["start"], where["end"], len(around), around)
        if "Start" in event:
            around = (*around, kind)


def edited(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    out, at = [], 0
    for start, end, new in sorted(edits):
        if start >= at:
            out += [data[at:start], new]
            at = end
    return b"".join([*out, data[at:]])


def page(data: bytes) -> str:
    """What a reader sees: the page of the parser's own renderer, without what only lays it out."""
    html = pyromark.html(data.decode().replace("\r\n", "\n").replace("\r", "\n"), options=OPTIONS)
    html = re.sub(r'<ol start="\d+">', "<ol>", html)
    html = re.sub(r' style="text-align: \w+"', "", html)
    html = re.sub(r"<!--.*?-->", " ", html, flags=re.DOTALL)
    parts = re.split(r"(<(?:pre|code)\b.*?</(?:pre|code)>)", html, flags=re.DOTALL)
    folded = "".join(part if at % 2 else re.sub(r"[ \n\t]+", " ", part) for at, part in enumerate(parts))
    return re.sub(
        r" ?(</?(?:p|li|ul|ol|blockquote|h\d|table|thead|tbody|tr|t[dh]|br|pre|hr|div)\b[^>]*>) ?", r"\1", folded
    ).strip()


def joined_lines(data: bytes, _: Random) -> bytes:
    """Every paragraph on one line."""
    events = list(seen(data))
    edits = []
    for event, after in pairwise(events):
        if event.kind == "SoftBreak" and "Paragraph" in event.around:
            edits.append((event.start, after.start, b" "))
    return edited(data, edits)


def broken_lines(data: bytes, random: Random) -> bytes:
    """Lines of top-level paragraphs broken before words that begin nothing."""
    edits: list[tuple[int, int, bytes]] = []
    for event in seen(data):
        if event.kind == "Text" and event.around == ("Paragraph",):
            edits += [
                (event.start + match.start(), event.start + match.end(), b"\n")
                for match in re.finditer(rb" (?=[a-z]{2})", data[event.start : event.end])
                if random.random() < 0.3
            ]
    return edited(data, edits)


def wide_blanks(data: bytes, random: Random) -> bytes:
    """More blanks between words, and tabs."""
    edits = []
    for event in seen(data):
        if event.kind == "Text" and "CodeBlock" not in event.around and "HtmlBlock" not in event.around:
            for match in re.finditer(rb"(?<=\w) (?=\w)", data[event.start : event.end]):
                new = random.choice([b" ", b"  ", b"   ", b"\t"])
                edits.append((event.start + match.start(), event.start + match.end(), new))
    return edited(data, edits)


def other_bullets(data: bytes, _: Random) -> bytes:
    turn = {b"-": b"*", b"*": b"+", b"+": b"-"}
    return edited(
        data,
        [
            (event.start, event.start + 1, turn[data[event.start : event.start + 1]])
            for event in seen(data)
            if event.kind == "Item" and data[event.start : event.start + 1] in turn
        ],
    )


def other_numbers(data: bytes, random: Random) -> bytes:
    """Other numbers of as many digits; the first of a list stays, so that it may still end a paragraph."""
    edits, first = [], False
    for event in seen(data):
        match = re.match(rb"\d+", data[event.start : event.start + 10])
        if event.kind == "Item" and match and not first:
            new = b"".join(b"%d" % random.randrange(10) for _ in match[0])
            edits.append((event.start, event.start + len(new), new))
        first = event.kind == "List"
    return edited(data, edits)


def padded_tables(data: bytes, random: Random) -> bytes:
    """Wider cells and another alignment."""
    edits = []
    for event in seen(data):
        if event.kind != "Table" or event.depth:
            continue
        rows = data[event.start : event.end].split(b"\n")
        for at, row in enumerate(rows):
            wide = re.sub(rb"(?<!\\)\|", lambda _: b" | " if random.random() < 0.7 else b"|", row)
            rows[at] = wide if at != 1 else re.sub(rb":?-+:?", random.choice([b":----", b"--:", b":-:", b"---"]), wide)
        edits.append((event.start, event.end, b"\n".join(rows)))
    return edited(data, edits)


def other_emphasis(data: bytes, _: Random) -> bytes:
    edits = []
    for event in seen(data):
        size = {"Emphasis": 1, "Strong": 2}.get(event.kind)
        if size is None or "Emphasis" in event.around or "Strong" in event.around:
            continue
        mark = data[event.start : event.start + 1]
        alone = not re.match(rb"\w", data[event.start - 1 : event.start]) and not re.match(
            rb"\w", data[event.end : event.end + 1]
        )
        inside = data[event.start + size : event.end - size]
        if alone and b"*" not in inside and b"_" not in inside:
            new = (b"_" if mark == b"*" else b"*") * size
            edits += [(event.start, event.start + size, new), (event.end - size, event.end, new)]
    return edited(data, edits)


def other_headings(data: bytes, _: Random) -> bytes:
    """Headings of level 1 and 2 underlined instead of marked, and the reverse."""
    edits = []
    for event in seen(data):
        if event.kind != "Heading" or event.depth or event.detail["level"] not in {"H1", "H2"}:
            continue
        text = data[event.start : event.end].rstrip(b"\n")
        if text.startswith(b"#"):
            words = text.strip(b"# \t")
            under = b"=" if event.detail["level"] == "H1" else b"-"
            if words and re.match(rb"[A-Za-z]", words):
                edits.append((event.start, event.start + len(text), b"\n" + words + b"\n" + under * 5))
        elif text.count(b"\n") == 1:
            hashes = b"#" if event.detail["level"] == "H1" else b"##"
            edits.append((event.start, event.start + len(text), hashes + b"  " + text.split(b"\n")[0] + b" ##"))
    return edited(data, edits)


def comments_between(data: bytes, random: Random) -> bytes:
    edits = []
    for event in seen(data):
        if not event.depth and event.kind in {
            "Paragraph",
            "Heading",
            "List",
            "Table",
            "CodeBlock",
            "BlockQuote",
            "Rule",
        }:
            line = data.rfind(b"\n", 0, event.start) + 1
            if random.random() < 0.5:
                edits.append((line, line, b"\n<!-- a note\nof two lines -->\n\n"))
    return edited(data, edits)


def comments_within(data: bytes, random: Random) -> bytes:
    """Comments in the place of a space between two words; the text of an image shows them."""
    edits: list[tuple[int, int, bytes]] = []
    for event in seen(data):
        if event.kind == "Text" and not {"CodeBlock", "HtmlBlock", "Image"} & set(event.around):
            edits += [
                (
                    event.start + match.start(),
                    event.start + match.end(),
                    random.choice([b"<!-- x -->", b" <!-- y --> "]),
                )
                for match in re.finditer(rb"(?<=[a-z]) (?=[a-z])", data[event.start : event.end])
                if random.random() < 0.2
            ]
    return edited(data, edits)


def crlf(data: bytes, _: Random) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def cr(data: bytes, _: Random) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r")


LAYOUTS: tuple[Layout, ...] = (
    joined_lines, broken_lines, wide_blanks, other_bullets, other_numbers, padded_tables, other_emphasis,
    other_headings, comments_between, comments_within, crlf, cr,
)  # fmt: skip

"""Small changes of what a Markdown text says, each made at a place that the parser names."""

import re
from collections.abc import Callable
from itertools import pairwise
from random import Random

from tests.parsing.layouts import Seen, edited, seen

Change = Callable[[bytes, Random], bytes | None]


def _running(data: bytes) -> list[Seen]:
    return [
        event for event in seen(data)
        if event.kind == "Text" and not {"CodeBlock", "HtmlBlock"} & set(event.around)
    ]  # fmt: skip


def _places(data: bytes, events: list[Seen], pattern: bytes) -> list[tuple[int, int]]:
    return [
        (event.start + match.start(), event.start + match.end())
        for event in events
        for match in re.finditer(pattern, data[event.start : event.end])
    ]


def _one(data: bytes, places: list[tuple[int, int]], random: Random, new: Callable[[bytes], bytes]) -> bytes | None:
    if not places:
        return None
    start, end = random.choice(places)
    return edited(data, [(start, end, new(data[start:end]))])


def word_inserted(data: bytes, random: Random) -> bytes | None:
    return _one(data, _places(data, _running(data), rb"(?<=[a-z]) (?=[a-z])"), random, lambda _: b" not ")


def word_deleted(data: bytes, random: Random) -> bytes | None:
    return _one(data, _places(data, _running(data), rb"(?<=[a-z] )[a-z]+ (?=[a-z])"), random, lambda _: b"")


def letter_changed(data: bytes, random: Random) -> bytes | None:
    places = _places(data, _running(data), rb"(?<=[a-z])[a-z](?=[a-z])")
    return _one(data, places, random, lambda old: b"x" if old != b"x" else b"y")


def case_changed(data: bytes, random: Random) -> bytes | None:
    return _one(data, _places(data, _running(data), rb"(?<=[a-z])[a-z](?=[a-z])"), random, bytes.upper)


def blank_deleted(data: bytes, random: Random) -> bytes | None:
    return _one(data, _places(data, _running(data), rb"(?<=[a-z]) (?=[a-z])"), random, lambda _: b"")


def stop_inserted(data: bytes, random: Random) -> bytes | None:
    return _one(data, _places(data, _running(data), rb"(?<=[a-z]) (?=[a-z])"), random, lambda _: b". ")


def digit_changed(data: bytes, random: Random) -> bytes | None:
    return _one(data, _places(data, _running(data), rb"\d"), random, lambda old: b"%d" % ((int(old) + 1) % 10))


def target_changed(data: bytes, random: Random) -> bytes | None:
    places = []
    for event in seen(data):
        if event.kind in {"Link", "Image"} and event.detail["link_type"] == "Inline":
            target = event.detail["dest_url"].encode()
            at = data.rfind(b"](" + target, event.start, event.end)
            if target and at >= 0:
                places.append((at + 2, at + 3))
    return _one(data, places, random, lambda old: b"q" if old != b"q" else b"r")


def code_changed(data: bytes, random: Random) -> bytes | None:
    code = [event for event in seen(data) if event.kind == "Text" and "CodeBlock" in event.around]
    return _one(data, _places(data, code, rb"\w"), random, lambda old: b"0" if old != b"0" else b"1")


def code_blank_inserted(data: bytes, random: Random) -> bytes | None:
    code = [event for event in seen(data) if event.kind == "Text" and "CodeBlock" in event.around]
    return _one(data, _places(data, code, rb"(?<=\w)[ ]?(?=\w)"), random, lambda old: old + b" ")


def span_changed(data: bytes, random: Random) -> bytes | None:
    spans = [event for event in seen(data) if event.kind == "Code"]
    return _one(data, _places(data, spans, rb"(?<=\w)(?=\w)"), random, lambda _: b" ")


def items_swapped(data: bytes, random: Random) -> bytes | None:
    """Two neighbours of a top-level list change places, their numbers stay."""
    places: list[tuple[int, int, int, int]] = []
    last: tuple[int, int] | None = None
    for event in seen(data):
        if event.kind == "List" and not event.depth:
            last = None
        if event.kind != "Item" or event.depth != 1:
            continue
        mark = re.match(rb"(?:[-*+]|\d+[.)])[ \t]+", data[event.start : event.end])
        if mark is None or b"\n" in data[event.start : event.end].strip():
            last = None
            continue
        here = (event.start + mark.end(), event.start + len(data[event.start : event.end].rstrip()))
        if last is not None and data[slice(*last)] != data[slice(*here)]:
            places.append((*last, *here))
        last = here
    if not places:
        return None
    start, end, begin, stop = random.choice(places)
    return edited(data, [(start, end, data[begin:stop]), (begin, stop, data[start:end])])


def heading_lowered(data: bytes, random: Random) -> bytes | None:
    marked = [
        (event.start, event.start) for event in seen(data)
        if event.kind == "Heading" and data[event.start : event.start + 1] == b"#" and event.detail["level"] != "H6"
    ]  # fmt: skip
    return _one(data, marked, random, lambda _: b"#")


def emphasis_raised(data: bytes, random: Random) -> bytes | None:
    """Strong emphasis becomes emphasis."""
    strong = [
        event for event in seen(data)
        if event.kind == "Strong" and data[event.start - 1 : event.start] not in {b"*", b"_"}
        and b"*" not in data[event.start + 2 : event.end - 2] and b"_" not in data[event.start + 2 : event.end - 2]
    ]  # fmt: skip
    if not strong:
        return None
    event = random.choice(strong)
    return edited(data, [(event.start, event.start + 1, b""), (event.end - 1, event.end, b"")])


def paragraphs_joined(data: bytes, random: Random) -> bytes | None:
    """Two top-level paragraphs that follow each other become one."""
    tops = [event for event in seen(data) if not event.depth]
    between = [
        (one.start + len(data[one.start : one.end].rstrip()), two.start)
        for one, two in pairwise(tops)
        if one.kind == two.kind == "Paragraph" and not data[one.end : two.start].strip()
    ]
    return _one(data, between, random, lambda _: b"\n")


CHANGES: tuple[Change, ...] = (
    word_inserted, word_deleted, letter_changed, case_changed, blank_deleted, stop_inserted, digit_changed,
    target_changed, code_changed, code_blank_inserted, span_changed, items_swapped, heading_lowered,
    emphasis_raised, paragraphs_joined,
)  # fmt: skip

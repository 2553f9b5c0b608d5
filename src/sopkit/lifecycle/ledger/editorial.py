"""Whether an edit may be called editorial: nothing that could change what people do."""

import re
from collections.abc import Iterable
from unicodedata import category, name

from sopkit.model.alignment import edits
from sopkit.model.blocks import Block
from sopkit.text.markdown import blocks

_TOKEN = re.compile(r"\S*@\S+|https?://\S+|\w+(?:\.\w+)+|\w+(?:[-'\u2019]\w+)*|[^\w\s]")
_MODALS = frozenset({
    "must", "shall", "should", "may", "might", "can", "cannot", "could", "will", "would", "need", "needs", "ought",
    "have", "has", "required", "optional", "only", "unless", "except", "if", "when", "before", "after", "until",
    "always", "never", "not", "no", "none", "nor", "neither", "without", "any", "all", "every", "each", "either",
    "both", "or", "and", "at", "least", "most", "less", "more",
})  # fmt: skip
_NUMBERS = frozenset({
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty",
    "thirty", "forty", "fifty", "sixty", "ninety", "hundred", "thousand", "million", "half", "double", "once", "twice",
})  # fmt: skip
_UNITS = frozenset({
    "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months",
    "quarter", "year", "years", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "annually", "percent",
})  # fmt: skip
_OPPOSITES = frozenset({
    "allow", "allowed", "permit", "permitted", "deny", "denied", "forbid", "forbidden", "prohibited", "enable",
    "enabled", "disable", "disabled", "accept", "accepted", "reject", "rejected", "include", "exclude", "revoke",
    "remove", "stop", "in", "out", "on", "off", "up", "down",
})  # fmt: skip
_MOST_TOKENS = 3_000  # of one paragraph
_FIXED = {"code": "code", "link": "a link", "image": "a link", "html": "HTML"}
_COMMENTS = re.compile(r"(?:\s*<!--(?:-?>|(?:(?!--!?>).)*--!?>))+\s*", re.DOTALL)


def weighty(before: str, after: str) -> str:
    """What an edit touches that no editorial edit may, in words; nothing when it touches no such thing.

    Digits, code, links, words of obligation, condition or negation; steps, headings and paragraphs that come, go
    or change their place. Both texts are bodies in Markdown.
    """
    old, new = (list(blocks(body, 0).walk()) for body in (before, after))
    for kind, what in _FIXED.items():
        if _fixed(old, kind) != _fixed(new, kind):
            return what
    if [_shape(block) for block in old] != [_shape(block) for block in new]:
        return "the structure of the text"
    texts = {block.text for block in old if block.text}
    for was, now in zip(old, new, strict=True):
        if was.text == now.text:
            continue
        if now.text in texts:
            return "the order of the text"
        what = _touched(_TOKEN.findall(was.text), _TOKEN.findall(now.text))
        if what:
            return what
    return ""


def _fixed(body: Iterable[Block], kind: str) -> list[tuple[str, str]]:
    """All that stands in a body of what no editorial edit may touch."""
    found = []
    for block in body:
        if block.kind == kind == "code":
            found.append((block.detail, block.text))
        found += [("", part.text) for part in block.inlines if part.kind == kind and not _is_comment(part.text)]
    return found


def _is_comment(text: str) -> bool:
    return _COMMENTS.fullmatch(text) is not None


def _shape(block: Block) -> tuple[object, ...]:
    return block.kind, block.detail, block.level, block.ordered is None, block.checked


def _touched(old: list[str], new: list[str]) -> str:
    found = edits(old, new) if max(len(old), len(new)) <= _MOST_TOKENS else None
    if found is None:
        return "too much of the text"
    for edit in found:
        for token in (*old[edit.start : edit.end], *new[edit.new_start : edit.new_end]):
            what = _weight(token)
            if what:
                return f"{what} ({token})"
    return ""


def _weight(token: str) -> str:
    if any(character.isdigit() for character in token):
        return "a number"
    word = token.casefold().replace("\u2019", "'")
    if word in _MODALS or word.endswith("n't"):
        return "a word of obligation, condition or negation"
    if word in _NUMBERS:
        return "a number"
    if word in _UNITS:
        return "a unit"
    if word in _OPPOSITES:
        return "a word that has an opposite"
    if any(category(character).startswith("C") for character in token):
        return "a character that nobody sees"
    if len({name(character, "").partition(" ")[0] for character in token if character.isalpha()}) > 1:
        return "a word of letters that look alike"
    return "a name or an address" if "@" in token or "." in token[1:] else ""

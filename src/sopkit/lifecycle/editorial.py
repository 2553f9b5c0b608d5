"""Whether an edit is editorial: nothing that could change what people do."""

import re
from collections.abc import Iterable
from unicodedata import category, name

from sopkit.model.body import Block
from sopkit.model.similarity import diff_sequences
from sopkit.parsing.markdown import parse_blocks

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
_MAX_TOKENS = 3_000  # of one paragraph
_PROTECTED_KINDS = {"code": "code", "link": "a link", "image": "a link", "html": "HTML"}
_COMMENTS = re.compile(r"(?:\s*<!--(?:-?>|(?:(?!--!?>).)*--!?>))+\s*", re.DOTALL)


def find_substantive_change(before: str, after: str) -> str:
    """What an edit touches that no editorial edit may, in words; nothing when it touches no such thing.

    Digits, code, links, words of obligation, condition or negation; steps, headings and paragraphs that come, go
    or change their place. Both texts are bodies in Markdown.
    """
    old, new = (list(parse_blocks(body, 0).walk()) for body in (before, after))
    for kind, what in _PROTECTED_KINDS.items():
        if _protected_parts(old, kind) != _protected_parts(new, kind):
            return what
    if [_block_shape(block) for block in old] != [_block_shape(block) for block in new]:
        return "the structure of the text"
    texts = {block.text for block in old if block.text}
    for was, now in zip(old, new, strict=True):
        if was.text == now.text:
            continue
        if now.text in texts:
            return "the order of the text"
        what = _changed_tokens(_TOKEN.findall(was.text), _TOKEN.findall(now.text))
        if what:
            return what
    return ""


def _protected_parts(body: Iterable[Block], kind: str) -> list[tuple[str, str]]:
    """All that stands in a body of what no editorial edit may touch."""
    found = []
    for block in body:
        if block.kind == kind == "code":
            found.append((block.detail, block.text))
        found += [("", part.text) for part in block.inlines if part.kind == kind and not _COMMENTS.fullmatch(part.text)]
    return found


def _block_shape(block: Block) -> tuple[object, ...]:
    return block.kind, block.detail, block.level, block.ordered is None, block.checked


def _changed_tokens(old: list[str], new: list[str]) -> str:
    found = diff_sequences(old, new) if max(len(old), len(new)) <= _MAX_TOKENS else None
    if found is None:
        return "too much of the text"
    for edit in found:
        for token in (*old[edit.start : edit.end], *new[edit.new_start : edit.new_end]):
            what = _token_weight(token)
            if what:
                return f"{what} ({token})"
    return ""


def _token_weight(token: str) -> str:
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

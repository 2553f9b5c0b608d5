"""Whether an edit may be called editorial: nothing that could change what people do."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

_TOKEN = re.compile(r"`[^`\n]*`|\[[^\]\n]*\]\([^)\n]*\)|https?://\S+|\w+(?:[-'\u2019]\w+)*|[^\w\s]")
_MODALS = frozenset({
    "must", "shall", "should", "may", "might", "can", "cannot", "could", "will", "would", "need", "needs", "ought",
    "have", "has", "required", "optional", "only", "unless", "except", "if", "when", "before", "after", "until",
    "always", "never", "not", "no", "none", "nor", "neither", "without", "any", "all", "every", "each", "either",
    "both", "or", "and", "at", "least", "most", "less", "more",
})  # fmt: skip
_LINK = ("[", "http")
_CODE_LINE = re.compile(r"^(?: {4}|\t)")
_MOST_TOKENS = 3_000  # that differ in one place; comparing them takes their square


def weighty(before: str, after: str) -> str:
    """What an edit touches that no editorial edit may, in words; nothing when it touches no such thing.

    Digits, code, links, and words of obligation, condition or negation. Both texts are bodies in Markdown.
    """
    if _code(before) != _code(after):
        return "code"
    for old_part, new_part in _differing(before.splitlines(), after.splitlines()):
        old, new = _TOKEN.findall(old_part), _TOKEN.findall(new_part)
        if max(len(old), len(new)) > _MOST_TOKENS:
            return "too much of the text"
        for token in _changed(old, new):
            what = _weight(token)
            if what:
                return f"{what} ({token})"
    return ""


def _differing(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield "\n".join(old[first:last]), "\n".join(new[start:end])


def _changed(old: list[str], new: list[str]) -> Iterator[str]:
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (*old[first:last], *new[start:end])


def _weight(token: str) -> str:
    if token.startswith("`"):
        return "code"
    if token.startswith(_LINK) and len(token) > 1:
        return "a link"
    if any(character.isdigit() for character in token):
        return "a number"
    word = token.casefold().replace("\u2019", "'")
    if word in _MODALS or word.endswith("n't"):
        return "a word of obligation, condition or negation"
    return ""


def _code(text: str) -> list[str]:
    """The lines of code blocks."""
    lines, fence = [], ""
    for line in text.splitlines():
        start = line.lstrip()[:3]
        if fence:
            lines.append(line)
            fence = "" if start == fence else fence
        elif start in {"```", "~~~"}:
            fence = start
            lines.append(line)
        elif _CODE_LINE.match(line) and "`" in line:
            lines.append(line)
    return lines

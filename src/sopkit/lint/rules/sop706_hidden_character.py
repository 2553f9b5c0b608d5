"""SOP706: The text holds no hidden characters: bidi controls, zero-width characters, tags, control characters."""

import re
from collections.abc import Iterator
from html import unescape

from sopkit.library import Library, RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.model.source import Loc, Places, Source
from sopkit.tables.hidden_characters import character_name, divides_lines, find_hidden, is_control, reorders

_CONTROL_BYTES = bytes((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
_ENTITY = re.compile(rb"&(?:#[xX]?[0-9A-Fa-f]{1,7}|[A-Za-z]{2,31});")
_SOFT_HYPHEN = "\u00ad".encode()
_CONTEXT = 60  # bytes around an entity that tell whether its character is needed there


def _in_registers(library: Library) -> Iterator[Finding]:
    for register in library.registers.values():
        if any(finding.code == "SOP001" for finding in register.findings):
            continue  # it was not read
        for start, end, hidden, fix in _in_source(register.source, register.tree.key_places):
            yield Finding(register.path, register.source.place(start, end), _message(hidden), fix=fix)
        if b"\\" in register.source.data:
            for loc, hidden in _as_escapes(register.tree.value, register.tree.places, register.source):
                place = register.tree.place(loc) or register.source.line_place(1)
                yield Finding(register.path, place, _message(hidden, " (an escape)"))


@rule(
    "SOP706",
    severity=Severity.ERROR,
    fix=FixClass.MATERIAL,
    in_registers=_in_registers,
    bad="""
        ## Scope

        All accounts except ad&#x200B;min.
        """,
    good="""
        ## Scope

        All accounts except admin.
        """,
)
def hidden_character(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """The text holds no hidden characters: bidi controls, zero-width characters, tags, control characters.

    Neither as they are nor as an entity (`&#x202E;`) or an escape of YAML. Hidden are also line separators, runs of
    variation selectors, noncharacters, lone surrogates, soft hyphens in code, and a byte order mark after the first
    character. Joiners within emoji and in scripts that need them, an emoji's own variation selector, marks of direction
    in lines with right-to-left letters and no-break spaces are fine.

    Why: people approve what they see, while a terminal, a search, a copied command and an assistant get something else:
    bidi controls reorder what is shown (Trojan Source, CVE-2021-42574; Unicode UTS #39 and #55), and tags hide whole
    instructions.
    Mend: delete the character; the message has its name. `--fix` deletes it between letters and digits, and with
    `--unsafe` anywhere but in a key: deleting it there can change what is shown.
    """
    if not sop.readable:
        return
    for start, end, hidden, fix in _in_source(sop.source, sop.front.key_places):
        yield sop.finding((start, end), _message(hidden), fix=fix)
    data, front = sop.source.data, sop.front
    if b"\\" in data[front.start : front.end]:
        for loc, hidden in _as_escapes(front.typed, front.places, sop.source):
            yield sop.finding(loc, _message(hidden, " (an escape)"))
    for start, end, hidden, fix in _as_entities(sop) if b"&" in data else ():
        yield sop.finding((start, end), _message(hidden, " (an entity)"), fix=fix)
    for start, end in _code_ranges(sop) if _SOFT_HYPHEN in data else ():
        for match in re.finditer(_SOFT_HYPHEN, data[start:end]):
            span = (start + match.start(), start + match.end())
            yield sop.finding(span, _message("\u00ad", " in code"), fix=Fix("delete it", (Edit(*span, ""),)))


def _in_source(source: Source, keys: Places) -> Iterator[tuple[int, int, str, Fix | None]]:
    """Byte ranges of hidden characters, these characters, and the fix; none in a key, which could be there already."""
    data = source.data
    if data.isascii() and len(data.translate(None, _CONTROL_BYTES)) == len(data) and b"\r" not in data:
        return
    text = data.decode("utf-8", "replace")
    at = offset = 0
    for start, end in find_hidden(text):
        offset += len(text[at:start].encode())
        at, hidden = start, text[start:end]
        stop = offset + len(hidden.encode())
        in_key = any(keys[loc].start <= offset < keys[loc].end for loc in keys.spans)
        fix = None if in_key else _fix(offset, stop, hidden, text[start - 1 : start], text[end : end + 1])
        yield offset, stop, hidden, fix


def _fix(start: int, end: int, hidden: str, before: str, after: str) -> Fix:
    """Delete the bytes: a suggestion where that may change what is shown, as Markdown begins with signs and blanks."""
    safe = before.isalnum() and after.isalnum() and not reorders(hidden) and not divides_lines(hidden)
    edit = Edit(start, end, " " if divides_lines(hidden) else "")
    return Fix("delete it", (edit,), FixClass.MATERIAL if safe else FixClass.SUGGESTION)


def _as_escapes(value: object, places: Places, source: Source) -> Iterator[tuple[Loc, str]]:
    """Hidden characters of values that their YAML writes as escapes, such as `U+202E` in four digits."""
    for loc, text in _texts((), value):
        place = places.get(loc)
        written = source.data[place.start : place.end].decode("utf-8", "replace") if place else ""
        for start, end in find_hidden(text):
            if text[start:end] not in written:
                yield loc, text[start:end]


def _texts(loc: Loc, value: object) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, str):
        yield loc, value
    elif isinstance(value, list | dict):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts((*loc, key), item)


def _as_entities(sop: Sop) -> Iterator[tuple[int, int, str, Fix]]:
    """Byte ranges of HTML entities outside of code that are hidden characters, these, and the fix."""
    data, code = sop.source.data, None
    for match in _ENTITY.finditer(data, sop.body_start):
        start, end = match.span()
        char = unescape(match[0].decode())
        before = data[max(start - _CONTEXT, 0) : start].decode("utf-8", "ignore")
        after = data[end : end + _CONTEXT].decode("utf-8", "ignore")
        if not any(first <= len(before) < last for first, last in find_hidden(before + char + after)):
            continue
        code = _code_ranges(sop) if code is None else code
        if not any(first <= start < last for first, last in code):
            yield start, end, char, _fix(start, end, char, before[-1:], after[:1])


def _code_ranges(sop: Sop) -> list[tuple[int, int]]:
    blocks = sop.body.blocks
    found = [(block.start, block.end) for block in blocks if block.kind == "code"]
    return found + [(part.start, part.end) for block in blocks for part in block.inlines if part.kind == "code"]


def _message(hidden: str, how: str = "") -> str:
    more = f" and {len(hidden) - 1} more" if len(hidden) > 1 else ""
    them = "them" if more else "it"
    if reorders(hidden):
        why = f"the text around {them} is shown in another order"
    elif divides_lines(hidden):
        why = f"some programs end a line at {them}"
    elif is_control(hidden):
        why = f"terminals obey {them}"
    else:
        why = f"nobody sees {them}"
    return f"hidden character {character_name(hidden[0])}{more}{how}: {why}; delete {them}"

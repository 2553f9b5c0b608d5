"""Values of a register as the text of table cells: writing, quoting, and reading as people type them."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sopkit.model.config import ScalesTable
from sopkit.model.registers import Period, RowModel
from sopkit.model.similarity import nearest
from sopkit.model.sop_document import ControlClaim
from sopkit.parsing.lexicon import parse_date
from sopkit.registers.columns import FieldKind, RegisterColumn, columns_of

_BEFORE_QUOTE = frozenset(" \t\n\r;,:(")
_UNSAFE = re.compile(r'["\r\n;]|^\s|\s$|^\[')


class CellError(ValueError):
    """What a cell holds cannot be read: a sentence that says what to write."""


def quote_item(text: str, *also: str) -> str:
    """An item as it stands in a cell: in quotes, `"` doubled, where it holds a separator, or a piece of `also`."""
    if text and not _UNSAFE.search(text) and not any(piece in text for piece in also):
        return text
    return add_quotes(text)


def add_quotes(text: str) -> str:
    """An item in quotes."""
    return '"' + text.replace('"', '""') + '"'


def split_items(text: str, separators: str, *, nested: bool = False) -> list[str]:
    """The items of a cell, without blanks around them; a separator in quotes is none.

    `nested` says the same of one in parentheses. Raises CellError for quotes that are not closed.
    """
    parts: list[str] = []
    start = at = depth = 0
    while at < len(text):
        char = text[at]
        if char == '"' and (at == 0 or text[at - 1] in _BEFORE_QUOTE):  # else it is an inch
            at = _closing_quote(text, at)
        elif nested and char in "()":
            depth = max(depth + (1 if char == "(" else -1), 0)
        elif char in separators and not depth:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [part for piece in (*parts, text[start:]) if (part := piece.strip())]


def unquote(text: str) -> str:
    """An item without the quotes that are around all of it."""
    head, rest = leading_quote(text)
    return text if head is None or rest else head


def leading_quote(text: str) -> tuple[str | None, str]:
    """The quoted item with which a text begins, and what follows it; None and the text where it begins with none."""
    if not text.startswith('"'):
        return None, text
    end = _closing_quote(text, 0)
    return text[1:end].replace('""', '"'), text[end + 1 :].strip()


def _closing_quote(text: str, at: int) -> int:
    end = at + 1
    while (end := text.find('"', end)) >= 0:
        if text[end + 1 : end + 2] != '"':
            return end
        end += 2
    raise CellError('a quote `"` is opened and not closed; close it or leave it out')


_LIKE_SPAN = re.compile(r"\.\.|…|(?:^|\s)\(?[\d./-]+$")
_PLAIN_NAME = re.compile(r"[\w.-]+")
EMPTY_LIST = "[]"
"""The cell of holders that are written down and nobody: a role that is vacant, and not one without holders."""


def row_cells(register: str, row: RowModel) -> dict[str, str]:
    """The cells of a row by the names of their columns."""
    return {column.name: cell_text(column, row) for column in columns_of(register)}


def cell_text(column: RegisterColumn, row: RowModel) -> str:
    """One cell of a row; empty where it has none."""
    value = getattr(row, column.field)
    if column.kind is FieldKind.TRUTH and column.field not in row.model_fields_set:
        return ""  # nobody has decided it
    if column.kind is FieldKind.HOLDERS and value == () and column.field in row.model_fields_set:
        return EMPTY_LIST
    return _WRITERS.get(column.kind, _write_text)(value)


def _write_text(value: object) -> str:
    return "" if value is None else str(value)


def _write_period(text: str, period: Period) -> str:
    quoted = add_quotes(text) if _LIKE_SPAN.search(text) else quote_item(text)
    if not (period.since or period.until):
        return quoted
    return f"{quoted} {_write_text(period.since)}..{_write_text(period.until)}"


def _write_controls(value: Mapping[str, Iterable[ControlClaim]]) -> str:
    groups = []
    for name, claims in value.items():
        framework = name if _PLAIN_NAME.fullmatch(name) else add_quotes(name)
        groups.append(f"{framework}: {', '.join(map(_write_claim, claims))}".strip())
    return "; ".join(groups)


def _write_claim(claim: ControlClaim) -> str:
    uneven = claim.id.count("(") != claim.id.count(")")
    written = quote_item(claim.id, ",", ": ", " (", "/", *("()" if uneven else ""))
    others = claim.model_dump(exclude={"id"}, exclude_defaults=True, mode="json")
    remarks = [others.pop("strength")] if "strength" in others else []
    remarks += [f"{name}: {quote_item(str(text), ',', '(', ')', '/')}" for name, text in others.items()]
    return f"{written} ({', '.join(remarks)})" if remarks else written


_WRITERS: dict[FieldKind, Callable[[Any], str]] = {
    FieldKind.TRUTH: lambda value: "yes" if value else "no",
    FieldKind.TEXTS: lambda texts: "; ".join(map(quote_item, texts)),
    FieldKind.LOGINS: lambda logins: "; ".join(f"{forge}: {quote_item(name)}" for forge, name in logins.items()),
    FieldKind.HOLDERS: lambda rows: "; ".join(_write_period(row.person, row) for row in rows),
    FieldKind.KEYS: lambda rows: "; ".join(_write_period(row.key, row) for row in rows),
    FieldKind.CONTROLS: _write_controls,
}


Value = Any
"""What YAML holds in a cell: text, a day, a truth, a number, and lists and mappings of these; None for nothing."""

TICK_MARKS = frozenset({"x", "✓", "✔", "☑", "✗", "•"})
"""Marks that stand for yes, beside empty cells that may stand for no."""
_YES = frozenset({"yes", "y", "true", "1", "ja", "j", "wahr", "oui", "o", "vrai", "si", "sí", *TICK_MARKS})
_NO = frozenset({"no", "n", "false", "0", "nein", "falsch", "non", "faux", "-", "☐"})
_NUMBER = re.compile(r"(\d{1,9})(?:[.,]0*)?", re.ASCII)
_SPAN_PATTERN = re.compile(r"(.*?)\s*(?:^|\s)\(?(\d[\d./-]*\d)?\s*(?:\.{2,3}|…)\s*(\d[\d./-]*\d)?\)?", re.DOTALL)
_REMARK = re.compile(r"(.*?)\s+\((.*)\)", re.DOTALL)
_FRAMEWORK = re.compile(r"([\w.-]+):(?:\s+|$)(.*)", re.DOTALL)
_FIELD = re.compile(r"(\w+):\s*(.*)", re.DOTALL)
_STRENGTHS = ("full", "partial", "supporting")


@dataclass(frozen=True)
class CellReader:
    """What is known when cells are read: the scales, the frameworks, and the keys of rows by name, for each register.

    `frameworks` begins with the one that a bare list of controls means. Names are in lower case.
    """

    scales: ScalesTable
    frameworks: Collection[str] = ()
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    language: str = ""

    def read(self, column: RegisterColumn, text: str) -> Value:
        """The value of a cell. Raises CellError, which says what to write."""
        text = text.strip()
        if not text:
            return None
        if text == EMPTY_LIST and column.kind in {FieldKind.TEXTS, FieldKind.HOLDERS, FieldKind.KEYS}:
            return []
        return self._readers[column.kind](column, text)

    @cached_property
    def _readers(self) -> dict[FieldKind, Callable[[RegisterColumn, str], Value]]:
        return {
            FieldKind.TEXT: self._text,
            FieldKind.CHOICE: self._choice,
            FieldKind.DAY: lambda _, text: self._day(text),
            FieldKind.TRUTH: lambda _, text: _read_bool(text),
            FieldKind.NUMBER: lambda _, text: _read_number(text),
            FieldKind.DURATION: lambda _, text: text,
            FieldKind.TEXTS: lambda _, text: [unquote(item) for item in split_items(text, ";\n")],
            FieldKind.LOGINS: lambda _, text: _read_logins(text),
            FieldKind.HOLDERS: lambda column, text: self._spans(column, "person", text),
            FieldKind.KEYS: lambda column, text: self._spans(column, "key", text),
            FieldKind.CONTROLS: lambda _, text: self._controls(text),
        }

    def _text(self, column: RegisterColumn, text: str) -> str:
        if column.scaled:
            return next((word for word in column.allowed(self.scales) if word.casefold() == text.casefold()), text)
        return self._key(column, text) if column.names else text

    def _key(self, column: RegisterColumn, name: str) -> str:
        """The key of the row that a name means; the name where nobody knows it, which linting tells."""
        return self.keys.get(column.names, {}).get(" ".join(name.split()).casefold(), name)

    def _choice(self, column: RegisterColumn, text: str) -> str:
        folded = {word.casefold(): word for word in column.choices}
        if text.casefold() in folded:
            return folded[text.casefold()]
        raise CellError(not_allowed_message(column, text, column.choices))

    def _day(self, text: str) -> date:
        if day := parse_date(text, self.language) or parse_date(text):
            return day
        raise CellError(f"`{text}` is no day that can be told for sure; write YYYY-MM-DD")

    def _spans(self, column: RegisterColumn, name: str, text: str) -> list[dict[str, Value]]:
        rows = []
        for item in split_items(text, ";\n"):
            head, rest = leading_quote(item)
            match = _SPAN_PATTERN.fullmatch(rest)
            holder = head if head is not None else (match[1] if match else rest).strip()
            if head is not None and rest and (match is None or match[1]):
                raise CellError(f"`{rest}` behind a quoted item is no time; write for example 2026-01-31..2026-12-31")
            if not holder:
                raise CellError(f"`{item}` names nobody; write for example ann 2026-01-31..")
            row: dict[str, Value] = {name: self._key(column, holder) if head is None else holder}
            for key, day in zip(("from", "to"), match.groups()[1:] if match else (), strict=False):
                if day:
                    row[key] = self._day(day)
            rows.append(row)
        return rows

    def _controls(self, text: str) -> dict[str, list[Value]]:
        found: dict[str, list[Value]] = {}
        if '"' not in text:
            text = re.sub(r"\s+/\s+", ", ", text)
        framework = next(iter(self.frameworks), "")
        for group in split_items(text, ";\n", nested=True):
            named, rest = self._framework(group)
            framework = framework if named is None else named
            if not framework:
                raise CellError("the library has no framework; write for example iso27001-2022: A.5.18")
            found.setdefault(framework, []).extend(map(_read_claim, split_items(rest, ",", nested=True)))
        return found

    def _framework(self, group: str) -> tuple[str | None, str]:
        """The framework that a group of controls names, None for none, and its controls."""
        head, rest = leading_quote(group)
        if head is not None and rest.startswith(":"):
            return head, rest[1:].strip()
        if match := _FRAMEWORK.fullmatch(group):
            return match[1], match[2]
        name, colon, rest = group.partition(":")
        return (name, rest.strip()) if colon and name in self.frameworks else (None, group)


def not_allowed_message(column: RegisterColumn, text: str, allowed: tuple[str, ...]) -> str:
    """The sentence about a value that is none of those allowed."""
    near = nearest(text.casefold(), [word.casefold() for word in allowed])
    suggestion = next((word for word in allowed if near and word.casefold() == near[0]), "")
    advice = f"did you mean `{suggestion}`?" if suggestion else f"write one of {', '.join(allowed)}"
    return f"`{text}` is no {column.name}; {advice}"


def _read_number(text: str) -> int:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise CellError(f"`{text}` is no whole number")
    return int(match[1])


def _read_bool(text: str) -> bool:
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise CellError(f"`{text}` is neither yes nor no")


def _read_logins(text: str) -> dict[str, str]:
    logins = {}
    for item in split_items(text, ";\n"):
        forge, colon, name = item.partition(":")
        if not colon or not name.strip():
            raise CellError(f"`{item}` names no forge; write for example github: {item.strip(': ')}")
        logins[forge.strip().casefold()] = unquote(name.strip())
    return logins


def _read_claim(text: str) -> Value:
    """A claim: its id alone, or a mapping where something is said in parentheses behind it."""
    head, rest = leading_quote(text)
    if head is not None and not rest:
        return head
    match = _REMARK.fullmatch(text) if head is None else re.fullmatch(r"()\((.*)\)", rest, re.DOTALL)
    if match is None:
        return text
    claim: dict[str, Value] = {"id": match[1] if head is None else head}
    notes = []
    for part in split_items(match[2], ","):
        named = _FIELD.fullmatch(part)
        if part.casefold() in _STRENGTHS:
            claim["strength"] = part.casefold()
        elif named is not None and named[1] in ControlClaim.model_fields:
            claim[named[1]] = unquote(named[2])
        else:
            notes.append(unquote(part))
    return claim | ({"note": ", ".join(notes)} if notes else {})

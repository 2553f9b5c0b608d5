"""Cells of tables as people type them, read as values of a register."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sopkit.model.config import ScalesTable
from sopkit.model.document import ControlClaim
from sopkit.model.nearest import nearest
from sopkit.registers.columns import Column, Kind
from sopkit.registers.flat import EMPTY
from sopkit.registers.tokens import CellError, leading, split, unquoted
from sopkit.text.days import day_in

Value = Any
"""What YAML holds in a cell: text, a day, a truth, a number, and lists and mappings of these; None for nothing."""

MARKS = frozenset({"x", "✓", "✔", "☑", "✗", "•"})
"""Marks that stand for yes, beside empty cells that may stand for no."""
_YES = frozenset({"yes", "y", "true", "1", "ja", "j", "wahr", "oui", "o", "vrai", "si", "sí", *MARKS})
_NO = frozenset({"no", "n", "false", "0", "nein", "falsch", "non", "faux", "-", "☐"})
_NUMBER = re.compile(r"(\d{1,9})(?:[.,]0*)?", re.ASCII)
_SPAN = re.compile(r"(.*?)\s*(?:^|\s)\(?(\d[\d./-]*\d)?\s*(?:\.{2,3}|…)\s*(\d[\d./-]*\d)?\)?", re.DOTALL)
_REMARK = re.compile(r"(.*?)\s+\((.*)\)", re.DOTALL)
_FRAMEWORK = re.compile(r"([\w.-]+):(?:\s+|$)(.*)", re.DOTALL)
_FIELD = re.compile(r"(\w+):\s*(.*)", re.DOTALL)
_STRENGTHS = ("full", "partial", "supporting")


@dataclass(frozen=True)
class Reader:
    """What is known when cells are read: the scales, the frameworks, and the keys of rows by name, for each register.

    `frameworks` begins with the one that a bare list of controls means. Names are in lower case.
    """

    scales: ScalesTable
    frameworks: Collection[str] = ()
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    language: str = ""

    def read(self, column: Column, text: str) -> Value:
        """The value of a cell. Raises CellError, which says what to write."""
        text = text.strip()
        if not text:
            return None
        if text == EMPTY and column.kind in {Kind.TEXTS, Kind.HOLDERS, Kind.KEYS}:
            return []
        return self._readers[column.kind](column, text)

    @cached_property
    def _readers(self) -> dict[Kind, Callable[[Column, str], Value]]:
        return {
            Kind.TEXT: self._text,
            Kind.CHOICE: self._choice,
            Kind.DAY: lambda _, text: self._day(text),
            Kind.TRUTH: lambda _, text: _truth(text),
            Kind.NUMBER: lambda _, text: _number(text),
            Kind.DURATION: lambda _, text: text,
            Kind.TEXTS: lambda _, text: [unquoted(item) for item in split(text, ";\n")],
            Kind.LOGINS: lambda _, text: _logins(text),
            Kind.HOLDERS: lambda column, text: self._spans(column, "person", text),
            Kind.KEYS: lambda column, text: self._spans(column, "key", text),
            Kind.CONTROLS: lambda _, text: self._controls(text),
        }

    def _text(self, column: Column, text: str) -> str:
        if column.scaled:
            return next((word for word in column.allowed(self.scales) if word.casefold() == text.casefold()), text)
        return self._key(column, text) if column.names else text

    def _key(self, column: Column, name: str) -> str:
        """The key of the row that a name means; the name where nobody knows it, which linting tells."""
        return self.keys.get(column.names, {}).get(" ".join(name.split()).casefold(), name)

    def _choice(self, column: Column, text: str) -> str:
        folded = {word.casefold(): word for word in column.choices}
        if text.casefold() in folded:
            return folded[text.casefold()]
        raise CellError(none_of(column, text, column.choices))

    def _day(self, text: str) -> date:
        if day := day_in(text, self.language) or day_in(text):
            return day
        raise CellError(f"`{text}` is no day that can be told for sure; write YYYY-MM-DD")

    def _spans(self, column: Column, name: str, text: str) -> list[dict[str, Value]]:
        rows = []
        for item in split(text, ";\n"):
            head, rest = leading(item)
            match = _SPAN.fullmatch(rest)
            who = head if head is not None else (match[1] if match else rest).strip()
            if head is not None and rest and (match is None or match[1]):
                raise CellError(f"`{rest}` behind a quoted item is no time; write for example 2026-01-31..2026-12-31")
            if not who:
                raise CellError(f"`{item}` names nobody; write for example ann 2026-01-31..")
            row: dict[str, Value] = {name: self._key(column, who) if head is None else who}
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
        for group in split(text, ";\n", nested=True):
            named, rest = self._framework(group)
            framework = framework if named is None else named
            if not framework:
                raise CellError("the library has no framework; write for example iso27001-2022: A.5.18")
            found.setdefault(framework, []).extend(map(_claim, split(rest, ",", nested=True)))
        return found

    def _framework(self, group: str) -> tuple[str | None, str]:
        """The framework that a group of controls names, None for none, and its controls."""
        head, rest = leading(group)
        if head is not None and rest.startswith(":"):
            return head, rest[1:].strip()
        if match := _FRAMEWORK.fullmatch(group):
            return match[1], match[2]
        name, colon, rest = group.partition(":")
        return (name, rest.strip()) if colon and name in self.frameworks else (None, group)


def none_of(column: Column, text: str, allowed: tuple[str, ...]) -> str:
    """The sentence about a value that is none of those allowed."""
    near = nearest(text.casefold(), [word.casefold() for word in allowed])
    meant = next((word for word in allowed if near and word.casefold() == near[0]), "")
    advice = f"did you mean `{meant}`?" if meant else f"write one of {', '.join(allowed)}"
    return f"`{text}` is no {column.name}; {advice}"


def _number(text: str) -> int:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise CellError(f"`{text}` is no whole number")
    return int(match[1])


def _truth(text: str) -> bool:
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise CellError(f"`{text}` is neither yes nor no")


def _logins(text: str) -> dict[str, str]:
    found = {}
    for item in split(text, ";\n"):
        forge, colon, name = item.partition(":")
        if not colon or not name.strip():
            raise CellError(f"`{item}` names no forge; write for example github: {item.strip(': ')}")
        found[forge.strip().casefold()] = unquoted(name.strip())
    return found


def _claim(text: str) -> Value:
    """A claim: its id alone, or a mapping where something is said in parentheses behind it."""
    head, rest = leading(text)
    if head is not None and not rest:
        return head
    match = _REMARK.fullmatch(text) if head is None else re.fullmatch(r"()\((.*)\)", rest, re.DOTALL)
    if match is None:
        return text
    claim: dict[str, Value] = {"id": match[1] if head is None else head}
    notes = []
    for part in split(match[2], ","):
        said = _FIELD.fullmatch(part)
        if part.casefold() in _STRENGTHS:
            claim["strength"] = part.casefold()
        elif said is not None and said[1] in ControlClaim.model_fields:
            claim[said[1]] = unquoted(said[2])
        else:
            notes.append(unquoted(part))
    return claim | ({"note": ", ".join(notes)} if notes else {})

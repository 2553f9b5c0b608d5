"""A row of a register as flat cells of text, in the form that `cells.py` reads back."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sopkit.model.document import ControlClaim
from sopkit.model.registers import Holder, Row, SigningKey, Span
from sopkit.registers.columns import Column, Kind, columns_of
from sopkit.registers.tokens import in_quotes, quote

_LIKE_SPAN = re.compile(r"\.\.|…|(?:^|\s)\(?[\d./-]+$")
_PLAIN = re.compile(r"[\w.-]+")
EMPTY = "[]"
"""The cell of holders that are written down and nobody: a role that is vacant, and not one without holders."""


def flat(register: str, row: Row) -> dict[str, str]:
    """The cells of a row by the names of their columns."""
    return {column.name: flat_cell(column, row) for column in columns_of(register)}


def flat_cell(column: Column, row: Row) -> str:
    """One cell of a row; empty where it has none."""
    value = getattr(row, column.field)
    if column.kind is Kind.TRUTH and column.field not in row.model_fields_set:
        return ""  # nobody has decided it
    if column.kind is Kind.HOLDERS and value == () and column.field in row.model_fields_set:
        return EMPTY
    return _WRITERS.get(column.kind, _text)(value)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _truth(value: object) -> str:
    return "yes" if value else "no"


def _texts(value: Iterable[str]) -> str:
    return "; ".join(map(quote, value))


def _logins(value: Mapping[str, str]) -> str:
    return "; ".join(f"{forge}: {quote(name)}" for forge, name in value.items())


def _holders(value: Iterable[Holder]) -> str:
    return "; ".join(f"{_before_span(one.person)}{_span(one)}" for one in value)


def _keys(value: Iterable[SigningKey]) -> str:
    return "; ".join(f"{_before_span(one.key)}{_span(one)}" for one in value)


def _before_span(text: str) -> str:
    return in_quotes(text) if _LIKE_SPAN.search(text) else quote(text)


def _span(span: Span) -> str:
    return f" {_text(span.since)}..{_text(span.until)}" if span.since or span.until else ""


def _controls(value: Mapping[str, Iterable[ControlClaim]]) -> str:
    return "; ".join(f"{_framework(name)}: {', '.join(map(_claim, claims))}".strip() for name, claims in value.items())


def _framework(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else in_quotes(name)


def _claim(claim: ControlClaim) -> str:
    uneven = claim.id.count("(") != claim.id.count(")")
    written = quote(claim.id, ",", ": ", " (", "/", *("()" if uneven else ""))
    said = claim.model_dump(exclude={"id"}, exclude_defaults=True, mode="json")
    remarks = [said.pop("strength")] if "strength" in said else []
    remarks += [f"{name}: {quote(str(text), ',', '(', ')', '/')}" for name, text in said.items()]
    return f"{written} ({', '.join(remarks)})" if remarks else written


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.TRUTH: _truth,
    Kind.TEXTS: _texts,
    Kind.LOGINS: _logins,
    Kind.HOLDERS: _holders,
    Kind.KEYS: _keys,
    Kind.CONTROLS: _controls,
}

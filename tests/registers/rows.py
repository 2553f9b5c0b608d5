"""Rows of any register, made at random."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from sopkit.model.registers import REGISTERS, RowModel
from sopkit.registers.columns import FieldKind, RegisterColumn, columns_of

SPECIAL = st.sampled_from(
    ["a;b", "a, b", '5" disk', '"', '""', "'=x", "=1+1", "+49 30", "-x", "@x", "a: b", "a (b", "a) (c)", "(partial)", "[]",
     "[x", "x 2026-01-01..", "..", "2026-01-01..2026-02-02", "null", "~", "yes", "no", "# x", "a # b", "a\nb", "x..y", "164.308(a)(1)(ii)(A)",
     "&a", "*a", "!t", "|", ">", "{a: b}", "%x", "`x`", "\u2028", "\u0085", "\ufeff", "0010", "1e3", "2026-01-01", "- x", "? x", "Léa", "😀", "a / b"]
)  # fmt: skip
TEXTS = st.one_of(
    SPECIAL, st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\x00"), max_size=12)
).map(str.strip)
SOME = TEXTS.filter(bool)
DAYS = st.dates(date(1970, 1, 1), date(2099, 12, 31))
SPANS = st.fixed_dictionaries({}, optional={"from": DAYS, "to": DAYS})


def _claim() -> st.SearchStrategy[Any]:
    whole = st.fixed_dictionaries(
        {"id": SOME}, optional={"strength": st.sampled_from(["full", "partial", "supporting"]), "note": TEXTS}
    )
    return st.one_of(SOME, whole)


def _cell(column: RegisterColumn) -> st.SearchStrategy[Any]:
    return {
        FieldKind.TEXT: SOME if column.required else TEXTS,
        FieldKind.CHOICE: st.sampled_from(column.choices or ("",)),
        FieldKind.DAY: DAYS,
        FieldKind.TRUTH: st.booleans(),
        FieldKind.NUMBER: st.integers(1, 9),
        FieldKind.DURATION: st.sampled_from(["12 months", "PT15M", "90 days", "P1Y"]),
        FieldKind.TEXTS: st.lists(TEXTS, max_size=3),
        FieldKind.LOGINS: st.dictionaries(st.sampled_from(["github", "gitlab"]), SOME, max_size=2),
        FieldKind.HOLDERS: st.lists(st.builds(lambda who, span: {"person": who, **span}, SOME, SPANS), max_size=3),
        FieldKind.KEYS: st.lists(st.builds(lambda key, span: {"key": key, **span}, SOME, SPANS), max_size=2),
        FieldKind.CONTROLS: st.dictionaries(
            st.one_of(st.just("iso27001-2022"), SOME), st.lists(_claim(), max_size=3), max_size=2
        ),
    }[column.kind]


def row_of(register: str) -> st.SearchStrategy[RowModel]:
    columns = columns_of(register)
    must = {column.name: _cell(column) for column in columns if column.required}
    may = {column.name: _cell(column) for column in columns if not column.required}
    return st.fixed_dictionaries(must, optional=may).map(REGISTERS[register].model_validate)

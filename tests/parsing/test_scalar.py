"""Values of YAML written so that every reader takes them for the same text."""

import pytest
import yaml

from sopkit.model.finding import Edit, Fix, FixClass
from sopkit.model.source import Source
from sopkit.parsing.yaml import quote_if_needed, rewrite_scalar


@pytest.mark.parametrize("value", ["okta", "AC-001", "A.5.18", "IT operations", "2024-09-18", "a/b.c_d"])
def test_a_plain_value_stays_plain(value: str) -> None:
    assert quote_if_needed(value) == value


@pytest.mark.parametrize(
    "value",
    ["", "1.0", "12", "yes", "No", "null", "a: b", "a #b", "it's", "- a", "[a]", "a, b", "é", " a", "a  b", "*a"],
)
def test_any_other_value_is_quoted_and_read_back(value: str) -> None:
    assert quote_if_needed(value) == "'" + value.replace("'", "''") + "'"
    assert yaml.safe_load(quote_if_needed(value)) == value


@pytest.mark.parametrize(
    ("typed", "new", "text"),
    [
        ("old", "new", "new"),
        ("old", "1.0", "'1.0'"),
        ("'old'", "new", "'new'"),
        ('"old"', "a: b", '"a: b"'),
        ('"old"', 'a"b', None),
        ("'old'", "a'b", None),
        ('"old"', "a\\b", None),
        ('"o\\x6cd"', "new", None),
        ("&a old", "new", None),
        ("!!str old", "new", None),
        (">\n  old", "new", None),
    ],
)
def test_quotes_are_kept_and_anything_else_is_left(typed: str, new: str, text: str | None) -> None:
    source = Source(f"key: {typed}\n".encode())
    place = source.place(5, 5 + len(typed))
    fix = Fix(f"write `{new}`", (Edit(5, 5 + len(typed), text or ""),), FixClass.SUGGESTION)
    assert rewrite_scalar(source, place, "old", new) == (fix if text else None)

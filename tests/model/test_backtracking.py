"""Patterns of a library: those that may run for hours are refused, those that people write are not."""

import re

import pytest
from pydantic import ValidationError

from sopkit.frameworks.loader import load_catalogue
from sopkit.model.backtracking import compile_pattern
from sopkit.model.config import LibraryTable


@pytest.mark.parametrize(
    "pattern",
    [
        r"[A-Z]{2,5}-\d{3,}",
        r"[A-Z]+\d+",
        r"[A-Z]+(?:-[A-Z]+)*-\d+",
        r"(?:[A-Z]{2,5}-)+\d{3}",
        r"(?:AC|BK|HR)-\d{3}(?:\.\d)?",
        r"^(?P<area>[a-z]+)_\d++$",
        r"(?s).*",
        r".*-.*",
        r"[]a-z]{2,}?",
        r"\u00dc-\x41{,3}\d",
        r"a|",
        r"a{}",
    ],
)
def test_usual_patterns_are_accepted(pattern: str) -> None:
    assert compile_pattern(pattern) == re.compile(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(A+)+B",
        "(A|A)*B",
        "(a|A)*B",
        "(A|AA)+B",
        "(AA?)+B",
        "(.*)*",
        "A*A*A*A*A*B",
        r"(\w|\d)+-",
        "A?" * 30 + "A" * 30,
        "(A|A){30}B",
        "(A{0,50}){0,50}",
        "(A{1,99}){999999}B",
        "(|A)+B",
    ],
)
def test_patterns_that_may_run_for_hours_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"^can match one text in too many ways, and could take hours to do so; write"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(?=A)B", "has `(?=A`, which is not supported (look-around, back reference, inline flag)"),
        ("(?<!A)B", "has `(?<!`, which is not supported (look-around, back reference, inline flag)"),
        (r"(A)\1", r"has `\1`, which is not supported (look-around, back reference, inline flag)"),
        ("(?i:a)", "has `(?i:`, which is not supported (look-around, back reference, inline flag)"),
        ("(?>a)", "has `(?>a`, which is not supported (look-around, back reference, inline flag)"),
        ("(" * 30 + ")" * 30, "has more than 20 groups within each other"),
        ("A" * 5001, "is longer than 5000 characters; shorten it"),
        ("[", "not a regular expression: unterminated character set at position 0"),
    ],
)
def test_what_is_not_supported(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        compile_pattern(pattern)


def test_all_shipped_forms_are_accepted() -> None:
    catalogue = load_catalogue()
    forms = [
        form for name in catalogue.ids for head in [catalogue.get(name)] for form in (head.id_form, head.group_form)
    ]
    assert [compile_pattern(form).pattern for form in forms] == forms


def test_an_id_has_a_length() -> None:
    table = LibraryTable(id_pattern=r"[A-Z]+-\d+")
    assert (table.is_id("AC-1"), table.is_id("AC-1x"), table.is_id("A" * 99 + "-1")) == (True, False, False)
    assert (table.id_at_start("ac-12-x.md"), table.id_at_start("x.md"), table.id_at_start("a" * 99 + "-1")) == (
        "ac-12",
        "",
        "",
    )


def test_the_configuration_refuses_it() -> None:
    with pytest.raises(ValidationError, match=r"id_pattern\n.*can match one text in too many ways"):
        LibraryTable(id_pattern="(A+)+B")

"""What ids have in common."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopkit.frameworks.questionnaire import id_form, id_prefix, is_ambiguous_in_text


@pytest.mark.parametrize(
    ("ids", "form"),
    [
        (["DOCU-01", "HLAA-01", "PPPR-12"], r"[A-Z]{4}-\d{2}"),
        (["A&A-01.1", "AIS-02.3", "IVS-10.12"], r"[A-Z&]{3}-\d{2}\.\d{1,2}"),
        (["Q1", "Q2", "Q10"], r"[A-Z]\d{1,2}"),
        (["1.1", "1.2", "2"], ""),
        (["1.1", "1.2", "2", "3"], r"\d\.\d|\d"),
        (["AC-2(1)", "AC-2(2)", "AC-1", "AU-1"], r"[A-Z]{2}-\d\(\d\)|[A-Z]{2}-\d"),
        (["Art. 5", "Art. 12"], r"[A-Z][a-z]{2}\. \d{1,2}"),
        (["AC", "AU"], ""),
        (["A-1", "b", "c.d", "E/2", "f_1"], ""),
        (["Ü-1", "Ü-2"], r"Ü-\d"),
    ],
)
def test_form(ids: list[str], form: str) -> None:
    assert id_form(ids) == form


@pytest.mark.parametrize(
    ("control_id", "lead"),
    [("DOCU-01", "DOCU"), ("A&A-01.1", "A&A"), ("5.1", "5"), ("Q12", "Q"), ("Art. 32", "Art"), ("AC", "AC")],
)
def test_lead(control_id: str, lead: str) -> None:
    assert id_prefix(control_id) == lead


def test_ids_that_other_text_has_too() -> None:
    assert not is_ambiguous_in_text(["DOCU-01", "A&A-01.1"])
    assert [is_ambiguous_in_text([control_id]) for control_id in ("5.1", "Q1", "ACCESS", "AC-1")] == [
        True,
        True,
        True,
        False,
    ]


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=6))
def test_a_form_is_that_of_every_id(ids: list[str]) -> None:
    form = id_form(ids)
    if form:
        pattern = re.compile(f"(?:{form})")
        assert not pattern.groups
        assert all(pattern.fullmatch(control_id) for control_id in ids)
        assert not pattern.fullmatch("")

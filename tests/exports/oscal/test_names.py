"""Tokens are valid, unique and stay; UUIDs are of version 5 and stay."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopkit.exports.oscal.elements import make_tokens, make_uuid, sort_keys

TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ("A.5.18", "A.5.18"),
        ("GV.OC-01", "GV.OC-01"),
        ("CC6.2", "CC6.2"),
        ("A&A-01.1", "A-A-01.1"),
        ("Art. 32", "Art-32"),
        ("Chapter III Section 1", "Chapter-III-Section-1"),
        ("164.308(a)(1)(ii)(A)", "_164.308.a.1.ii.A"),
        ("6.1.2", "_6.1.2"),
        ("§ 4 (2)", "_4.2"),
        ("Überwachung", "Uberwachung"),
        ("управление", "_"),
        ("-", "_"),
        ("\ud800", "_"),
    ],
)
def test_what_is_a_token_stays_and_the_rest_becomes_one(written: str, token: str) -> None:
    assert make_tokens([written]) == {written: token}


def test_lower_case_gives_the_ids_of_nist() -> None:
    assert make_tokens(["AC-2", "AC-2(1)", "AC"], lower=True) == {"AC-2": "ac-2", "AC-2(1)": "ac-2.1", "AC": "ac"}


def test_two_ids_of_one_token_are_kept_apart_and_the_token_itself_keeps_its_name() -> None:
    assert make_tokens(["A/1", "A 1", "a-1", "A-1"]) == {
        "a-1": "a-1",
        "A-1": "A-1-bc4e",
        "A/1": "A-1-a5b3",
        "A 1": "A-1-937b",
    }


@given(st.lists(st.one_of(st.text(max_size=6), st.text("aA1.-() /&", max_size=6)), unique=True), st.booleans())
def test_tokens_are_valid_and_unique_even_without_case(ids: list[str], lower: bool) -> None:
    found = make_tokens(ids, lower=lower)
    assert set(found) == set(ids)
    assert all(TOKEN.fullmatch(token) for token in found.values())
    assert len({token.casefold() for token in found.values()}) == len(ids)
    assert make_tokens([*ids, "Z-999"], lower=lower).items() >= found.items()


def test_numbers_sort_as_people_count() -> None:
    keys = sort_keys(["A.5.2", "A.5.18", "A.10.1"])
    assert keys == {"A.5.2": "a.05.02", "A.5.18": "a.05.18", "A.10.1": "a.10.01"}


def test_a_uuid_is_that_of_a_path_of_names() -> None:
    assert make_uuid("library", "Acme Cloud", "sop", "AC-001") == "83a4a04d-f26c-53c0-97be-7d8526ee93ff"
    assert UUID(make_uuid("library", "\ud800")).version == 5

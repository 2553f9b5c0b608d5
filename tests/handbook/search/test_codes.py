"""Ids in running text."""

import pytest

from sopkit.handbook.search.passages import CodeIndex, code_of, split_words
from sopkit.lifecycle.library_status import LibraryStatus

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("text", "codes", "rest"),
    [
        ("Control: A.5.17, A.8.5, NIST CSF PR.AA-02", ["a.5.17", "a.8.5", "pr.aa.2"], "control nist csf"),
        ("see a8.13 or A 8 13", ["a.8.13", "a.8.13"], "see or"),
        ("go to AC-001 (ac001)", ["ac.001", "ac.001"], "go to"),
        ("SOC 2 CC6.1 and Article 32", ["cc.6.1", "art.32"], "soc 2 and"),
        ("a 24 hour shift, version 8.13, A.99.1", [], "a 24 hour shift version 8 13 a 99 1"),
    ],
)
def test_codes_are_found_in_words(text: str, codes: list[str], rest: str, acme: LibraryStatus) -> None:
    words = split_words(text)
    assert CodeIndex(acme.library).taken_from(words) == codes
    assert " ".join(word for word in words if word) == rest


def test_codes_are_words_and_numbers() -> None:
    assert [code_of(text) for text in ("A.8.13", "a8.13", "PR.AA-01", "Article 32", "AC-001", "164.308(a)(1)(i)")] == [
        "a.8.13",
        "a.8.13",
        "pr.aa.1",
        "art.32",
        "ac.001",
        "164.308.a.1.i",
    ]

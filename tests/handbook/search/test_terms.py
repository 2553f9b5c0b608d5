"""The words of a text and their stems."""

import pytest

from sopkit.handbook.search.passages import split_words, stems_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Back-up, and RESTORE!", ["back", "up", "and", "restore"]),
        ("Zugänge für Über_sicht", ["zugänge", "für", "über", "sicht"]),
        ("Zuga\u0308nge", ["zuga\u0308nge"]),
        ("数据备份 v2", ["数", "据", "备", "份", "v2"]),
        ("\x00<b>\u202eevil</b>", ["b", "evil", "b"]),
    ],
)
def test_words_are_in_lower_case(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "approve approves approved approving approval"),
        ("en", "log logs logged logging"),
        ("en", "notify notified notification"),
        ("en", "restore restored restoring"),
        ("en-GB", "vulnerability vulnerabilities"),
        ("de", "zugang zugänge zugängen"),
        ("de", "prüfung prüfungen"),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, words: str) -> None:
    assert len({stems_of(language)[word] for word in words.split()}) == 1


def test_words_of_no_weight_have_none() -> None:
    assert [stems_of(language)[word] for language, word in (("en", "the"), ("de", "für"), ("en", "a" * 41))] == [""] * 3


def test_a_language_without_rules_keeps_its_words() -> None:
    assert stems_of("pl")["procedury"] == "procedury"

"""Every language says what English says, with the same fields."""

from collections.abc import Mapping
from string import Formatter

import pytest

from sopkit.parsing.lexicon import languages_in, phrases_of

ENGLISH = phrases_of("en")


def fields(text: str | Mapping[str, str]) -> set[str]:
    texts = [text] if isinstance(text, str) else text.values()
    return {name for one in texts for _, name, _, _ in Formatter().parse(one) if name} - {"count"}


@pytest.mark.parametrize("tag", languages_in("render"))
def test_each_language_has_the_same_keys_and_fields(tag: str) -> None:
    said = phrases_of(tag).texts
    assert list(said) == list(ENGLISH.texts)
    assert [key for key, text in said.items() if fields(text) != fields(ENGLISH.texts[key])] == []
    assert {frozenset(text) for text in said.values() if not isinstance(text, str)} == {frozenset({"one", "other"})}


@pytest.mark.parametrize(
    ("tag", "said"), [("", "1 step"), ("en-GB", "1 step"), ("de-CH", "1 Schritt"), ("xx", "1 step")]
)
def test_a_language_without_phrases_gets_english_ones(tag: str, said: str) -> None:
    assert phrases_of(tag)("steps", 1) == said
    assert phrases_of(tag)("steps", 2).startswith("2 ")

"""Word lists: what each language must have, and how phrases and verbs are looked up."""

import re
from pathlib import Path

import pytest

import sopkit
from sopkit.model.source import Source
from sopkit.parsing.lexicon import (
    Lexicon,
    any_phrase,
    is_imperative,
    is_statement_verb,
    languages_in,
    lexicon,
    phrase_needles,
)
from sopkit.parsing.yaml import load_yaml

OF_SOME_LANGUAGES = {"orders", "passives", "participles", "irregular", "addressed"}
WORDING = {
    *("verbs", "prefixes", "forms", "irregular_forms", "openers", "opener_endings", "circumstances", "conditions"),
    *(
        "questions",
        "pronouns",
        "actors",
        "auxiliaries",
        "articles",
        "prepositions",
        "connectives",
        "hedges",
        "criteria",
    ),
    *("vague_times", "weak_obligations", "observations", "relatives", "negations", "exceptions", "either_or_both"),
    *("answers", "otherwise"),
}
every_language = pytest.mark.parametrize("language", languages_in("lexicon"))


@every_language
def test_the_lists_of_a_language_are_filled_without_doubles(language: str) -> None:
    words = lexicon(language)
    assert words is not None
    of_english = {name for name, field in Lexicon.model_fields.items() if field.annotation is not bool}
    needed = WORDING if language != "en" else of_english - OF_SOME_LANGUAGES
    assert {name for name in needed if not getattr(words, name)} == set()
    for name in of_english:
        phrases = tuple(getattr(words, name))
        assert len(set(phrases)) == len(phrases), name


@every_language
def test_the_lists_are_read_as_the_model_says(language: str) -> None:
    words = lexicon(language)
    assert words is not None
    file = Path(sopkit.__file__).parent / "i18n" / "lexicon" / f"{language}.yaml"
    valid = Lexicon.model_validate(load_yaml(file.read_bytes(), str(file)))
    assert dict(words) == dict(valid)
    assert [type(value) for _, value in words] == [type(value) for _, value in valid]


@every_language
def test_verbs_are_many_single_words_in_lower_case(language: str) -> None:
    words = lexicon(language)
    assert words is not None
    assert len(words.verbs) >= 400
    assert [verb for verb in words.verbs if not re.fullmatch(r"[^\W\d_]+", verb) or verb != verb.lower()] == []


@pytest.mark.parametrize(
    ("tag", "language"), [("", "en"), ("en", "en"), ("en-GB", "en"), ("EN_us", "en"), ("fr", ""), ("english", "")]
)
def test_the_language_of_a_tag(tag: str, language: str) -> None:
    assert lexicon(tag) is (lexicon(language) if language else None)


@pytest.mark.parametrize(
    ("word", "order", "told"),
    [
        ("Disable", True, False),
        ("disables", False, True),
        ("DENY", True, False),
        ("denies", False, True),
        ("re-enable", True, False),
        ("reassigns", False, True),
        ("double-check", True, False),
        ("overview", False, False),
        ("policy", False, False),
        ("", False, False),
    ],
)
def test_verbs(word: str, order: bool, told: bool) -> None:
    words = lexicon("en")
    assert words is not None
    assert (is_imperative(word, words), is_statement_verb(word, words)) == (order, told)


@pytest.mark.parametrize(
    ("phrases", "text", "hits"),
    [
        (("as soon as possible",), "Do it as  soon\nas possible.", ["as  soon\nas possible"]),
        (("ggf.",), "Das Konto ggf. sperren, GGF.", ["ggf.", "GGF."]),
        (("falls nötig",), "FALLS NÖTIG sperren", ["FALLS NÖTIG"]),
        (("if", "if needed"), "if needed", ["if needed"]),
        (("may",), "maybe dismay", []),
        (("may", "über", "e.g."), "May. Über, e.g. may_ über2", ["May", "Über", "e.g."]),
        ((), "anything", []),
    ],
)
def test_phrases(phrases: tuple[str, ...], text: str, hits: list[str]) -> None:
    pattern = any_phrase(phrases)
    assert [match[0] for match in pattern.finditer(text)] == hits
    assert not hits or Source(text.encode()).may_say(phrase_needles(phrases))


def test_needles_are_the_ascii_words_in_lower_case_and_the_longest_piece_that_is_no_word() -> None:
    assert phrase_needles(("if needed", "ASAP", "nötig", "and/or", "üö", "asap")) == (
        ({b"if", b"needed"}, b""),
        ({b"asap"}, b""),
        ({b"n", b"tig"}, b""),
        ({b"and", b"or"}, b"and/or"),
        (frozenset(), b""),
    )

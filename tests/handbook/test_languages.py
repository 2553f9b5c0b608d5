"""The languages of the interface: each says all that English says, and nothing of English is left in a build."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from string import Formatter

import pytest

from sopkit.handbook.build import Site, build
from sopkit.handbook.selection import BuildOptions
from sopkit.handbook.translations import FALLBACK, languages, load_texts
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

OTHERS = [tag for tag in languages() if tag != FALLBACK]
UNCLOSED = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "rect", "wbr"}
SAID = ("alt", "aria-label", "placeholder", "title")
CONTENT = {"Exceptions", "Policies", "Risks"}
"""Words of English that stand in the example itself, in titles and glossary."""


class Reader(HTMLParser):
    """The texts of a page that stand in no element of another language, and those of attributes that people hear."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        language = named.get("lang") or (self.open[-1][1] if self.open else "")
        if tag not in UNCLOSED:
            self.open.append((tag, language))
        if language != FALLBACK:
            self.texts += [named[name] or "" for name in SAID if name in named]

    def handle_endtag(self, tag: str) -> None:
        while tag in {name for name, _ in self.open} and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][1] != FALLBACK and self.open[-1][0] not in {"script", "code"}:
            self.texts.append(" ".join(data.split()))


def fields(text: str | Mapping[str, str]) -> set[str]:
    texts = [text] if isinstance(text, str) else text.values()
    return {name for one in texts for _, name, _, _ in Formatter().parse(one) if name} - {"count"}


@pytest.mark.parametrize("tag", OTHERS)
def test_each_language_has_the_same_keys_and_fields(tag: str) -> None:
    ours, english = load_texts(tag), load_texts(FALLBACK)
    assert sorted(ours) == sorted(english)
    forms = {frozenset(text) for text in ours.values() if not isinstance(text, str)}
    assert forms == {frozenset({"one", "other"})}
    assert [key for key in ours if fields(ours[key]) != fields(english[key])] == []
    assert [key for key in ours if isinstance(ours[key], str) != isinstance(english[key], str)] == []


@pytest.fixture(scope="module")
def german(acme: LibraryStatus) -> Site:
    config = acme.library.config
    handbook = config.handbook.model_copy(update={"language": "de"})
    library = replace(acme.library, config=config.model_copy(update={"handbook": handbook}))
    return build(replace(acme, library=library), BuildOptions(Classification.RESTRICTED, drafts=True))


def english_only() -> Iterator[re.Pattern[str]]:
    """What each text of the interface looks like that German says in other words."""
    german = load_texts("de")
    shown = {key: text for key, text in load_texts(FALLBACK).items() if not key.startswith("feeds.")}
    for key, text in shown.items():
        for form in [text] if isinstance(text, str) else text.values():
            parts = [(part, name) for part, name, *_ in Formatter().parse(form)]
            plain = "".join(part for part, _ in parts)
            if text != german[key] and re.search(r"[A-Za-z]{3}", plain) and plain not in CONTENT:
                yield re.compile("".join(re.escape(part) + _field(name) for part, name in parts))


def _field(name: str | None) -> str:
    return {None: "", "count": r"\d+", "length": r"\d+ \w+"}.get(name, ".+?")


@pytest.mark.slow
def test_a_german_build_says_nothing_in_english_but_the_words_of_the_sops(german: Site) -> None:
    patterns, places = tuple(english_only()), {}
    for path, data in german.files.items():
        if path.endswith(".html"):
            assert data.startswith(b'<!doctype html>\n<html lang="de">'), path
            reader = Reader()
            reader.feed(data.decode())
            places |= dict.fromkeys(reader.texts, path)
    assert {text: path for text, path in places.items() if any(one.fullmatch(text) for one in patterns)} == {}


def test_the_text_of_an_sop_names_its_own_language(german: Site) -> None:
    page = german.files["sop/AC-001/index.html"].decode()
    assert re.search(r'<h1 id="[\w-]+" lang="en">Grant, change and remove access</h1>', page)
    assert '<div class="sop" lang="en">' in page
    assert 'aria-current="page" lang="en">AC-001' in page

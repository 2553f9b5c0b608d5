"""The words of procedures in one language, out of a file of `words/`, and patterns made of them."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from sopkit.text.yaml import load_yaml

_FOLDER = Path(__file__).parent.parent / "words"
_FALLBACK = "en"


class Lexicon(BaseModel):
    """The word lists of a language. A rule names a list, never a word; it finds nothing where the list is empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verbs: tuple[str, ...] = Field((), description="Verbs as they stand where an instruction begins.")
    hedges: tuple[str, ...] = Field((), description="Phrases that leave a decision open.")
    criteria: tuple[str, ...] = Field((), description="Words that follow a hedge and say what it hangs on.")
    vague_times: tuple[str, ...] = Field((), description="Words for a time that say none.")
    weak_obligations: tuple[str, ...] = Field((), description="Phrases that leave open whether a thing is done.")

    def __hash__(self) -> int:
        """That of the object: each language is read once."""
        return id(self)

    def __eq__(self, other: object) -> bool:
        """Whether the other is the same object."""
        return self is other


@cache
def languages() -> tuple[str, ...]:
    """The languages that have word lists, as BCP 47 tags."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def lexicon(language: str) -> Lexicon | None:
    """The word lists of a BCP 47 tag such as `de-CH`, English for an empty one, None for a language without any."""
    tag = (language or _FALLBACK).casefold().split("-")[0].split("_")[0]
    return _read(tag) if tag in languages() else None


@cache
def _read(tag: str) -> Lexicon:
    path = _FOLDER / f"{tag}.yaml"
    return Lexicon.model_validate(load_yaml(path.read_bytes(), str(path)))


@cache
def any_of(phrases: tuple[str, ...], behind: str = "") -> re.Pattern[str] | None:
    """A pattern for whole phrases in any case, with any blanks between words; `behind` is a pattern that follows.

    None where there are no phrases.
    """
    if not phrases:
        return None
    longest_first = sorted(phrases, key=len, reverse=True)
    words = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return re.compile(rf"\b(?:{words})\b{behind}", re.IGNORECASE)


@cache
def needles(phrases: tuple[str, ...]) -> tuple[bytes, ...]:
    """The longest word of each phrase in lower case: where a file has none of them it has no phrase."""
    return tuple(dict.fromkeys(max(phrase.casefold().split(), key=len).encode() for phrase in phrases))


def first_words(phrases: Iterable[str]) -> frozenset[str]:
    """The first word of each phrase, in lower case."""
    return frozenset(phrase.casefold().split()[0] for phrase in phrases)

"""Phrases that sopkit adds to the text of an SOP, by language, from `i18n/render`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sopkit.parsing.lexicon import language_of
from sopkit.parsing.yaml import load_yaml

_FOLDER = Path(__file__).parent.parent / "i18n" / "render"
_FALLBACK = "en"


@dataclass(frozen=True, eq=False)
class Phrases:
    """The phrases of one language by key."""

    texts: Mapping[str, str | Mapping[str, str]]

    def __call__(self, key: str, count: int | None = None, **fields: object) -> str:
        """A phrase with its fields put in; `count` chooses between one and other, and is a field too."""
        text = self.texts[key]
        if not isinstance(text, str):
            text = text["one" if count == 1 else "other"]
        return text.format(count=count, **fields) if "{" in text else text


def phrases_of(tag: str) -> Phrases:
    """The phrases for a BCP 47 tag; English ones for a language that has none."""
    language = language_of(tag)
    return _read_phrases(language if language in phrase_languages() else _FALLBACK)


@cache
def phrase_languages() -> tuple[str, ...]:
    """The languages that have phrases."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


@cache
def _read_phrases(language: str) -> Phrases:
    data = load_yaml((_FOLDER / f"{language}.yaml").read_bytes(), f"{language}.yaml")
    assert isinstance(data, dict)  # noqa: S101 - a file of our own
    return Phrases(data)  # type: ignore[arg-type]

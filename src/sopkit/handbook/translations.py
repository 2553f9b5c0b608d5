"""The texts of the user interface in one language: a folder of `i18n/handbook/`, one file per part of the handbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sopkit.model.durations import Duration
from sopkit.parsing.lexicon import language_of
from sopkit.parsing.yaml import load_yaml

_FOLDER = Path(__file__).parent.parent / "i18n" / "handbook"
FALLBACK = "en"


@dataclass(frozen=True, eq=False)
class Translations:
    """The texts of the interface in a language."""

    language: str
    texts: Mapping[str, str | Mapping[str, str]]

    def __call__(self, key: str, count: int | None = None, **fields: object) -> str:
        """The text of a key with its fields put in; `count` chooses between one and other, and is a field too.

        Raises KeyError for a key that no language file has.
        """
        text = self.form(key, count)
        return text.format(count=count, **fields) if "{" in text else text

    def form(self, key: str, count: int | None = None) -> str:
        """The text of a key for that number, its fields not put in. Raises KeyError for a key that no file has."""
        text = self.texts[key]
        return text if isinstance(text, str) else text["one" if count == 1 else "other"]

    def length(self, length: Duration) -> str:
        """A length of time as people say it: `72 hours`."""
        return " ".join(self(f"days.{unit}", count) for unit, count in length.counts if count)

    def day(self, day: date) -> str:
        """A day as people read it: `10 Sep 2026`."""
        return self("days.day", day=day.day, month=self("days.month_names").split()[day.month - 1], year=day.year)


def languages() -> tuple[str, ...]:
    """The languages that the interface has, as BCP 47 tags."""
    return tuple(sorted(folder.name for folder in _FOLDER.iterdir() if any(folder.glob("*.yaml"))))


@cache
def load_translations(tag: str) -> Translations:
    """The texts for a BCP 47 tag; in English where there are none in its language."""
    language = language_of(tag) if language_of(tag) in languages() else FALLBACK
    return Translations(language, load_texts(FALLBACK) | load_texts(language))


def load_texts(language: str) -> dict[str, str | Mapping[str, str]]:
    """The texts that the files of a language hold, by key."""
    texts: dict[str, str | Mapping[str, str]] = {}
    for file in sorted((_FOLDER / language).glob("*.yaml")):
        data = load_yaml(file.read_bytes(), file.name)
        assert isinstance(data, dict)  # noqa: S101 - a file of our own
        texts |= {f"{file.stem}.{key}": value for key, value in data.items()}  # type: ignore[misc]
    return texts

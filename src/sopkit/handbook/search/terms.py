"""Words of a text as the index has them: without case and accents, brought to their stems, without those of no weight.

The script of the search does the same to what is typed, by the same rules, which the index carries.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sopkit.parsing.lexicon import language_of
from sopkit.parsing.yaml import load_yaml

_FOLDER = Path(__file__).parent / "languages"
_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff"
"""Signs of Chinese and Japanese, which part no words by spaces: each is a word."""
_WORD = re.compile(rf"[{_UNSPACED}]|(?:[^\W_{_UNSPACED}]|[\u0300-\u036f])+")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_LONGEST = 40
"""Longer runs of letters are no words; nobody types them."""

Ending = tuple[str, str, int]


@dataclass(frozen=True, eq=False)
class Stemming:
    """How a language makes stems: in each step the first ending that fits is exchanged."""

    language: str
    stop: frozenset[str]
    steps: tuple[tuple[Ending, ...], ...]

    def stem(self, word: str) -> str:
        """The stem of a folded word; empty for one of no weight."""
        if word in self.stop:
            return ""
        for step in self.steps:
            for ending, put, least in step:
                if word.endswith(ending) and len(word) >= len(ending) + least:
                    word = word[: len(word) - len(ending)] + put
                    break
        return word

    @property
    def data(self) -> dict[str, object]:
        """The same for the script."""
        return {"stop": " ".join(sorted(self.stop)), "steps": self.steps}


class Stems(dict[str, str]):
    """Stem by word in lower case, each worked out once; empty for one of no weight."""

    def __init__(self, stemming: Stemming) -> None:
        super().__init__()
        self._stemming = stemming

    def __missing__(self, word: str) -> str:
        stem = self[word] = "" if len(word) > _LONGEST else self._stemming.stem(folded(word))
        return stem


@cache
def stems_of(language: str) -> Stems:
    """The stems of a language, by BCP 47 tag; whole words where it has no rules."""
    return Stems(stemming_of(language))


@cache
def stemming_of(language: str) -> Stemming:
    """The rules of a language, by BCP 47 tag; none where there is no file for it."""
    file = _FOLDER / f"{language_of(language)}.yaml"
    data: Any = load_yaml(file.read_bytes(), file.name) if file.is_file() else {}
    steps = tuple(
        tuple((ending, put or "", int(least)) for ending, put, least in step) for step in data.get("steps", ())
    )
    return Stemming(language_of(language), frozenset(data.get("stop", "").split()), steps)


def folded(text: str) -> str:
    """A text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.lower()).replace("ß", "ss")
    return "".join(char for char in plain if not unicodedata.combining(char) and unicodedata.category(char)[0] != "M")


def words_in(text: str) -> list[str]:
    """The words of a text in lower case."""
    return text.translate(_ASCII).split() if text.isascii() else _WORD.findall(text.lower())

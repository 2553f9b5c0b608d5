"""Foreign documents for tests of what they say of themselves."""

from functools import cache

from sopkit.adopt.metadata.labels import Statement
from sopkit.adopt.metadata.reader import choose_surest, read_metadata
from sopkit.frameworks.loader import load_catalogue
from sopkit.library import sop_reader
from sopkit.model.catalogue import Catalogue
from sopkit.model.config import Config
from sopkit.parsing.config import read_config

Short = tuple[str | None, object, int, str]
"""Key, value, line and how sure it is."""


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def found(text: str | bytes, config: str = "") -> tuple[Statement, ...]:
    """All that a document says of itself."""
    settings = read_config(config.encode(), "sopkit.toml") if config else Config()
    data = text.encode() if isinstance(text, str) else text
    return read_metadata(sop_reader(settings, catalogue())("docs/page.md", data), settings, catalogue())


def short(text: str, config: str = "") -> list[Short]:
    """The same by line, for a glance."""
    data = text.encode()
    return [
        (one.key, one.value, data[: one.start].count(b"\n") + 1, one.confidence.value) for one in found(text, config)
    ]


def taken(text: str, config: str = "") -> dict[str, object]:
    """Of each key what is to be taken."""
    return {key: one.value for key, one in choose_surest(found(text, config)).items()}


def parts(text: str) -> list[str]:
    """The pieces of the document that are understood, as they stand in it."""
    data = text.encode()
    return [data[one.start : one.end].decode() for one in found(text)]

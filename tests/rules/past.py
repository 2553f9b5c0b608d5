"""What a rule finds in an SOP that has a past: a real repository, made of the commits of an example."""

from pathlib import Path

from tests.build import PATH, example_library

from sopkit.lint import LintOptions, lint
from sopkit.model.finding import Finding
from sopkit.rules._example import Example, Past


def findings(root: Path, code: str, text: str, *history: Past) -> tuple[Finding, ...]:
    """The findings of a rule in an SOP that stands in the folder as `text`."""
    library, life = example_library(root, Example(text, history=history))
    return lint(library, LintOptions(select=(code,), history=life)).findings


def told(root: Path, code: str, text: str, *history: Past) -> list[tuple[str, str]]:
    """The words that each finding is about, and its message."""
    found = findings(root, code, text, *history)
    data = (root / PATH).read_bytes()
    return [(data[one.place.start : one.place.end].decode(), one.message) for one in found]

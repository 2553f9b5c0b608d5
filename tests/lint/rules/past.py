"""What a rule finds in an SOP that has a past: a real repository, made of the commits of an example."""

from pathlib import Path

from tests.build import PATH, example_library

from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.rule import Example, ExampleCommit
from sopkit.model.finding import Finding


def findings(root: Path, code: str, text: str, *history: ExampleCommit) -> tuple[Finding, ...]:
    """The findings of a rule in an SOP that stands in the folder as `text`."""
    library, life = example_library(root, Example(text, history=history))
    return lint(library, LintOptions(select=(code,), history=life)).findings


def told(root: Path, code: str, text: str, *history: ExampleCommit) -> list[tuple[str, str]]:
    """The words that each finding is about, and its message."""
    found = findings(root, code, text, *history)
    data = (root / PATH).read_bytes()
    return [(data[one.place.start : one.place.end].decode(), one.message) for one in found]

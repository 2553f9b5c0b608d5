"""What one rule finds in a complete SOP with something different: the words at each finding's place."""

from collections.abc import Iterable
from pathlib import Path

from tests.build import PATH, complete, library

from sopkit.lint import LintOptions, lint


def found(root: Path, code: str, overlay: str, *, without: Iterable[str] = ()) -> list[str]:
    """The words that each finding of a rule is about, in the order of the file."""
    text = complete(overlay, without=without).encode()
    findings = lint(library(root, {PATH: text}), LintOptions(select=(code,))).findings
    return [text[finding.place.start : finding.place.end].decode() for finding in findings]

"""What one rule finds in a complete SOP with something different: the words at each finding's place."""

from collections.abc import Iterable, Mapping
from difflib import unified_diff
from pathlib import Path

from tests.build import PATH, complete, library

from sopkit.authoring.fix import apply_fixes
from sopkit.lint.engine import LintOptions, lint


def found(
    root: Path, code: str, overlay: str, *, without: Iterable[str] = (), files: Mapping[str, str] | None = None
) -> list[str]:
    """The words that each finding of a rule is about, in the order of the file."""
    text = complete(overlay, without=without).encode()
    findings = lint(library(root, {**(files or {}), PATH: text}), LintOptions(select=(code,))).findings
    return [text[finding.place.start : finding.place.end].decode() for finding in findings]


def mended(
    root: Path, code: str, overlay: str, *, without: Iterable[str] = (), files: Mapping[str, str] | None = None
) -> str:
    """What the fixes of a rule's findings change in a complete SOP: the lines that go, and those that come."""
    text = complete(overlay, without=without).encode()
    findings = lint(library(root, {**(files or {}), PATH: text}), LintOptions(select=(code,))).findings
    after = apply_fixes(text, [finding.fix for finding in findings if finding.fix])[0]
    lines = unified_diff(text.decode().splitlines(), after.decode().splitlines(), n=0, lineterm="")
    return "\n".join(line for line in list(lines)[2:] if not line.startswith("@@"))

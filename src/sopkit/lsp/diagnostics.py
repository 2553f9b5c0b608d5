"""The findings in open documents, and errors in a configuration."""

import re
from collections.abc import Iterable

from sopkit.library import CONFIG_NAME, Library
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding, Severity
from sopkit.model.source import Source
from sopkit.parsing.config import read_config

RULE_PAGES = "https://github.com/sopkit/sopkit/blob/main/docs/rules.md"
"""Where the page of each rule is read, below the rule's name."""

CONFIGURATION = "configuration"
"""Stands in the place of a code where no rule speaks."""

_CONFIG_LINE = re.compile(rf"{re.escape(CONFIG_NAME)}:(\d{{1,9}}): ")


def findings_in(library: Library, paths: Iterable[str]) -> dict[str, list[Finding]]:
    """The findings of each of the paths, by the rules that need no history, sorted."""
    wanted = {path: list[Finding]() for path in paths}
    report = lint(library, LintOptions(paths=tuple(wanted), tree_only=True))
    for finding in report.findings:
        if finding.path in wanted:
            wanted[finding.path].append(finding)
    return wanted


def configuration_findings(source: Source, error: SopkitError | None) -> list[Finding]:
    """What is wrong with the text of a configuration, or what kept it from being used when it was read."""
    try:
        read_config(source.data, CONFIG_NAME)
    except SopkitError as mistake:
        error = mistake
    if error is None:
        return []
    line = _CONFIG_LINE.match(error.message)
    text = _CONFIG_LINE.sub("", error.message).removeprefix(f"{CONFIG_NAME}: ")
    words = f"{text}; {error.hint}" if error.hint else text
    place = source.line_place(int(line[1]) if line else 1)
    return [Finding(CONFIG_NAME, place, words, CONFIGURATION, Severity.ERROR)]

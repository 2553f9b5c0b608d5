"""A rule about one SOP has no way to other SOPs: RuleContext leads to none, and mypy refuses a rule that cheats."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.library import Library, RuleContext

RULES = """\
from collections.abc import Iterator

from sopkit.library import Library, RuleContext
from sopkit.lint.rule import RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

@rule("SOP997", severity=Severity.INFO, bad="", good="")
def good(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    yield sop.finding("id", str(context.role("ciso")))

@rule("SOP998", scope=RuleScope.SOP_IN_LIBRARY, severity=Severity.INFO, bad="", good="")
def good_too(sop: Sop, library: Library) -> Iterator[Finding]:
    yield sop.finding("id", str(library.sops))

@rule("SOP999", severity=Severity.INFO, bad="", good="")
def cheats(sop: Sop, library: Library) -> Iterator[Finding]:
    yield sop.finding("id", str(library.sops))

@rule("SOP996", severity=Severity.INFO, bad="", good="")
def cheats_too(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    yield sop.finding("id", str(context.sops))
"""


def test_the_context_has_nothing_that_leads_to_sops(tmp_path: Path) -> None:
    whole = library(tmp_path, {PATH: complete()})
    assert type(whole.context) is RuleContext
    assert {"sops", "by_id", "by_path", "ids", "in_order", "read", "root", "sources"} <= set(dir(whole)) - set(
        dir(whole.context)
    )
    kept = {field.name for field in fields(whole.context)}
    assert kept == {"config", "as_of", "catalogue", "registers", "exists", "watched", "template"}
    assert not any(isinstance(getattr(whole.context, name), Library) for name in kept)


@pytest.mark.slow
def test_mypy_refuses_a_rule_that_cheats(tmp_path: Path) -> None:
    file = tmp_path / "example.py"
    file.write_text(RULES)
    # in its own process, because mypy raises the recursion limit of the process it runs in
    command = (sys.executable, "-m", "mypy", "--strict", "--no-pretty", str(file))
    out = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    errors = [line for line in out.splitlines() if "error:" in line]
    assert ["incompatible type" in errors[0], 'has no attribute "sops"' in errors[1]] == [True, True]
    assert len(errors) == 2

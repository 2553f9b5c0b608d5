"""Every rule's examples are its test: the bad one gives that finding alone, the good one none."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.build import example_library

from sopkit.library import RuleContext
from sopkit.lint import rules
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.rule import Example, Rule
from sopkit.lint.rules import all_rules
from sopkit.lint.select import Profile
from sopkit.model.finding import Finding, FixClass
from sopkit.model.sop import Sop

RULES = list(all_rules().values())
of_every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def found(root: Path, rule: Rule, example: Example) -> tuple[Finding, ...]:
    """What all rules that are on by default find in an example, and the rule that it is of."""
    library, history = example_library(root, example)
    options = LintOptions(profile=Profile.AUDIT, extend_select=(rule.code,), history=history)
    return lint(library, options).findings


def faults(rule: Rule, bad: tuple[Finding, ...], good: tuple[Finding, ...]) -> str:
    """What is wrong with what was found in the examples of a rule, or nothing."""
    if not bad or {finding.code for finding in bad} != {rule.code}:
        return f"bad gives {[(finding.code, finding.message) for finding in bad]}"
    if good:
        return f"good gives {[(finding.code, finding.message) for finding in good]}"
    return ""


@of_every_rule
def test_bad_gives_the_finding_alone_and_good_gives_none(rule: Rule, tmp_path: Path) -> None:
    bad = found(tmp_path / "bad", rule, rule.bad)
    assert faults(rule, bad, found(tmp_path / "good", rule, rule.good)) == ""
    for finding in bad:
        assert finding.severity is (rule.under_audit or rule.when_active or rule.severity)
        assert finding.place.end <= len((tmp_path / "bad" / finding.path).read_bytes())
        assert finding.message == finding.message.strip() != ""
    kinds = {finding.fix.kind if finding.fix else None for finding in bad}
    assert kinds == {rule.fix} or (rule.fix is FixClass.SUGGESTION and kinds == {None})


def always(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    del context
    yield sop.finding("id", "always")


def never(*_: object) -> Iterator[Finding]:
    return iter(())


@pytest.mark.parametrize("code", ["SOP104", "SOP207", "SOP501"])
def test_a_rule_that_never_fires_is_caught(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = replace(all_rules()[code], check=never)
    monkeypatch.setattr("sopkit.lint.engine.all_rules", lambda: {**all_rules(), code: dead})
    assert faults(dead, found(tmp_path, dead, dead.bad), ()) == "bad gives []"


def test_a_rule_that_always_fires_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    eager = replace(all_rules()["SOP207"], check=always)
    monkeypatch.setattr("sopkit.lint.engine.all_rules", lambda: {**all_rules(), "SOP207": eager})
    bad, good = found(tmp_path / "bad", eager, eager.bad), found(tmp_path / "good", eager, eager.good)
    assert faults(eager, bad, good) == "good gives [('SOP207', 'always')]"


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


def test_there_is_one_rule_in_each_file() -> None:
    files = {file.stem for folder in rules.__path__ for file in Path(folder).glob("[!_]*.py")}
    assert files == {f"{rule.code.lower()}_{rule.name.replace('-', '_')}" for rule in RULES}


@of_every_rule
def test_the_page_says_what_why_and_how_to_mend(rule: Rule) -> None:
    assert re.fullmatch(r"SOP\d{3}", rule.code)
    assert re.fullmatch(r"[A-Z][^\n]*(?:\n[^\n]+)*\n\n(?:.+\n\n)*Why: .+\nMend: .+", rule.page, re.DOTALL)
    assert rule.title.endswith(".")
    assert rule.bad != rule.good

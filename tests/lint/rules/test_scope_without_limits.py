"""SOP109: what counts as a limit."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint


@pytest.mark.parametrize(
    ("scope", "count"),
    [
        ("It holds for all of Acme.", 1),
        ("It holds for all of Acme, except Berlin.", 0),
        ("It holds for all laptops of Acme.", 0),
        ("It holds for all of Acme and its third\nparties.", 0),
        ("It holds for Acme:\n\n- Berlin", 0),
        ("| Where |\n| --- |\n| Berlin |", 0),
        ("It holds for `okta`.", 0),
        ("    okta", 0),
        ("It holds for what the Asset Owner does.", 0),
        ("It holds for what the owner does.", 1),
        ("[decide: scope]", 0),
    ],
)
def test_a_scope_names_something(scope: str, count: int, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP109", f"## Scope\n\n{scope}\n") == ["## Scope\n"] * count


def test_no_scope_and_no_words_give_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP109", "", without=("Scope",)) == []
    assert found(tmp_path, "SOP109", "---\nlanguage: xx\n---\n## Scope\n\nAll of Acme.\n") == []


@pytest.mark.parametrize(
    ("register", "row"),
    [("assets", "- {id: okta, title: Okta}"), ("vendors", "- {id: okta-inc, title: Okta}")],
)
def test_a_name_of_a_register_is_a_limit(register: str, row: str, tmp_path: Path) -> None:
    text = complete("## Scope\n\nIt holds for all of Okta.\n")
    options = LintOptions(select=("SOP109",))
    assert len(lint(library(tmp_path / "without", {PATH: text}), options).findings) == 1
    here = library(tmp_path / "with", {PATH: text, f"registers/{register}.yaml": f"{row}\n"})
    assert lint(here, options).findings == ()

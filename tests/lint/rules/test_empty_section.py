"""SOP103: what counts as saying something."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("scope", "empty"),
    [
        ("", True),
        ("[decide: which systems]", True),
        ("**[decide: which systems]**", True),
        ("- [decide: which systems]\n- [decide: which people]", True),
        ("<!-- which systems -->", True),
        ("### Systems", True),
        ("***", True),
        ("All accounts. [decide: which systems]", False),
        ("- Okta", False),
        ("![the systems, drawn](systems.png)", False),
        ("![](systems.png)", False),
        ("```\nokta\n```", False),
        ("| system |\n| --- |\n| Okta |", False),
        ("### Systems\n\nOkta.", False),
        ("<table>\n<tr><td>Okta</td></tr>\n</table>", False),
        ("<table>\n<tr><td></td></tr>\n</table>", True),
        ('<p>\n<img src="systems.png">\n</p>', False),
        ("<div>\n[decide: which systems]\n</div>", True),
    ],
)
def test_what_says_nothing(scope: str, empty: bool, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP103", f"## Scope\n\n{scope}\n") == ["## Scope\n"] * empty


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        ("", "section Scope is empty; write it"),
        ("### Systems", "section Scope is empty; write it"),
        ("[decide: which]", "section Scope holds nothing but an open decision; decide it, and write what was decided"),
    ],
)
def test_an_open_decision_is_called_one(scope: str, message: str, tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(f"## Scope\n\n{scope}\n")})
    assert [one.message for one in lint(here, LintOptions(select=("SOP103",))).findings] == [message]


@pytest.mark.parametrize(
    ("text", "empty"),
    [
        ("## 3.1 Procedure\n\n## 3.1.1 First\n\nAsk.\n", False),
        ("## 3.1 Procedure\n\n## 3.2 First\n\nAsk.\n", True),
        ("## Procedure\n\n## Step 1: Ask\n\nAsk.\n", False),
        ("## Procedure\n\n## Step 2: Ask\n\nAsk.\n", True),
        ("## Procedure\n\n[decide: who asks]\n\n## Step 1: Ask\n\nAsk.\n", True),
        ("## Procedure\n\n# Step 1: Ask\n\nAsk.\n", True),
        ("## Procedure\n", True),
    ],
)
def test_a_section_goes_on_under_the_next_heading(text: str, empty: bool, tmp_path: Path) -> None:
    heading = text.partition("\n")[0]
    assert found(tmp_path, "SOP103", text, without=("Procedure",)) == [f"{heading}\n"] * empty

"""SOP211: numbers of steps in text, links around them, and the anchors that a fix makes."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.authoring.fix import fix_findings
from sopkit.lint.engine import LintOptions

pytestmark = pytest.mark.slow

STEPS = '## Procedure\n\n1. **HR**: Ask.\n2. <a id="approve"></a>**HR**: Approve.\n3. **HR**: {}\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Go back to step 1.", ["step 1"]),
        ("Repeat steps 1 to 2.", ["steps 1 to 2"]),
        ("Go back to\n   Step 1.", ["Step 1"]),
        ("See [step 2](#approve).", []),
        ("See [step 1](#approve).", ["1"]),
        ("See [steps 1 and 2](#approve).", []),
        ("See [step 1](other.md#approve).", []),
        ("See [step 1](#ask).", []),
        ("Go back to step 9.", []),
        ("Repeat steps 1 to 9.", []),
    ],
)
def test_references(text: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP211", STEPS.format(text)) == words


def mended(root: Path, text: str, *, unsafe: bool = True) -> str:
    files = fix_findings(
        library(root, {PATH: complete(text, status="draft").encode()}), LintOptions(select=("SOP211",)), unsafe=unsafe
    ).files
    return files[PATH][1].decode().split("## Procedure\n\n")[1].split("\n\n## ")[0] if files else ""


@pytest.mark.parametrize(
    ("steps", "after"),
    [
        (
            "1. **HR**: Ask for it in Jira.\n2. **HR**: Go back to step 1.\n",
            '1. <a id="ask-for-it"></a>**HR**: Ask for it in Jira.\n2. **HR**: Go back to [step 1](#ask-for-it).',
        ),
        (
            "1. Ask.\n2. Go back to step 1, or to step 1.\n",
            '1. <a id="ask"></a>Ask.\n2. Go back to [step 1](#ask), or to [step 1](#ask).',
        ),
        (
            "- [ ] Grant access.\n- [ ] Go back to step 1.\n",
            '- [ ] <a id="grant-access-2"></a>Grant access.\n- [ ] Go back to [step 1](#grant-access-2).',
        ),
        ("1. 請求.\n2. Go back to step 1.\n", '1. <a id="step"></a>請求.\n2. Go back to [step 1](#step).'),
        (
            '1. <a id="ask"></a>Ask.\n2. <a id="late"></a>Go on, [step 1](#late).\n',
            '1. <a id="ask"></a>Ask.\n2. <a id="late"></a>Go on, [step 2](#late).',
        ),
        ('1. <a id="ask"></a>Ask.\n2. Go on, [step 3](ask).\n3. Do.\n', ""),
        ("1. Ask.\n2. Do.\n3. Repeat steps 1 and 2.\n", ""),
        ("### One\n\n1. Ask.\n2. Do.\n\n### Two\n\n1. Go.\n2. Repeat step 1.\n", ""),
        ("| Step | Who | What |\n| --- | --- | --- |\n| 1 | HR | Ask |\n| 2 | HR | Repeat step 1 |\n", ""),
    ],
)
def test_a_fix_makes_an_anchor_and_a_link(steps: str, after: str, tmp_path: Path) -> None:
    assert mended(tmp_path, f"## Procedure\n\n{steps}") == after
    assert mended(tmp_path, f"## Procedure\n\n{steps}", unsafe=False) == ""

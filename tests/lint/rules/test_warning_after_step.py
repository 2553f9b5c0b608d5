"""SOP214: warnings behind commands, and where a fix puts them."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.authoring.fix import apply_fixes
from sopkit.lint.engine import LintOptions, lint

CODE = "   ```sh\n   stop\n   ```\n"
PARAGRAPH = "   Warning: it stops.\n"
BULLET = "   - **Caution**: it stops.\n"


def steps(*parts: str, shape: str = "1. **HR**: Stop it.\n\n{}\n2. **HR**: Go on.\n") -> str:
    return "## Procedure\n\n" + shape.format("\n".join(parts))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (steps(CODE, PARAGRAPH), 1),
        (steps(CODE, BULLET), 1),
        (steps(CODE, "   > WARNING! It stops.\n"), 1),
        (steps(CODE, "   ⚠️ Danger: it stops.\n"), 1),
        (steps(PARAGRAPH, CODE), 0),
        (steps(CODE, PARAGRAPH, CODE), 0),
        (steps(CODE, "   A warning appears.\n"), 0),
        (steps(CODE, "   Warning signs appear.\n"), 0),
        (steps(PARAGRAPH), 0),
        (steps(CODE, "Warning: what follows cannot be undone.\n"), 0),
        (steps(CODE, shape="### 1. Stop it\n\n{}\nWarning: it stops.\n\n### 2. Go on\n\nText.\n"), 1),
    ],
)
def test_where_warnings_stand(text: str, count: int, tmp_path: Path) -> None:
    assert len(found(tmp_path, "SOP214", text)) == count


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (steps(CODE, PARAGRAPH), steps(PARAGRAPH, CODE)),
        (steps(CODE, BULLET), steps(BULLET, CODE)),
        (steps(CODE, BULLET).replace("\n", "\r\n"), steps(BULLET, CODE).replace("\n", "\r\n")),
        (steps(CODE, "   - Note: stop.\n   - Warning: it stops.\n"), ""),
    ],
)
def test_a_fix_moves_the_warning_above_the_command(before: str, after: str, tmp_path: Path) -> None:
    data = complete(before.replace("\r\n", "\n")).encode()
    data = data.replace(b"\n", b"\r\n") if "\r" in before else data
    [finding] = lint(library(tmp_path, {PATH: data}), LintOptions(select=("SOP214",))).findings
    mended = apply_fixes(data, [finding.fix])[0].decode() if finding.fix else ""
    part = mended.partition("## Procedure")[2].partition("## Records")[0]
    assert part.rstrip() == after.removeprefix("## Procedure").rstrip()

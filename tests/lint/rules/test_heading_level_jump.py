"""SOP107: which headings jump, and which the fix moves."""

from pathlib import Path

import pytest
from tests.build import COMPLETE, PATH, library

from sopkit.authoring.fix import fix_findings
from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

FRONT = COMPLETE.split("\n# Grant access")[0]
OPTIONS = LintOptions(select=("SOP107",))


@pytest.mark.parametrize(
    ("body", "message", "expected"),
    [
        ("# T\n\n## A\n\n### B\n\n## C\n", "", ""),
        ("#### A\n\n##### B\n", "", ""),
        ("## A\n\n# T\n\n## B\n", "", ""),
        (
            "# T\n\n### A\n\n#### B ####\n\n### C\n\n## D\n\n### E\n",
            "a heading of level 3 right below level 1; make it level 2",
            "# T\n\n## A\n\n### B ####\n\n## C\n\n## D\n\n### E\n",
        ),
        ("## T\n\n##### A\n\n###### B\n", "a heading of level 5 right below level 2; make it level 3", "## T\n\n### A\n\n#### B\n"),
        ("# T\n\n<h3>A</h3>\n", "a heading of level 3 right below level 1; make it level 2", ""),
        (
            "# T\n\n## A\n\n# B\n\n## C\n\n# D\n",
            "3 headings of the first level, the first on line 26; keep that one as the title, lower the others",
            "# T\n\n## A\n\n## B\n\n### C\n\n## D\n",
        ),
        (
            "# Purpose\n\n## A\n\n# Scope\n",
            "2 headings of the first level, the first on line 26; lower them all",
            "## Purpose\n\n### A\n\n## Scope\n",
        ),
        (
            "# T\n\n# A\n\n## B\n\n### C\n\n#### D\n\n##### E\n\n###### F\n",
            "2 headings of the first level, the first on line 26; keep that one as the title, lower the others",
            "",
        ),
        ("T\n=\n\nA\n=\n", "2 headings of the first level, the first on line 26; keep that one as the title, lower the others", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_what_jumps_and_what_the_fix_gives(body: str, message: str, expected: str, end: str, tmp_path: Path) -> None:
    text = f"{FRONT}\n{body}".replace("\n", end)
    here = library(tmp_path, {PATH: text})
    assert [finding.message for finding in lint(here, OPTIONS).findings] == ([message] if message else [])
    done = fix_findings(here, OPTIONS, meaning=True)
    after = done.library.by_path[PATH].source.data.decode()
    assert after == (f"{FRONT}\n{expected or body}").replace("\n", end)
    assert bool(done.report.findings) == (bool(message) and not expected)

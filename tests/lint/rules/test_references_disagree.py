"""SOP404: which of the two lists lacks a control, and the line that a fix adds to References."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import mended

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

CONTROLS = "---\ncontrols:\n  iso27001-2022: [A.5.15, A.5.18]\n---\n## References\n\n"
BOTH = "- ISO 27001:2022 A.5.15 Access control\n- ISO 27001:2022 A.5.18 Access rights\n"
EXTRA = "only References name A.5.16 of iso27001-2022"


@pytest.mark.parametrize(
    ("references", "said", "added"),
    [
        (BOTH, "", ""),
        (f"{BOTH}- ISO 27001:2022 A.5.16\n", f"{EXTRA}; make the two lists equal", ""),
        (
            "- ISO 27001:2022 A.5.15 and A.5.16\n",
            f"{EXTRA}; A.5.18 only in the front matter; make the two lists equal",
            "+- ISO/IEC 27001:2022 A.5.18 Access rights",
        ),
        (
            "- ISO 27001:2022 A.5.15\n",
            "References do not name A.5.18 of iso27001-2022, which the front matter claims",
            "+- ISO/IEC 27001:2022 A.5.18 Access rights",
        ),
        (
            "* A book\n\nAnd also:\n\n  * ISO 27001:2022 A.5.15\n  * A page\n",
            "References do not name A.5.18 of iso27001-2022, which the front matter claims",
            "+  * ISO/IEC 27001:2022 A.5.18 Access rights",
        ),
        ("1. ISO 27001:2022 A.5.15\n", "References do not name A.5.18 of iso27001-2022, which the front matter claims", ""),
        ("ISO 27001:2022 A.5.15\n", "References do not name A.5.18 of iso27001-2022, which the front matter claims", ""),
        ("[decide: which]\n", "", ""),
    ],
)  # fmt: skip
def test_what_is_missing_where(references: str, said: str, added: str, tmp_path: Path) -> None:
    overlay = CONTROLS + references
    findings = lint(library(tmp_path, {PATH: complete(overlay)}), LintOptions(select=("SOP404",))).findings
    assert [one.message for one in findings] == ([said] if said else [])
    assert mended(tmp_path, "SOP404", overlay) == added

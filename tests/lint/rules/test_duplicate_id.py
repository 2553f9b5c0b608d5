"""SOP007: whose an id is when several SOPs have it."""

from pathlib import Path

import pytest
from tests.build import complete, library

from sopkit.lint.engine import LintOptions, lint

RETIRED = complete("---\nstatus: retired\n---\n")
OURS = complete("")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"sops/a.md": OURS, "sops/b.md": OURS}, [("sops/b.md", "sops/a.md")]),
        ({"sops/a.md": OURS, "sops/ac-001-b.md": OURS}, [("sops/a.md", "sops/ac-001-b.md")]),
        ({"sops/a.md": OURS, "sops/b.md": RETIRED}, [("sops/a.md", "sops/b.md (retired)")]),
        ({"sops/ac-001-a.md": OURS, "sops/b.md": RETIRED}, [("sops/ac-001-a.md", "sops/b.md (retired)")]),
        (
            {"sops/a.md": OURS, "sops/b.md": OURS, "sops/c.md": OURS},
            [("sops/b.md", "sops/a.md"), ("sops/c.md", "sops/a.md")],
        ),
        ({"sops/a.md": OURS, "sops/b.md": OURS, "sopkit.toml": '[library]\nidentity = "path"\n'}, []),
    ],
)
def test_the_older_claim_keeps_the_id(files: dict[str, str], expected: list[tuple[str, str]], tmp_path: Path) -> None:
    findings = lint(library(tmp_path, files), LintOptions(select=("SOP007",))).findings
    told = [(path, f"id `AC-001` belongs to {first}; take the next free id") for path, first in expected]
    assert [(one.path, one.message) for one in findings] == told

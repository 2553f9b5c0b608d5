"""SOP509: which rows ask for an SOP, and which SOPs cover them."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint

ROWS = {
    "registers/assets.yaml": """\
- {id: data, criticality: critical}
- {id: mail, criticality: high}
- {id: old, criticality: critical, retired: 2026-01-01}
- {id: plain}
""",
    "registers/vendors.yaml": """\
- {id: aws, tier: 1}
- {id: slack, tier: 2}
- {id: gone, tier: 1, offboarded: 2026-01-01}
- {id: bakery}
""",
}
ASSET = ("registers/assets.yaml", 1, "no active SOP of backup-recovery names the critical asset `data`")
VENDOR = ("registers/vendors.yaml", 1, "no active SOP of vendor-management names the tier-1 vendor `aws`")


def told(root: Path, *overlays: str, rows: dict[str, str] | None = None) -> list[tuple[str, int, str]]:
    sops = {f"sops/{at}.md": complete(f"---\nid: AC-00{at}\n{overlay}---\n") for at, overlay in enumerate(overlays)}
    files = {PATH: complete(id="AC-100"), **sops, **(ROWS if rows is None else rows)}
    found = lint(library(root, files), LintOptions(select=("SOP509",))).findings
    return [(one.path, one.place.line, one.message.partition(";")[0]) for one in found]


@pytest.mark.parametrize(
    ("overlays", "expected"),
    [
        ((), [ASSET, VENDOR]),
        (("area: backup-recovery\nassets: [data]\n",), [VENDOR]),
        (("area: vendor-management\nvendors: aws\n",), [ASSET]),
        (("area: vendor-management\n",), [ASSET]),
        (("area: backup-recovery\n",), [ASSET, VENDOR]),
        (("area: vendor-management\nvendors: [slack]\n",), [ASSET, VENDOR]),
        (("area: vendor-management\nvendors: [slack]\n", "area: vendor-management\n"), [ASSET]),
        (("area: access-control\nassets: [data]\nvendors: [aws]\n",), [ASSET, VENDOR]),
        (("area: access-control\nassets: [data]\ntitle: Not backup-recovery\n",), [ASSET, VENDOR]),
        (("area: backup-recovery\nassets: [data]\nstatus: draft\n",), [ASSET, VENDOR]),
    ],
)
def test_an_active_sop_of_the_area_covers_what_it_names(
    overlays: tuple[str, ...], expected: list[tuple[str, int, str]], tmp_path: Path
) -> None:
    assert told(tmp_path, *overlays) == expected


def test_a_register_that_cannot_be_relied_on_asks_for_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, rows={name: text * 2 for name, text in ROWS.items()}) == []

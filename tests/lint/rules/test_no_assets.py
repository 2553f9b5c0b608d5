"""SOP016: for which SOPs, with which register, and the assets that the message names."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint

ROWS = """\
- {id: identity-provider, title: Okta}
- {id: tickets, title: jira}
- {id: old-tickets, title: Jira, retired: 2026-01-31}
- {id: parts, title: Okt}
- {id: nameless}
"""


def told(root: Path, text: str, rows: str = ROWS) -> list[tuple[str, str]]:
    found = lint(library(root, {PATH: text, "registers/assets.yaml": rows}), LintOptions(select=("SOP016",))).findings
    return [(one.message.rpartition("; ")[2], one.fix.edits[0].text if one.fix else "") for one in found]


def test_assets_whose_title_is_in_the_text_are_named(tmp_path: Path) -> None:
    found = told(tmp_path, complete())
    assert found == [("the text names identity-provider, tickets", "assets: [identity-provider, tickets]\n")]


@pytest.mark.parametrize("area", ["access-control", "asset-management", "backup-recovery", "vendor-management"])
def test_areas_that_work_on_assets(area: str, tmp_path: Path) -> None:
    assert told(tmp_path, complete(area=area), "- {id: mail, title: Mail}\n") == [
        ("name the assets that it works on", "")
    ]


@pytest.mark.parametrize(
    ("status", "area"), [("draft", "access-control"), ("trial", "access-control"), ("active", "human-resources")]
)
def test_other_areas_and_earlier_statuses_are_not_asked(status: str, area: str, tmp_path: Path) -> None:
    assert told(tmp_path, complete(status=status, area=area)) == []


@pytest.mark.parametrize("rows", ["[]\n", f"{ROWS}- {{id: parts}}\n"], ids=["empty", "twice"])
def test_a_register_that_cannot_be_relied_on_asks_for_nothing(rows: str, tmp_path: Path) -> None:
    assert told(tmp_path, complete(), rows) == []


def test_assets_that_are_wrong_are_left_to_the_schema(tmp_path: Path) -> None:
    assert told(tmp_path, complete(assets="{}")) == []

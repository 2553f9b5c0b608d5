"""The master list: whole rows, filters, and how they are written for people and programs."""

import csv
import io
from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.analysis.status_list import CheckedStatusRow, as_cells, status_list
from sopkit.tables.document import rows_csv

CONTROLS = "{iso27001-2022: [A.8.19, A.5.9], gdpr: [Art. 32]}"
ROW = CheckedStatusRow(
    id="AC-001",
    title="Grant access",
    version="1.0",
    status="active",
    area="access-control",
    area_title="Access control",
    owner="security-lead",
    owner_title="Security lead",
    approvers=("security-lead", "auditor"),
    approver_titles=("Security lead", "Auditor"),
    classification="internal",
    criticality="medium",
    review_every="",
    effective="2026-01-05",
    controls=("gdpr:Art. 32", "iso27001-2022:A.5.9", "iso27001-2022:A.8.19"),
    path=PATH,
    findings=0,
    practice=(),
)


def rows(root: Path, found: int = 0, **filters: tuple[str, ...]) -> tuple[CheckedStatusRow, ...]:
    text = complete(controls=CONTROLS, approvers="[security-lead, auditor]")
    return status_list(library(root, {PATH: text}), {PATH: found}, **filters)


def test_a_row_whole(tmp_path: Path) -> None:
    assert rows(tmp_path) == (ROW,)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"areas": ("access-control", "other")}, 1),
        ({"areas": ("other",)}, 0),
        ({"owners": ("security-lead",)}, 1),
        ({"owners": ("auditor",)}, 0),
        ({"statuses": ("active",)}, 1),
        ({"statuses": ("draft",)}, 0),
        ({"controls": ("Annex A 5.9",)}, 1),
        ({"controls": ("Art. 32",)}, 1),
        ({"controls": ("A.5.18",)}, 0),
        ({"controls": ("A.8.1.1",)}, 1),  # of 2013; A.5.9 came after it
        ({"controls": ("A.9.2.2",)}, 0),
        ({"controls": ("A.8",)}, 1),
        ({"controls": ("A.7",)}, 0),
        ({"areas": ("access-control",), "statuses": ("draft",)}, 0),
    ],
)
def test_filters(filters: dict[str, tuple[str, ...]], count: int, tmp_path: Path) -> None:
    assert len(rows(tmp_path, **filters)) == count


def test_lists_and_counts_are_written_for_people_and_programs(tmp_path: Path) -> None:
    [cells] = csv.DictReader(io.StringIO(rows_csv(CheckedStatusRow, rows(tmp_path))))
    assert cells["controls"] == "gdpr:Art. 32; iso27001-2022:A.5.9; iso27001-2022:A.8.19"
    assert (cells["approvers"], cells["findings"]) == ("security-lead; auditor", "0")
    assert as_cells(rows(tmp_path))[0][-1] == "-"
    assert as_cells(rows(tmp_path, 1))[0][-1] == "1"


def test_people_see_the_path_of_a_text_without_an_id(tmp_path: Path) -> None:
    [row] = status_list(library(tmp_path, {"sops/lost.md": "no front matter\n"}), {})
    assert (row.id, as_cells((row,))[0][:2]) == ("", ("sops/lost.md", ""))

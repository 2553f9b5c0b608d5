"""Every report as a workbook."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.build import AS_OF, library
from tests.reports.test_reports import FILES, REPORTS

from sopkit.lifecycle.standing import standings
from sopkit.reports import Asked, Report
from sopkit.reports._workbook import head_of, workbook


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
@pytest.mark.parametrize("files", [{}, FILES], ids=["bare", "registers"])
def test_a_workbook_has_a_sheet_for_each_table(report: Report, files: dict[str, str], tmp_path: Path) -> None:
    library(tmp_path, files)
    with standings(tmp_path, AS_OF, AS_OF) as ground:
        told = report.make(ground, Asked("AC-001"))
        data = workbook(report, told, ground, "1")
        assert data == workbook(report, told, ground, "1")
        book = load_workbook(io.BytesIO(data))
        tables = [table for table in told.tables if table.rows or table is told.table]
        assert book.sheetnames == ["About", *(table.title for table in tables), "Columns"]
        assert book["About"]["A1"].value == report.title.rstrip(".")
        for table in tables:
            page = book[table.title]
            heads = [cell.value for cell in page[1]]
            assert sorted(heads) == sorted(map(head_of, table.kind.__dataclass_fields__))
            printed = table.printed or table.columns
            assert set(heads[: len(printed)]) == set(map(head_of, printed))
            assert page.max_row == 1 + len(table.rows)
            assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}


@pytest.mark.parametrize(
    ("name", "head"), [("last_evidence", "Last evidence"), ("sop", "SOP"), ("risk_id", "Risk ID"), ("sops", "SOPs")]
)
def test_heads_are_words(name: str, head: str) -> None:
    assert head_of(name) == head

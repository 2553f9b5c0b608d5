"""Every report as a workbook."""

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.build import AS_OF, PATH, complete, library
from tests.reports.test_reports import FILES, REPORTS
from tests.repository import GitRepository

from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.durations import DateRange
from sopkit.reports import report_named
from sopkit.reports.report import Report, ReportOptions, report_document
from sopkit.tables.workbook import column_title, document_workbook

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
@pytest.mark.parametrize("files", [{}, FILES], ids=["bare", "registers"])
def test_a_workbook_has_a_sheet_for_each_table(report: Report, files: dict[str, str], tmp_path: Path) -> None:
    library(tmp_path, files)
    with read_library_status(tmp_path, AS_OF, AS_OF) as ground:
        told = report.make(
            ground, ReportOptions("AC-001", sop="AC-001", period=DateRange(AS_OF, AS_OF), count=5, seed="2026")
        )
        data = document_workbook(report_document(report, told, ground))
        assert data == document_workbook(report_document(report, told, ground))
        book = load_workbook(io.BytesIO(data))
        tables = [table for table in told.tables if table.rows or table is told.table]
        assert book.sheetnames == ["About", *(table.title for table in tables), "Columns"]
        assert book["About"]["A1"].value == report.title.rstrip(".")
        for table in tables:
            page = book[table.title]
            heads = [cell.value for cell in page[1]]
            assert sorted(heads) == sorted(map(column_title, table.kind.__dataclass_fields__))
            printed = table.printed or table.columns
            assert set(heads[: len(printed)]) == set(map(column_title, printed))
            assert page.max_row == 1 + len(table.rows)
            assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_the_first_page_names_the_commit_that_is_judged(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path)
    first = repository.commit("2026-01-02", {"sopkit.toml": '[library]\nname = "Acme"\n', PATH: complete()})
    repository.commit("2026-02-03", {PATH: complete(title="Give access")})
    with read_library_status(tmp_path, date(2026, 1, 31), date(2026, 3, 1)) as ground:
        told = report_named("limits").make(ground, ReportOptions())
        page = load_workbook(io.BytesIO(document_workbook(report_document(report_named("limits"), told, ground))))[
            "About"
        ]
    rows = {row[0].value: row[1].value for row in page.iter_rows()}
    assert (rows["Library"], rows["As of"], rows["Commit"]) == ("Acme", "2026-01-31", first)
    assert rows["Note"] == f"judged is commit {first[:12]}, the last that landed by 2026-01-31"


@pytest.mark.parametrize(
    ("name", "head"), [("last_evidence", "Last evidence"), ("sop", "SOP"), ("risk_id", "Risk ID"), ("sops", "SOPs")]
)
def test_heads_are_words(name: str, head: str) -> None:
    assert column_title(name) == head

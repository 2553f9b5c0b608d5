"""Every report: its formats, its schema, and what the command refuses."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
from tests.build import AS_OF, library

from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.durations import DateRange
from sopkit.reports import all_reports
from sopkit.reports.report import Report, ReportOptions, report_document
from sopkit.tables.document import document_csv, document_json, document_markdown

REPORTS = list(all_reports().values())
FILES = {
    "registers/soa.yaml": "- {control: A.5.18, applicable: true, reason: rights are granted daily}\n",
    "registers/risks.yaml": "- {id: RSK-001, title: Rights outlive their reason, controls: {iso27001-2022: [A.5.18]}}\n",
}


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
@pytest.mark.parametrize("files", [{}, FILES], ids=["bare", "registers"])
def test_the_json_of_a_report_is_as_its_schema_says(report: Report, files: dict[str, str], tmp_path: Path) -> None:
    library(tmp_path, files)
    with read_library_status(tmp_path, AS_OF, AS_OF) as ground:
        told = report.make(
            ground, ReportOptions("AC-001", sop="AC-001", period=DateRange(AS_OF, AS_OF), count=5, seed="2026")
        )
        document = report_document(report, told, ground)
        data = json.loads(document_json(document))
        schema = report.document.schema()
        jsonschema.validate(data, schema, format_checker=jsonschema.FormatChecker())
        assert data["schema"] == f"sopkit/report-{report.name}/1"
        rows = list(csv.reader(io.StringIO(document_csv(document))))
        assert rows[0] == list(schema["properties"]["rows"]["items"]["properties"])  # type: ignore[index]
        assert len(rows) == 1 + len(told.table.rows) == 1 + len(data["rows"])
        assert document_markdown(document).startswith(f"# {report.title.rstrip('.')}\n")

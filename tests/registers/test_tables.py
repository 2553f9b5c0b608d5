"""Registers handed out: what a workbook offers, what CSV guards, and which names mean which rows."""

from datetime import date
from pathlib import Path

from tests.build import library

from sopkit.model.registers import Vendor
from sopkit.registers.export import non_empty_registers, register_csv, sheet_of_register
from sopkit.registers.table_rows import cell_reader
from sopkit.tables.sheet import CellKind

FILES = {
    "registers/risks.yaml": "- {id: RSK-001, title: A fire, owner: auditor, impact: major, review: 2027-01-31}\n",
    "registers/vendors.yaml": "- {id: okta, title: Okta, tier: 2}\n- {id: oslo, title: okta}\n- {id: aws, title: AWS}\n",
    "registers/soa.yaml": "- {control: A.5.1, applicable: false}\n",
}


def test_a_sheet_offers_scales_words_and_ids(tmp_path: Path) -> None:
    loaded = library(tmp_path, FILES, config='[scales]\nimpact = ["1", "2"]\n')
    sheet = sheet_of_register(loaded, "risks")
    columns = {column.head: column for column in sheet.columns}
    assert (columns["impact"].choices, columns["impact"].strict) == (("1", "2"), True)
    assert columns["treatment"].choices == ("mitigate", "accept", "transfer", "avoid")
    assert (columns["owner"].choices[-1], columns["owner"].strict) == ("auditor", False)
    assert (columns["review"].kind, columns["title"].kind) == (CellKind.DATE, CellKind.TEXT)
    assert sheet.rows[0][list(columns).index("review")] == date(2027, 1, 31)
    vendors = sheet_of_register(loaded, "vendors")
    assert [row[2] for row in vendors.rows] == [2, "", ""]
    assert {column.head: column.choices for column in sheet_of_register(loaded, "soa").columns}["applicable"] == (
        "yes",
        "no",
    )
    assert non_empty_registers(loaded) == ("people", "roles", "risks", "vendors", "soa")


def test_what_a_spreadsheet_would_obey_is_guarded(tmp_path: Path) -> None:
    rows = [Vendor(id="=1+1", title="'=x", data="a\tb"), Vendor(id="a", title="O'Neil", data="-")]
    assert register_csv("vendors", rows, ";") == (
        "id;title;tier;owner;data;review;offboarded;classification\n'=1+1;''=x;;;a\tb;;;\na;O'Neil;;;'-;;;\n"
    )


def test_a_name_means_a_row_when_it_means_just_one(tmp_path: Path) -> None:
    keys = cell_reader(library(tmp_path, FILES)).keys
    assert keys["vendors"] == {"okta": "okta", "oslo": "oslo", "aws": "aws"}
    assert (keys["roles"]["ciso"], keys["roles"]["it operations"]) == ("security-lead", "it-operations")
    assert (keys["people"]["ann lee"], keys["people"]["ben@acme.example"]) == ("ann", "ben")
    assert keys["sops"]["grant access"] == "AC-001"


def test_the_statement_shows_the_titles_of_its_controls(tmp_path: Path) -> None:
    soa = "- {control: A.5.7, reason: x}\n- {control: GDPR Art. 92-99, applicable: false}\n- {control: A.5.99}\n"
    sheet = sheet_of_register(library(tmp_path, {"registers/soa.yaml": soa}), "soa")
    assert [column.head for column in sheet.columns][:3] == ["control", "title", "applicable"]
    assert [tuple(row)[:2] for row in sheet.rows] == [
        ("A.5.7", "Threat intelligence"),
        ("GDPR Art. 92-99", "Exercise of the delegation and 7 more"),
        ("A.5.99", ""),
    ]

"""The whole library as one workbook and as CSV files."""

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from tests.build import AS_OF, complete, library

from sopkit.exports import export_named
from sopkit.exports._tables import PolicyChain, RiskChain, policy_chains, risk_chains
from sopkit.lifecycle.library_status import LibraryStatus, read_library_status
from sopkit.model.registers import REGISTERS
from sopkit.registers.importer import ImportOptions, plan_import
from sopkit.registers.table_rows import cell_reader
from sopkit.tables.reader import read_sheet

ACME = Path(__file__).parent.parent.parent / "examples" / "acme"
ACME_DAY = date(2026, 11, 24)
SOP = "sops/access-control/ac-001-grant-access.md"
OTHER = "sops/access-control/ac-002-look.md"
HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\\t=1", "http://a.example", "=cmd|' /C calc'!A0")
ROWS = """\
registers/risks.yaml
- {{id: "{0}r", title: "{0}", owner: "{0}", likelihood: "{0}", residual: "{0}", controls: {{iso27001-2022: [A.5.18]}}}}
registers/policies.yaml
- {{id: "{0}p", title: "{0}", owner: "{0}", location: "{0}", controls: {{iso27001-2022: [A.5.18]}}}}
registers/assets.yaml
- {{id: "{0}a", title: "{0}", owner: "{0}", kind: "{0}"}}
registers/vendors.yaml
- {{id: "{0}v", title: "{0}", owner: "{0}", data: "{0}"}}
registers/actions.yaml
- {{id: "{0}c", action: "{0}", owner: "{0}", cause: "{0}"}}
registers/soa.yaml
- {{control: A.5.18, applicable: true, reason: "{0}", note: "{0}", owner: "{0}", drivers: ["{0}"]}}
registers/roles.yaml
- {{id: "{0}o", title: "{0}", aliases: ["{0}"]}}
"""


def book_of(ground: LibraryStatus) -> Workbook:
    return load_workbook(io.BytesIO(export_named("xlsx").write(ground, "1").files["library.xlsx"]))


@pytest.fixture(scope="module")
def acme() -> Iterator[LibraryStatus]:
    with read_library_status(ACME, ACME_DAY, ACME_DAY, tree_only=True) as ground:
        yield ground


@pytest.fixture(scope="module")
def written(acme: LibraryStatus) -> bytes:
    return export_named("xlsx").write(acme, "1").files["library.xlsx"]


@pytest.fixture(scope="module")
def book(written: bytes) -> Workbook:
    """The workbook of the example company; tests only read it."""
    return load_workbook(io.BytesIO(written))


@pytest.mark.slow
def test_two_exports_are_the_same_bytes(acme: LibraryStatus, written: bytes) -> None:
    assert export_named("xlsx").write(acme, "1").files == {"library.xlsx": written}


@pytest.mark.slow
def test_each_sheet_can_be_read_filtered_and_printed(book: Workbook) -> None:
    for page in book.worksheets[1:]:
        heads = [cell.value for cell in page[1]]
        assert page.auto_filter.ref == f"A1:{page.cell(page.max_row, len(heads)).coordinate}"
        assert page.freeze_panes in {"A2", "B2"}
        assert page.print_title_rows == "$1:$1"
        assert len(set(heads)) == len(heads)
        assert page.max_row > 1


@pytest.mark.slow
def test_the_first_page_names_library_day_and_sheets(book: Workbook) -> None:
    rows = [[cell.value for cell in row] for row in book["About"].iter_rows()]
    assert rows[:3] == [
        ["Procedures and controls", None, None],
        ["Library", "Acme Cloud", None],
        ["As of", "2026-11-24", None],
    ]
    assert [row[0] for row in rows if row[0] in book.sheetnames] == book.sheetnames[1:]


@pytest.mark.slow
def test_the_page_on_exports_has_every_sheet(book: Workbook) -> None:
    page = (ACME.parent.parent / "docs" / "exports.md").read_text("utf-8")
    table = page.partition("| sheet | a row is |")[2].partition("\n\n")[0]
    named = {name.strip() for line in table.splitlines()[2:] for name in line.split("|")[1].split(",")}
    assert set(book.sheetnames) <= named


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_library_is_obeyed(text: str, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {}
    for line in ROWS.format(text).splitlines():
        if line.startswith("registers/"):
            name = line
        else:
            files[name] = f"{line}\n"
    files[SOP] = complete(title=f'"{text}"', owner=f'"{text}"', version=f'"{text}"', policies=f'["{text}p"]')
    library(tmp_path, files, config=f'[library]\nname = "{text}"\n')
    with read_library_status(tmp_path, AS_OF, AS_OF) as ground:
        cells = [cell for page in book_of(ground) for row in page.iter_rows() for cell in row]
        tables = export_named("csv").write(ground, "1").files
    assert [cell.coordinate for cell in cells if cell.data_type not in {"s", "n", "d"}] == []
    assert all(cell.hyperlink.location for cell in cells if cell.hyperlink)
    said = [cell for cell in cells if cell.value == text.replace("\\t", "\t")]
    assert len(said) > 10
    assert all(cell.quotePrefix for cell in said) == (text[0] in "=+-@\\")
    fields = [cell for data in tables.values() for row in csv.reader(io.StringIO(data.decode())) for cell in row]
    assert [cell for cell in fields if cell[:1] in tuple("=+-@\t\r")] == []


def test_a_risk_leads_to_records(tmp_path: Path) -> None:
    controls = (
        "- {id: RSK-001, title: Rights stay, treatment: mitigate, controls: {iso27001-2022: [A.5.18, A.8.2, A.8.3]}}\n"
    )
    closed = "- {id: RSK-002, title: Gone, controls: {iso27001-2022: [A.5.18]}, closed: 2026-01-01}\n"
    files: dict[str, str | bytes] = {
        "registers/risks.yaml": f"{controls}{closed}- {{id: RSK-003, title: Open}}\n",
        "registers/soa.yaml": "- {control: A.8.2, applicable: true, procedure: false, reason: Okta asks each time}\n",
    }
    library(tmp_path, files)
    with read_library_status(tmp_path, AS_OF, AS_OF) as ground:
        found = risk_chains(ground)
    iso, risk = "iso27001-2022", ("RSK-001", "Rights stay", "mitigate")
    rest = ("AC-001", "Grant access", "full", (), ("Access ticket",), "never-reviewed", "Security lead", None)
    none = ("", "", (), (), "", "", None)
    assert found == (
        RiskChain(*risk, iso, "A.5.18", "Access rights", *rest),
        RiskChain(*risk, iso, "A.8.2", "Privileged access rights", "", "", "other-means", *none[2:]),
        RiskChain(*risk, iso, "A.8.3", "Information access restriction", "", "", "none", *none[2:]),
        RiskChain("RSK-003", "Open", "", "", "", "", "", *none),
    )


def test_a_policy_leads_to_the_sops_that_name_it(tmp_path: Path) -> None:
    policies = """\
- {id: POL-01, title: Access, owner: security-lead, controls: {iso27001-2022: [A.5.18, A.8.2]}}
- {id: POL-02, title: Paper}
- {id: POL-03, title: Devices, controls: {iso27001-2022: [A.8.1]}}
"""
    files = {
        "registers/policies.yaml": policies,
        SOP: complete(policies="[POL-01, POL-03]"),
        OTHER: complete(id="AC-002", title="Look", policies="[POL-01]", status="retired"),
    }
    library(tmp_path, files)
    with read_library_status(tmp_path, AS_OF, AS_OF) as ground:
        found = policy_chains(ground)
    iso, sop, none = "iso27001-2022", ("AC-001", "Grant access"), ("", "", "", "", None)
    nobody = ("", "", "none", "", None)
    access, devices = ("POL-01", "Access", "Security lead"), ("POL-03", "Devices", "")
    assert found == (
        PolicyChain(*access, iso, "A.5.18", "Access rights", *sop, "full", "never-reviewed", None),
        PolicyChain(*access, iso, "A.8.2", "Privileged access rights", *nobody),
        PolicyChain("POL-02", "Paper", "", "", "", "", *none),
        PolicyChain(*devices, iso, "A.8.1", "User end point devices", *nobody),
        PolicyChain(*devices, "", "", "", *sop, "", "never-reviewed", None),
    )


@pytest.mark.slow
@pytest.mark.parametrize("config", ["", "[library]\nframeworks = []\n"], ids=["usual", "no framework"])
@pytest.mark.parametrize(
    "text", [complete(), "---\nid: [\n---\n", "", "\x00\x01"], ids=["clean", "broken", "empty", "odd"]
)
def test_any_library_can_be_exported(tmp_path: Path, text: str, config: str) -> None:
    library(tmp_path, {SOP: text, OTHER: text}, config=config)
    with read_library_status(tmp_path, AS_OF, AS_OF) as ground:
        assert "Master list" in book_of(ground).sheetnames
        assert "master-list.csv" in export_named("csv").write(ground, "1").files


@pytest.mark.slow
def test_the_registers_can_be_filled_in_and_read_back(
    acme: LibraryStatus, written: bytes, book: Workbook, tmp_path: Path
) -> None:
    file = tmp_path / "library.xlsx"
    file.write_bytes(written)
    reader, library = cell_reader(acme.library), acme.library
    green = [page.title for page in book if page.sheet_properties.tabColor]
    assert green == ["Risks", "Assets", "Vendors", "Policies", "Actions", "Exceptions", "External"]
    assert [page.title for page in book if page.title.lower() in REGISTERS] == green
    for title in green:
        register = library.registers[title.lower()]
        plan = plan_import(register, read_sheet(file, title), reader, ImportOptions(), library.as_of)
        assert (plan.findings, plan.after) == ((), register.source.data)
    rules = {str(rule.sqref): rule.formula1 for rule in book["Risks"].data_validations.dataValidation}
    lists = {
        cell.value: [one.value for one in column[1:] if one.value]
        for column in book["Lists"].columns
        for cell in column[:1]
    }
    assert rules["D2:D526"] == "'Lists'!$B$2:$B$6"
    assert lists["Likelihood"] == ["rare", "unlikely", "possible", "likely", "certain"]
    assert lists["Tier"] == [1, 2, 3]


@pytest.mark.slow
def test_frameworks_can_be_named(acme: LibraryStatus) -> None:
    within = export_named("xlsx").within
    assert within is not None
    book = load_workbook(io.BytesIO(within(acme, "1", ("soc2-tsc-2017",)).files["library.xlsx"]))
    assert {cell.value for cell in book["Coverage"]["A"][1:]} == {"soc2-tsc-2017"}
    assert book["Statement of Applicability"]["A2"].value.startswith("CC")


@pytest.mark.slow
def test_csv_files_have_the_rows_of_the_sheets_and_say_that_they_are_utf_8(acme: LibraryStatus, book: Workbook) -> None:
    exported = export_named("csv").write(acme, "1")
    data = exported.files["master-list.csv"]
    assert data.startswith(b"\xef\xbb\xbfid,title,version,")
    assert len(list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))) == book["Master list"].max_row
    assert {"soa.csv", "soa-totals.csv", "coverage-claims.csv", "risk-to-record.csv"} <= set(exported.files)


@pytest.mark.slow
def test_libreoffice_prints_it_on_a_sane_number_of_pages(written: bytes, book: Workbook, tmp_path: Path) -> None:
    office, info = shutil.which("soffice"), shutil.which("pdfinfo")
    if office is None or info is None:
        pytest.skip("needs LibreOffice Calc (soffice) and pdfinfo; scripts/test_setup.sh installs them")
    file = tmp_path / "library.xlsx"
    file.write_bytes(written)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    words = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(words, check=True, capture_output=True, timeout=180)
    told = subprocess.run([info, tmp_path / "library.pdf"], check=True, capture_output=True, text=True).stdout
    pages = next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pages:"))
    assert len(book.sheetnames) <= pages <= 60
    assert "841.89 x 595.3" in told or "842 x 595" in told

"""The matrix of controls, the page of a control, and the statement of applicability."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.handbook.conftest import Sites
from tests.handbook.tables import facts, hrefs, table

from sopkit.authoring.demo import AS_OF
from sopkit.handbook.build import build
from sopkit.handbook.pages.controls import control_page, published_controls
from sopkit.handbook.published_library import PublishedLibrary, published_library
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

ALL = BuildOptions(Classification.RESTRICTED, drafts=True)


def page(sites: Sites, path: str, options: BuildOptions = ALL) -> str:
    return sites(options).files[path].decode()


def test_the_matrix_has_a_row_for_each_control(sites: Sites) -> None:
    rows = {row[0].split()[0]: row[1:] for row in table(page(sites, "controls/index.html"), "Controls")[1:]}
    assert len(rows) == 93
    assert rows["A.5.11"] == [
        "yes every leaver holds a laptop and security keys of ours",
        "AM-001",
        "IT operations lead",
        "13 Nov 2026",
        "● Implemented",
    ]
    assert rows["A.5.10"][1:] == ["No SOP", "Chief information security officer", "–", "● By other means"]


def test_each_row_can_be_chosen_by_theme_state_and_owner(sites: Sites) -> None:
    html = page(sites, "controls/index.html")
    [row] = re.findall(r"<tr data-row[^>]*>(?=\s*<th[^>]*>\s*<a[^>]*>A\.6\.5<)", html)
    themes = re.findall(r'<option value="(\d+)">(.*?)</option>', html.partition('name="owner"')[0])
    assert ("2", "A.6 People controls") in themes
    assert 'data-theme="2"' in row
    assert 'data-state="partly"' in row
    owners = dict(re.findall(r'<option value="(\d+)">(.*?)</option>', html.partition('name="owner"')[2]))
    [owner] = re.findall(r'data-owner="(\d+)"', row)
    assert owners[owner] == "People partner"


def test_a_control_tells_where_it_is_carried_out_and_what_is_open(sites: Sites) -> None:
    html = page(sites, "controls/iso27001-2022/A.5.18.html")
    first = table(html, "What carries it out")[1]
    assert first == [
        "AC-001 Grant, change and remove access",
        "in full",
        "Procedure step 4 step 10 step 14",
        "",
        "● Current",
    ]
    assert "../../sop/AC-001/index.html#step-10" in hrefs(html)
    assert table(html, "Open actions")[1][0] == "ACT-002"
    assert facts(html)["Justification"] == "two customer contracts promise that a leaver has no access after 4 hours"


def test_other_frameworks_have_a_matrix_without_decisions(sites: Sites) -> None:
    html = page(sites, "controls/soc2-tsc-2017/index.html")
    head, *rows = table(html, "SOC 2 Trust Services Criteria 2017 (revised points of focus 2022)")
    assert head == ["Control", "SOPs", "Owner", "Last verified", "State"]
    assert {row[4] for row in rows} == {"● Covered", "▲ Partly", "▲ Only supported", "▲ Nothing", "○ Does not apply"}


def test_a_reader_who_may_not_see_all_is_not_told_that_nothing_is_done(sites: Sites) -> None:
    rows = {row[0].split()[0]: row for row in table(page(sites, "controls/index.html", BuildOptions()), "Controls")[1:]}
    none, unknown = "No procedure in this edition (others may be confidential)", "○ Not shown in this edition"
    assert rows["A.5.7"][2:] == [none, "Chief information security officer", "–", unknown]
    assert rows["A.8.13"][2:] == [none, rows["A.8.13"][3], rows["A.8.13"][4], unknown]
    assert {row[-1] for row in rows.values()} == {"● Implemented", "○ Does not apply", unknown}
    assert rows["A.5.11"][-1] == "● Implemented"


def test_an_edition_that_leaves_procedures_out_says_so_and_has_no_totals(sites: Sites) -> None:
    cut = "Procedures above the classification of this edition are left out"
    for name in ("index.html", "statement.html"):
        assert cut in page(sites, f"controls/{name}", BuildOptions())
        assert cut not in page(sites, f"controls/{name}")
    files = {path: data.decode() for path, data in sites(BuildOptions()).files.items() if path.endswith(".html")}
    pages = [text for path, text in files.items() if path.startswith(("controls/", "policies/"))]
    for text in (
        "No SOP carries it out",
        "No SOP<",
        "Only planned",
        "Not implemented",
        "nothing can be shown",
        "Totals",
    ):
        assert [text for each in pages if text in each] == []
    assert re.findall(r">\d+ of \d+ controls<|: \d+ of \d+ controls|<option[^>]*>[^<]*\(\d+\)", "".join(pages)) == []
    assert "Not shown in this edition" in files["policies/index.html"]
    assert facts(files["policies/POL-02.html"])["How far"] == "Carried out"


def test_the_statement_counts_and_tells_each_control(sites: Sites) -> None:
    html = page(sites, "controls/statement.html")
    assert table(html, "Totals")[-1] == ["All", "93", "37", "11", "3", "40", "2"]
    [row] = [row for row in table(html, "A.5 Organizational controls") if row[0].startswith("A.5.18 ")]
    assert row == [
        "A.5.18 Access rights",
        "yes",
        "two customer contracts promise that a leaver has no access after 4 hours",
        (
            "RSK-001 A former member of staff still reaches company systems; "
            "RSK-002 Rights grow beyond what the work needs; customer contracts"
        ),
        "● Implemented",
        "AC-001; AC-002 in part; POL-02",
        "IT operations lead",
        "20 Nov 2026",
        "ACT-002, 18 Dec 2026",
    ]


def test_a_policy_tells_what_carries_it_out(sites: Sites) -> None:
    html = page(sites, "policies/POL-02.html")
    assert facts(html)["How far"] == "Carried out: 11 of 11 controls"
    assert 'href="https://handbook.acme.example/policies/access-control" rel="noopener noreferrer"' in html
    assert [row[0] for row in table(html, "Carried out by")[1:]] == [
        "AC-001 Grant, change and remove access",
        "AC-002 Review access rights",
    ]
    assert "../controls/iso27001-2022/A.5.15.html" in hrefs(html)


SOP = """\
---
id: X-{number:02}
title: Close the shop
version: 1.0
status: active
area: operations
owner: Shop lead
controls:
  iso27001-2022: [A.5.15]
---

## Procedure

1. Lock the door.
   - Control: A.5.15
"""


def test_of_many_sops_the_places_are_told_without_links(tmp_path: Path) -> None:
    (tmp_path / "sops").mkdir()
    (tmp_path / "sopkit.toml").write_text('[library]\nframeworks = ["iso27001-2022"]\n')
    for number in range(1, 42):
        (tmp_path / f"sops/x-{number}.md").write_text(SOP.format(number=number))
    with read_library_status(tmp_path, AS_OF, AS_OF, tree_only=True) as found:
        html = build(found, BuildOptions(drafts=True)).files["controls/iso27001-2022/A.5.15.html"].decode()
    rows = table(html, "What carries it out")[1:]
    assert len(rows) == 41
    assert rows[0][:3] == ["X-01 Close the shop", "in full (not in force)", "Procedure, step 1"]
    assert not [address for address in hrefs(html) if "#step" in address]


@pytest.fixture
def large(tmp_path: Path) -> Iterator[PublishedLibrary]:
    (tmp_path / "registers").mkdir()
    (tmp_path / "sopkit.toml").write_text('[library]\nframeworks = ["nist-800-53-r5", "iso27001-2022"]\n')
    (tmp_path / "registers/policies.yaml").write_text(
        "- {id: P/1, title: Rules, location: 'javascript:alert(1)', controls: {nist-800-53-r5: [AC-2]}}\n"
    )
    with read_library_status(tmp_path, AS_OF, AS_OF, tree_only=True) as found:
        yield published_library(found, BuildOptions(drafts=True))


def test_of_a_large_framework_only_what_something_is_said_about_has_a_page(large: PublishedLibrary) -> None:
    paged = [view.control.id for view in published_controls(large)["nist-800-53-r5"] if view.page]
    assert paged == ["AC-2"]
    assert control_page(large, ("nist-800-53-r5", "AC-3")) == ""
    assert control_page(large, ("iso27001-2022", "A.5.15")) == "controls/iso27001-2022/A.5.15.html"
    assert control_page(large, ("gdpr", "Art. 5")) == ""  # the library does not name the framework

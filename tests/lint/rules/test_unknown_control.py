"""SOP401 in References: ids in the shape of a framework that is named beside them."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

CONFIG = '[library]\nframeworks = ["iso27001-2022", "soc2-tsc-2017", "gdpr", "nist-800-53-r5"]\n'


def told(root: Path, *items: str, codes: tuple[str, ...] = ("SOP401",)) -> list[str]:
    text = complete("## References\n\n" + "".join(f"- {item}\n" for item in items)).encode()
    findings = lint(library(root, {PATH: text}, config=CONFIG), LintOptions(select=codes)).findings
    return [text[one.place.start : one.place.end].decode().strip() for one in findings]


@pytest.mark.parametrize(
    ("item", "ids"),
    [
        ("ISO 27001:2022 A.5.99", ["A.5.99"]),
        ("ISO/IEC 27001 Annex A, A.5.18 and A.5.180", ["A.5.180"]),
        ("ISO 27001:2022, A.8.35, A.5.18 Access rights, A.5.99", ["A.8.35", "A.5.99"]),
        ("Access rights (ISO 27001:2022 **A.5.99**)", ["A.5.99"]),
        ("SOC 2 CC6.99", ["CC6.99"]),
        ("NIST SP 800-53 AC-99", ["AC-99"]),
    ],
)
def test_an_id_that_its_framework_does_not_have(item: str, ids: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, item) == ids


@pytest.mark.parametrize(
    "item",
    [
        "ISO 27001:2022 A.5.18 Access rights",
        "ISO 27001:2022 A.5",
        "ISO 27001:2022, figure 5.99",
        "ISO 27001:2022 A.5.99.pdf, SA.5.99, A.5.99(b)",
        "A.5.99",
        "ISO 27001 A.9.2.2",
        "ISO 27001:2013 A.5.99",
        "ISO 42001 A.5.99",
        "ISO 27001:2022 and SOC 2: A.5.99",
        "GDPR Art. 120",
        "ISO 27001:2022",
    ],
)
def test_what_may_be_something_else(item: str, tmp_path: Path) -> None:
    assert told(tmp_path, item) == []


def test_other_sections_and_none_are_let_be(tmp_path: Path) -> None:
    text = complete("## Purpose\n\nKeep to ISO 27001:2022 A.5.99.\n", without=["References"])
    findings = lint(library(tmp_path, {PATH: text}), LintOptions(select=("SOP401",))).findings
    assert findings == ()


def test_an_id_that_does_not_exist_stands_for_the_one_that_is_missing(tmp_path: Path) -> None:
    assert told(tmp_path / "a", "ISO 27001:2022 A.5.81", codes=("SOP401", "SOP404")) == ["A.5.81"]
    assert told(tmp_path / "b", "Access policy", codes=("SOP401", "SOP404")) == ["## References"]
    assert told(tmp_path / "c", "SOC 2 CC6.99", codes=("SOP401", "SOP404")) == ["## References", "CC6.99"]

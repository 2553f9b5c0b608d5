"""SOP401 and SOP402 in registers: frameworks and ids under `controls`, and the statement of applicability."""

from pathlib import Path

import pytest
from tests.build import library

from sopkit.lint.engine import LintOptions, lint


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "row", "told"),
    [
        ("risks", "controls: {iso27001-2022: [A.5.18, A.5.99]}", [("SOP401", 46, "no control `A.5.99` in iso27001-2022; did you mean A.5.9?")]),
        ("risks", "controls: {iso-27001: [A.5.1]}", [("SOP401", 22, "no framework `iso-27001`; did you mean `iso27001-2022`?")]),
        ("policies", "controls: {iso27001-2022: A.9.2.2}", [("SOP402", 37, "`A.9.2.2` is of an older edition; in iso27001-2022 it is A.5.18")]),
        ("actions", "controls: {iso27001-2022: [{id: A.5}]}", [("SOP401", 43, "`A.5` is a group of controls; name the controls in it")]),
        ("risks", "controls: {iso27001-2022: [A.5.18]}", []),
        ("risks", "title: x", []),
    ],
)  # fmt: skip
def test_what_a_row_claims(name: str, row: str, told: list[tuple[str, int, str]], tmp_path: Path) -> None:
    loaded = library(tmp_path, {f"registers/{name}.yaml": f"- {{id: R, {row}}}\n"})
    findings = lint(loaded, LintOptions(select=("SOP401", "SOP402"))).findings
    assert [(one.code, one.place.column, one.message) for one in findings] == told


def test_what_the_statement_is_about(tmp_path: Path) -> None:
    rows = "- {control: A.5.1}\n- {control: A.5.99}\n- {control: A.9.2.2}\n- {control: SOC 2 CC6.1}\n"
    findings = lint(library(tmp_path, {"registers/soa.yaml": rows}), LintOptions(select=("SOP401", "SOP402"))).findings
    assert [(one.code, one.place.line, one.message) for one in findings] == [
        ("SOP401", 2, "no control `A.5.99` in iso27001-2022; did you mean A.5.9?"),
        ("SOP402", 3, "`A.9.2.2` is of an older edition; in iso27001-2022 it is A.5.18"),
    ]

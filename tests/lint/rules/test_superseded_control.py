"""SOP401 and SOP402 on claims: ids as people write them, older editions, and frameworks that there are not."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.authoring.fix import fix_findings
from sopkit.lint.engine import LintOptions, lint

TWO = '[library]\nframeworks = ["iso27001-2022", "iso27001-2013"]\n'


def told(root: Path, controls: str, config: str = "") -> list[tuple[str, str, str]]:
    text = complete(f"---\ncontrols: {controls}\n---\n").encode()
    files = {PATH: text, "sopkit.toml": config.encode()}
    findings = lint(library(root, files), LintOptions(select=("SOP401", "SOP402", "SOP005"))).findings
    return [(one.code, text[one.place.start : one.place.end].decode(), one.message) for one in findings]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("controls", "expected"),
    [
        ('["ISO 27001:2022 A.5.18", "ISO/IEC 27002:2022, 5.18", Annex A 5.18, A.5.19-23, A.5.1]', []),
        ("{nist-800-53-r5: [AC-02(01), ac-2.1]}", []),
        (
            "[A1.2, AC-02(01)]",
            [
                ("SOP401", "A1.2", "no control `A1.2` in iso27001-2022; soc2-tsc-2017 has A1.2"),
                ("SOP401", "AC-02(01)", "no control `AC-02(01)` in iso27001-2022; nist-800-53-r5 has AC-2(1)"),
            ],
        ),
        (
            "{iso27001: [A.5.18]}",
            [("SOP401", "iso27001", "no framework `iso27001`; did you mean `iso27001-2022`?")],
        ),
        (
            "[[A.5.18]]",
            [
                (
                    "SOP005",
                    "[A.5.18]",
                    "`controls` is not a set of `key: value` lines; name the framework, for example `iso27001-2022: [A.5.18]`",
                )
            ],
        ),
        (
            "[A.9.2.2]",
            [("SOP402", "A.9.2.2", "`A.9.2.2` is of an older edition; in iso27001-2022 it is A.5.18")],
        ),
        (
            "{iso27001-2013: [A.9.2.2, A.5.1]}",
            [
                ("SOP402", "A.9.2.2", "`A.9.2.2` is of an older edition; in iso27001-2022 it is A.5.18"),
                ("SOP401", "A.5.1", "`A.5.1` is a group of controls; name the controls in it"),
            ],
        ),
        (
            "{iso27001-2013: A.9.2.2-3}",
            [("SOP402", "A.9.2.2-3", "`A.9.2.2-3` is of an older edition; name its successors in iso27001-2022")],
        ),
    ],
)
def test_claims(controls: str, expected: list[tuple[str, str, str]], tmp_path: Path) -> None:
    assert told(tmp_path, controls) == expected


def test_an_edition_that_the_library_lists_is_in_force(tmp_path: Path) -> None:
    assert told(tmp_path, "{iso27001-2013: [A.9.2.2]}", TWO) == []


def test_without_a_framework_an_ambiguous_id_names_the_choices(tmp_path: Path) -> None:
    steps = "## Procedure\n\n1. **IT operations**: Close the ticket.\n   - Control: A.5.1\n"
    text = complete(f"---\ncontrols: {{iso27001-2022: [A.5.1]}}\n---\n{steps}").encode()
    files = {PATH: text, "sopkit.toml": b"[library]\nframeworks = []\n"}
    findings = lint(library(tmp_path, files), LintOptions(select=("SOP401",))).findings
    assert [(text[one.place.start : one.place.end], one.message) for one in findings] == [
        (b"A.5.1", "`A.5.1` may be A.5.1 of iso27001-2022 or A.5.1 of iso27001-2013; write it under its framework")
    ]


@pytest.mark.parametrize(
    ("controls", "mended"),
    [
        ("[A.9.2.2]", "[A.5.18]"),
        ("[A.5.18, A.9.2.2]", "[A.5.18, A.9.2.2]"),
        ("[A.9.2.2, A.9.2.5]", "[A.5.18, A.9.2.5]"),
        ("[A.18.2.3]", "[A.18.2.3]"),
    ],
)
def test_mending_claims_no_control_twice_and_makes_no_list_of_one_item(
    tmp_path: Path, controls: str, mended: str
) -> None:
    text = complete(f"---\ncontrols: {controls}\n---\n").encode()
    done = fix_findings(library(tmp_path, {PATH: text}), LintOptions(select=("SOP402",)), meaning=True)
    after = done.library.by_path[PATH].source.data.decode()
    assert f"controls: {mended}\n" in after
    assert {finding.code for finding in done.report.findings} <= {"SOP402"}

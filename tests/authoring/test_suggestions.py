"""Suggestions: what is written in place of a slip, and where a person has to decide."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.authoring.fix import fix_findings
from sopkit.lint.engine import LintOptions
from sopkit.lint.select import Profile

AUDIT = LintOptions(profile=Profile.AUDIT)
OTHER = "sops/access-control/ac-002-remove-access.md"
FILES = {
    OTHER: complete('---\nid: AC-002\ntitle: Remove access\n---\n## Scope\n\n<a id="staff"></a>All staff.\n'),
    "sops/change-management/cm-001-change.md": complete("---\nid: CM-001\narea: change-management\n---\n"),
    "registers/vendors.yaml": "- {id: okta, title: Okta}\n- {id: github, title: GitHub}\n",
}


def suggested(root: Path, text: str) -> tuple[str, list[str]]:
    """The text with all suggestions applied, and the codes of the findings that stay in it."""
    done = fix_findings(library(root, {**FILES, PATH: text}), AUDIT, meaning=True, unsafe=True)
    codes = [one.code for one in done.report.findings if one.path == PATH]
    assert done.unsettled == ()
    return done.library.by_path[PATH].source.data.decode(), codes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("overlay", "old", "new"),
    [
        ("---\nreview_evry: 6 months\n---\n", "review_evry", "review_every"),
        ("---\nrecords:\n  - {id: a, nam: A, where: B, retention: P1Y}\n---\n", "nam: A", "name: A"),
        ("---\ntime_limits:\n  grant: {limt: PT4H}\n---\n", "limt", "limit"),
        ("---\neffective: 2026/01/05\n---\n", "2026/01/05", "2026-01-05"),
        ("---\neffective: '5 Jan 2026'\n---\n", "'5 Jan 2026'", "'2026-01-05'"),
        ("---\nstatus: Active\n---\n", "Active", "active"),
        ("---\ncriticality: mediun\n---\n", "mediun", "medium"),
        ("---\narea: Access control\n---\n", "Access control", "access-control"),
        ("---\nowner: securty-lead\n---\n", "securty-lead", "security-lead"),
        ("---\napprovers: [securty-lead]\n---\n", "securty-lead", "security-lead"),
        ("---\ncontrols:\n  iso27001-2022: [A.5.1.8]\n---\n", "A.5.1.8", "A.5.18"),
        ("---\naudience: [it operations]\n---\n", "it operations", "it-operations"),
        ("---\nvendors: [okt]\n---\n", "okt", "okta"),
        ("---\nrelated: [AC-02]\n---\n", "AC-02", "AC-002"),
        (
            "## Roles\n\n- **Line manger**: asks.\n- **Asset owner**: approves.\n- **IT operations**: grants.\n",
            "manger",
            "manager",
        ),
        ("## Inputs\n\n[Remove](ac-002-remove-acces.md)\n", "x", "x"),
        ("## Inputs\n\n[Change](cm-001-change.md)\n", "(cm-001", "(../change-management/cm-001"),
        ("## Inputs\n\n[Change](x/cm-001-change.md#scope)\n", "(x/cm-001", "(../change-management/cm-001"),
        ("## Inputs\n\n[Staff](ac-002-remove-access.md#staf)\n", "#staf", "#staff"),
        ("## Inputs\n\n[Here](#procedur)\n", "#procedur)", "#procedure)"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_what_was_meant_is_written(overlay: str, old: str, new: str, end: str, tmp_path: Path) -> None:
    text = complete(overlay).replace("\n", end)
    result, codes = suggested(tmp_path, text)
    assert result == (text.replace(old, new, 1) if old != new else text)
    assert codes == ([] if old != new else ["SOP506"])


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ("---\nownr: ciso\n---\n", "SOP004"),
        ("---\nfoo: bar\n---\n", "SOP004"),
        ("---\neffective: 2024-09-018\n---\n", "SOP005"),
        ("---\neffective: 03/04/2024\n---\n", "SOP005"),
        ("---\nstatus: done\n---\n", "SOP005"),
        ("---\nowner: head-of-nothing\n---\n", "SOP012"),
        ("---\napprovers: [security-lead, securty-lead]\n---\n", "SOP012"),
        ("---\naudience: [it-operations, it operations]\n---\n", "SOP301"),
        ("---\nvendors: [okta, okt]\n---\n", "SOP501"),
        ("---\nrelated: [AC-01]\n---\n", "SOP501"),
        ("---\nvendors: &a [&b okt]\n---\n", "SOP501"),
        ("## Roles\n\n- **Line manger and asset owner**: ask.\n", "SOP301"),
        ("## Inputs\n\n[Change][c]\n\n[c]: cm-001-change.md\n", "SOP506"),
        ("## Inputs\n\n[Change](cm-001-change.md#gone)\n", "SOP506"),
        ("## Inputs\n\n[Here](#nothing-like-it)\n", "SOP506"),
    ],
)
def test_what_cannot_be_told_is_left(overlay: str, code: str, tmp_path: Path) -> None:
    text = complete(overlay)
    result, codes = suggested(tmp_path, text)
    assert (result, set(codes)) == (text, {code})


def test_two_slips_for_one_key_give_one_key(tmp_path: Path) -> None:
    text = complete("---\nreview_evry: 6 months\nreviw_every: 6 months\n---\n")
    result, codes = suggested(tmp_path, text)
    assert (result, codes) == (text.replace("review_evry", "review_every"), ["SOP004"])


def test_controls_are_those_that_references_name(tmp_path: Path) -> None:
    text = complete(without=("controls",))
    result, codes = suggested(tmp_path, text)
    assert result == text.replace("---\n\n#", "controls:\n  iso27001-2022: [A.5.18]\n---\n\n#")
    assert codes == []


def test_controls_are_else_those_of_most_sops_of_the_area(tmp_path: Path) -> None:
    third = OTHER.replace("002", "003")
    text = complete("## References\n\n- Access policy\n", without=("controls",))
    own = "---\nid: AC-003\ncontrols:\n  iso27001-2022: [A.5.18, A.5.15]\n---\n"
    done = fix_findings(
        library(tmp_path, {**FILES, third: complete(own), PATH: text}), AUDIT, meaning=True, unsafe=True
    )
    assert "controls:\n  iso27001-2022: [A.5.18]\n---\n" in done.files[PATH][1].decode()
    done = fix_findings(library(tmp_path / "alone", {PATH: text}), AUDIT, meaning=True, unsafe=True)
    assert [one.code for one in done.report.findings] == ["SOP013"]

"""SOP506: what is a path, and which anchor is meant."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.rules.found import found

from sopkit.lint import LintOptions, lint


def test_an_address_in_angle_brackets_is_no_path(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP506", "## Scope\n\nWrite to <certificates@acme.example>.\n") == []


@pytest.mark.parametrize(
    ("anchor", "advice"),
    [
        ("4.1-access-to-data", "did you mean `#41-access-to-data`?"),
        ("Access-to-Systems", "did you mean `#access-to-systems`?"),
        ("access-to-system", "did you mean `#access-to-systems`?"),
        ("9.2-restore", "did you mean `../other.md#92-restore`?"),
        ("42-access-to-data", "link to a heading or an `<a id>` there"),
        ("twice", "link to a heading or an `<a id>` there"),
        ("quite-another", "link to a heading or an `<a id>` there"),
    ],
)
def test_which_anchor_is_meant(anchor: str, advice: str, tmp_path: Path) -> None:
    text = complete(f"## Scope\n\nSee [it](#{anchor}).\n\n### 4.1 Access to data\n\n### Access to systems\n")
    other = complete("## Scope\n\n### 9.2 Restore\n\n### Twice\n")
    here = library(tmp_path, {PATH: text, "sops/other.md": other, "sops/third.md": complete("## Scope\n\n### Twice\n")})
    [finding] = [one for one in lint(here, LintOptions(select=("SOP506",))).findings if one.path == PATH]
    assert finding.message == f"no anchor `#{anchor}` in {PATH}; {advice}"


@pytest.mark.parametrize(
    ("link", "anchors"),
    [
        ("#9.2-restore", []),
        ("#scope", []),
        ("#9.3-restore", ["9.3-restore"]),
        ("../other.md#9.2-restore", ["9.2-restore"]),
    ],
)
def test_on_a_site_of_one_page_an_anchor_is_in_any_sop(link: str, anchors: list[str], tmp_path: Path) -> None:
    text = complete(f"## Scope\n\nSee [it]({link}).\n")
    other = complete("## Scope\n\n### 9.2 Restore\n")
    here = library(tmp_path, {PATH: text, "sops/other.md": other}, config="[links]\none_page = true\n")
    messages = [one.message for one in lint(here, LintOptions(select=("SOP506",))).findings if one.path == PATH]
    assert [message.split("`#")[1].split("`")[0] for message in messages] == anchors

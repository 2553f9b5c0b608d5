"""SOP506: what is a path, which file or anchor is meant, and where a fix can write it."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found, mended

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

FILES = {
    "sops/access-control/ac-002-remove.md": complete('---\nid: AC-002\n---\n## Scope\n\n<a id="staff"></a>All.\n'),
    "sops/changes/cm-001-change.md": complete('---\nid: CM-001\n---\n## Scope\n\n<a id="staff"></a>All.\n'),
    "sops/changes/same.md": complete("---\nid: CM-002\n---\n"),
    "sops/vendors/same.md": complete("---\nid: VM-002\n---\n"),
    "sops/new ones/cm-009.md": complete("---\nid: CM-009\n---\n"),
    "docs/a.txt": "words",
}


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


@pytest.mark.parametrize(
    ("link", "said", "after"),
    [
        ("[x](cm-001-change.md)", "did you mean `../changes/cm-001-change.md`?", "[x](../changes/cm-001-change.md)"),
        ("[x](a/cm-001-change.md#staff)", "did you mean `../changes/cm-001-change.md`?", "[x](../changes/cm-001-change.md#staff)"),
        ("[x](cm-001-change.md?raw=1#staff)", "did you mean `../changes/cm-001-change.md`?", "[x](../changes/cm-001-change.md?raw=1#staff)"),
        ("[x](cm-001-change.md#nobody)", "correct the path", ""),
        ("[x](cm-009.md)", "did you mean `../new ones/cm-009.md`?", ""),
        ("[x](same.md)", "correct the path", ""),
        ("[x](nothing.md)", "correct the path", ""),
        ("[x](<cm-001-change.md> 'y')", "did you mean `../changes/cm-001-change.md`?", ""),
        ("[x][one]\n\n[one]: cm-001-change.md", "did you mean `../changes/cm-001-change.md`?", ""),
        ("[x](ac-002-remove.md#staf)", "did you mean `#staff`?", "[x](ac-002-remove.md#staff)"),
        ("[x](#staf)", "link to a heading or an `<a id>` there", ""),
        ("[x](#procedur)", "did you mean `#procedure`?", "[x](#procedure)"),
        ("[x](ac-002-remove.md#top)", "", ""),
        ("[x](../../docs/a.txt#any)", "", ""),
        ("[x](../../docs/a.txt)", "", ""),
        ("[x](../../docs/b.txt)", "correct the path", ""),
    ],
)  # fmt: skip
def test_what_is_meant(link: str, said: str, after: str, tmp_path: Path) -> None:
    overlay = f"## Inputs\n\n{link}\n"
    here = library(tmp_path, {**FILES, PATH: complete(overlay)})
    assert [one.message.rpartition("; ")[2] for one in lint(here, LintOptions(select=("SOP506",))).findings] == (
        [said] if said else []
    )
    assert mended(tmp_path, "SOP506", overlay, files=FILES) == (f"-{link}\n+{after}" if after else "")

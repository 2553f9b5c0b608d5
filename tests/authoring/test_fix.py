"""Mending: only what the finding names, every other byte kept, nothing half-written."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, example_library, library

from sopkit.authoring.fix import apply, difference, mend, write
from sopkit.library import Library
from sopkit.lint import LintOptions, Profile, lint
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit, Fix, FixClass
from sopkit.rules import all_rules
from sopkit.rules._rule import Rule

AUDIT = LintOptions(profile=Profile.AUDIT)
LONG = complete(review_every="3 years")


def mended(here: Library, *, meaning: bool = True) -> str:
    return mend(here, AUDIT, meaning=meaning).library.by_path[PATH].source.data.decode()


@pytest.mark.parametrize(
    ("overlay", "old", "new"),
    [
        ("---\nreview_every: 3 years\n---\n", "review_every: 3 years", "review_every: 12 months"),
        ("---\nreview_every: '3 years'\n---\n", "review_every: '3 years'", "review_every: 12 months"),
        ("---\ncontrols:\n  iso27001-2022: [A.9.2.2]\n---\n", "[A.9.2.2]", "[A.5.18]"),
        ("---\ntime_limits:\n  other: P1D\n---\n", "  other: P1D\n", "  within-4-hours: PT4H\n  other: P1D\n"),
        ("## Scope\n\nAll <b onclick=x>staff</b>.\n", "<b onclick=x>", "<b>"),
        ("## Scope\n\nAll <script>x()</script> staff.\n", "<script>x()</script>", ""),
        ("## Scope\n\nAll [staff](javascript:x).\n", "[staff](javascript:x)", "staff"),
        (
            "---\ncontrols:\n  iso27001-2022: [A.5.18, A.5.15]\n---\n",
            "A.5.18 Access rights\n",
            "A.5.18 Access rights\n- ISO/IEC 27001:2022 A.5.15 Access control\n",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_only_what_is_wrong_changes(overlay: str, old: str, new: str, end: str, tmp_path: Path) -> None:
    text = complete(overlay).replace("\n", end)
    old, new = old.replace("\n", end), new.replace("\n", end)
    assert text.count(old) == 1
    here = library(tmp_path, {PATH: text})
    assert mended(here) == text.replace(old, new)
    assert mend(here, AUDIT, meaning=True).report.findings == ()


@pytest.mark.parametrize(
    ("without", "line"),
    [
        (("id",), "id: AC-001\n"),
        (("title",), "title: Grant access\n"),
        (("version",), 'version: "0.1"\n'),
        (("area",), "area: access-control\n"),
        (("criticality",), "criticality: medium\n"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_key_with_an_obvious_value_is_added(without: tuple[str, ...], line: str, end: str, tmp_path: Path) -> None:
    text = complete(without=without).replace("\n", end)
    line = line.replace("\n", end)
    assert mended(library(tmp_path, {PATH: text})) == text.replace(f"{end}---{end}", f"{end}{line}---{end}", 1)


@pytest.mark.parametrize("name", ["Purpose", "Scope", "Roles", "Inputs", "Procedure", "References"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_stub_stands_in_its_place(name: str, end: str, tmp_path: Path) -> None:
    text = complete(without=(name,)).replace("\n", end)
    done = mend(library(tmp_path, {PATH: text}), AUDIT, meaning=True)
    new = done.files[PATH][1].decode()
    stub = f"## {name}{end}{end}[decide: {name.lower()}]{end}"
    assert stub in new
    assert new.replace(stub, "").replace(end, "") == text.replace(end, "")
    assert [one.code for one in done.report.findings] == ["SOP103"]
    names = [section.names[0] for section in done.library.sops[0].body.sections if section.names[0] != "Records"]
    assert names == ["Purpose", "Scope", "Roles", "Inputs", "Procedure", "References"]


@pytest.mark.parametrize(
    "rule", [rule for rule in all_rules().values() if rule.fix is FixClass.MATERIAL], ids=lambda rule: rule.name
)
def test_the_fix_of_a_rule_leaves_nothing_but_stubs(rule: Rule, tmp_path: Path) -> None:
    here, _ = example_library(tmp_path, rule.bad)
    done = mend(here, AUDIT, meaning=True)
    assert done.applied
    assert {one.code for one in done.report.findings} <= {"SOP103"}
    assert mend(done.library, AUDIT, meaning=True).applied == 0


def test_an_active_sop_is_shown_and_left(tmp_path: Path) -> None:
    done = mend(library(tmp_path, {PATH: LONG}), AUDIT)
    assert (done.files, done.applied, [one.code for one in done.withheld]) == ({}, 0, ["SOP009"])
    draft = complete(review_every="3 years", status="draft")
    done = mend(library(tmp_path, {PATH: draft}), AUDIT)
    assert (list(done.files), done.applied, done.withheld, done.report.findings) == ([PATH], 1, (), ())


def test_the_difference_is_a_unified_diff(tmp_path: Path) -> None:
    done = mend(library(tmp_path, {PATH: LONG.rstrip("\n")}), AUDIT, meaning=True)
    assert difference(done).splitlines()[:2] == [f"--- a/{PATH}", f"+++ b/{PATH}"]
    assert "-review_every: 3 years\n+review_every: 12 months\n" in difference(done)


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: LONG})
    done = mend(here, AUDIT, meaning=True)
    (tmp_path / PATH).write_bytes(b"other")
    with pytest.raises(SopkitError, match="changed while it was being mended"):
        write(done, here)
    assert (tmp_path / PATH).read_bytes() == b"other"


def test_written_files_are_what_was_shown(tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: LONG})
    (tmp_path / PATH).chmod(0o640)
    done = mend(here, AUDIT, meaning=True)
    write(done, here)
    assert (tmp_path / PATH).read_bytes() == done.files[PATH][1]
    assert (tmp_path / PATH).stat().st_mode & 0o777 == 0o640
    assert [file.name for file in (tmp_path / PATH).parent.iterdir()] == [Path(PATH).name]


def test_edits_that_meet_wait_for_each_other() -> None:
    fixes = [Fix("a", (Edit(0, 1, "A"),)), Fix("b", (Edit(1, 2, "B"),)), Fix("c", (Edit(3, 3, "C"), Edit(5, 6, "D")))]
    assert apply(b"abcdef", fixes) == (b"AbcCdeD", 2)


def test_an_open_fence_is_not_filled_with_stubs(tmp_path: Path) -> None:
    text = complete(without=("References",)) + "\n```\n"
    here = library(tmp_path, {PATH: text})
    assert [one.code for one in lint(here, AUDIT).findings] == ["SOP111"]
    assert mended(here) == text

"""What is told about the frameworks and mappings of a library."""

import shutil
from pathlib import Path

import pytest
from tests.frameworks.test_loader import BROKEN, OWN, OWN_MAPPING

from sopkit.data import shipped_folder
from sopkit.frameworks.check import check_control_files
from sopkit.frameworks.loader import load_catalogue
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Severity


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "controls").mkdir()
    (tmp_path / "controls" / "acme-baseline.yaml").write_text(OWN)
    (tmp_path / "controls" / "mapping-acme.yaml").write_text(OWN_MAPPING)
    return tmp_path


def told(root: Path, *only: str) -> list[str]:
    findings = check_control_files(root, only or None).findings
    return [
        f"{finding.path.removeprefix('controls/')}:{finding.place.line}: {finding.severity} {finding.code} {finding.message}"
        for finding in findings
    ]


def test_files_without_a_fault(root: Path) -> None:
    checked = check_control_files(root)
    assert (checked.findings, checked.count) == ((), 2)
    assert sorted(checked.sources) == ["controls/acme-baseline.yaml", "controls/mapping-acme.yaml"]


def test_the_shipped_files_have_no_fault_but_that_they_stand_in_their_own_place(tmp_path: Path) -> None:
    shutil.copytree(shipped_folder("controls"), tmp_path / "controls")
    findings = check_control_files(tmp_path).findings
    assert {(finding.code, finding.severity) for finding in findings} == {("SOP007", Severity.INFO)}
    assert len(findings) == len(list(shipped_folder("controls").glob("*.yaml")))


def test_no_folder(tmp_path: Path) -> None:
    assert check_control_files(tmp_path).count == 0
    with pytest.raises(SopkitError) as caught:
        check_control_files(tmp_path, ("controls/acme.yaml",))
    assert caught.value.hint == "files that can be checked: there is none"


def test_everything_is_told_at_once(root: Path) -> None:
    (root / "controls" / "acme-baseline.yaml").write_text("""\
id: acme
title: Acme security baseline
edition: "2026"
publischer: Acme
status: currant
superseded_by: acme-3
id_form: 'AB-\\d{1,3}'
licence_note: our own
groups:
  - {id: ABA, title: Access}
  - {id: ABB, title: Nobody, parent: XX}
controls:
  - {id: AB-1, title: Accounts have an owner, group: ABA}
  - {id: ab-1, title: , group: ABC}
  - {id: AB-01, title: one, group: ABA, parent: AB-9}
  - {id: AB-1, title: again, group: ABA, moved_to: [AB-77], nwe: true}
  - just text
  - {title: no id}
  - {id: AB-5, group: ABA}
""")
    assert told(root, "controls/acme-baseline.yaml") == [
        "acme-baseline.yaml:1: error SOP006 no `publisher`; add it",
        "acme-baseline.yaml:1: error SOP005 the id is not the name of the file; write `id: acme-baseline`, or rename the file",
        "acme-baseline.yaml:4: error SOP004 unknown key `publischer`; did you mean `publisher`?",
        "acme-baseline.yaml:5: error SOP005 `currant` is no known status; write one of current, withdrawn",
        "acme-baseline.yaml:6: error SOP501 no framework `acme-3`; did you mean `acme-baseline`?",
        "acme-baseline.yaml:11: error SOP501 XX is no group before ABB; mend it, or list what is missing",
        "acme-baseline.yaml:14: error SOP005 ab-1 does not have the form of id_form; mend the id or the form",
        "acme-baseline.yaml:14: error SOP007 AB-1 and ab-1 differ in capitals only; give one of them another id",
        "acme-baseline.yaml:14: error SOP006 `title` is empty; write it",
        "acme-baseline.yaml:14: error SOP501 ABC is no group; mend it, or list what is missing",
        "acme-baseline.yaml:15: error SOP007 AB-1 and AB-01 are read as the same id; give one of them another id",
        "acme-baseline.yaml:15: error SOP501 AB-9 is no control; mend it, or list what is missing",
        "acme-baseline.yaml:16: error SOP007 AB-1 is there twice; give one of them another id, or delete it",
        "acme-baseline.yaml:16: error SOP501 AB-77 is no control; mend it, or list what is missing",
        "acme-baseline.yaml:16: error SOP004 unknown key `nwe`; did you mean `new`?",
        "acme-baseline.yaml:17: error SOP005 an item of `controls` is not a set of `key: value` lines; write its id as a key",
        "acme-baseline.yaml:18: error SOP006 no `group`; add it",
        "acme-baseline.yaml:18: error SOP006 no `id`; add it",
        "acme-baseline.yaml:19: error SOP006 no `title`; add it",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("from: AB-1", "from: AB-7", "8: error SOP501 AB-7 is no control of acme-baseline; did you mean `AB-2`?"),
        ("A.5.18]", "A.5.188]", "9: error SOP501 A.5.188 is no control of iso27001-2022; did you mean `A.5.18`?"),
        ("[A.5.16, A.5.18]", "A.5.16", "9: error SOP005 `to` is not a list; write `[one, two]`"),
        ("[A.5.16, A.5.18]", "[]", "9: warning SOP501 AB-1 leads nowhere; name what it corresponds to, or delete the row"),
        (
            "A.5.18]",
            "A.5.18]\n    partial: [A.5.1]",
            "10: error SOP501 A.5.1 is partial but not under `to`; list it there as well",
        ),
        (
            "A.5.18]",
            "A.5.18]\n  - {from: AB-1, to: [A.5.1, A.5.18]}",
            "10: warning SOP007 AB-1 to A.5.18 is there twice; delete one of them",
        ),
        ("target_framework: iso27001-2022", "target_framework: iso27001", "4: error SOP501 no framework `iso27001`; did you mean `iso27001-2022`?"),
        ("rows:", "new_in_target: [A.5.99]\nrows:", "7: error SOP501 A.5.99 is no control of iso27001-2022; did you mean `A.5.9`?"),
        (
            "target_framework: iso27001-2022",
            "target_framework: acme-baseline",
            "4: error SOP005 maps a framework to itself; name another one",
        ),
    ],
)  # fmt: skip
def test_mappings(root: Path, old: str, new: str, message: str) -> None:
    (root / "controls" / "mapping-acme.yaml").write_text(OWN_MAPPING.replace(old, new, 1))
    assert told(root)[0] == f"mapping-acme.yaml:{message}"


def test_a_mapping_is_judged_by_the_ids_of_a_framework_that_is_broken(root: Path) -> None:
    path = root / "controls" / "acme-baseline.yaml"
    path.write_text(OWN.replace("status: current", "status: currant"))
    assert told(root, "controls/mapping-acme.yaml") == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("status: current", "status: withdrawn\nsuperseded_by: acme-baseline", "6: error SOP501 is superseded by itself; name its successor"),
        ("status: current", "status: current\nsuperseded_by: gdpr", "5: warning SOP005 is current and superseded at once; write `status: withdrawn`"),
        ("title: Access\n", "title: Access\n  - {id: ABC, title: Other}\n", "13: warning SOP501 no control belongs to the group ABC; delete it, or add its controls"),
        ("group: ABA\n  - id: AB-2", "group: ABA\n    parent: AB-2\n  - id: AB-2\n    parent: AB-1", "17: error SOP501 AB-1 is part of itself; name what it is really part of, or delete the line"),
        ("id: acme-baseline", "id: Acme Baseline", "1: error SOP005 `Acme Baseline` is no id of a file; write small letters, digits, dots and hyphens"),
        ("title: Access", "title: [a]", "12: error SOP005 `title` is not text; write a single value"),
        ("cited_as: [Acme baseline]", "cited_as: &a [Acme baseline]\nsources: *a", "6: error SOP002 an alias repeats this; write it out"),
        ("groups:", "groups: 3\nx:", "10: error SOP005 `groups` is not a list; write `[one, two]`"),
    ],
)  # fmt: skip
def test_frameworks(root: Path, old: str, new: str, message: str) -> None:
    (root / "controls" / "acme-baseline.yaml").write_text(OWN.replace(old, new, 1))
    assert told(root, "controls/acme-baseline.yaml")[0] == f"acme-baseline.yaml:{message}"


@pytest.mark.parametrize(("old", "new", "line"), [broken[:3] for broken in BROKEN])
def test_what_cannot_be_used_is_told(root: Path, old: str, new: str, line: int) -> None:
    (root / "controls" / "acme-baseline.yaml").write_text(OWN.replace(old, new, 1))
    found = check_control_files(root, ("controls/acme-baseline.yaml",)).findings
    assert any(finding.severity is Severity.ERROR for finding in found)


def test_files_under_wrong_names(root: Path) -> None:
    folder = root / "controls"
    (folder / "mapping-acme.yaml").rename(folder / "links.yaml")
    (folder / "mapping-b.yaml").write_text(OWN)
    (folder / "c.yml").write_text(OWN)
    (folder / "d.json").write_text("{}")
    (folder / "README.md").write_text("Ours.\n")
    assert told(root) == [
        "c.yml:1: warning SOP001 is not read; name it c.yaml",
        "d.json:1: warning SOP001 is not read; name it d.yaml",
        "links.yaml:1: error SOP005 this is a mapping; name the file mapping-links.yaml and write that name as its id",
        "mapping-b.yaml:1: error SOP005 a file whose name begins with mapping- is a mapping, and this is none; rename it and its id",
    ]


def test_two_mappings_of_the_same_frameworks(root: Path) -> None:
    turned = OWN_MAPPING.replace("mapping-acme", "mapping-b").replace("AB-1", "A.5.1").replace("A.5.16, A.5.18", "AB-1")
    turned = turned.replace("source_framework: acme-baseline", "target_framework: acme-baseline")
    turned = turned.replace("target_framework: iso27001-2022", "source_framework: iso27001-2022")
    (root / "controls" / "mapping-b.yaml").write_text(turned)
    assert told(root) == [
        "mapping-b.yaml:4: error SOP007 controls/mapping-acme.yaml maps the same two frameworks; put their rows into one file"
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "1: error SOP002 is not a list of keys and values; see docs/frameworks.md for what such a file holds"),
        (b"- a\n", "1: error SOP002 is not a list of keys and values; see docs/frameworks.md for what such a file holds"),
        (b"id: a\ntitle: \xff\n", "2: error SOP001 byte 0xff is not UTF-8; save the file as UTF-8"),
        (b"id: a\0", "1: error SOP001 NUL byte in the text; delete it"),
        (b"id: a\n\tb: c\n", "2: error SOP002 acme-baseline.yaml is not valid YAML: found a tab character that violates indentation; see the line above as well"),
        (b"a: &a [*a]", "1: error SOP002 acme-baseline.yaml refers to itself through an alias; write the value out"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read(root: Path, data: bytes, message: str) -> None:
    (root / "controls" / "acme-baseline.yaml").write_bytes(data)
    assert told(root, "controls/acme-baseline.yaml") == [f"acme-baseline.yaml:{message}"]


def test_a_shipped_one_is_named_whose_place_is_taken(root: Path) -> None:
    (root / "controls" / "gdpr.yaml").write_text(OWN.replace("id: acme-baseline", "id: gdpr"))
    assert told(root, "controls/gdpr.yaml") == [
        "gdpr.yaml:1: info SOP007 stands in place of the shipped gdpr (General Data Protection Regulation, Regulation (EU) 2016/679, 99 controls); rename it if that is not meant"
    ]


def test_what_passes_can_be_loaded(root: Path) -> None:
    assert told(root) == []
    catalogue = load_catalogue(root / "controls")
    assert len(catalogue.get("acme-baseline").controls) == 2
    assert catalogue.read_mapping("mapping-acme").targets("AB-1") == ("A.5.16", "A.5.18")

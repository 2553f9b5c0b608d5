"""The shipped control data is complete and hangs together, and the checks of it can fail."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.controls_facts import ID_FORMS, MAPPINGS, faults

from sopkit.data import shipped_folder
from sopkit.frameworks.loader import load_catalogue

CONTROLS = shipped_folder("controls")


def test_shipped_data_is_sound() -> None:
    assert faults(CONTROLS) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ID_FORMS)
def test_every_framework_is_read_as_it_is_written(name: str) -> None:
    framework = load_catalogue().framework(name)
    assert framework is not None
    assert framework.id == name
    assert len(framework.controls) == len(framework.by_key)
    assert len(framework.groups) == len(framework.groups_by_key)


def test_there_are_nine_frameworks_and_two_mappings() -> None:
    catalogue = load_catalogue()
    assert set(catalogue.ids) == set(ID_FORMS)
    assert set(catalogue.ends.values()) == set(MAPPINGS)
    assert sum(len(catalogue.get(name).controls) for name in catalogue.ids) == 1812


@pytest.mark.parametrize("name", ID_FORMS)
def test_head_comes_before_the_groups(name: str) -> None:
    catalogue = load_catalogue()
    whole = catalogue.get(name).model_dump(exclude={"groups", "controls"})
    assert catalogue.heads[name].model_dump() == whole


@pytest.mark.parametrize("name", [*ID_FORMS, *MAPPINGS])
def test_file_is_stable_text(name: str) -> None:
    text = (CONTROLS / f"{name}.yaml").read_bytes()
    assert text.endswith(b"\n")
    assert b"\t" not in text
    assert b"\r" not in text
    assert b" \n" not in text


def edit(name: str, old: str, new: str, count: int = 1) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        path = folder / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, count), encoding="utf-8")

    return damage


def dropped(folder: Path) -> None:
    path = folder / "nist-800-53-r5.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("  - id: AC-7\n")
    path.write_text(text[:start] + text[text.index("  - id:", start + 5) :], encoding="utf-8")


def missing(folder: Path) -> None:
    (folder / "gdpr.yaml").unlink()


def stranger(folder: Path) -> None:
    shutil.copy(folder / "gdpr.yaml", folder / "ccpa.yaml")


DAMAGES = {
    "dropped control": (dropped, "nist-800-53-r5: families, all, base, enhancements"),
    "doubled id": (edit("iso27001-2022", "id: A.5.9\n", "id: A.5.8\n"), "iso27001-2022: control id A.5.8 occurs 2 times"),
    "unknown endpoint": (
        edit("mapping-iso27001-2013-2022", "to: [A.5.1]", "to: [A.5.99]"),
        "mapping-iso27001-2013-2022: rows: A.5.1.1 maps to unknown 'A.5.99'",
    ),
    "wrong endpoint": (
        edit("mapping-iso27001-2013-2022", "from: A.9.2.2\n    to: [A.5.18]", "from: A.9.2.2\n    to: [A.5.16]"),
        "mapping-iso27001-2013-2022: A.9.2.2 should map to A.5.18",
    ),
    "renamed subcategory": (edit("nist-csf-2.0", "id: PR.AA-06", "id: PR.AA-07"), "nist-csf-2.0: subcategories: unexpected ['PR.AA-07'], missing ['PR.AA-06']"),
    "missing file": (missing, "gdpr: file is missing"),
    "broken file": (edit("gdpr", "status: current", "status: [current"), "gdpr: is not valid YAML"),
    "unknown file": (stranger, "ccpa: is not a known file"),
    "lost new mark": (edit("iso27001-2022", "    new: true\n", ""), "iso27001-2022: new: unexpected [], missing ['A.5.7']"),
    "lost withdrawn mark": (edit("nist-800-53-r5", "    withdrawn: true\n", ""), "nist-800-53-r5: withdrawn: found 181, expected 182"),
    "wrong designation": (
        edit("hipaa-security-rule", "designation: required", "designation: addressable"),
        "hipaa-security-rule: designations: found",
    ),
    "unknown group": (edit("soc2-tsc-2017", "group: CC6\n", "group: CC66\n"), "soc2-tsc-2017: CC6.1: group 'CC66' does not exist"),
    "absolute path": (edit("gdpr", "sources:\n", "sources:\n  - /home/me/gdpr.json\n"), "gdpr: holds an absolute machine path"),
    "control text": (edit("iso27001-2022", "title: Access rights", "title: Access rights shall be given"), "iso27001-2022: A.5.18: title reads like control text, not a short title"),
    "attribute": (edit("iso27001-2022", "    group: A.5\n", "    group: A.5\n    type: [preventive]\n"), "iso27001-2022: A.5.1: has ['type']"),
    "one source": (edit("mapping-iso27001-2022-nist-800-53-r5", "    to: PM-29\n    stated_by", "    to: AC-1\n    stated_by"), "mapping-iso27001-2022-nist-800-53-r5: one_source_rows: ('A.5.2', 'AC-1') is in rows too"),
    "other way round": (
        edit("mapping-iso27001-2013-2022", "to: [A.12.5.1, A.12.6.2]", "to: [A.12.5.1]"),
        "mapping-iso27001-2013-2022: reverse rows: unexpected [], missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found(name: str, tmp_path: Path) -> None:
    damage, message = DAMAGES[name]
    folder = tmp_path / "controls"
    shutil.copytree(CONTROLS, folder)
    damage(folder)
    assert [line for line in faults(folder) if line.startswith(message)]

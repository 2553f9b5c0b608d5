"""`sopkit control check` and `sopkit control import` as their users call them."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.test_frameworks import OWN, OWN_MAPPING


def own_files(library: Path) -> Path:
    folder = library / "controls"
    folder.mkdir(exist_ok=True)
    (folder / "acme-baseline.yaml").write_text(OWN)
    (folder / "mapping-acme.yaml").write_text(OWN_MAPPING)
    return folder


def test_check(run: Run, legacy: Path) -> None:
    folder = own_files(legacy)
    assert run("control", "check") == run("control", "check", "-C", legacy)
    clean = run("control", "check")
    assert (clean.code, clean.out) == (0, "no findings in 2 files\n")
    (folder / "acme-baseline.yaml").write_text(OWN.replace("group: ABA", "group: ABX"))
    done = run("control", "check", "controls/acme-baseline.yaml")
    assert done.code == 1
    head = "controls/acme-baseline.yaml:11:9: warning SOP501 dangling-reference: no control belongs to the group ABA;"
    first, *more = done.out.splitlines()[:4]
    assert first == f"{head} delete it, or add its controls"
    assert more == ["  11 |   - id: ABA", "     |         ^^^", ""]
    assert done.out.endswith("2 errors, 1 warning in 1 file\n")
    assert run("control", "check", "controls/mapping-acme.yaml").code == 0
    assert run("control", "check", "sopkit.toml").code == 2
    assert '"code": "SOP501"' in run("control", "check", "-f", "json").out


def test_lint_of_a_library_with_a_broken_framework_is_a_clear_error(run: Run, legacy: Path) -> None:
    folder = own_files(legacy)
    (folder / "acme-baseline.yaml").write_text(OWN.replace("status: current", "status: currant"))
    (legacy / "sops" / "ac-001.md").write_text("---\nid: AC-001\ncontrols:\n  acme-baseline: [AB-1]\n---\n# Access\n")
    done = run("lint", "--tree-only")
    assert done.code == 2
    assert "acme-baseline.yaml:5: status: Input should be 'current' or 'withdrawn'" in done.err

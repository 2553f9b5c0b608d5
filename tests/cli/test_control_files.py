"""`sopkit control check` and `sopkit control import` as their users call them."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.frameworks.test_loader import OWN, OWN_MAPPING


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


QUESTIONS = "id,title\nDOCU-01,Do you write it down?\nDOCU-02,Do you read it?\nHLAA-01,Who may log in?\n"
ASKED = ("--id", "hecvat-4", "--columns", "id=id,title=title")


def test_import(run: Run, legacy: Path) -> None:
    (legacy / "questions.csv").write_text(QUESTIONS)
    shown = run("control", "import", "questions.csv", *ASKED, "--dry-run")
    assert shown.code == 0
    assert shown.out.startswith("controls/hecvat-4.yaml: would be written\n")
    assert not (legacy / "controls").exists()
    done = run("control", "import", "questions.csv", *ASKED, "--publisher", "EDUCAUSE")
    assert (done.code, done.out.splitlines()) == (
        0,
        [
            "controls/hecvat-4.yaml: written",
            "  from      questions.csv",
            "  controls  3 in 2 groups",
            "  groups    by the beginnings of the ids: DOCU, HLAA",
            r"  ids       [A-Z]{4}-\d{2}",
            "  edition   4; publisher: EDUCAUSE",
            "Claim one in the front matter of an SOP: controls: {hecvat-4: [DOCU-01]}",
        ],
    )
    assert run("control", "check").out == "no findings in 1 file\n"
    assert run("control", "show", "HLAA-01").out.startswith("HLAA-01  Who may log in?\n")


def test_import_again(run: Run, legacy: Path) -> None:
    file = legacy / "controls" / "hecvat-4.yaml"
    (legacy / "questions.csv").write_text(QUESTIONS)
    run("control", "import", "questions.csv", *ASKED)
    before = file.read_bytes()
    assert run("control", "import", "questions.csv", *ASKED).out.startswith("controls/hecvat-4.yaml: is as it was\n")
    changed = QUESTIONS.replace("read it?", "keep it?").replace("HLAA-01", "HLAA-02")
    (legacy / "questions.csv").write_text(changed)
    refused = run("control", "import", "questions.csv", *ASKED)
    assert (refused.code, file.read_bytes()) == (2, before)
    assert "there already: 1 id came: HLAA-02; 1 id went: HLAA-01; 1 id changed: DOCU-02" in refused.err
    assert "--replace" in refused.err
    done = run("control", "import", "questions.csv", *ASKED, "--replace")
    assert "  differs   1 id went: HLAA-01\n" in done.out
    assert b"HLAA-02" in file.read_bytes()


def test_import_of_what_cannot_be_read(run: Run, legacy: Path) -> None:
    (legacy / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    done = run("control", "import", "old.xls", *ASKED)
    assert (done.code, done.out) == (2, "")
    assert "old.xls: an old Excel workbook (.xls)" in done.err
    assert run("control", "import", "old.xls", "--id", "a", "--columns", "x").code == 2

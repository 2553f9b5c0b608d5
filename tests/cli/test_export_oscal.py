"""`sopkit export oscal` writes a folder, tells what it left out, and refuses what it cannot do."""

import json
from pathlib import Path

from tests.cli.conftest import DAY, Run


def test_a_folder_is_written(run: Run, acme: Path, tmp_path: Path) -> None:
    done = run(
        "export", "oscal", "-C", acme, *DAY, "--tree-only", "-o", tmp_path / "out", "--framework", "soc2-tsc-2017,gdpr"
    )
    assert done.code == 0
    files = sorted(file.relative_to(tmp_path / "out").as_posix() for file in (tmp_path / "out").rglob("*.json"))
    assert files == ["catalogs/gdpr.json", "catalogs/soc2-tsc-2017.json", "component-definition.json"]
    size = sum((tmp_path / "out" / file).stat().st_size for file in files)
    assert done.out == f"wrote {tmp_path / 'out'}: 3 files, {size:,} bytes\n"


def test_what_is_left_out_is_told(run: Run, acme: Path, tmp_path: Path) -> None:
    (acme / "sops" / "broken.md").write_text("---\nid: [\n---\n", "utf-8")
    done = run("export", "oscal", "-C", acme, *DAY, "--tree-only", "-o", tmp_path, "--framework", "gdpr")
    assert done.code == 0
    assert (
        "note: sops/broken.md: left out, because its front matter cannot be read; sopkit lint says where\n" in done.err
    )
    assert json.loads((tmp_path / "component-definition.json").read_bytes())


def test_a_framework_that_is_unknown_is_refused(run: Run, acme: Path, tmp_path: Path) -> None:
    done = run("export", "oscal", "-C", acme, *DAY, "--tree-only", "-o", tmp_path / "out", "--framework", "gdrp")
    assert (done.code, done.err) == (2, "sopkit: no framework `gdrp`\n  did you mean `gdpr`?\n")
    assert not (tmp_path / "out").exists()


def test_other_exports_take_no_framework(run: Run, acme: Path) -> None:
    done = run("export", "json", "-C", acme, *DAY, "--tree-only", "--framework", "gdpr")
    assert done.code == 2
    assert "json takes no --framework" in done.err


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_written(run: Run, acme: Path, tmp_path: Path) -> None:
    (tmp_path / "catalogs").write_text("a file", "utf-8")
    done = run("export", "oscal", "-C", acme, *DAY, "--tree-only", "-o", tmp_path, "--framework", "gdpr")
    assert (done.code, done.out) == (2, "")
    assert f"sopkit: {tmp_path / 'catalogs'}: cannot be made: File exists\n" in done.err
    assert not (tmp_path / "component-definition.json").exists()

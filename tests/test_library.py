"""What is found in a folder, and what must not stop us."""

import os
import sys
from pathlib import Path

import pytest
from tests.build import AS_OF, COMPLETE, PATH, complete, library, write

from sopkit.library import find_root, load
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.errors import SopkitError

posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes")


def found(root: Path) -> list[tuple[str, str]]:
    return [(finding.path, finding.code) for finding in lint(load(root, AS_OF), LintOptions()).findings]


def test_the_root_is_the_nearest_folder_with_a_configuration(tmp_path: Path) -> None:
    library(tmp_path)
    assert find_root(tmp_path / PATH) == find_root(tmp_path / "sops") == find_root(tmp_path) == tmp_path.resolve()
    inner = write(tmp_path, "sops/inner/sopkit.toml", "")
    assert find_root(inner.parent) == inner.parent.resolve()


def test_without_a_configuration_there_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(
        SopkitError, match=r"not a library of SOPs: no sopkit\.toml here or in a folder above"
    ) as raised:
        find_root(tmp_path)
    hint = "name the library's folder with -C DIR, or begin one here: sopkit init"
    assert raised.value.hint == hint
    with pytest.raises(SopkitError, match="no such file or folder"):
        find_root(tmp_path / "nowhere")


@posix
def test_a_loop_above_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(SopkitError):
        find_root(tmp_path / "loop")


@pytest.mark.parametrize("name", ["sopkit.toml"])
def test_a_configuration_that_cannot_be_read_is_an_error(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(SopkitError, match=r"sopkit\.toml: is no file, so it is not read"):
        load(tmp_path, AS_OF)


def test_an_unknown_framework_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SopkitError, match="no framework iso27001") as raised:
        library(tmp_path, config='[library]\nframeworks = ["iso27001"]\n')
    assert "iso27001-2022" in raised.value.hint


def test_files_are_found_by_the_globs_and_left_out_by_git(tmp_path: Path) -> None:
    files = {
        "docs/a.md": COMPLETE,
        "docs/deep/b.markdown": COMPLETE,
        "docs/c.txt": COMPLETE,
        "other/d.md": COMPLETE,
        "docs/drafts/e.md": COMPLETE,
        ".gitignore": "drafts/\n",
    }
    (tmp_path / ".git").mkdir()
    here = library(tmp_path, files, config='[library]\nsops = ["docs/**/*.md", "docs/**/*.markdown"]\n')
    assert [sop.path for sop in here.sops] == ["docs/a.md", "docs/deep/b.markdown"]


def test_what_is_hidden_is_no_sop_whatever_the_globs_say(tmp_path: Path) -> None:
    files = {"a.md": COMPLETE, ".env": "TOKEN=1", ".x/b.md": COMPLETE, "c/.d.md": COMPLETE}
    here = library(tmp_path, files, config='[library]\nsops = ["**/*", "!sopkit.toml", "!registers"]\n')
    assert [sop.path for sop in here.sops] == ["a.md"]


@posix
def test_what_is_no_plain_file_is_left_alone(tmp_path: Path) -> None:
    library(tmp_path)
    sops = tmp_path / "sops"
    (sops / "folder.md").mkdir()
    (sops / "self.md").symlink_to(sops / "self.md")
    (sops / "dangling.md").symlink_to(tmp_path / "nothing")
    (sops / "outside.md").symlink_to("/etc/hostname")
    (sops / "up").symlink_to(tmp_path)
    os.mkfifo(sops / "pipe.md")
    assert found(tmp_path) == [("sops/dangling.md", "SOP001"), ("sops/self.md", "SOP001")]
    assert [sop.path for sop in load(tmp_path, AS_OF).sops if sop.readable] == [PATH]


@posix
def test_a_register_that_is_no_plain_file_is_a_finding(tmp_path: Path) -> None:
    """Or the rules that need it would be silent, and nobody would know."""
    library(tmp_path)
    registers = tmp_path / "registers"
    os.mkfifo(registers / "assets.yaml")
    (registers / "risks.yaml").mkdir()
    (registers / "roles.yaml").rename(tmp_path / "roles.yaml")
    (registers / "roles.yaml").symlink_to(tmp_path / "roles.yaml")
    (registers / "vendors.yaml").symlink_to(registers / "vendors.yaml")
    assert [(finding.path, finding.message) for finding in lint(load(tmp_path, AS_OF)).findings] == [
        (f"registers/{name}.yaml", f"register is {what}, so it is not read; put the file itself there")
        for name, what in (
            ("assets", "no file"),
            ("risks", "no file"),
            ("roles", "a symbolic link"),
            ("vendors", "a symbolic link"),
        )
    ]


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_registers_in_a_folder_without_permission_are_findings(tmp_path: Path) -> None:
    library(tmp_path)
    (tmp_path / "registers").chmod(0)
    try:
        assert {code for _, code in found(tmp_path)} == {"SOP001"}
    finally:
        (tmp_path / "registers").chmod(0o755)


@posix
def test_names_of_any_bytes_are_read(tmp_path: Path) -> None:
    library(tmp_path)
    for at, name in enumerate((b"caf\xe9", b"two\nlines", b"a, 'b' \"c\"", "naïve".encode()), 2):
        text = complete(id=f"AC-00{at}", owner="nobody")
        Path(os.fsdecode(os.fsencode(tmp_path / "sops") + b"/ac-00%d " % at + name + b".md")).write_text(text, "utf-8")
    assert [code for _, code in found(tmp_path)] == ["SOP012"] * 4


@pytest.mark.slow
def test_a_huge_file_is_one_finding_and_the_rest_is_judged(tmp_path: Path) -> None:
    library(tmp_path, {PATH: complete(owner="nobody")})
    for name in ("sops/huge.md", "registers/assets.yaml"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(200_000_000)
    assert found(tmp_path) == [("registers/assets.yaml", "SOP001"), (PATH, "SOP012"), ("sops/huge.md", "SOP001")]


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_one_finding(tmp_path: Path) -> None:
    library(tmp_path)
    write(tmp_path, "sops/b.md", COMPLETE).chmod(0)
    assert found(tmp_path) == [("sops/b.md", "SOP001")]


def test_an_sop_whose_id_is_lost_is_known_by_its_file_name(tmp_path: Path) -> None:
    files = {
        PATH: complete(related="[AC-002, AC-003, AC-004]"),
        "sops/ac-002-b.md": complete(without=("id",)),
        "sops/ac-003.md": "no front matter\n",
    }
    here = library(tmp_path, files)
    assert here.ids == {"AC-001", "AC-002", "AC-003"}
    assert [message for message in (one.message for one in lint(here).findings) if "AC-00" in message] == [
        "`AC-004` in `related` leads nowhere: the library has no such SOP; did you mean `AC-003`?"
    ]


def test_the_path_may_be_the_identity(tmp_path: Path) -> None:
    here = library(tmp_path, {"sops/a.md": complete(without=("id",))}, config='[library]\nidentity = "path"\n')
    assert (list(here.by_id), found(tmp_path)) == (["sops/a.md"], [])


def test_other_texts_leave_the_library_as_it_was(tmp_path: Path) -> None:
    here = library(tmp_path)
    changed = here.with_texts({PATH: complete(owner="nobody").encode()})
    assert (here.sops[0].text("owner"), changed.sops[0].text("owner")) == ("security-lead", "nobody")
    assert changed.sources[PATH].data == complete(owner="nobody").encode()

"""Registers are edited without loss, written all or none, and never over what somebody else wrote meanwhile."""

from pathlib import Path

import pytest

from sopkit.model.errors import SopkitError
from sopkit.model.registers import Policy
from sopkit.parsing.register import read_register
from sopkit.registers.edits import apply_changes, write_files

ONE, TWO = "registers/one.yaml", "registers/two.yaml"


def test_files_are_made_and_replaced(tmp_path: Path) -> None:
    write_files(tmp_path, {ONE: (None, b"- id: a\n")})
    write_files(tmp_path, {ONE: (b"- id: a\n", b"- id: b\n"), TWO: (None, b"- id: c\n")})
    assert ((tmp_path / ONE).read_bytes(), (tmp_path / TWO).read_bytes()) == (b"- id: b\n", b"- id: c\n")


@pytest.mark.parametrize(
    ("there", "before", "said"),
    [
        (b"- id: theirs\n", b"- id: a\n", "changed since it was read"),
        (b"- id: theirs\n", None, "changed since it was read"),
        (None, b"- id: a\n", "changed since it was read"),
    ],
)
def test_nothing_is_written_when_one_file_changed(
    there: bytes | None, before: bytes | None, said: str, tmp_path: Path
) -> None:
    (tmp_path / "registers").mkdir()
    (tmp_path / ONE).write_bytes(b"- id: one\n")
    if there is not None:
        (tmp_path / TWO).write_bytes(there)
    with pytest.raises(SopkitError, match=said):
        write_files(tmp_path, {ONE: (b"- id: one\n", b"new"), TWO: (before, b"new")})
    assert (tmp_path / ONE).read_bytes() == b"- id: one\n"


def test_links_and_read_only_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "registers").mkdir()
    (tmp_path / "elsewhere.yaml").write_bytes(b"- id: a\n")
    (tmp_path / ONE).symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(SopkitError, match="symbolic link"):
        write_files(tmp_path, {ONE: (b"- id: a\n", b"new")})
    (tmp_path / TWO).write_bytes(b"- id: b\n")
    (tmp_path / TWO).chmod(0o444)
    with pytest.raises(SopkitError, match="read-only"):
        write_files(tmp_path, {TWO: (b"- id: b\n", b"new")})
    assert (tmp_path / "elsewhere.yaml").read_bytes() == b"- id: a\n"


def test_a_path_below_a_file_stops_it_before_the_first(tmp_path: Path) -> None:
    (tmp_path / "registers").mkdir()
    (tmp_path / ONE).write_bytes(b"- id: one\n")
    (tmp_path / "blocked").write_bytes(b"a file where a folder belongs")
    with pytest.raises(SopkitError, match="nothing was written"):
        write_files(tmp_path, {ONE: (b"- id: one\n", b"new"), "blocked/two.yaml": (None, b"new")})
    assert (tmp_path / ONE).read_bytes() == b"- id: one\n"


@pytest.mark.parametrize("name", ["# x", "a # b", "#", "plain"])
def test_a_key_in_quotes_is_no_comment(name: str) -> None:
    head = "- id: p\n  title: P\n  controls:"
    there = f'{head}\n    "{name}": [A.1]\n    other: [B.1]\n'.encode()
    register = read_register("policies", "registers/policies.yaml", there)
    one = Policy.model_validate({"id": "p", "title": "P", "controls": {name: ["A.2"], "other": ["B.1"]}})
    changes = {0: {"controls": {name: ["A.2"], "other": ["B.1"]}}}
    assert apply_changes(register, changes, (), [one]) == there.replace(b"A.1", b"A.2")
    two = Policy.model_validate({"id": "p", "title": "P", "controls": {"new": ["A.1"]}})
    changed = apply_changes(register, {0: {"controls": {"new": ["A.1"]}}}, (), [two])
    assert changed == f"{head} {{new: [A.1]}}\n".encode()


def test_a_comment_in_a_value_is_for_a_person() -> None:
    there = b"- term: a\n  meaning: m\n  aliases:\n    - x  # ours\n    - y\n"
    register = read_register("glossary", "registers/glossary.yaml", there)
    with pytest.raises(SopkitError, match="a comment stands inside of `aliases`"):
        apply_changes(register, {0: {"aliases": []}}, (), register.rows)

"""The block that `sopkit doctor --codeowners` writes: who is in it, and that nothing else changes."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library, write
from tests.repository import GitRepository

from sopkit.analysis.code_owners import BEGIN, END, code_owner_lines, escape_path, insert_block
from sopkit.git.checkout import Forge
from sopkit.git.codeowners import CodeOwnersFile, find_code_owners
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.errors import SopkitError

PEOPLE = """\
- {key: ann, emails: [ann@acme.example], logins: {github: ann-acme, gitlab: alee}}
- {key: ben, emails: [ben@acme.example]}
- {key: cat, emails: [cat@acme.example], to: 2025-12-31}
- {key: dan, emails: [dan@acme.example], logins: {github: dan-acme}}
- {key: bot, emails: [bot@acme.example], bot: true}
"""
ROLES = """\
- {id: security-lead, holders: [{person: ann}, {person: cat}, {person: bot}], deputies: [{person: dan, from: 2026-01-01}]}
- {id: it-operations, holders: [{person: ben}]}
- {id: line-manager, holders: [{person: ben}]}
- {id: asset-owner, holders: [{person: ben}]}
- {id: document-controller, holders: [{person: eve}, {person: ben, from: 2027-01-01}]}
- {id: nobody}
"""
FILES = {
    PATH: complete("---\nowner: it-operations\n---\n"),
    "sops/it ops/it-001.md": complete(
        "---\nid: IT-001\narea: backup-recovery\nowner: nobody\n---\n", without=["approvers"]
    ),
    "registers/people.yaml": PEOPLE,
    "registers/roles.yaml": ROLES,
}


def lines(root: Path, forge: Forge, **options: str) -> tuple[str, ...]:
    loaded = library(root, FILES, **options)
    return code_owner_lines(loaded, CodeOwnersFile(root, "", ".github/CODEOWNERS", None, forge))


def test_owners_are_approvers_owner_and_their_deputies_of_the_day(tmp_path: Path) -> None:
    both = "@ann-acme @dan-acme"
    assert lines(tmp_path, Forge.GITHUB) == (
        f"/.github/CODEOWNERS {both}",
        f"/ledger/ {both}",
        f"/registers/ {both}",
        f"/sopkit.toml {both}",
        f"/{PATH} {both} ben@acme.example",
    )


def test_approvers_of_the_area_count_and_gitlab_has_its_own_logins(tmp_path: Path) -> None:
    config = '[areas.backup-recovery]\napprovers = ["it-operations"]\n'
    assert set(lines(tmp_path, Forge.GITLAB, config=config)) >= {
        f"/{PATH} @alee ben@acme.example dan@acme.example",
        "/sopkit.toml @alee ben@acme.example dan@acme.example",
        "/sops/it\\ ops/it-001.md ben@acme.example",
    }


def test_paths_begin_at_the_top_of_the_repository(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path)
    root = repository.root / "docs" / "isms"
    loaded = library(root, FILES)
    found = code_owner_lines(loaded, find_code_owners(root))
    assert f"/docs/isms/{PATH} @ann-acme @dan-acme ben@acme.example" in found
    assert "/docs/isms/ledger/ @ann-acme @dan-acme" in found


@pytest.mark.parametrize(
    ("path", "pattern"),
    [("a b.md", "/a\\ b.md"), ("#a.md", "/?a.md"), ("a*[b]\\\t!.md", "/a??b????.md"), ("é.md", "/é.md")],
)
@pytest.mark.parametrize("forge", [Forge.GITHUB, Forge.GITLAB])
def test_what_is_written_is_read_back(path: str, pattern: str, forge: Forge) -> None:
    assert escape_path(path) == pattern
    written = CodeOwnersFile(Path(), "", "CODEOWNERS", f"{pattern} @ann\n".encode(), forge)
    assert written.owners(path) == (("@ann",),)


def block(*inner: str, end: str = "\n") -> bytes:
    about = "# Written by `sopkit doctor --codeowners --write` from the registers; change those instead."
    return "".join(line + end for line in (BEGIN, about, *inner, END)).encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", block("/a @x")),
        (b"* @all", b"* @all\n" + block("/a @x")),
        (b"* @all\r\n", b"* @all\r\n" + block("/a @x", end="\r\n")),
        (b"\xff # x\n" + block("/old @y") + b"\n/z @z", b"\xff # x\n" + block("/a @x") + b"\n/z @z"),
        (block("/a @x"), block("/a @x")),
        (block("/old @y").rstrip(), block("/a @x")),
    ],
)
def test_only_the_block_changes(before: bytes, after: bytes) -> None:
    assert insert_block(before, ("/a @x",), gitlab=False) == after
    assert insert_block(after, ("/a @x",), gitlab=False) == after


def test_a_section_of_gitlab_does_not_swallow_the_block() -> None:
    before = b"* @all\n[Docs]\n*.md @docs\n"
    assert insert_block(before, ("/a @x",), gitlab=True) == before + block("[sopkit]", "/a @x")
    assert insert_block(b"* @all\n", ("/a @x",), gitlab=True) == b"* @all\n" + block("/a @x")


@pytest.mark.parametrize("text", [f"{BEGIN}\n", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n"])
def test_marks_that_enclose_no_single_block_are_refused(text: str) -> None:
    with pytest.raises(SopkitError, match="do not enclose one block"):
        insert_block(text.encode(), (), gitlab=False)


@pytest.mark.parametrize("url", ["git@github.com:a/b.git", "git@gitlab.com:a/b.git"])
def test_the_rule_is_content_with_what_is_written(url: str, tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path)
    repository.git("remote", "add", "origin", url)
    root = repository.root / "my docs"
    loaded = library(root, {name: text for name, text in FILES.items() if "it-001" not in name})
    file = find_code_owners(root)
    write(repository.root, file.path, insert_block(b"* @zoe\n", code_owner_lines(loaded, file), gitlab=file.for_gitlab))
    assert lint(loaded, LintOptions(select=("SOP608",))).findings == ()

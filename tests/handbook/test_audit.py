"""The view of auditors: what it tells of the example company, and that its commands show it."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.git.keys import public, ssh_key
from tests.handbook.conftest import Sites
from tests.lifecycle.ledger import EDITED, PEOPLE, SET_UP, TODAY, approval, base, review, text
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository, isolated

from sopkit.handbook.audit_data import ChangeRow, PreviousEditionRow, StrayTagRow, audit_schema
from sopkit.handbook.build import build
from sopkit.handbook.pages.audit import audit_data
from sopkit.handbook.paths import AUDIT, AUDIT_DATA, SIGNERS
from sopkit.handbook.publish import publish_site
from sopkit.handbook.published_library import published_library
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import LibraryStatus, read_library_status, read_tag_status
from sopkit.lifecycle.verify_report import SignatureStatus
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow


def commands_of(page: bytes) -> list[str]:
    found = re.findall(r'<code class="verify">(.*?)</code>', page.decode(), re.DOTALL)
    return [line for block in found for line in unescape(block).splitlines()]


def run(command: str, folder: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a reader types it, with a `sopkit` on the path."""
    programs = tmp_path / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "sopkit").write_text(f'#!/bin/sh\nexec {sys.executable} -m sopkit "$@"\n')
    (programs / "sopkit").chmod(0o755)
    source = Path(__file__).parents[2] / "src"
    around = {"PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": str(source)} | isolated(tmp_path)
    done = subprocess.run(command, shell=True, cwd=folder, env=around, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_commands_on_the_page_show_what_it_says(demo: Path, sites: Sites, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(demo, tmp_path / "demo"))
    done = {command: run(command, folder, tmp_path) for command in commands_of(sites().files[AUDIT])}
    assert [command.split()[:2] for command in done] == [
        ["git", "log"],
        ["sopkit", "verify"],
        ["git", "show"],
        ["git", "log"],
        ["git", "cat-file"],
        ["git", "log"],
        ["sopkit", "history"],
        ["git", "worktree"],
        ["sopkit", "build"],
    ]
    codes = [one.returncode for one in done.values()]
    assert codes == [0, 1, 0, 0, 0, 0, 0, 0, 0]  # an entry was tampered with, so `verify` fails
    said = [one.stdout for one in done.values()]
    row = json.loads(sites().files[AUDIT_DATA])["approvals"][0]
    assert "entry-tampered" in said[1]
    assert f"digest: {row['digest']}" in said[2]
    assert "id: AC-001" in said[4]
    assert "Author:     " in said[5]
    assert "history-rewritten" not in said[1]
    [made] = [path for path in tmp_path.glob("handbook-*") if not path.name.endswith("-clone")]
    again, files = files_of(made), sites().files
    assert [path for path, data in files.items() if again.get(path) != data] == []


@pytest.fixture(scope="module")
def edition(demo: Path) -> Mapping[str, bytes]:
    with read_tag_status(demo, "audit-2026-10", None, TODAY) as ground:
        return build(ground, BuildOptions(edition="audit-2026-10")).files


def test_the_edition_of_a_tag_can_be_made_again(demo: Path, edition: Mapping[str, bytes], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(demo, tmp_path / "demo"))
    done = [run(command, folder, tmp_path) for command in commands_of(edition[AUDIT])]
    assert done[0].stdout.strip() == json.loads(edition[AUDIT_DATA])["edition"]["commit"]
    assert "history-rewritten" in done[2].stdout  # the tag was taken back by a forced push
    assert done[-1].returncode == 0
    [made] = tmp_path.glob("handbook-*")
    again = files_of(made)
    assert [path for path, data in edition.items() if again.get(path) != data] == []


def test_an_edition_lies_in_the_folder_of_the_handbook(
    sites: Sites, demo: Path, edition: Mapping[str, bytes], tmp_path: Path
) -> None:
    place = tmp_path / "site"
    publish_site(sites().files, place, demo)
    publish_site(edition, place / "editions" / "audit-2026-10", demo)
    publish_site(sites().files, place, demo)
    assert [
        path for path, data in edition.items() if (place / "editions/audit-2026-10" / path).read_bytes() != data
    ] == []
    page = (place / "editions/audit-2026-10/due/index.html").read_text("utf-8")
    assert "Edition audit-2026-10, as of" in " ".join(page.split())


def test_what_cannot_be_proved_is_told(acme: LibraryStatus) -> None:
    audit = audit_data(published_library(acme, BuildOptions()))
    assert [(row.id, row.code) for row in audit.doubts] == [
        ("AC-001", "unsigned"),
        ("AC-002", "duplicate-id"),
        ("AC-002", "unsigned"),
        ("CM-001", "entry-tampered"),
        ("CM-002", "clock-regression"),
        ("CM-002", "self-approval"),
        ("CM-002", "unsigned"),
        ("IH-001", "changed-since-review"),
        ("IH-001", "author-date-backdated"),
        ("IH-001", "late-recorded"),
        ("IH-001", "unsigned"),
        ("IH-002", "never-reviewed"),
        ("IH-002", "overdue"),
        ("VM-001", "overdue"),
        ("VM-001", "author-unproved"),
    ]
    assert audit.strays == (StrayTagRow("audit-2026-10", "72a4089742b2587b1bfe80bf22224f5604e1b91b"),)


def test_controls_exceptions_and_schema(acme: LibraryStatus, sites: Sites) -> None:
    options = BuildOptions(Classification.RESTRICTED, drafts=True)
    audit = audit_data(published_library(acme, options))
    [row] = [row for row in audit.controls if (row.framework, row.control) == ("iso27001-2022", "A.5.18")]
    assert [(one.id, one.strength) for one in row.sops] == [("AC-001", "full"), ("AC-002", "partial")]
    assert [(row.id, row.sop, row.ended) for row in audit.exceptions][:1] == [("EXC-001", "BK-001", False)]
    for found in (options, BuildOptions()):
        document = json.loads(sites(found).files[AUDIT_DATA])
        assert list(Draft202012Validator(audit_schema()).iter_errors(document)) == []
    assert "BK-001" not in sites().files[AUDIT].decode()
    assert "A tag of the library does not lie behind this edition." in sites().files[AUDIT].decode()


def test_commands_hold_in_a_folder_of_a_larger_repository(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "company", "--object-format=sha256")
    repository.commit("2024-01-01", {"docs/our [old] sops/sopkit.toml": ""})
    library = GitRepository(repository.root / "docs" / "our [old] sops")
    base(library, path="sops/it's $(access) [1].md")
    with read_library_status(library.root, TODAY, TODAY) as ground:
        lines = commands_of(build(ground, BuildOptions()).files[AUDIT])
    *checks, worktree, again = lines
    said = {command: run(command, library.root, tmp_path) for command in checks}
    assert [command for command, done in said.items() if done.returncode or not done.stdout] == []
    assert worktree.split()[4].startswith("../../../handbook-")
    assert again.endswith(f"-o {worktree.split()[4].removesuffix('-clone')}")


def test_a_handbook_for_everyone_has_none(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library")
    base(repository, text(classification="public"))
    with read_library_status(repository.root, TODAY, TODAY) as ground:
        for classification, there in ((Classification.PUBLIC, False), (Classification.INTERNAL, True)):
            files = build(ground, BuildOptions(classification)).files
            assert ({AUDIT, AUDIT_DATA} <= files.keys(), b"audit/index" in files["index.html"]) == (there, there)


def test_signatures_and_the_edition_before(tmp_path: Path) -> None:
    repository, key = GitRepository.start(tmp_path / "library"), ssh_key(tmp_path / "keys")
    base(repository)
    repository.git("tag", "audit-2024")
    tagged = repository.git("rev-parse", "HEAD")
    held = PEOPLE.replace("key: cat, ", f"key: cat, signing_keys: [{{key: {public(key)}, from: 2024-01-01}}], ")
    repository.commit("2024-04-01", SET_UP | {"registers/people.yaml": held})
    for setting, value in {"gpg.format": "ssh", "commit.gpgsign": "true", "user.signingkey": str(key)}.items():
        repository.git("config", setting, value)
    repository.commit("2024-06-01", {PATH: EDITED}, author=ANN)
    repository.commit("2024-06-02", review("2024-06-02", EDITED), author=BEN)
    repository.commit("2024-06-03", approval("2024-06-03", EDITED, key=key), author=CAT)
    with read_library_status(repository.root, TODAY, TODAY) as ground:
        options = BuildOptions()
        audit, files = audit_data(published_library(ground, options)), build(ground, options).files
    [row] = audit.approvals
    [entry] = row.entries
    assert (row.revision, row.level, entry.signature, entry.signer) == ("r2", "E3", SignatureStatus.GOOD, ("cat",))
    assert (entry.commit_signature, entry.commit_signer) == (SignatureStatus.GOOD, ("cat",))
    assert audit.before == PreviousEditionRow("audit-2024", tagged, row.since.replace(month=3, day=2))
    assert audit.changes == (ChangeRow("AC-001", row.title, "1.0", row.approved),)
    page = files[AUDIT].decode()
    assert "1 approval is signed by those who gave it" not in page
    assert "1 approval is signed by who gave it (E3)." in page
    assert '<td class="seal">signed by Cat Diaz</td>' in page
    (repository.root / "allowed-signers").write_bytes(files[SIGNERS])
    [command] = [command for command in commands_of(files[AUDIT]) if "verify-commit" in command]
    verified = run(command, repository.root, tmp_path)
    assert (verified.returncode, 'Good "git" signature for cat' in verified.stderr) == (0, True)

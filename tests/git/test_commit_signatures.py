"""Signatures of real commits: which kind, whose key, and that nothing of a hostile repository runs."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.git.keys import public, ssh_key
from tests.repository import GitRepository

from sopkit.git.repository import Repository, open_repository
from sopkit.git.signatures import CommitSignature, SignatureKind, commit_signatures, sign, verify_commit
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow

FORMATS = ["sha1", "sha256"]


def opened(root: Path) -> Repository:
    repository = open_repository(root)
    assert repository is not None
    return repository


def sign_with_ssh(repository: GitRepository, key: Path) -> None:
    for name, value in (("gpg.format", "ssh"), ("user.signingkey", str(key)), ("commit.gpgsign", "true")):
        repository.git("config", name, value)


def raw(repository: GitRepository, oid: str) -> bytes:
    return subprocess.run(
        ["git", "cat-file", "commit", oid], cwd=repository.root, check=True, capture_output=True
    ).stdout


def stored(repository: GitRepository, commit: bytes) -> str:
    return repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=commit)


def one(repository: GitRepository, oid: str) -> CommitSignature:
    return commit_signatures(opened(repository.root), [oid])[oid]


@pytest.mark.parametrize("object_format", FORMATS)
@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_a_commit_that_git_signed_with_ssh(tmp_path: Path, object_format: str, kind: str) -> None:
    repository = GitRepository.start(tmp_path / "library", f"--object-format={object_format}")
    plain = repository.commit("2024-02-01", {"a.md": "one"}, message="plain\n\ngpgsig is a word of the message")
    key = ssh_key(tmp_path, kind)
    sign_with_ssh(repository, key)
    signed = repository.commit("2024-03-01", {"a.md": "two"}, message="Zo\xeb\n\n gpgsig\n\nlast")
    found = commit_signatures(opened(repository.root), [signed, plain, signed])
    assert list(found) == [signed, plain]
    assert found[plain] == CommitSignature(SignatureKind.NONE, raw(repository, plain))
    assert verify_commit(found[plain]) is False
    signature = found[signed]
    assert (signature.kind, signature.key) == (SignatureKind.SSH, public(key))
    assert signature.text.startswith("-----BEGIN SSH SIGNATURE-----\n")
    assert signature.text.endswith("-----END SSH SIGNATURE-----\n")
    assert b"gpgsig" not in signature.payload.partition(b"\n\n")[0]
    assert verify_commit(signature) is True


@pytest.mark.parametrize("object_format", FORMATS)
def test_changed_commits_do_not_verify(tmp_path: Path, object_format: str) -> None:
    repository = GitRepository.start(tmp_path / "library", f"--object-format={object_format}")
    sign_with_ssh(repository, ssh_key(tmp_path))
    commit = raw(repository, repository.commit("2024-02-01", {"a.md": "one"}, message="honest"))
    changed = {
        "message": commit.replace(b"honest", b"forged"),
        "author": commit.replace(b"author Ann Lee", b"author Cat Diaz"),
        "header": commit.replace(b"\n\n", b"\nencoding UTF-8\n\n", 1),
        "twice": commit.replace(b"\n\n", b"\n" + commit[commit.index(b"gpgsig") :].partition(b"\n\n")[0] + b"\n\n", 1),
    }
    found = {name: one(repository, stored(repository, text)) for name, text in changed.items()}
    assert {name: verify_commit(signature) for name, signature in found.items()} == dict.fromkeys(changed, False)
    assert found["twice"].key is None
    assert verify_commit(one(repository, stored(repository, commit))) is True


def test_a_signature_made_for_files_is_none_of_a_commit(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library")
    commit = raw(repository, repository.commit("2024-02-01", {"a.md": "one"}))
    for namespace, good in (("file", False), ("sopkit-entry", False), ("git", True)):
        lines = sign(commit, ssh_key(tmp_path, name=namespace), namespace).strip().replace("\n", "\n ")
        signed = stored(repository, commit.replace(b"\n\n", f"\ngpgsig {lines}\n\n".encode(), 1))
        assert verify_commit(one(repository, signed)) is good


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN SSH SIGNATURE-----\n \n bm8=\n -----END SSH SIGNATURE-----", SignatureKind.SSH),
        ("-----BEGIN PGP SIGNATURE-----\n \n wsA=\n -----END PGP SIGNATURE-----", SignatureKind.OPENPGP),
        ("-----BEGIN PGP MESSAGE-----\n \n wsA=\n -----END PGP MESSAGE-----", SignatureKind.OPENPGP),
        ("-----BEGIN SIGNED MESSAGE-----\n MII=\n -----END SIGNED MESSAGE-----", SignatureKind.X509),
        ("a word", SignatureKind.UNKNOWN),
        ("", SignatureKind.UNKNOWN),
    ],
)
def test_every_kind_is_told_apart(repository: GitRepository, text: str, kind: SignatureKind) -> None:
    commit = raw(repository, repository.commit("2024-02-01", {"a.md": "one"}))
    signed = stored(repository, commit.replace(b"\n\n", f"\ngpgsig {text}\n\n".encode(), 1))
    lines = text.replace("\n ", "\n") + "\n"
    assert one(repository, signed) == CommitSignature(kind, commit, lines)
    assert verify_commit(one(repository, signed)) is (False if kind is SignatureKind.SSH else None)


def test_the_signature_of_the_other_hash_is_left_out_and_not_read(repository: GitRepository) -> None:
    commit = raw(repository, repository.commit("2024-02-01", {"a.md": "one"}))
    other = b"\ngpgsig-sha256 -----BEGIN SSH SIGNATURE-----\n bm8=\n -----END SSH SIGNATURE-----\nencoding UTF-8\n\n"
    signed = stored(repository, commit.replace(b"\n\n", other, 1))
    assert one(repository, signed) == CommitSignature(
        SignatureKind.NONE, commit.replace(b"\n\n", b"\nencoding UTF-8\n\n", 1)
    )


def test_lines_of_a_merged_tag_are_no_signature_of_the_commit(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    base = repository.commit("2024-02-01", {"a.md": "one"})
    repository.switch("topic", base)
    repository.commit("2024-02-02", {"b.md": "two"})
    for name, value in (("gpg.format", "ssh"), ("user.signingkey", str(key))):
        repository.git("config", name, value)
    repository.git("tag", "-s", "-m", "tagged\n\ngpgsig no", "v1")
    repository.switch("main")
    merge = repository.merge("2024-02-03", "v1")
    assert b"mergetag object" in raw(repository, merge)
    assert one(repository, merge) == CommitSignature(SignatureKind.NONE, raw(repository, merge))
    repository.git("config", "commit.gpgsign", "true")
    repository.commit("2024-02-04", amend=True)
    assert verify_commit(one(repository, repository.git("rev-parse", "HEAD"))) is True


@pytest.fixture
def gpg_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed: apt install gnupg")
    home = tmp_path / "g"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    made = subprocess.run(
        [
            "gpg",
            "--batch",
            "--quiet",
            "--passphrase",
            "",
            "--quick-generate-key",
            "cat@acme.example",
            "ed25519",
            "sign",
        ],
        capture_output=True,
    )
    assert made.returncode == 0, made.stderr
    yield home
    subprocess.run(["gpgconf", "--kill", "all"], env=os.environ | {"GNUPGHOME": str(home)}, check=False)


@pytest.mark.parametrize("object_format", FORMATS)
def test_openpgp_is_read_and_not_verified(tmp_path: Path, gpg_home: Path, object_format: str) -> None:
    repository = GitRepository.start(tmp_path / "library", f"--object-format={object_format}")
    repository.git("config", "user.signingkey", "cat@acme.example")
    repository.git("config", "commit.gpgsign", "true")
    oid = repository.commit("2024-02-01", {"a.md": "one"})
    signature = one(repository, oid)
    assert (signature.kind, signature.key) == (SignatureKind.OPENPGP, None)
    assert verify_commit(signature) is None
    (tmp_path / "payload").write_bytes(signature.payload)
    (tmp_path / "text").write_text(signature.text)
    checked = subprocess.run(
        ["gpg", "--verify", str(tmp_path / "text"), str(tmp_path / "payload")], capture_output=True
    )
    assert checked.returncode == 0, checked.stderr


def test_a_hostile_repository_runs_nothing(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    sign_with_ssh(repository, key)
    signed = repository.commit("2024-02-01", {"a.md": "one"})
    pgp = stored(repository, raw(repository, signed).replace(b" SSH SIG", b" PGP SIG"))
    trap = repository.write("trap.sh", f"#!/bin/sh\ntouch {tmp_path}/sprung\nexit 0\n")
    trap.chmod(0o755)
    for name in (
        *("gpg.program", "gpg.ssh.program", "gpg.openpgp.program", "gpg.x509.program", "gpg.ssh.defaultKeyCommand"),
        *("core.pager", "core.fsmonitor", "core.sshCommand"),
    ):
        repository.git("config", name, str(trap))
    repository.git("config", "alias.cat-file", f"!{trap}")
    repository.git("config", "log.showSignature", "true")
    found = commit_signatures(opened(repository.root), [signed, pgp])
    assert [verify_commit(signature) for signature in found.values()] == [True, None]
    assert not (tmp_path / "sprung").exists()


def test_a_replaced_commit_is_read_as_it_was_signed(repository: GitRepository, tmp_path: Path) -> None:
    plain = repository.commit("2024-02-01", {"a.md": "one"})
    sign_with_ssh(repository, ssh_key(tmp_path))
    signed = repository.commit("2024-03-01", {"a.md": "two"})
    repository.git("replace", signed, plain)
    assert verify_commit(one(repository, signed)) is True


def test_what_is_no_commit_or_missing_is_an_error(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"a.md": "one"})
    blob = repository.git("rev-parse", "HEAD:a.md")
    with pytest.raises(SopkitError, match=f"git object {blob} is no commit but a blob"):
        one(repository, blob)
    with pytest.raises(SopkitError, match="is missing"):
        one(repository, "1" * 40)
    assert commit_signatures(opened(repository.root), []) == {}

"""SSH signatures with real keys: who made one, whether it is right, and making one."""

import base64
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.git.keys import public, ssh_key
from tests.repository import GitRepository

from sopkit.git.repository import open_repository
from sopkit.git.signatures import git_signing_key, git_signs_commits, same_key, sign, signing_key, verify_signature
from sopkit.model.errors import SopkitError

DATA = b"schema: sopkit/entry/1\nkind: approval\n\xff\0\r\n"
NAMESPACE = "sopkit-entry"
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


def blob_of(armored: str) -> bytes:
    return base64.b64decode("".join(armored.split("\n")[1:-2]))


def armour(blob: bytes) -> str:
    return f"{BEGIN}\n{base64.encodebytes(blob).decode()}{END}\n"


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ssh_key(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def signature(key: Path) -> str:
    return sign(DATA, key, NAMESPACE)


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_what_is_signed_verifies_and_names_its_key(tmp_path: Path, kind: str) -> None:
    key = ssh_key(tmp_path, kind)
    armored = sign(DATA, key, NAMESPACE)
    assert armored.startswith(f"{BEGIN}\n")
    assert armored.endswith(f"{END}\n")
    assert signing_key(armored) == public(key)
    assert verify_signature(DATA, armored, NAMESPACE)
    assert not verify_signature(DATA + b"\n", armored, NAMESPACE)
    assert not verify_signature(DATA, armored, "git")


def test_ssh_keygen_itself_finds_our_signature_good(tmp_path: Path, key: Path, signature: str) -> None:
    (tmp_path / "signature").write_text(signature)
    (tmp_path / "signers").write_text(f'cat@acme.example namespaces="{NAMESPACE}" {public(key)}\n')
    done = subprocess.run(
        [
            *("ssh-keygen", "-Y", "verify", "-n", NAMESPACE, "-I", "cat@acme.example"),
            *("-f", str(tmp_path / "signers"), "-s", str(tmp_path / "signature")),
        ],
        input=DATA,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr


def test_line_ends_indentation_and_blanks_around_do_not_count(key: Path, signature: str) -> None:
    for changed in (signature.replace("\n", "\r\n"), f"\n\n{signature}\n ", signature.replace("\n", "\n  ")):
        assert signing_key(changed) == public(key)
        assert verify_signature(DATA, changed, NAMESPACE)


def test_another_key_written_into_a_signature_does_not_verify(tmp_path: Path, signature: str) -> None:
    other = ssh_key(tmp_path)
    forged = armour(blob_of(signature).replace(blob_of(signature)[14:65], base64.b64decode(public(other).split()[1])))
    assert signing_key(forged) == public(other)
    assert not verify_signature(DATA, forged, NAMESPACE)


def test_no_signature_names_no_key_and_verifies_nothing(key: Path, signature: str) -> None:
    blob = blob_of(signature)
    bodies = [
        *(armour(blob[:end]) for end in range(len(blob))),  # truncated anywhere
        armour(blob + b"\0"),
        armour(blob + string(b"more")),
        armour(b"SSHSIG\0\0\0\2" + blob[10:]),
        armour(b"SSHSIG\0\0\0\1" + string(b"") * 5),
        armour(b"SSHSIG\0\0\0\1" + string(string(b"two words") + string(b"x")) + string(b"x") * 4),
        armour(b"SSHSIG\0\0\0\1" + b"\xff" * 40),
    ]
    texts = [
        *(
            "",
            "x",
            BEGIN,
            END,
            f"{BEGIN}{END}",
            f"{BEGIN}\nn\xf6\n{END}",
            f"{BEGIN}\n\ud800\n{END}",
            f"{BEGIN}\n=\n{END}",
        ),
        *("-----BEGIN SSH", signature[:-30], signature[30:], f"signed\n{signature}", f"{signature}{signature}"),
        *(public(key), key.read_text(), signature.replace("SSH", "PGP")),
    ]
    for text in texts + bodies:
        assert signing_key(text) is None, text
    for text in texts + bodies[-6:]:
        assert not verify_signature(DATA, text, NAMESPACE), text


@examples(25)
@given(st.text() | st.binary().map(armour) | st.binary().map(lambda data: armour(b"SSHSIG\0\0\0\1" + data)))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    assert signing_key(text) is None


def test_same_key_compares_type_and_body() -> None:
    assert same_key("ssh-ed25519 AAAA cat@acme.example", " ssh-ed25519\t AAAA\n")
    assert not same_key("ssh-ed25519 AAAA", "ssh-ed25519 AAAB")
    assert not same_key("ssh-ed25519 AAAA", "ssh-rsa AAAA")
    assert not same_key("ssh-ed25519 AAAA", "AAAA")
    assert not same_key("", "")
    assert not same_key("AAAA", "AAAA")


def test_a_machine_without_ssh_keygen_is_told_what_to_install(
    tmp_path: Path, key: Path, signature: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for attempt in (lambda: verify_signature(DATA, signature, NAMESPACE), lambda: sign(DATA, key, NAMESPACE)):
        with pytest.raises(SopkitError, match="ssh-keygen is not there") as caught:
            attempt()
        assert "apt install openssh-client" in caught.value.hint


def test_an_ssh_keygen_that_cannot_verify_is_no_bad_signature(
    tmp_path: Path, signature: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "ssh-keygen"
    old.write_text("#!/bin/sh\necho 'unknown option -- Y' >&2\nexit 1\n")  # OpenSSH 7.9
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SopkitError, match="too old"):
        verify_signature(DATA, signature, NAMESPACE)


def test_verifying_leaves_no_file_and_sees_no_agent(
    tmp_path: Path, signature: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    wrapper = tmp_path / "bin" / "ssh-keygen"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nenv > {seen}\nexec {shutil.which("ssh-keygen")} "$@"\n')
    wrapper.chmod(0o755)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/nowhere")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert verify_signature(DATA, signature, NAMESPACE)
    variables = seen.read_text().splitlines()
    assert "LC_ALL=C" in variables
    assert not [line for line in variables if line.startswith("SSH_AUTH_SOCK")]
    assert list(scratch.iterdir()) == []


def refusal(key: Path | str) -> tuple[str, str]:
    with pytest.raises(SopkitError) as caught:
        sign(DATA, key, NAMESPACE)
    return caught.value.message, caught.value.hint


def test_what_cannot_sign_is_named_with_the_mend(tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSH_AUTH_SOCK", "DISPLAY", "WAYLAND_DISPLAY", "SSH_ASKPASS"):
        monkeypatch.delenv(name, raising=False)
    none = tmp_path / "none"
    assert refusal(none) == (f"{none}: there is no such key file", "name a key: --key FILE, or git's user.signingkey")
    assert refusal(tmp_path)[0] == f"{tmp_path}: there is no such key file"
    text = tmp_path / "text"
    text.write_text("no key\n")
    text.chmod(0o600)
    assert refusal(text) == (f"{text}: not signed: it is no key of ssh", "name a key that ssh-keygen made")
    lone = tmp_path / "lone.pub"
    lone.write_text(public(key))
    assert refusal(lone) == (
        f"{lone}: not signed: its private half is neither beside it nor in the agent",
        "run: ssh-add FILE",
    )
    assert refusal(public(key)) == (
        f"{public(key)}: not signed: no agent holds its private half",
        "start ssh-agent, and give it the key: ssh-add FILE",
    )
    bare = ssh_key(tmp_path, name="open")
    bare.chmod(0o644)
    assert refusal(bare) == (f"{bare}: not signed: others can read the private key", f"run: chmod 600 {bare}")


ASKING = """
import sys
from pathlib import Path
sys.path[:0] = {path!r}
from sopkit.git.signatures import sign
from sopkit.model.errors import SopkitError
try:
    print(sign(b"data", Path({key!r}), "sopkit-entry"))
except SopkitError as error:
    print("refused:", error.message)
"""


def at_a_terminal(program: str, answer: bytes) -> str:
    """What a program shows at a terminal of its own, where somebody answers its prompts."""
    process, terminal = pty.fork()
    if not process:
        os.execv(sys.executable, [sys.executable, "-c", program])
    shown = b""
    answered = 0
    end = time.monotonic() + 20
    while time.monotonic() < end and select.select([terminal], [], [], 20)[0]:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux says so when the other side has closed
            break
        if not part:
            break
        shown += part
        if shown.count(b"Enter passphrase") > answered:
            answered += 1
            os.write(terminal, answer + b"\n")
    os.close(terminal)
    os.waitpid(process, 0)
    return shown.decode()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_passphrase_is_asked_for_at_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    key = ssh_key(tmp_path, passphrase="open sesame")
    program = ASKING.format(path=sys.path, key=str(key))
    shown = at_a_terminal(program, b"open sesame").replace("\r\n", "\n")
    armored = shown[shown.index(BEGIN) :].strip()
    assert signing_key(armored) == public(key)
    assert verify_signature(b"data", armored, NAMESPACE)
    shown = at_a_terminal(program, b"wrong")
    assert f"refused: {key}: not signed: the passphrase is wrong, or there is no terminal to ask for it" in shown


def test_a_public_key_signs_through_the_agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = ssh_key(tmp_path / "keys")
    public_key = tmp_path / "mine.pub"
    public_key.write_text(f"{public(key)} cat@acme.example\n")
    socket = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    try:
        while not socket.exists():
            assert agent.poll() is None
            time.sleep(0.01)
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        assert refusal(public(key))[0] == f"{public(key)}: not signed: the agent does not hold its private half"
        subprocess.run(["ssh-add", "-q", str(key)], check=True, stderr=subprocess.DEVNULL)
        shutil.rmtree(key.parent)
        for name in (public_key, str(public_key), public_key.read_text(), f"key::{public_key.read_text()}"):
            armored = sign(DATA, name, NAMESPACE)
            assert same_key(signing_key(armored) or "", public_key.read_text())
            assert verify_signature(DATA, armored, NAMESPACE)
    finally:
        agent.terminate()
        agent.wait()


def set_to(repository: GitRepository, **settings: str) -> tuple[str | None, bool]:
    for name, value in settings.items():
        repository.git("config", name.replace("_", "."), value)
    opened = open_repository(repository.root / "docs")
    assert opened is not None
    return git_signing_key(opened), git_signs_commits(opened)


def test_the_key_that_git_is_set_to_sign_with(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = repository.write("trap.sh", f"#!/bin/sh\ntouch {tmp_path}/sprung\necho key::ssh-ed25519 AAAA\n")
    trap.chmod(0o755)
    for name in ("gpg.program", "gpg.ssh.program", "gpg.ssh.defaultKeyCommand", "alias.config"):
        repository.git("config", name, f"!{trap}" if name.startswith("alias") else str(trap))
    repository.write("docs/a.md", "a")
    assert set_to(repository) == (None, False)
    assert set_to(repository, user_signingkey="61AB9E2F") == (None, False)  # of OpenPGP
    assert set_to(repository, gpg_format="openpgp") == (None, False)
    assert set_to(repository, gpg_format="ssh", user_signingkey="/keys/cat.pub") == ("/keys/cat.pub", False)
    assert set_to(repository, commit_gpgsign="yes") == ("/keys/cat.pub", True)
    assert set_to(repository, user_signingkey="~/.ssh/cat") == (str(tmp_path / ".ssh" / "cat"), True)
    assert set_to(repository, user_signingkey="keys/cat") == (str(repository.root / "keys" / "cat"), True)
    for literal in ("key::ssh-ed25519 AAAAC3Nz cat", "ssh-rsa AAAAB3Nz", "ecdsa-sha2-nistp256 AAAAE2Vj"):
        assert set_to(repository, user_signingkey=literal) == (literal, True)
    repository.git("config", "--unset", "user.signingkey")
    assert set_to(repository) == (None, True)
    assert not (tmp_path / "sprung").exists()


def test_settings_that_git_cannot_read_are_an_error(repository: GitRepository) -> None:
    repository.write("docs/a.md", "a")
    with pytest.raises(SopkitError, match="git config failed"):
        set_to(repository, commit_gpgsign="perhaps")

"""SSH signatures of entries and commits: make them, read them and verify them."""

import base64
import binascii
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sopkit.git.blobs import read_commits
from sopkit.git.repository import Repository
from sopkit.git.run import git_error, output
from sopkit.model.errors import SopkitError

ENTRY_NAMESPACE = "sopkit-entry"
COMMIT_NAMESPACE = "git"
_HEADER, _FOOTER = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MAGIC = b"SSHSIG\0\0\0\1"  # the last four bytes are the version
_FIELDS = 5  # public key, namespace, reserved, hash algorithm, signature
_LITERAL = re.compile(r"(?:key::)?((?:ssh|ecdsa|sk)-\S+\s+AAAA\S+)")
_TYPE = re.compile(rb"[!-~]+")
_SECONDS = 30
# The words of ssh-keygen, and what they mean to whoever wants to sign.
_REFUSALS = (
    ("UNPROTECTED PRIVATE KEY FILE", "others can read the private key", "run: chmod 600 KEY"),
    ("passphrase", "the passphrase is wrong, or there is no terminal to ask for it", "try again, or run: ssh-add KEY"),
    ("Couldn't load public key", "it is no key of ssh", "name a key that ssh-keygen made"),
    (
        "Couldn't get agent socket",
        "no agent holds its private half",
        "start ssh-agent, and give it the key: ssh-add FILE",
    ),
    ("Couldn't find key in agent", "the agent does not hold its private half", "give it to the agent: ssh-add FILE"),
    ("No private key found", "its private half is neither beside it nor in the agent", "run: ssh-add FILE"),
)


def signing_key(armored: str) -> str | None:
    """The OpenSSH public key, without comment, that an armoured signature says it was made with; None when it is none.

    The format is that of PROTOCOL.sshsig of OpenSSH. Anybody can write a key into it: see verify_signature.
    """
    blob = _decode_armour(armored)
    fields = _split_strings(blob.removeprefix(_MAGIC)) if blob is not None and blob.startswith(_MAGIC) else None
    if fields is None or len(fields) != _FIELDS:
        return None
    inner = _split_strings(fields[0][: 4 + int.from_bytes(fields[0][:4], "big")])
    if not inner or not _TYPE.fullmatch(inner[0]):
        return None
    return f"{inner[0].decode('ascii')} {base64.b64encode(fields[0]).decode('ascii')}"


def same_key(one: str, other: str) -> bool:
    """Two OpenSSH public keys are one key: type and body are the same; comments and blanks do not count."""
    first, second = one.split()[:2], other.split()[:2]
    return len(first) == 2 and first == second  # noqa: PLR2004  # type, body


def verify_signature(data: bytes, armored: str, namespace: str) -> bool:
    """The key that the signature names has signed these bytes in this namespace; whose key it is, the caller judges.

    Raises SopkitError when ssh-keygen is missing or too old.
    """
    blob = _decode_armour(armored)
    if blob is None or signing_key(armored) is None:
        return False
    import tempfile  # most commands verify nothing

    with tempfile.TemporaryDirectory(prefix="sopkit-") as folder:
        file = Path(folder) / "signature"
        # Written anew, so that ssh-keygen reads the very bytes in which we have read the key.
        file.write_text(f"{_HEADER}\n{base64.encodebytes(blob).decode('ascii')}{_FOOTER}\n", "ascii")
        arguments = ("-Y", "check-novalidate", "-n", namespace, "-s", str(file))
        code, complaint = _ssh_keygen(*arguments, data=data, hidden=("SSH_AUTH_SOCK", "SSH_ASKPASS"))
    if code and ("unknown option" in complaint or "Unsupported operation" in complaint):
        raise SopkitError("ssh-keygen is too old to verify signatures", "install OpenSSH 8.2 or newer")
    return code == 0


def sign(data: bytes, key: Path | str, namespace: str) -> str:
    """The armoured signature over these bytes by a key: a file, or a public key whose private half the agent holds.

    ssh-keygen asks for a passphrase on the terminal. Raises SopkitError when it does not sign.
    """
    import tempfile  # most commands sign nothing

    literal = _LITERAL.match(str(key))
    with tempfile.TemporaryDirectory(prefix="sopkit-") as folder:
        # In a file, as git does it: ssh-keygen asks for a passphrase only when its input is the terminal.
        file = Path(folder) / "data"
        file.write_bytes(data)
        key_file = Path(folder) / "key.pub" if literal else Path(key).expanduser()
        if literal:
            key_file.write_text(f"{literal[1]}\n", "utf-8")
        elif not key_file.is_file():
            raise SopkitError(f"{key}: there is no such key file", "name a key: --key FILE, or git's user.signingkey")
        agent = ("-U",) if literal else ()
        code, complaint = _ssh_keygen("-Y", "sign", "-n", namespace, "-f", str(key_file), *agent, str(file))
        if code:
            raise _signing_error(str(key), complaint)
        return file.with_name("data.sig").read_text("ascii")


def git_signing_key(repository: Repository) -> str | None:
    """The ssh key with which git is set to sign, as a path or a public key; None when it signs in another way.

    Only reads `gpg.format` and `user.signingkey`: a program that would find the key is never run.
    """
    key = (
        _read_setting(repository, "user.signingkey", "path")
        if _read_setting(repository, "gpg.format") == "ssh"
        else None
    )
    if not key or _LITERAL.match(key):
        return key or None
    top = repository.root.joinpath(*(".." for _ in Path(repository.prefix).parts))  # git takes paths from there
    return os.path.normpath(top / key)


def git_signs_commits(repository: Repository) -> bool:
    """Git is set to sign every commit (`commit.gpgsign`)."""
    return _read_setting(repository, "commit.gpgsign", "bool") == "true"


def _read_setting(repository: Repository, key: str, kind: str = "") -> str | None:
    code, out, complaint = output(repository.git, "config", *([f"--type={kind}"] if kind else ()), "--get", key)
    if code > 1:  # 1: it is not set
        raise git_error("config", complaint)
    return None if code else os.fsdecode(out).removesuffix("\n")


def _decode_armour(armored: str) -> bytes | None:
    text = armored.strip()
    if not (text.startswith(_HEADER) and text.endswith(_FOOTER)):
        return None
    body = "".join(text[len(_HEADER) : -len(_FOOTER)].split())
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None


def _split_strings(data: bytes) -> list[bytes] | None:
    """The strings of the wire format of ssh, each with its length before it; None when the lengths do not fit."""
    found = []
    at = 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        if len(data) < max(end, at + 4):
            return None
        found.append(data[at + 4 : end])
        at = end
    return found


def _ssh_keygen(*arguments: str, data: bytes | None = None, hidden: tuple[str, ...] = ()) -> tuple[int, str]:
    """Exit code and complaint; without data its input is ours, and it may ask and take its time."""
    environment = {name: value for name, value in os.environ.items() if name not in hidden} | {"LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; the arguments are options and files of ours
            ["ssh-keygen", *arguments],  # noqa: S607 - found as git finds it
            input=data,
            capture_output=True,
            env=environment,
            timeout=None if data is None else _SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise SopkitError("ssh-keygen is not there", "apt install openssh-client, or put it on PATH") from error
    except OSError as error:
        raise SopkitError(f"ssh-keygen cannot be run: {error.strerror}", "apt install openssh-client") from error
    except subprocess.TimeoutExpired as error:
        raise SopkitError(f"ssh-keygen did not end within {_SECONDS} seconds", "try it again") from error
    return done.returncode, done.stderr.decode("utf-8", "replace")


def _signing_error(key: str, complaint: str) -> SopkitError:
    for words, meaning, hint in _REFUSALS:
        if words in complaint:
            return SopkitError(f"{key}: not signed: {meaning}", hint.replace("KEY", key))
    reasons = [line.strip() for line in complaint.splitlines() if line.strip()]
    return SopkitError(
        f"{key}: not signed: {reasons[-1] if reasons else 'ssh-keygen gave no reason'}", "try another key"
    )


_SIGNATURE_HEADERS = {"sha1": b"gpgsig ", "sha256": b"gpgsig-sha256 "}


class SignatureKind(StrEnum):
    """How a commit is signed; `gpg.format` of git."""

    NONE = "none"
    SSH = "ssh"
    OPENPGP = "openpgp"
    X509 = "x509"
    UNKNOWN = "unknown"


_ARMOUR = (
    ("-----BEGIN SSH SIGNATURE-----", SignatureKind.SSH),
    ("-----BEGIN PGP SIGNATURE-----", SignatureKind.OPENPGP),
    ("-----BEGIN PGP MESSAGE-----", SignatureKind.OPENPGP),
    ("-----BEGIN SIGNED MESSAGE-----", SignatureKind.X509),
)


@dataclass(frozen=True, slots=True)
class CommitSignature:
    """What a commit carries: the bytes that were signed, the signature over them and, for ssh, the key it names."""

    kind: SignatureKind
    payload: bytes
    text: str = ""
    key: str | None = None  # OpenSSH public key, without comment


def commit_signatures(repository: Repository, oids: Iterable[str]) -> dict[str, CommitSignature]:
    """The signature of each commit, read and not verified; starts one git process.

    Raises SopkitError when an object is missing or no commit.
    """
    header = _SIGNATURE_HEADERS[repository.object_format]
    return {oid: _split_commit(data, header) for oid, data in read_commits(repository, oids)}


def verify_commit(signature: CommitSignature) -> bool | None:
    """True when the key that an ssh signature names made it, False when not or unsigned, None when nobody can say here.

    OpenPGP and X.509 signatures are read, not verified: who made one depends on the keyring of the user who asks, so
    two people would get two reports of one commit; and git would verify it with `gpg.program`, which a hostile
    repository sets to a program of its own. An ssh key stands in the people register, so ssh needs neither.
    """
    if signature.kind is SignatureKind.NONE:
        return False
    if signature.kind is not SignatureKind.SSH:
        return None
    return verify_signature(signature.payload, signature.text, COMMIT_NAMESPACE)


def _split_commit(data: bytes, header: bytes) -> CommitSignature:
    """Part a commit as git does: the signed bytes are all but the headers that begin with `gpgsig`."""
    head, end, message = data.partition(b"\n\n")
    signed: list[bytes] = []
    text: list[bytes] = []
    place = signed
    for line in head.split(b"\n"):
        if line.startswith(header):
            place = text
            place.append(line.removeprefix(header))
        elif line.startswith(b"gpgsig"):
            place = []  # that of the other hash, or one to come
        elif line.startswith(b" ") and place is not signed:
            place.append(line[1:])
        else:
            place = signed
            place.append(line)
    payload = b"\n".join(signed) + end + message
    if not text:
        return CommitSignature(SignatureKind.NONE, payload)
    armored = b"\n".join(text).decode("utf-8", "replace") + "\n"
    kind = next((kind for begin, kind in _ARMOUR if armored.startswith(begin)), SignatureKind.UNKNOWN)
    return CommitSignature(kind, payload, armored, signing_key(armored))

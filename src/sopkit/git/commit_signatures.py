"""The signatures that commits carry."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sopkit.git.blobs import read_commits
from sopkit.git.repository import Repository
from sopkit.git.signature import COMMIT_NAMESPACE, signing_key, verify_signature

_HEADERS = {"sha1": b"gpgsig ", "sha256": b"gpgsig-sha256 "}


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
    header = _HEADERS[repository.object_format]
    return {oid: _signature(data, header) for oid, data in read_commits(repository, oids)}


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


def _signature(data: bytes, header: bytes) -> CommitSignature:
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

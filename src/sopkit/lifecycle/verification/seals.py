"""What the signatures of entries, and of the commits that brought them, are worth."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from sopkit.git.commit_signatures import CommitSignature, SignatureKind, commit_signatures, verify_commit
from sopkit.git.signature import ENTRY_NAMESPACE, same_key, signing_key, verify_signature
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.ledger.ledger import Verdict
from sopkit.lifecycle.ledger.ledger_files import LedgerFile
from sopkit.lifecycle.verification.report import Seal

Sealed = tuple[Seal, tuple[str, ...]]
"""What a signature is worth, and the keys of the people who had its key."""


class Seals:
    """Looks at the signatures of a ledger; each is checked once and remembered, and all commits are read at once."""

    def __init__(self, judged: Judged, files: Iterable[LedgerFile]) -> None:
        self._judged = judged
        files = tuple(files)
        judged.authorship.prepare({file.commit for file in files})
        self._bringing = {file.path: judged.authorship.bringing(file.commit, file.path, file.blob) for file in files}
        wanted = {oid for oids in self._bringing.values() for oid in oids}
        self._commits: Mapping[str, CommitSignature] = commit_signatures(judged.repository, sorted(wanted))

    def of_entry(self, verdict: Verdict) -> Sealed:
        """The signature in an entry."""
        reading = verdict.file.reading
        if reading.entry is None or not reading.entry.signature:
            return Seal.NONE, ()
        text = reading.entry.signature
        key = signing_key(text)
        name = sha256(reading.signed + b"\0" + text.encode()).hexdigest()
        if key is None or not self._judged.cache.signature(
            name, lambda: verify_signature(reading.signed, text, ENTRY_NAMESPACE)
        ):
            return Seal.BAD, ()
        return self._known(key, verdict)

    def of_commits(self, verdict: Verdict) -> Sealed:
        """The signatures of the commits that brought an entry; of several the worst."""
        sealed = [self._of_commit(oid, verdict) for oid in self._bringing[verdict.file.path]]
        worst = min(sealed, key=lambda one: _WORTH.index(one[0]))[0]
        return worst, tuple(dict.fromkeys(person for _, people in sealed for person in people))

    def bad_commits(self, verdict: Verdict) -> tuple[str, ...]:
        """The commits that brought an entry and whose signatures do not fit them."""
        oids = self._bringing[verdict.file.path]
        return tuple(oid for oid in oids if self._of_commit(oid, verdict)[0] is Seal.BAD)

    def _of_commit(self, oid: str, verdict: Verdict) -> Sealed:
        signature = self._commits[oid]
        if signature.kind is SignatureKind.NONE:
            return Seal.NONE, ()
        if signature.kind is not SignatureKind.SSH:
            return Seal.NOT_VERIFIED, ()
        name = sha256(b"commit\0" + signature.payload + b"\0" + signature.text.encode("utf-8", "replace")).hexdigest()
        if signature.key is None or not self._judged.cache.signature(name, lambda: verify_commit(signature) is True):
            return Seal.BAD, ()
        return self._known(signature.key, verdict)

    def _known(self, key: str, verdict: Verdict) -> Sealed:
        """Whose key it was when the entry landed, by the register before it."""
        people = self._judged.organisation_before(verdict.file.commit).people
        owners = tuple(
            name
            for name, person in people.items()
            if any(same_key(key, row.key) and row.holds(verdict.landed) for row in person.signing_keys)
        )
        return (Seal.GOOD, owners) if owners else (Seal.UNKNOWN_KEY, ())


_WORTH = (Seal.BAD, Seal.UNKNOWN_KEY, Seal.NONE, Seal.NOT_VERIFIED, Seal.GOOD)

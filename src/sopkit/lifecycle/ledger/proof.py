"""Who wrote an entry, and how well that is proved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sopkit.git.branch import Author
from sopkit.git.signature import ENTRY_NAMESPACE, signing_key, verify_signature
from sopkit.lifecycle.ledger.forge_reviews import attests
from sopkit.lifecycle.ledger.organisation import Organisation
from sopkit.model.entries import FORGES, Entry, Evidence, Level
from sopkit.text.entry import EntryReading

CONTROLLER = "document-controller"
"""The role whose holders land signed documents, and dispose of entries."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A level, or None with what is wrong and what to do."""

    level: Level | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of an entry's landing: the day, who brought it, and the files that it points to."""

    day: date
    introducers: tuple[Author, ...]
    organisation: Organisation
    payload: bytes | None = None
    document: bytes | None = None


Check = Callable[[str, Callable[[], bool]], bool]
"""Remembers whether the signature of that name is right."""


def prove(reading: EntryReading, landed: Circumstances, check: Check) -> Proof:
    """How well it is proved that the person whom an entry names wrote it, by the strongest means that holds."""
    entry, organisation = reading.entry, landed.organisation
    if entry is None:
        return Proof(None, reading.fault)
    if entry.by not in organisation.people:
        return Proof(None, f"the people register does not know `{entry.by}`; add the person in an earlier commit")
    if _signed(reading, (entry.by,), landed, check):
        return Proof(Level.SIGNED)
    faults = []
    if entry.signature:
        faults.append(f"its signature is not one of a key of {entry.by} on {landed.day}")
    if entry.evidence is not None:
        level, fault = _by_evidence(reading, entry, entry.evidence, landed, check)
        if level is not None:
            return Proof(level)
        faults.append(fault)
    if all(organisation.known(author) == {entry.by} for author in landed.introducers):
        return Proof(Level.AUTHOR)
    who = ", ".join(dict.fromkeys(f"{author.name} <{author.email}>" for author in landed.introducers))
    faults.append(
        f"it was committed by {who}, who is not {entry.by} by the people register; "
        f"let {entry.by} record it again on the default branch, or sign it"
    )
    return Proof(None, "; ".join(faults))


def _by_evidence(
    reading: EntryReading, entry: Entry, evidence: Evidence, landed: Circumstances, check: Check
) -> tuple[Level | None, str]:
    if evidence.type == "document":
        return _by_document(evidence, landed)
    organisation = landed.organisation
    importers = organisation.config.approval.importers if organisation.config else ()
    bringing = {key for author in landed.introducers for key in organisation.known(author)} & set(importers)
    if not bringing:
        return None, "forge evidence counts only when somebody in `[approval] importers` brings it"
    if landed.payload is None or f"sha256:{sha256(landed.payload).hexdigest()}" != evidence.payload:
        return None, "the payload beside the entry is missing or another one"
    forge = FORGES[evidence.type]
    login = organisation.people[entry.by].logins.get(forge, "")
    if not login:
        return None, f"the people register has no {forge} login of {entry.by}"
    if not attests(landed.payload, evidence.pull_request, evidence.review, (login,), evidence.type):
        return None, f"the payload holds no approval of {login} with that review id"
    if _signed(reading, tuple(sorted(bringing)), landed, check):
        return Level.FORGE, ""
    return Level.AUTHOR, ""


def _by_document(evidence: Evidence, landed: Circumstances) -> tuple[Level | None, str]:
    organisation = landed.organisation
    holders = {
        key
        for author in landed.introducers
        for key in organisation.known(author)
        if organisation.holds(key, CONTROLLER, landed.day)
    }
    if not holders:
        return None, f"a document counts only when a holder of the role {CONTROLLER} brings it"
    if landed.document is None:
        return None, f"the document {evidence.path} was not there"
    if sha256(landed.document).hexdigest() != evidence.sha256.lower():
        return None, f"the document {evidence.path} has another SHA-256"
    return Level.DOCUMENT, ""


def _signed(reading: EntryReading, people: tuple[str, ...], landed: Circumstances, check: Check) -> bool:
    """Whether a key that one of the people had on the landing day signed the entry."""
    entry = reading.entry
    key = signing_key(entry.signature) if entry is not None and reading.signed else None
    if entry is None or key is None:
        return False
    owners = landed.organisation.signers(key, landed.day)
    if len(owners) != 1 or not owners <= set(people):  # a key of two people tells nobody apart
        return False
    signature = entry.signature
    name = sha256(reading.signed + b"\0" + signature.encode()).hexdigest()
    return check(name, lambda: verify_signature(reading.signed, signature, ENTRY_NAMESPACE))

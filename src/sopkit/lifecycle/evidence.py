"""How strongly it is proved who made an entry: signatures, commits, and reviews on GitHub or GitLab."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from sopkit.git.merges import Author
from sopkit.git.signatures import ENTRY_NAMESPACE, signing_key, verify_signature
from sopkit.library import CONFIG_NAME
from sopkit.lifecycle.people import Organisation
from sopkit.model.entry import FORGES, Evidence, EvidenceLevel
from sopkit.model.errors import SopkitError
from sopkit.parsing.entry import LedgerDocument

APPROVED = "APPROVED"
_HINT = (
    "save what the forge answers to GET /repos/{owner}/{repo}/pulls/{number}/reviews (GitHub), or to GET"
    " /projects/{id}/merge_requests/{iid}/approvals (GitLab), or the event that it sends to a webhook"
)
# "approval" is one person's; "approved" is the one with which the rules of the merge request are met.
_GITLAB_STATES = {
    "approved": APPROVED,
    "approval": APPROVED,
    "approved this merge request": APPROVED,
    "unapproved": "UNAPPROVED",
    "unapproval": "UNAPPROVED",
    "unapproved this merge request": "UNAPPROVED",
}


@dataclass(frozen=True, slots=True)
class ForgeReview:
    """One review of a pull request, and the forge's own file that tells of it."""

    type: Literal["github-review", "gitlab-approval"]  # as in the evidence of an entry
    pull_request: int | None  # None where the forge does not say: the approvals of GitLab's free edition
    review: int  # GitLab numbers no approvals: there the id of the person, or of the note, is the review's
    login: str  # empty when the account is deleted
    state: str  # APPROVED, or another word in capitals
    submitted: datetime | None  # with its zone
    commit: str  # empty where the forge does not say
    payload: bytes

    @property
    def digest(self) -> str:
        """What an entry says of the payload: `sha256:` and the hash of the file's bytes."""
        return f"sha256:{hashlib.sha256(self.payload).hexdigest()}"


def read_reviews(data: bytes, path: str) -> tuple[ForgeReview, ...]:
    """The reviews that a file of GitHub or GitLab tells of, in its order; `path` is its name in messages.

    Takes answers of the two APIs and events of webhooks. Raises SopkitError for anything else.
    """
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SopkitError(f"{path}: no readable JSON", _HINT) from error
    if not isinstance(content, list):
        return tuple(_read_item(content, path, data))
    found = [review for at, item in enumerate(content, 1) for review in _read_item(item, f"{path}: review {at}", data)]
    if any(_is_note(item) for item in content):
        # of each person the last note counts: a withdrawal is another note, which leaves the first as it was
        found.sort(key=lambda review: review.review)
        found = list({(review.login, review.pull_request): review for review in found}.values())
    return tuple(found)


def attests(data: bytes, pull_request: int | str, review: int | str, logins: Iterable[str], forge: str) -> bool:
    """The payload says that one of these logins approved: the review of this id, of this pull request.

    `forge` is the type of the evidence. A pull request counts where both the payload and the entry name one. That the
    bytes have the hash which the entry names, the caller judges.
    """
    try:
        found = read_reviews(data, "payload")
    except SopkitError:
        return False
    names = {login.casefold() for login in logins if login}
    return any(
        one.type == forge
        and one.state == APPROVED
        and str(one.review) == str(review)
        and one.login.casefold() in names
        and (one.pull_request is None or str(pull_request) in {"", str(one.pull_request)})
        for one in found
    )


def _read_item(item: object, place: str, data: bytes) -> Iterator[ForgeReview]:
    number: int | None
    if _is_note(item):
        # what GitLab itself notes of an approval; a comment of somebody with the same words is none
        state = _GITLAB_STATES.get(str(_get_item(item, "body")).lower())
        if state is not None and _get_item(item, "system") is True:
            number, review = _get_number(item, place, "noteable_iid"), _get_number(item, place, "id")
            login, time = _get_text(item, place, "author", "username"), _get_time(item, place, "created_at")
            yield ForgeReview("gitlab-approval", number, review, login, state, time, "", data)
    elif _get_item(item, "object_kind") == "merge_request":
        action = _get_text(item, place, "object_attributes", "action")
        yield ForgeReview(
            type="gitlab-approval",
            pull_request=_get_number(item, place, "object_attributes", "iid"),
            review=_get_number(item, place, "user", "id"),
            login=_get_text(item, place, "user", "username"),
            state=_GITLAB_STATES.get(action, action.upper()),
            submitted=_get_time(item, place, "object_attributes", "updated_at"),
            commit=_get_text(item, place, "object_attributes", "last_commit", "id"),
            payload=data,
        )
    elif isinstance(approvals := _get_item(item, "approved_by"), list):
        for at, one in enumerate(approvals, 1):
            part = f"{place}: approval {at}"
            number = None if _get_item(item, "iid") is None else _get_number(item, part, "iid")
            review, login = _get_number(one, part, "user", "id"), _get_text(one, part, "user", "username")
            time = _get_time(one, part, "approved_at")
            yield ForgeReview("gitlab-approval", number, review, login, APPROVED, time, "", data)
    elif isinstance(_get_item(item, "review"), dict):
        yield _read_github_review(_get_item(item, "review"), _get_item(item, "pull_request", "number"), place, data)
    elif _get_item(item, "state") is not None and "user" in (item if isinstance(item, dict) else ()):
        yield _read_github_review(item, None, place, data)
    else:
        raise SopkitError(f"{place}: no review of GitHub and no approval of GitLab", _HINT)


def _read_github_review(review: object, number: object, place: str, data: bytes) -> ForgeReview:
    named = re.search(r"/pulls/(\d{1,18})$", str(_get_item(review, "pull_request_url")))
    if type(number) is not int and named:
        number = int(named[1])
    return ForgeReview(
        type="github-review",
        pull_request=number if type(number) is int else None,
        review=_get_number(review, place, "id"),
        login="" if _get_item(review, "user") is None else _get_text(review, place, "user", "login"),
        state=_get_text(review, place, "state").upper(),
        submitted=_get_time(review, place, "submitted_at"),
        commit="" if _get_item(review, "commit_id") is None else _get_text(review, place, "commit_id"),
        payload=data,
    )


def _is_note(item: object) -> bool:
    return _get_item(item, "noteable_type") == "MergeRequest"


def _get_item(item: object, *keys: str) -> object:
    for key in keys:
        item = item.get(key) if isinstance(item, Mapping) else None
    return item


def _get_text(item: object, place: str, *keys: str) -> str:
    value = _get_item(item, *keys)
    if not isinstance(value, str) or not value:
        raise SopkitError(f"{place}: no {'.'.join(keys)}", _HINT)
    return value


def _get_number(item: object, place: str, *keys: str) -> int:
    value = _get_item(item, *keys)
    if type(value) is not int:
        raise SopkitError(f"{place}: no {'.'.join(keys)}", _HINT)
    return value


def _get_time(item: object, place: str, *keys: str) -> datetime | None:
    """ISO 8601 as both write it, and `2017-09-15 16:50:55 UTC` as GitLab's events may."""
    if _get_item(item, *keys) is None:
        return None
    try:
        time = datetime.fromisoformat(_get_text(item, place, *keys).replace(" UTC", "+00:00"))
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise SopkitError(f"{place}: {'.'.join(keys)} is no time with a zone", _HINT)
    return time


CONTROLLER = "document-controller"
"""The role whose holders land signed documents, and dispose of entries."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A level, or None with what is wrong and what to do."""

    level: EvidenceLevel | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class LandingFacts:
    """What is known of an entry's landing: the day, who brought it, and the files that it points to."""

    day: date
    introducers: tuple[Author, ...]
    organisation: Organisation
    payload: bytes | None = None
    document: bytes | None = None


SignatureCheck = Callable[[str, Callable[[], bool]], bool]
"""Remembers whether the signature of that name is right."""


def find_library_fault(entry: LedgerDocument, organisation: Organisation) -> str:
    """Why an entry is not of the library that it lies in; empty when it is, or is unsigned and names none."""
    own = organisation.config.library.uuid if organisation.config else ""
    if entry.library and entry.library != own:
        return f"it is of the library {entry.library}; the uuid of this one in {CONFIG_NAME} is {own or 'not set'}"
    if entry.signature and own and not entry.library:
        return f"its signature does not name the library, which has the uuid {own} in {CONFIG_NAME}; sign it again"
    return ""


def prove(entry: LedgerDocument, signed: bytes, landed: LandingFacts, check: SignatureCheck) -> Proof:
    """How well it is proved that the person whom an entry names wrote it, by the strongest means that holds.

    `signed` are the bytes that its signature is over.
    """
    organisation = landed.organisation
    if entry.by not in organisation.people:
        return Proof(None, f"the people register does not know `{entry.by}`; add the person in an earlier commit")
    if _is_signed(entry, signed, (entry.by,), landed, check):
        return Proof(EvidenceLevel.SIGNED)
    faults = [f"its signature is not one of a key of {entry.by} on {landed.day}"] if entry.signature else []
    if entry.evidence is not None:
        proof = _prove_by_evidence(entry, signed, entry.evidence, landed, check)
        if proof.level is not None:
            return proof
        faults.append(proof.fault)
    if all(organisation.known(author) == {entry.by} for author in landed.introducers):
        return Proof(EvidenceLevel.AUTHOR)
    who = ", ".join(dict.fromkeys(f"{author.name} <{author.email}>" for author in landed.introducers))
    faults.append(
        f"it was committed by {who}, who is not {entry.by} by the people register; "
        f"let {entry.by} record it again on the default branch, or sign it"
    )
    return Proof(None, "; ".join(faults))


def _prove_by_evidence(
    entry: LedgerDocument, signed: bytes, evidence: Evidence, landed: LandingFacts, check: SignatureCheck
) -> Proof:
    organisation = landed.organisation
    bringing = {key for author in landed.introducers for key in organisation.known(author)}
    if evidence.type == "document":
        if not any(organisation.holds(key, CONTROLLER, landed.day) for key in bringing):
            return Proof(None, f"a document counts only when a holder of the role {CONTROLLER} brings it")
        if landed.document is None:
            return Proof(None, f"the document {evidence.path} was not there")
        if sha256(landed.document).hexdigest() != evidence.sha256.lower():
            return Proof(None, f"the document {evidence.path} has another SHA-256")
        return Proof(EvidenceLevel.DOCUMENT)
    importers = organisation.config.approval.importers if organisation.config else ()
    bringing &= set(importers)
    if not bringing:
        return Proof(None, "forge evidence counts only when somebody in `[approval] importers` brings it")
    if landed.payload is None or f"sha256:{sha256(landed.payload).hexdigest()}" != evidence.payload:
        return Proof(None, "the payload beside the entry is missing or another one")
    forge = FORGES[evidence.type]
    login = organisation.people[entry.by].logins.get(forge, "")
    if not login:
        return Proof(None, f"the people register has no {forge} login of {entry.by}")
    if not attests(landed.payload, evidence.pull_request, evidence.review, (login,), evidence.type):
        return Proof(None, f"the payload holds no approval of {login} with that review id")
    is_signed = _is_signed(entry, signed, tuple(sorted(bringing)), landed, check)
    return Proof(EvidenceLevel.FORGE if is_signed else EvidenceLevel.AUTHOR)


def _is_signed(
    entry: LedgerDocument, signed: bytes, people: tuple[str, ...], landed: LandingFacts, check: SignatureCheck
) -> bool:
    """Whether a key that one of the people had on the landing day signed the entry."""
    key = signing_key(entry.signature) if signed else None
    if key is None:
        return False
    owners = landed.organisation.signers(key, landed.day)
    if len(owners) != 1 or not owners <= set(people):  # a key of two people tells nobody apart
        return False
    return is_signature_right(signed, entry.signature, check)


def is_signature_right(signed: bytes, signature: str, check: SignatureCheck) -> bool:
    """Whether the key that a signature names signed the bytes of an entry; whose key it is does not matter."""
    name = sha256(signed + b"\0" + signature.encode()).hexdigest()
    return check(name, lambda: verify_signature(signed, signature, ENTRY_NAMESPACE))

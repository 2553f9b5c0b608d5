"""Reviews as forges tell of them: the JSON of GitHub's reviews and of GitLab's approvals."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sopkit.model.errors import SopkitError

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
        return tuple(_reviews(content, path, data))
    found = [review for at, item in enumerate(content, 1) for review in _reviews(item, f"{path}: review {at}", data)]
    notes = {at for at, item in enumerate(content) if _is_note(item)}
    return _standing(found) if notes else tuple(found)


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


def _reviews(item: object, place: str, data: bytes) -> Iterator[ForgeReview]:
    if _is_note(item):
        yield from _gitlab_note(item, place, data)
    elif _get(item, "object_kind") == "merge_request":
        yield _gitlab_event(item, place, data)
    elif isinstance(approvals := _get(item, "approved_by"), list):
        yield from (_gitlab_approval(item, one, f"{place}: approval {at}", data) for at, one in enumerate(approvals, 1))
    elif isinstance(_get(item, "review"), dict):
        yield _github(_get(item, "review"), _get(item, "pull_request", "number"), place, data)
    elif _get(item, "state") is not None and "user" in (item if isinstance(item, dict) else ()):
        yield _github(item, None, place, data)
    else:
        raise SopkitError(f"{place}: no review of GitHub and no approval of GitLab", _HINT)


def _github(review: object, number: object, place: str, data: bytes) -> ForgeReview:
    named = re.search(r"/pulls/(\d{1,18})$", str(_get(review, "pull_request_url")))
    if type(number) is not int and named:
        number = int(named[1])
    return ForgeReview(
        type="github-review",
        pull_request=number if type(number) is int else None,
        review=_number(review, place, "id"),
        login="" if _get(review, "user") is None else _text(review, place, "user", "login"),
        state=_text(review, place, "state").upper(),
        submitted=_time(review, place, "submitted_at"),
        commit="" if _get(review, "commit_id") is None else _text(review, place, "commit_id"),
        payload=data,
    )


def _gitlab_event(event: object, place: str, data: bytes) -> ForgeReview:
    action = _text(event, place, "object_attributes", "action")
    return ForgeReview(
        type="gitlab-approval",
        pull_request=_number(event, place, "object_attributes", "iid"),
        review=_number(event, place, "user", "id"),
        login=_text(event, place, "user", "username"),
        state=_GITLAB_STATES.get(action, action.upper()),
        submitted=_time(event, place, "object_attributes", "updated_at"),
        commit=_text(event, place, "object_attributes", "last_commit", "id"),
        payload=data,
    )


def _gitlab_approval(approvals: object, one: object, place: str, data: bytes) -> ForgeReview:
    return ForgeReview(
        type="gitlab-approval",
        pull_request=None if _get(approvals, "iid") is None else _number(approvals, place, "iid"),
        review=_number(one, place, "user", "id"),
        login=_text(one, place, "user", "username"),
        state=APPROVED,
        submitted=_time(one, place, "approved_at"),
        commit="",
        payload=data,
    )


def _is_note(item: object) -> bool:
    return _get(item, "noteable_type") == "MergeRequest"


def _gitlab_note(note: object, place: str, data: bytes) -> Iterator[ForgeReview]:
    """What GitLab itself notes of an approval; a comment of somebody with the same words is none."""
    state = _GITLAB_STATES.get(str(_get(note, "body")).lower())
    if state is not None and _get(note, "system") is True:
        yield ForgeReview(
            type="gitlab-approval",
            pull_request=_number(note, place, "noteable_iid"),
            review=_number(note, place, "id"),
            login=_text(note, place, "author", "username"),
            state=state,
            submitted=_time(note, place, "created_at"),
            commit="",
            payload=data,
        )


def _standing(reviews: Iterable[ForgeReview]) -> tuple[ForgeReview, ...]:
    """The last note of each person: to withdraw an approval writes another note, and leaves the first as it was."""
    last: dict[tuple[str, int | None], ForgeReview] = {}
    for review in sorted(reviews, key=lambda review: review.review):
        last[review.login, review.pull_request] = review
    return tuple(last.values())


def _get(item: object, *keys: str) -> object:
    for key in keys:
        item = item.get(key) if isinstance(item, Mapping) else None
    return item


def _text(item: object, place: str, *keys: str) -> str:
    value = _get(item, *keys)
    if not isinstance(value, str) or not value:
        raise SopkitError(f"{place}: no {'.'.join(keys)}", _HINT)
    return value


def _number(item: object, place: str, *keys: str) -> int:
    value = _get(item, *keys)
    if type(value) is not int:
        raise SopkitError(f"{place}: no {'.'.join(keys)}", _HINT)
    return value


def _time(item: object, place: str, *keys: str) -> datetime | None:
    """ISO 8601 as both write it, and `2017-09-15 16:50:55 UTC` as GitLab's events may."""
    if _get(item, *keys) is None:
        return None
    try:
        time = datetime.fromisoformat(_text(item, place, *keys).replace(" UTC", "+00:00"))
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise SopkitError(f"{place}: {'.'.join(keys)} is no time with a zone", _HINT)
    return time

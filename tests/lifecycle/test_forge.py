"""Reviews of GitHub and GitLab, from payloads in the shapes that their documentation gives."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from sopkit.lifecycle.evidence import ForgeReview, attests, read_reviews
from sopkit.model.errors import SopkitError

COMMIT = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
CAT = {"login": "Cat-Diaz", "id": 21031067, "type": "User", "site_admin": False}


def encoded(content: Any) -> bytes:
    return json.dumps(content, indent=2).encode()


def github(**changes: Any) -> dict[str, Any]:
    """A review as GET /repos/acme/sops/pulls/123/reviews lists it."""
    return {
        "id": 456,
        "node_id": "MDE3OlB1bGxSZXF1ZXN0UmV2aWV3NDU2",
        "user": CAT,
        "body": "Steps 1 to 9 walked through.",
        "state": "APPROVED",
        "html_url": "https://github.com/acme/sops/pull/123#pullrequestreview-456",
        "pull_request_url": "https://api.github.com/repos/acme/sops/pulls/123",
        "author_association": "MEMBER",
        "_links": {"pull_request": {"href": "https://api.github.com/repos/acme/sops/pulls/123"}},
        "submitted_at": "2026-11-20T15:20:38Z",
        "commit_id": COMMIT,
    } | changes


def github_event(**changes: Any) -> dict[str, Any]:
    """The event `pull_request_review`; its states are written small."""
    return {
        "action": "submitted",
        "review": github(state="approved") | changes,
        "pull_request": {"id": 279147437, "number": 123, "state": "open", "user": {"login": "ann"}},
        "repository": {"full_name": "acme/sops"},
        "sender": CAT,
    }


def gitlab_event(action: str = "approved", **changes: Any) -> dict[str, Any]:
    """The event `merge_request`."""
    return {
        "object_kind": "merge_request",
        "event_type": "merge_request",
        "user": {"id": 7, "name": "Cat Diaz", "username": "cat", "email": "[REDACTED]"},
        "project": {"id": 1, "path_with_namespace": "acme/sops"},
        "object_attributes": {
            "id": 99,
            "iid": 12,
            "author_id": 51,
            "state": "opened",
            "created_at": "2026-11-19T17:23:34Z",
            "updated_at": "2026-11-20 16:50:55 UTC",
            "last_commit": {"id": COMMIT, "message": "Shorten step 4"},
            "action": action,
        }
        | changes,
        "reviewers": [{"id": 6, "username": "ben"}],
    }


def gitlab_approvals(**changes: Any) -> dict[str, Any]:
    """The answer to GET /projects/1/merge_requests/12/approvals."""
    return {
        "id": 5,
        "iid": 12,
        "project_id": 1,
        "state": "opened",
        "merge_status": "can_be_merged",
        "approvals_required": 2,
        "approvals_left": 0,
        "approved_by": [
            {
                "user": {"id": 7, "name": "Cat Diaz", "username": "cat", "state": "active"},
                "approved_at": "2026-11-20T15:33:59.184+02:00",
            },
            {"user": {"id": 8, "name": "Ben Roy", "username": "ben", "state": "active"}},
        ],
    } | changes


def note(number: int, body: str, username: str = "cat", **changes: Any) -> dict[str, Any]:
    """A note as GET /projects/1/merge_requests/12/notes lists it."""
    return {
        "id": number,
        "type": None,
        "body": body,
        "author": {"id": 7, "username": username},
        "created_at": "2026-11-20T11:00:00.000+00:00",
        "system": True,
        "noteable_id": 99,
        "noteable_type": "MergeRequest",
        "noteable_iid": 12,
    } | changes


def review(payload: bytes, **changes: Any) -> ForgeReview:
    whole: dict[str, Any] = {
        "type": "github-review",
        "pull_request": 123,
        "review": 456,
        "login": "Cat-Diaz",
        "state": "APPROVED",
        "submitted": datetime(2026, 11, 20, 15, 20, 38, tzinfo=UTC),
        "commit": COMMIT,
        "payload": payload,
    }
    return ForgeReview(**whole | changes)


def approval(payload: bytes, **changes: Any) -> ForgeReview:
    whole = {"type": "gitlab-approval", "pull_request": 12, "review": 7, "login": "cat", "commit": ""}
    return review(payload, **whole | changes)


@pytest.mark.parametrize("content", [github(), [github()], github_event(), github_event(pull_request_url=None)])
def test_one_review_of_github(content: object) -> None:
    data = encoded(content)
    assert read_reviews(data, "review.json") == (review(data),)


def test_a_list_of_github_in_its_order() -> None:
    data = encoded(
        [
            github(id=1, state="COMMENTED", body=""),
            github(id=2, state="CHANGES_REQUESTED", user=None, commit_id=None),
            github(id=3, state="PENDING", submitted_at=None),
            github(id=4, state="DISMISSED", pull_request_url=None),
            github(),
        ]
    )
    assert read_reviews(data, "reviews.json") == (
        review(data, review=1, state="COMMENTED"),
        review(data, review=2, state="CHANGES_REQUESTED", login="", commit=""),
        review(data, review=3, state="PENDING", submitted=None),
        review(data, review=4, state="DISMISSED", pull_request=None),
        review(data),
    )


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("approved", "APPROVED"),
        ("approval", "APPROVED"),
        ("unapproved", "UNAPPROVED"),
        ("unapproval", "UNAPPROVED"),
        ("open", "OPEN"),
    ],
)
def test_an_event_of_gitlab(action: str, state: str) -> None:
    data = encoded(gitlab_event(action))
    moment = datetime(2026, 11, 20, 16, 50, 55, tzinfo=UTC)
    assert read_reviews(data, "event.json") == (approval(data, state=state, submitted=moment, commit=COMMIT),)


def test_the_approvals_of_gitlab() -> None:
    data = encoded(gitlab_approvals())
    moment = datetime(2026, 11, 20, 15, 33, 59, 184_000, tzinfo=timezone(timedelta(hours=2)))
    assert read_reviews(data, "approvals.json") == (
        approval(data, submitted=moment),
        approval(data, review=8, login="ben", submitted=None),
    )


def test_the_free_edition_of_gitlab_names_no_merge_request() -> None:
    one = {"user": {"id": 7, "username": "cat"}, "approved_at": "2026-11-20T15:20:38Z"}
    data = encoded({"user_has_approved": True, "user_can_approve": False, "approved": True, "approved_by": [one]})
    assert read_reviews(data, "approvals.json") == (approval(data, pull_request=None),)


def test_notes_of_gitlab_give_the_last_word_of_each_person() -> None:
    moment = datetime(2026, 11, 20, 11, tzinfo=UTC)
    data = encoded(
        [  # newest first, as GitLab lists them
            note(506, "approved this merge request", "dan", system=False),
            note(505, "unapproved this merge request", "ben"),
            note(504, "added 1 commit"),
            note(503, "Looks good.", system=False),
            note(502, "approved this merge request", "ben"),
            note(501, "Approved this merge request"),
        ]
    )
    assert read_reviews(data, "notes.json") == (
        approval(data, review=501, submitted=moment),
        approval(data, review=505, login="ben", state="UNAPPROVED", submitted=moment),
    )
    assert not attests(data, 12, 502, ["ben"], "gitlab-approval")
    assert attests(data, 12, 501, ["cat"], "gitlab-approval")


def test_nobody_has_reviewed() -> None:
    assert read_reviews(b"[]", "reviews.json") == ()
    assert read_reviews(encoded(gitlab_approvals(approved_by=[])), "approvals.json") == ()


def test_the_digest_is_of_the_bytes_of_the_file() -> None:
    expected = "sha256:9a203978c84671bb13c115f7a6cb759125a3cebdfd3f4b693e993616424be607"
    data = b'{"id":1,"state":"APPROVED","user":null}\n'
    assert read_reviews(data, "r.json")[0].digest == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "r.json: no review of GitHub and no approval of GitLab"),
        (None, "r.json: no review of GitHub and no approval of GitLab"),
        ("approved", "r.json: no review of GitHub and no approval of GitLab"),
        ([[]], "r.json: review 1: no review of GitHub and no approval of GitLab"),
        ({"object_kind": "note"}, "r.json: no review of GitHub and no approval of GitLab"),
        ({"number": 123, "state": "open"}, "r.json: no review of GitHub and no approval of GitLab"),
        ([github(), github(id="456")], "r.json: review 2: no id"),
        (github(id=True), "r.json: no id"),
        (github(user={}), "r.json: no user.login"),
        (github(user="cat"), "r.json: no user.login"),
        (github(state=1), "r.json: no state"),
        (github(commit_id=7), "r.json: no commit_id"),
        (github(submitted_at="yesterday"), "r.json: submitted_at is no time with a zone"),
        (github(submitted_at="2026-11-20T15:20:38"), "r.json: submitted_at is no time with a zone"),
        (github(submitted_at=1_700_000_000), "r.json: no submitted_at"),
        (gitlab_event(iid=None), "r.json: no object_attributes.iid"),
        (gitlab_event(last_commit=[]), "r.json: no object_attributes.last_commit.id"),
        (gitlab_event() | {"user": None}, "r.json: no user.id"),
        (gitlab_event(action=""), "r.json: no object_attributes.action"),
        (gitlab_approvals(iid="12"), "r.json: approval 1: no iid"),
        (gitlab_approvals(approved_by=[{"user": {"id": 7}}]), "r.json: approval 1: no user.username"),
        (gitlab_approvals(approved_by=["cat"]), "r.json: approval 1: no user.id"),
        ([note(1, "approved this merge request", noteable_iid=None)], "r.json: review 1: no noteable_iid"),
    ],
)
def test_what_is_missing_is_named(content: object, message: str) -> None:
    with pytest.raises(SopkitError) as caught:
        read_reviews(encoded(content), "r.json")
    assert caught.value.message == message
    assert "GET /repos/" in caught.value.hint


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\0", b"{", b"[" * 100_000, b"9" * 5_000, b"\xef\xbb\xbf", b"id: 1", encoded(github())[:-9]]
)
def test_no_json_is_no_traceback(data: bytes) -> None:
    with pytest.raises(SopkitError, match=r"r\.json: no "):
        read_reviews(data, "r.json")
    assert not attests(data, 123, 456, ["cat-diaz"], "github-review")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
WHOLE = (github(), github_event(), gitlab_event(), gitlab_approvals(), [note(1, "approved this merge request")])


@pytest.mark.slow
@examples(60)
@given(st.data())
def test_any_value_anywhere_gives_reviews_or_an_error(data: st.DataObject) -> None:
    content = json.loads(json.dumps(data.draw(st.sampled_from(WHOLE))))
    place = content
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not (isinstance(place[key], dict | list) and place[key]) or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(JSON)
    with suppress(SopkitError):
        assert all(isinstance(found, ForgeReview) for found in read_reviews(encoded(content), "r.json"))


@examples(40)
@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_give_an_error(data: bytes) -> None:
    with pytest.raises(SopkitError):
        read_reviews(data + b"x", "r.json")


@pytest.mark.parametrize(
    ("content", "pull_request", "number", "logins", "forge", "good"),
    [
        (github(), 123, 456, ["cat-diaz"], "github-review", True),
        (github(), "123", "456", ["cat", "CAT-DIAZ"], "github-review", True),
        (github_event(), 123, 456, ["Cat-Diaz"], "github-review", True),
        ([github(id=1), github()], 123, 456, ["cat-diaz"], "github-review", True),
        (github(pull_request_url=None), 123, 456, ["cat-diaz"], "github-review", True),
        (github(), "", 456, ["cat-diaz"], "github-review", True),
        (gitlab_event(), 12, 7, ["cat"], "gitlab-approval", True),
        (gitlab_event("approval"), 12, 7, ["cat"], "gitlab-approval", True),
        (gitlab_approvals(), 12, 7, ["Cat"], "gitlab-approval", True),
        (gitlab_approvals(iid=None), 12, 7, ["cat"], "gitlab-approval", True),
        (github(), 124, 456, ["cat-diaz"], "github-review", False),
        (github(), 123, 457, ["cat-diaz"], "github-review", False),
        (github(), 123, 456, ["cat"], "github-review", False),
        (github(), 123, 456, [], "github-review", False),
        (github(), 123, 456, ["cat-diaz"], "gitlab-approval", False),
        (github(user=None), 123, 456, ["", "cat-diaz"], "github-review", False),
        (github(state="COMMENTED"), 123, 456, ["cat-diaz"], "github-review", False),
        (github(state="DISMISSED"), 123, 456, ["cat-diaz"], "github-review", False),
        (github_event(state="changes_requested"), 123, 456, ["cat-diaz"], "github-review", False),
        (github_event(user={"login": "ann"}), 123, 456, ["cat-diaz"], "github-review", False),
        ([github(id=1), github(state="COMMENTED")], 123, 456, ["cat-diaz"], "github-review", False),
        (gitlab_event("unapproval"), 12, 7, ["cat"], "gitlab-approval", False),
        (gitlab_event("update"), 12, 7, ["cat"], "gitlab-approval", False),
        (gitlab_approvals(), 12, 8, ["cat"], "gitlab-approval", False),
        (gitlab_approvals(), 13, 7, ["cat"], "gitlab-approval", False),
        (gitlab_approvals(approved_by=[]), 12, 7, ["cat"], "gitlab-approval", False),
    ],
)
def test_whom_a_payload_attests(
    content: object, pull_request: int | str, number: int | str, logins: list[str], forge: str, good: bool
) -> None:
    assert attests(encoded(content), pull_request, number, logins, forge) is good

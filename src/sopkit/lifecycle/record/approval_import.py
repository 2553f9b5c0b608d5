"""Imports approvals that were given on a forge or on paper."""

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from sopkit.git.blobs import read_paths
from sopkit.git.run import output
from sopkit.lifecycle.evidence import APPROVED, CONTROLLER, ForgeReview
from sopkit.lifecycle.record.entries import EntryDraft, preview_entries
from sopkit.lifecycle.record.review import EntryInput, draft_approvals
from sopkit.lifecycle.record.session import RecordingSession, ReviewTarget, describe_holders
from sopkit.model.entry import FORGES, Evidence
from sopkit.model.errors import SopkitError

_IGNORED_STATES = {"COMMENTED", "PENDING"}  # they leave what the person said before as it was
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PLAIN = re.compile(r"[^\w.-]+")
DOCUMENTS = "ledger/documents"
"""Folder of signed documents, below the library's root: one folder for each SOP's id."""


def find_importer(session: RecordingSession) -> str:
    """The key of the user, who brings what a forge says. Raises SopkitError for who may not."""
    importers = session.history.config.approval.importers
    own = next((key for key in session.keys if key in importers), "")
    if not own:
        who = " or ".join(session.keys) or f"{session.author.name} <{session.author.email}>"
        raise SopkitError(
            f"{who} is not in `[approval] importers`, so what {who} brings from a forge would not count",
            f"let one of them import it: {', '.join(importers) or 'nobody is named yet; name somebody in sopkit.toml'}",
        )
    return own


def import_reviews(
    session: RecordingSession,
    target: ReviewTarget,
    reviews: Sequence[ForgeReview],
    request: EntryInput,
    *,
    pinned: bool,
) -> tuple[tuple[EntryDraft, ...], tuple[str, ...]]:
    """The drafts of the approvals among the reviews of a forge that count, and why the others are left out.

    `pinned`: the user has named the digest that was approved, which a forge that names no commit cannot tell.
    """
    drafts: list[EntryDraft] = []
    left_out = []
    # what each person said last
    latest = {one.login.casefold() or str(one.review): one for one in reviews if one.state not in _IGNORED_STATES}
    for one in latest.values():
        name = f"review {one.review} of {one.login or 'a deleted account'}"
        try:
            found = _draft_imported(session, target, one, request, pinned=pinned)
        except SopkitError as error:
            left_out.append(f"{name}: {error.message}")
            continue
        taken = {(draft.entry.by, draft.entry.role) for draft in drafts}
        fresh = [draft for draft in found if (draft.entry.by, draft.entry.role) not in taken]
        verdicts = preview_entries(session, [*drafts, *fresh]).verdicts[len(drafts) :]
        for draft, result in zip(fresh, verdicts, strict=True):
            if result.counts or result.reason == "evidence-too-low":  # which a signature may mend
                drafts.append(draft)
            else:
                left_out.append(f"{name}: {result.reason}: {result.detail}")
    return tuple(drafts), tuple(left_out)


def import_document(session: RecordingSession, target: ReviewTarget, file: Path) -> tuple[Evidence, dict[str, bytes]]:
    """A signed document as evidence, and the files that are added to the library for it: none when it is committed."""
    own = next((key for key in session.keys if session.history.organisation.holds(key, CONTROLLER, session.today)), "")
    if not own:
        raise SopkitError(
            f"a document counts only when somebody with the role {CONTROLLER} brings it",
            describe_holders(session, CONTROLLER),
        )
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SopkitError(f"{file}: cannot be read: {error.strerror}", "name the signed document") from error
    root = session.repository.root
    full = Path(os.path.abspath(file))  # noqa: PTH100 - resolve() would follow a link to a place outside
    path = full.relative_to(root).as_posix() if full.is_relative_to(root) else ""
    head = session.repository.head_or_error()
    added = {}
    if not path or read_paths(session.repository, {(head, path)}).get((head, path)) != data:
        digest = sha256(data).hexdigest()
        name = _PLAIN.sub("-", file.name).lstrip(".-") or "document"
        path = f"{DOCUMENTS}/{target.id}/{name}"
        committed = read_paths(session.repository, {(head, path)}).get((head, path))
        if committed is not None and committed != data:
            path = f"{DOCUMENTS}/{target.id}/{digest[:8]}-{name}"
        if committed != data:
            added = {path: data}
    return Evidence(type="document", path=path, sha256=sha256(data).hexdigest()), added


def _draft_imported(
    session: RecordingSession, target: ReviewTarget, one: ForgeReview, request: EntryInput, *, pinned: bool
) -> tuple[EntryDraft, ...]:
    if one.state != APPROVED:
        raise SopkitError(f"it is {one.state}, not {APPROVED}")
    forge = FORGES[one.type]
    people = session.history.organisation.people
    by = [key for key, row in people.items() if row.logins.get(forge, "").casefold() == one.login.casefold() != ""]
    if len(by) != 1:
        raise SopkitError(f"registers/people.yaml has {'no one person' if by else 'nobody'} with that {forge} login")
    _require_same_text(session, target, one, pinned=pinned)
    number = str(one.pull_request or "")
    evidence = Evidence(type=one.type, pull_request=number, review=str(one.review), payload=one.digest)
    day: date = one.submitted.astimezone(session.zone).date() if one.submitted else session.today
    of = f" of {'pull' if forge == 'github' else 'merge'} request {number}" if number else ""
    note = request.note or f"{one.type} {one.review}{of} by {one.login}"
    return tuple(
        replace(draft, payload=one.payload)
        for draft in draft_approvals(session, target, replace(request, by=by[0], date=day, note=note), evidence)
    )


def _require_same_text(session: RecordingSession, target: ReviewTarget, one: ForgeReview, *, pinned: bool) -> None:
    """Refuse a review of another text than the one that would be approved."""
    repository = session.repository
    if not one.commit:
        if pinned:
            return
        raise SopkitError(
            f"the forge does not say which commit was approved; say which text it was: --digest {target.digest}"
        )
    oid = one.commit.lower()
    if not _OID.fullmatch(oid) or output(repository.git, "cat-file", "-e", f"{oid}^{{commit}}")[0]:
        where = f"pull/{one.pull_request}/head" if one.type == "github-review" else "the branch"
        raise SopkitError(
            f"commit {one.commit[:12]} that was approved is not in this clone; run: git fetch origin {where}"
        )
    paths = dict.fromkeys((target.path, *(revision.path for revision in target.past.revisions)))
    texts = read_paths(repository, {(oid, path) for path in paths})
    read = [session.history.reader.read(data) for data in texts.values()]
    found = [snapshot.digest for snapshot in read if snapshot.id == target.id]
    if target.digest not in found:
        what = f"holds {found[0][:17]}…" if found else "does not hold it"
        raise SopkitError(
            f"another text was approved: commit {oid[:12]} {what}, and {target.id} is {target.digest[:17]}… now"
        )

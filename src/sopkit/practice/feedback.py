"""Feedback on SOPs: what the handbook's link says of the text, and reading back the issues and mails that it begins."""

import mailbox
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes, policy
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sopkit.lifecycle.history import History
from sopkit.lifecycle.record.session import RecordingSession
from sopkit.model.errors import SopkitError
from sopkit.model.practice import FeedbackRecord
from sopkit.model.practice_base import PRACTICE_SCHEMA, PracticeKind
from sopkit.practice.case_rows import PeopleNames
from sopkit.practice.exports import MAX_EXPORT_BYTES, field_text, read_issues
from sopkit.practice.landing import read_practice
from sopkit.practice.recording import RecordDraft
from sopkit.tables.reader import read_bytes

_MARKER = re.compile(r"sopkit feedback: id=(\S+) version=(\S*) step=(\S*) digest=(\S*)")
_MAX_TEXT = 20_000
_MAILS = (".eml", ".mbox")


def feedback_marker(sop_id: str, version: str, digest: str, step: str = "") -> str:
    """The line by which a report is known to be about a text; the step is put in as it is: a browser may fill it in."""
    return f"sopkit feedback: id={quote(sop_id)} version={quote(version)} step={step} digest={digest}"


@dataclass(frozen=True)
class FeedbackItem:
    """An issue or a mail: `where` it is, what it says, who wrote it (a login or address), on which day, its address."""

    where: str
    text: str
    author: str
    day: date
    url: str


def read_items(path: Path) -> Iterator[FeedbackItem]:
    """The issues of an export as JSON, or the mails of an .eml or .mbox file. Raises SopkitError."""
    if path.suffix.lower() in _MAILS:
        yield from _read_mails(path)
        return
    for number, issue in read_issues(str(path), read_bytes(path, MAX_EXPORT_BYTES)):
        if "pull_request" not in issue:
            yield _issue_item(f"{path}: issue {number}", issue)


def _issue_item(where: str, issue: Mapping[str, Any]) -> FeedbackItem:
    names = {
        "text": ("body", "description", "fields.description"),
        "author": ("user.login", "author.login", "author.username", "fields.reporter.emailAddress"),
        "day": ("created_at", "createdAt", "fields.created"),
        "url": ("html_url", "web_url", "url", "self"),
    }
    found = {ours: next(filter(None, (field_text(issue, one) for one in some)), "") for ours, some in names.items()}
    try:
        day = datetime.fromisoformat(found["day"]).date()
    except ValueError as error:
        raise SopkitError(f"{where}: does not say when it was made", "export the issues with their day") from error
    return FeedbackItem(where, found["text"], found["author"], day, found["url"])


def _read_mails(path: Path) -> Iterator[FeedbackItem]:
    data = read_bytes(path, MAX_EXPORT_BYTES)
    messages = [data] if path.suffix.lower() == ".eml" else [one.as_bytes() for one in mailbox.mbox(path, create=False)]
    for number, raw in enumerate(messages, 1):
        message = message_from_bytes(raw, policy=policy.default)
        where = f"{path}: mail {number}" if len(messages) > 1 else str(path)
        body = message.get_body(("plain",))
        try:
            text = str(body.get_content()) if body is not None else ""
            day = message["date"].datetime.date()
        except (AttributeError, LookupError, ValueError, TypeError) as error:
            raise SopkitError(f"{where}: is no mail with a date and a text", "save it as .eml or .mbox") from error
        name = str(message["message-id"] or "").strip("<> ")
        yield FeedbackItem(where, text, parseaddr(str(message["from"] or ""))[1], day, f"mid:{name}" if name else "")


@dataclass(frozen=True)
class FeedbackImport:
    """The records of an import, and what was left out, in words."""

    drafts: tuple[RecordDraft, ...]
    notes: tuple[str, ...]


def plan_feedback(session: RecordingSession, path: Path, by: str) -> FeedbackImport:
    """The records of the issues or mails of a file that are feedback and not known yet. Raises SopkitError."""
    history = session.history
    known = {one.url for _, one in read_practice(history).counting(FeedbackRecord) if one.url}
    people = PeopleNames(history.organisation.people)
    drafts: dict[str, RecordDraft] = {}
    notes, others, again = list[str](), 0, 0
    for item in read_items(path):
        marks = _MARKER.findall(item.text)
        if not marks:
            others += 1
        elif item.url and item.url in known:
            again += 1
        else:
            sop_id, version, step, digest = map(unquote, marks[-1])
            text = plain_text(item.text)
            if (sop_id, "") not in history.pasts.by_key or not text:
                why = "says nothing" if not text else f"no SOP {sop_id} has landed"
                notes.append(f"{item.where}: left out: {why}")
                continue
            speaker = people.key_of(item.author)
            record = make_feedback(
                session,
                sop_id,
                text,
                speaker or by,
                {"date": item.day, "source": path.name, "url": item.url, "step": step, "version": version},
                digest,
            )
            draft = RecordDraft(record)
            drafts[draft.path] = draft
    notes += [f"{others} without the line `sopkit feedback: id=…` left out"] if others else []
    notes += [f"{again} recorded already"] if again else []
    return FeedbackImport(tuple(drafts.values()), tuple(notes))


def plain_text(body: str) -> str:
    """What a person wrote: without the line of ours and what it quotes, on lines of its own."""
    lines = (line.rstrip() for line in body.replace("\r", "").split("\n"))
    kept = [line for line in lines if not _MARKER.search(line) and not line.startswith(">")]
    return "\n".join(kept).strip()[:_MAX_TEXT]


def make_feedback(
    session: RecordingSession, sop_id: str, text: str, by: str, values: Mapping[str, object], digest: str = ""
) -> FeedbackRecord:
    """A record of feedback by a person; a digest that never landed is left out."""
    given: dict[str, object] = {name: value for name, value in values.items() if value}
    if has_landed(session.history, sop_id, digest):
        given["digest"] = digest
    return FeedbackRecord.model_validate(
        {
            "schema": PRACTICE_SCHEMA,
            "kind": PracticeKind.FEEDBACK,
            "library": session.history.config.library.uuid,
            "by": by,
            "date": session.today,
            "id": sop_id,
            "text": text,
            **given,
        }
    )


def has_landed(history: History, sop_id: str, digest: str) -> bool:
    """Whether a text of an SOP with that digest has landed."""
    past = history.pasts.by_key.get((sop_id, ""))
    return past is not None and any(one.digest == digest for one in past.revisions)

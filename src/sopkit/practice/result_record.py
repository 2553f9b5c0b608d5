"""Makes records of training: finds the text and the person that somebody means."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import Approval
from sopkit.lifecycle.people import PEOPLE
from sopkit.lifecycle.record.session import RecordingSession
from sopkit.lifecycle.text_lookup import find_revision_history
from sopkit.model.errors import SopkitError
from sopkit.model.practice_base import PRACTICE_SCHEMA, PracticeKind, RecordedText
from sopkit.model.similarity import nearest
from sopkit.model.training import TrainingResult, TrainingSession
from sopkit.practice.case_rows import PeopleNames
from sopkit.tables.escape import escape_controls

_NAMED_TEXT = re.compile(r"(?P<id>[^\s@]+)(?:(?:@|\s+)[vV]?(?P<version>[^\s@]+))?")


def approvals_of(history: History, sop_id: str) -> tuple[Approval, ...]:
    """All approvals that an SOP has had, also those that were ended later, in the order of revisions."""
    ledger = history.ledger(sop_id)
    found = (*ledger.approved.values(), *(approval for approval, _ in ledger.ended))
    return tuple(sorted(found, key=lambda one: one.revision))


def find_text(history: History, words: str, day: date) -> RecordedText:
    """The text that `AC-001` (that in force on a day), `AC-001 2.1` or `AC-001@2.1` means.

    Raises SopkitError for what is no SOP, a version that was never approved, and a day on which nothing was in force.
    """
    match = _NAMED_TEXT.fullmatch(words.strip())
    if match is None:
        raise SopkitError(f"`{escape_controls(words[:40])}` names no text", "write AC-001, or AC-001@2.1")
    past = find_revision_history(history, match["id"])
    sop_id, version = past.key[0], match["version"]
    if not sop_id:
        raise SopkitError(f"{match['id']} has no id, and records belong to an id", "give it one: id: AC-001")
    approvals = approvals_of(history, sop_id)
    known = ", ".join(dict.fromkeys(one.label for one in approvals)) or "nothing"
    if version:
        fitting = [one for one in approvals if one.label.lower().removeprefix("v") == version.lower()]
        if not fitting:
            raise SopkitError(f"{sop_id} {version} was never approved", f"approved so far: {known}")
        approval = fitting[-1]
    else:
        in_force = history.ledger(sop_id).in_force(day)
        if in_force is None:
            raise SopkitError(f"no text of {sop_id} was in force on {day}", f"approved so far: {known}")
        approval = in_force
    digest = past.revisions[approval.revision - 1].digest
    return RecordedText(id=sop_id, digest=digest, version=approval.label)


def find_texts(history: History, words: Sequence[str], day: date) -> tuple[RecordedText, ...]:
    """The texts that some words mean, each once."""
    found = {text.id + text.digest: text for text in (find_text(history, one, day) for one in words)}
    return tuple(found.values())


def find_person(names: PeopleNames, text: str) -> str:
    """The key of the person with this key, name, address or login. Raises SopkitError for nobody and for several."""
    keys = names.keys_of(text)
    if len(keys) == 1:
        return keys[0]
    shown = escape_controls(" ".join(text.split())[:60])
    if keys:
        raise SopkitError(f"`{shown}` may be {' or '.join(keys)}", "name the person by key")
    near = nearest(" ".join(text.casefold().split()), names.all_names, 1, 0.6)
    advice = f"did you mean {names.keys_of(near[0])[0]}?" if near else f"add the person to {PEOPLE}, and commit that"
    raise SopkitError(f"{PEOPLE}, as it is committed, knows no `{shown}`", advice)


def refuse_future(day: date, today: date) -> None:
    """Raise SopkitError for a day that is yet to come."""
    if day > today:
        raise SopkitError(f"{day} is yet to come", f"name the day on which it was; today is {today}")


def make_result(
    session: RecordingSession, by: str, person: str, texts: Sequence[RecordedText], values: Mapping[str, object]
) -> TrainingResult:
    """A record that a person was trained on texts; `values` are more fields of it, such as `date` and `method`."""
    common = _common(session, PracticeKind.RESULT, by)
    return TrainingResult.model_validate({**common, "person": person, "sops": tuple(texts), **values})


def make_session(session: RecordingSession, by: str, values: Mapping[str, object]) -> TrainingSession:
    """A record of a session."""
    return TrainingSession.model_validate({**_common(session, PracticeKind.SESSION, by), **values})


def _common(session: RecordingSession, kind: PracticeKind, by: str) -> dict[str, object]:
    library = session.history.config.library.uuid
    return {"schema": PRACTICE_SCHEMA, "kind": kind, "library": library, "by": by, "date": session.today}

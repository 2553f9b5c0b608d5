"""Why an entry would not count, and what to do, for the person who is about to record it."""

from sopkit.authoring.desk import Desk, holders
from sopkit.lifecycle.ledger.ledger import Reason, Verdict
from sopkit.model.entries import Entry, Kind
from sopkit.model.errors import SopkitError

_HINTS = {
    Reason.EVIDENCE_TOO_LOW: (
        "sign it: --sign, or --key FILE, with a key that registers/people.yaml, as it is committed, names as yours;"
        " a signature with another key adds nothing"
    ),
    Reason.NOT_EDITORIAL: "leave --editorial out, and approve it as a change",
    Reason.UPDATE_REQUIRED: "change the text and say so with --updated, or let it go with --retire",
    Reason.DATE_IN_FUTURE: "name the day on which it was done: --date YYYY-MM-DD",
    Reason.COMMIT_FUTURE_DATED: "check the clock of this machine",
    Reason.DIGEST_NOT_LANDED: "commit the text first",
    Reason.CORRECTS: "name one of your own entries of the same kind",
}


def refusal(desk: Desk, verdict: Verdict) -> SopkitError:
    """The error for a verdict that does not count."""
    entry = verdict.file.reading.entry
    if entry is None or verdict.reason is None:
        return SopkitError(f"the entry would not count: {verdict.detail}", "shorten the note")
    what = {Kind.REVIEW: "review", Kind.APPROVAL: "approval"}.get(entry.kind, str(entry.kind))
    return SopkitError(
        f"this {what} of {entry.id} would not count ({verdict.reason}): {verdict.detail}", _hint(desk, verdict, entry)
    )


def _hint(desk: Desk, verdict: Verdict, entry: Entry) -> str:
    ledger = desk.judged.ledger(entry.id)
    if verdict.reason is Reason.ROLE_MISSING:
        return who_may(desk, (entry.role,) if entry.role else ledger.required)
    if verdict.reason is Reason.SELF_APPROVAL:
        return (
            f"let somebody approve it who did not write it\n{who_may(desk, ledger.required)}\n"
            "where nobody else is named, name a deputy in registers/roles.yaml and commit that first"
        )
    if verdict.reason is Reason.AUTHOR_UNPROVED:
        return (
            f"git would commit as {desk.author.name} <{desk.author.email}>;"
            f" an entry of somebody else needs that person's signature: --key FILE"
        )
    return _HINTS.get(verdict.reason, "mend that first") if verdict.reason else ""


def who_may(desk: Desk, roles: tuple[str, ...]) -> str:
    """Who holds these roles, a line each."""
    return "\n".join(holders(desk, role) for role in roles) or "name the roles in the text: owner, approvers"

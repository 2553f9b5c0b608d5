"""SOP613: Somebody who holds the owner role wrote, reviewed or approved the approved text."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from sopkit.library import RuleContext
from sopkit.lint.rule import Example, ExampleCommit, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus
    from sopkit.lifecycle.sop_status import SopStatus

_TEXT = """
    ---
    owner: it-operations
    ---
    """


@rule(
    "SOP613",
    severity=Severity.WARNING,
    needs="history",
    bad=Example(
        _TEXT,
        history=(
            ExampleCommit("2026-02-01", "cat", text=_TEXT),
            ExampleCommit("2026-02-02", "ann", entry="kind: approval"),
        ),
    ),
    good=Example(
        _TEXT,
        history=(
            ExampleCommit("2026-02-01", "cat", text=_TEXT),
            ExampleCommit("2026-02-02", "ann", entry="kind: approval"),
            ExampleCommit("2026-02-03", "ben", entry="kind: review"),
        ),
    ),
)
def owner_not_involved(sop: Sop, context: RuleContext, status: "LibraryStatus") -> Iterator[Finding]:
    """Somebody who holds the owner role wrote, reviewed or approved the approved text.

    The deputy of the day counts. Silent while the text awaits approval, and where reviews are believed from claims or
    from git.

    Why: the owner answers for the procedure; a text that was written and approved without the owner is one that the
    people who do the work may not know.
    Mend: let the owner run `sopkit review ID`.
    """
    sop_status = status.find(sop)
    if sop_status is None or sop_status.approval is None or status.edited(sop, sop_status) or not sop.active:
        return
    owner = sop_status.subject.snapshot.owner
    organisation = status.history.organisation
    if organisation.role(owner) is None:
        return  # SOP012 tells
    if not any(organisation.holds(key, owner, day) for key, day in _people_involved(sop_status, status)):
        words = f"nobody who holds the owner role `{owner}` wrote, reviewed or approved this text"
        yield sop.finding("owner", f"{words}; let the owner run: sopkit review {sop.id}")


def _people_involved(sop_status: "SopStatus", status: "LibraryStatus") -> "Iterator[tuple[str, date]]":
    """The people of the judged text, each with the day on which they did something."""
    organisation = status.history.organisation
    if sop_status.subject.changed is not None:
        for part in sop_status.subject.contributions:
            for author in (part.author, *part.co_authors):
                yield from ((key, sop_status.subject.changed.day) for key in organisation.known(author))
    for verdict in sop_status.ledger.verdicts:
        if verdict.counts and verdict.entry.digest == sop_status.subject.digest:
            yield verdict.entry.by, verdict.day

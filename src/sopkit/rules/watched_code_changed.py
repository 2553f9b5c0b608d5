"""SOP606."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._example import Example, Past
from sopkit.rules._life import place_of, review
from sopkit.rules._rule import rule

if TYPE_CHECKING:
    from sopkit.lifecycle.life import Life

_TEXT = """
    ---
    watches: [infra/access.tf]
    ---
    """
_WATCHING = (
    Past("2026-01-05", "ben", text=_TEXT, files={"infra/access.tf": 'role = "admin"\n'}),
    Past("2026-01-06", "ann", entry="kind: review"),
    Past("2026-01-06", "ann", entry="kind: approval"),
    Past("2026-06-01", "ben", files={"infra/access.tf": 'role = "reader"\n'}),
)


@rule(
    "SOP606",
    severity=Severity.WARNING,
    needs="history",
    bad=Example(_TEXT, history=_WATCHING),
    good=Example(_TEXT, history=(*_WATCHING, Past("2026-06-02", "ann", entry="kind: review, scope: watched"))),
)
def watched_code_changed(sop: Sop, library: Library, life: "Life") -> Iterator[Finding]:
    """The files that an SOP describes (`watches`) are as they were when somebody compared them with it last.

    A change that was undone does not count.

    Why: a procedure is wrong from the day on which the code that it describes changes, whatever its due date says.
    Mend: read what changed, correct the SOP or not, and run `sopkit review ID --watched`.
    """
    from sopkit.lifecycle.staleness.states import State  # noqa: PLC0415 - only when history is read

    del library
    lifeline = life.of(sop)
    if lifeline is not None and (reason := lifeline.states.get(State.WATCHED_CODE_CHANGED)):
        mend = "" if "run: " in reason else f"; {review(sop, life, '--watched')}"
        yield sop.finding(place_of(sop, "watches"), f"{reason}{mend}")

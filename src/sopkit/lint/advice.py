"""What lifecycle rules and fixes share: the key to point at, the command to run, and the key that a fix adds."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sopkit.lint.rule import ExampleCommit
from sopkit.model.config import Basis
from sopkit.model.finding import Edit, Fix, FixClass
from sopkit.model.sop import Sop

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus


def approved_history(written: str, approved: str) -> tuple[ExampleCommit, ...]:
    """A complete SOP, written by ben on one date, reviewed and approved by ann on another."""
    return (
        ExampleCommit(written, "ben", text=""),
        ExampleCommit(approved, "ann", entry="kind: review"),
        ExampleCommit(approved, "ann", entry="kind: approval"),
    )


APPROVED_HISTORY = approved_history("2026-01-05", "2026-01-06")


EXAMPLE_QUIZ = """\
sop: AC-001
for_version: ">=1.0 <2.0"
questions:
  - id: unapproved
    step: "3"
    type: scenario
    stem: A manager asks for access on the phone. Nobody has approved it. What do you do?
    options:
      - {text: Grant it for one day, why: A short access needs an approval too.}
      - {text: Wait for the approval, correct: true}
  - id: sequence
    step: "2"
    type: order
    stem: What comes first?
    options: [{text: The request}, {text: The approval}, {text: The access}]
  - id: hours
    limit: grant
    type: number
    stem: How long may it take?
    answer: 4
    unit: hours
"""
"""A clean quiz about the complete SOP of examples."""


def find_reason(sop: Sop, status: "LibraryStatus", *states: str) -> str:
    """Why an SOP is in the first of some states that applies; empty when none does."""
    from sopkit.lifecycle.status import SopState  # only when history is read

    sop_status = status.find(sop)
    reasons = sop_status.reasons if sop_status is not None else {}
    return next(filter(None, (reasons.get(SopState(state)) for state in states)), "")


def first_key(sop: Sop, *keys: str) -> str:
    """The first of some keys that the front matter has, else the id."""
    return next((key for key in keys if key in sop.front.values), "id")


def review_advice(sop: Sop, status: "LibraryStatus", *options: str) -> str:
    """What to do to have an SOP reviewed."""
    if status.basis is Basis.RECORDS:
        return " ".join(("run: sopkit review", sop.name, *options))
    if status.basis is Basis.CLAIMS:
        return "review it, and write the day into its front matter"
    return "review it, and change what is no longer so"


def approve_command(sop: Sop) -> str:
    """What to type to approve an SOP."""
    return f"run: sopkit approve {sop.name}"


def add_key_fix(sop: Sop, key: str, values: Iterable[str], kind: FixClass) -> Fix | None:
    """The fix that adds `key: [values]`; None without values, or where the key stands there and is empty."""
    line = f"{key}: [{', '.join(values)}]"
    if line.endswith("[]") or (sop.front.spelled.get(key, key),) in sop.front.places:
        return None
    end = sop.front.end
    return Fix(f"add `{line}`", (Edit(end, end, f"{line}{sop.source.line_end}"),), kind)

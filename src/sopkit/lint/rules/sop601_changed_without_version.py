"""SOP601: A text that is not the approved one has a higher version; the approved one keeps its own."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import RuleContext
from sopkit.lint.advice import APPROVED_HISTORY
from sopkit.lint.rule import Example, rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_LABEL = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?", re.ASCII)
_SHORTER_TEXT = """
    ---
    version: "%s"
    status: trial
    ---
    ## Purpose

    Give people no more access than their work needs.
    """


@rule(
    "SOP601",
    severity=Severity.ERROR,
    fix=FixClass.SUGGESTION,
    needs="history",
    bad=Example(_SHORTER_TEXT % "1.0", history=APPROVED_HISTORY),
    good=Example(_SHORTER_TEXT % "1.1", history=APPROVED_HISTORY),
)
def changed_without_version(sop: Sop, context: RuleContext, status: "LibraryStatus") -> Iterator[Finding]:
    """A text that is not the approved one has a higher version; the approved one keeps its own.

    Texts are compared by digest, so layout, tags and status do not count. A label that was approved once, also when
    the approval was withdrawn, belongs to that text for ever.

    Why: people say `2.0` and mean one text; when two texts bear the label, a print, a training record or an answer to
    an auditor can mean either.
    Mend: raise the version: major when people must be trained again, minor for any other material change, patch for
    an editorial one. Where the approved text has another label than was approved, write that one.
    """
    sop_status = status.find(sop)
    if sop_status is None:
        return
    approvals = [*sop_status.ledger.approved.values(), *(approval for approval, _ in sop_status.ledger.ended)]
    if not approvals:
        return
    digest, label, force = status.digest(sop), sop.text("version"), sop_status.ledger.newest_approval
    if force is not None and digest == sop_status.digest_of(force):
        if force.label and label != force.label:
            words = f"version is `{label}`, but this text was approved as {force.label}; write that"
            yield sop.finding("version", words, fix=_fix(sop, force.label))
        return
    labels = {one.label: one for one in approvals if sop_status.digest_of(one) != digest}
    major, minor, *_ = max(_parts(one.label) for one in approvals) or (0, 0)
    following = f"{major}.{minor + 1}"
    if label in labels:
        day = labels[label].landed
        words = f"version {label} was approved on {day} for another text; raise it"
    elif force is not None and _LABEL.fullmatch(label) and _parts(label) <= _parts(force.label):
        words = f"version {label} is not above {force.label}, which is approved; raise it"
    else:
        return
    yield sop.finding("version", f"{words}, for example to {following}", fix=_fix(sop, following))


def _parts(label: str) -> tuple[int, ...]:
    """The numbers of a version label; empty, which sorts first, for any other text."""
    match = _LABEL.fullmatch(label)
    return tuple(int(part or 0) for part in match.groups()) if match else ()


def _fix(sop: Sop, label: str) -> Fix | None:
    if "version" not in sop.front.values or sop.flawed("version"):
        return None
    place = sop.place("version")
    return Fix(f'write `"{label}"`', (Edit(place.start, place.end, f'"{label}"'),), FixClass.SUGGESTION)

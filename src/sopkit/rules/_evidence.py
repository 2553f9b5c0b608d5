"""What steps prove by, and the records that an SOP declares, for the rules that ask."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.body import Step
from sopkit.model.sop import Sop
from sopkit.rules._laid_out import LaidOut, laid_out
from sopkit.rules._wording import words_of
from sopkit.text.lexicon import any_of, needles


def shows_evidence(sop: Sop) -> bool:
    """Whether any step has an `Evidence:` part."""
    return sop.source.has(b"evidence") and any(step.evidence for step in sop.body.steps)


def declared(sop: Sop) -> tuple[str, ...]:
    """The names of the records in the front matter; none where something is wrong with them."""
    rows = sop.front.values.get("records")
    if not sop.front.readable or not isinstance(rows, list) or sop.flawed("records"):
        return ()
    names = (row.get("name") for row in rows if isinstance(row, dict))
    return tuple(name for name in names if isinstance(name, str) and name.strip())


def unproved_approvals(sop: Sop, library: Library) -> Iterator[LaidOut]:
    """The steps that approve and have no `Evidence:` part, in an SOP that has such parts elsewhere."""
    words = words_of(sop, library)
    approves = any_of(words.approvals)
    if not sop.source.may_say(needles(words.approvals)) or not shows_evidence(sop):
        return
    for laid in laid_out(sop):
        approved = laid.procedure.shape != "table" and approves.match(_order(laid.step))
        if approved and not any(one.evidence for one in (*laid.step.walk(), *laid.above)):
            yield laid


def _order(step: Step) -> str:
    """The words of a step behind the condition that they begin with."""
    _, condition, behind = step.text.partition(step.condition) if step.condition else ("", "", "")
    return behind.lstrip(" ,:").removeprefix("then ") if condition else step.text

"""What a revision changed, in a few words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sopkit.redline.model import BlockChange, How, Redline, SectionChange, StepChange

MOST_NAMES = 6
"""So many steps, sections or keys are named; of more, the first."""
_STEP_FATES = (How.CHANGED, How.ADDED, How.REMOVED, How.MOVED)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of some parts of a text: of steps by number, of sections by name, or of keys."""

    part: Literal["step", "section", "key"]
    how: How
    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """`steps 3, 5 changed`."""
        return f"{self.part}{'s' if len(self.names) > 1 else ''} {listed(self.names)} {self.how}"


def what_changed(redline: Redline) -> str:
    """Steps, sections and keys that came, went or are others: `step 3 changed, step 5 added; key owner changed`."""
    found = list(fates(redline))
    body, keys = ([one.words for one in found if (one.part == "key") is of_keys] for of_keys in (False, True))
    said = "; ".join(part for part in (", ".join(body), ", ".join(keys)) if part)
    return said or ("layout of the text" if redline.structure else "nothing that counts")


def fates(redline: Redline) -> Iterator[Fate]:
    """The same as data: steps first, then sections, then keys."""
    for how in _STEP_FATES:
        numbers = [_number(change) for change in redline.steps if how in change.how]
        if numbers:
            yield Fate("step", how, tuple(numbers))
    for how in _STEP_FATES:
        names = [_name(change) for change in redline.sections if how in change.how and _tells(change, how, redline)]
        if names:
            yield Fate("section", how, tuple(names))
    for how in (How.CHANGED, How.ADDED, How.REMOVED):
        keys = [change.key for change in redline.keys if change.how is how]
        if keys:
            yield Fate("key", how, tuple(keys))


def _tells(change: SectionChange, how: How, redline: Redline) -> bool:
    """Whether the line of a section says more than those of its steps."""
    if how is not How.CHANGED or change.old != change.new:
        return True
    return any(_beside_steps(block, change) for block in redline.blocks)


def _beside_steps(block: BlockChange, change: SectionChange) -> bool:
    place = block.new or block.old
    if block.kept or place is None or place.step:
        return False
    return place.section == (change.new if block.new else change.old)


def _number(change: StepChange) -> str:
    return (change.new if change.new is not None else change.old) or ""


def _name(change: SectionChange) -> str:
    return (change.new if change.new is not None else change.old) or "(before the first heading)"


def listed(names: Sequence[str]) -> str:
    """Names in a row, the first of many."""
    more = len(names) - MOST_NAMES
    shown = names if more <= 1 else names[:MOST_NAMES]
    return ", ".join(shown) + (f" and {more} more" if more > 1 else "")

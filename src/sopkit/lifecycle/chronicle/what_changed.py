"""What a revision changed, in a few words."""

from collections.abc import Iterator, Sequence

from sopkit.redline.model import BlockChange, How, KeyChange, Redline, SectionChange, StepChange

_MOST = 6
_STEP_FATES = (How.CHANGED, How.ADDED, How.REMOVED, How.MOVED)


def what_changed(redline: Redline) -> str:
    """Steps, sections and keys that came, went or are others: `step 3 changed, step 5 added; key owner changed`."""
    said = "; ".join(part for part in (", ".join(_body(redline)), ", ".join(_keys(redline.keys))) if part)
    return said or ("layout of the text" if redline.structure else "nothing that counts")


def _body(redline: Redline) -> Iterator[str]:
    for how in _STEP_FATES:
        numbers = [_number(change) for change in redline.steps if how in change.how]
        if numbers:
            yield f"{'step' if len(numbers) == 1 else 'steps'} {_list(numbers)} {how}"
    for how in _STEP_FATES:
        names = [_name(change) for change in redline.sections if how in change.how and _tells(change, how, redline)]
        if names:
            yield f"{'section' if len(names) == 1 else 'sections'} {_list(names)} {how}"


def _keys(changes: Sequence[KeyChange]) -> Iterator[str]:
    for how in (How.CHANGED, How.ADDED, How.REMOVED):
        keys = [change.key for change in changes if change.how is how]
        if keys:
            yield f"{'key' if len(keys) == 1 else 'keys'} {_list(keys)} {how}"


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


def _list(names: Sequence[str]) -> str:
    more = len(names) - _MOST
    shown = names if more <= 1 else names[:_MOST]
    return ", ".join(shown) + (f" and {more} more" if more > 1 else "")

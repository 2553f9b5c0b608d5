"""What an active SOP lacks in practice: never carried out, never tried, overdue, missed, unknown to its people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.practice.due import PracticeState, practice_states
from sopkit.practice.training import training_of, untrained_audiences
from sopkit.practice.training_records import training_records


@dataclass(frozen=True, slots=True)
class PracticeGapRow:
    """An active SOP that was never carried out or tried, or of which something is overdue or missed."""

    sop: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Its title."]
    criticality: Annotated[str, "How much depends on it."]
    carried_out: Annotated[date | None, "Day of the last finished run or case; null for never."]
    exported: Annotated[date | None, "Last day that a list of its cases covers; null for never."]
    tried: Annotated[date | None, "Day of the last exercise; null for never."]
    trained: Annotated[float | None, "Percent of its audience that is trained; null where nobody can be judged."]
    missing: Annotated[tuple[str, ...], "What was never done, is overdue, or was missed."]
    path: Annotated[str, "Its file."]


def practice_gaps(status: LibraryStatus) -> Iterator[PracticeGapRow]:
    """The SOPs in force that lack something in practice, in the order of ids."""
    trainings = {one.sop.id: one for one in training_of(status)}
    untrained, records = untrained_audiences(status), training_records(status)
    for state in practice_states(status):
        sop, training = state.sop, trainings.get(state.sop.id)
        missing = (*_never(state), *state.owed(status.as_of))
        if training and training.rows and not records.unknown and not records.by_sop.get(sop.id):
            missing = (*missing, "no training is recorded")
        elif training is not None and training in untrained:
            missing = (*missing, f"{training.share:g} % of its audience trained")
        if missing:
            days = (state.last_run, state.last_export, state.last_exercise)
            share = training.share if training and not records.unknown else None
            yield PracticeGapRow(sop.id, sop.title, sop.text("criticality"), *days, share, missing, sop.path)


def _never(state: PracticeState) -> Iterator[str]:
    if state.last_run is None:
        yield "never carried out, as far as is recorded"
    if state.last_exercise is None:
        yield "never tried in an exercise"
    elif not state.is_tried:
        yield "never tried by somebody who did not write it"

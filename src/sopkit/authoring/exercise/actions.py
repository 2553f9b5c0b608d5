"""Actions for the gaps of an exercise, as rows of the register of actions."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sopkit.files import library_lock
from sopkit.library import Library
from sopkit.model.practice import Exercise, ExerciseGap, ExerciseType
from sopkit.model.registers import Action
from sopkit.registers.edits import NewRow, apply_changes, require_valid, write_files

DUE_DAYS = {"high": 30, "medium": 90, "low": 180}
"""Days from the exercise within which a gap is closed, by severity."""
_WORDS = {ExerciseType.RESTORE_TEST: "restore test", ExerciseType.INTERNAL_AUDIT: "internal audit"}
_NUMBERED = re.compile(r"(?P<prefix>.*?)(?P<number>\d{1,9})")


@dataclass(frozen=True)
class GapAction:
    """A gap without an action, its origin as the register has it, and the SOP that it concerns."""

    gap: ExerciseGap
    origin: str
    sop: str
    version: str


def find_missing_actions(library: Library, exercise: Exercise, file: str) -> tuple[GapAction, ...]:
    """The gaps of a recorded exercise for which the register has no action."""
    rows = library.registers["actions"].rows
    known = {row.origin for row in rows if isinstance(row, Action)}
    versions = {one.id: one.version for one in exercise.sops}
    found = []
    for gap in exercise.gaps:
        sop, sign, _ = gap.step.partition("#")
        sop = sop if sign else exercise.sops[0].id if len(exercise.sops) == 1 else ""
        if (origin := f"{file}#{gap.id}") not in known:
            found.append(GapAction(gap, origin, sop, versions.get(sop, "")))
    return tuple(found)


def add_actions(
    reopen: Callable[[], Library], exercise: Exercise, file: str, owners: Mapping[str, str]
) -> tuple[Action, ...]:
    """Add a row for each gap that has none, in the folder, and give them; `owners` are roles by origin."""
    with library_lock(reopen().root):
        library = reopen()
        missing = find_missing_actions(library, exercise, file)
        if not missing:
            return ()
        register = require_valid(library.registers["actions"])
        cells = [
            _cells(exercise, one, key, owners.get(one.origin, ""))
            for one, key in zip(missing, _free_ids(register.rows, len(missing)), strict=True)
        ]
        added = tuple(Action.model_validate(one) for one in cells)
        before = register.source.data if register.path else None
        after = apply_changes(register, {}, [NewRow(one) for one in cells], (*register.rows, *added))
        write_files(library.root, {register.file: (before, after)})
        return added


def _free_ids(rows: Sequence[object], count: int) -> list[str]:
    """The next ids, in the form of the last row's: ACT-007 after ACT-006."""
    matches = [match for row in rows if isinstance(row, Action) and (match := _NUMBERED.fullmatch(row.id))]
    prefix, width = (matches[-1]["prefix"], len(matches[-1]["number"])) if matches else ("ACT-", 3)
    last = max((int(match["number"]) for match in matches if match["prefix"] == prefix), default=0)
    return [f"{prefix}{number:0{width}}" for number in range(last + 1, last + count + 1)]


def _cells(exercise: Exercise, one: GapAction, key: str, owner: str) -> dict[str, Any]:
    is_audit = exercise.type is ExerciseType.INTERNAL_AUDIT
    words = _WORDS.get(exercise.type, f"{exercise.type} exercise")
    step = f", step {one.gap.step}" if one.gap.step else ""
    cells = {
        "id": key,
        "source": "audit" if is_audit else "exercise",
        "cause": f"gap {one.gap.id} ({one.gap.severity}) of the {words} of {exercise.date}{step}",
        "action": f"Close the gap: {one.gap.text}",
        "owner": owner,
        "due": exercise.date + timedelta(days=DUE_DAYS[one.gap.severity]),
        "origin": one.origin,
        "sop": one.sop,
        "version": one.version,
    }
    return {name: value for name, value in cells.items() if value}

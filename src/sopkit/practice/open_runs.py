"""Runs in progress: a work file for each case in `runs/open`, saved after every answer, removed once recorded."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from pathlib import Path

from sopkit.files import create_file, library_lock, make_folder, refuse_outside, write_file
from sopkit.git.blobs import read_tree
from sopkit.git.repository import Repository
from sopkit.model.errors import SopkitError
from sopkit.model.practice import Deviation, LimitTimes, Run, RunStep, validate_record
from sopkit.parsing.entry import write_record
from sopkit.parsing.yaml import load_yaml
from sopkit.practice.checklist import ChecklistStep
from sopkit.reading import list_files, read_file

OPEN_RUNS = "runs/open"
"""Folder of the work files below the library's root. They are not records; people commit them only to hand over."""

_MAX_BYTES = 262_144
_CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_NEXT, _PENDING = "next", "pending_evidence"


@dataclass(frozen=True)
class OpenRun:
    """A run in progress: `next` is the anchor of the step to answer, empty at the end.

    `evidence` is what was noted for that step so far, `data` the bytes of the file as this program knows it.
    """

    run: Run
    next: str
    evidence: str = ""
    data: bytes = b""

    @property
    def path(self) -> str:
        """The work file."""
        return open_path(self.run.case)


def open_path(case: str) -> str:
    """The work file of a case."""
    return f"{OPEN_RUNS}/{case}.yaml"


def check_open_case(root: Path, case: str) -> None:
    """Raise SopkitError for a case that cannot be a file name everywhere, or is in progress already."""
    if not _CASE.fullmatch(case) or case.endswith(".") or _DEVICES.fullmatch(case):
        raise SopkitError(
            f"the case {case!r} cannot be the name of a file",
            "use letters, digits, `-`, `_` and `.`, such as ACCESS-12; put the address of the ticket into --url",
        )
    for other in _open_cases(root):
        if other.casefold() == case.casefold():
            same = "is in progress already" if other == case else f"differs from the open run {other} only in case"
            raise SopkitError(f"the case {case} {same}", f"resume it: sopkit run resume {other}")


def free_case(root: Path, sop_id: str, day: date, taken: frozenset[str]) -> str:
    """A case id for a run without a ticket: the SOP's id and the date, with a number when there are several."""
    used = {one.casefold() for one in (*taken, *_open_cases(root))}
    start = f"{re.sub('[^A-Za-z0-9._-]', '-', sop_id)}-{day}"
    return next(name for name in (start, *(f"{start}-{at}" for at in range(2, 10_000))) if name.casefold() not in used)


def _open_cases(root: Path) -> list[str]:
    paths = list_files(root, OPEN_RUNS)
    return [path.removeprefix(f"{OPEN_RUNS}/").removesuffix(".yaml") for path in paths if path.endswith(".yaml")]


def read_open_run(root: Path, case: str) -> OpenRun:
    """The open run of a case. Raises SopkitError where there is none, and for a file that cannot be read."""
    known = _open_cases(root)
    if case not in known:
        listed = f"open: {', '.join(known)}" if known else "no run is open; start one: sopkit run start ID"
        raise SopkitError(f"no open run for the case {case!r}", listed)
    path = open_path(case)
    data = read_file(root, path, _MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise SopkitError(f"{path}: larger than {_MAX_BYTES // 1024} KiB, so it is not a run in progress")
    values = load_yaml(data, path)
    try:
        if not isinstance(values, dict):
            raise ValueError("not a set of `key: value` lines")  # noqa: TRY301, TRY004 - as of what is validated below
        step, evidence = (str(values.pop(key, "") or "") for key in (_NEXT, _PENDING))
        run = validate_record({key: value for key, value in values.items() if value is not None})
        if not isinstance(run, Run) or run.case != case:
            raise ValueError(f"it is of the case {getattr(run, 'case', '')!r}")  # noqa: TRY301
    except ValueError as error:
        raise SopkitError(
            f"{path}: not a run that can be resumed: {' '.join(str(error).split())[:300]}",
            f"correct the file, or delete it and start again: git log -- {path}",
        ) from error
    return OpenRun(run, step, evidence, data)


def list_open_runs(root: Path) -> Iterator[tuple[str, OpenRun | SopkitError]]:
    """Every open run by case; the error where a file cannot be read."""
    for case in _open_cases(root):
        try:
            yield case, read_open_run(root, case)
        except (SopkitError, OSError) as error:
            yield case, error if isinstance(error, SopkitError) else SopkitError(f"{open_path(case)}: {error.strerror}")


def _bytes(state: OpenRun) -> bytes:
    head = f"# A run in progress; it is not a record. Go on: sopkit run resume {state.run.case}\n"
    work = {_NEXT: state.next, _PENDING: state.evidence}
    lines = "".join(f"{key}: {json.dumps(words, ensure_ascii=False)}\n" for key, words in work.items() if words)
    return head.encode() + lines.encode() + write_record(state.run)


def create_open_run(root: Path, state: OpenRun) -> OpenRun:
    """Write the file of a new run. Raises SopkitError when somebody else started the same case."""
    data = _bytes(state)
    with library_lock(root):
        check_open_case(root, state.run.case)
        refuse_outside(root, state.path)
        make_folder((root / state.path).parent)
        if not create_file(root / state.path, data):
            raise SopkitError(f"{state.path} exists already", f"resume it: sopkit run resume {state.run.case}")
    return replace(state, data=data)


def save_open_run(root: Path, state: OpenRun) -> OpenRun:
    """Replace the file in one step. Raises SopkitError when it is no longer what this program read or wrote last."""
    data = _bytes(state)
    with library_lock(root):
        refuse_outside(root, state.path)
        _require_unchanged(root, state)
        write_file(root / state.path, data)
    return replace(state, data=data)


def remove_open_run(root: Path, state: OpenRun) -> None:
    """Remove the file of a run that is recorded, unless somebody changed it meanwhile; that it is missing is fine."""
    with library_lock(root):
        if (root / state.path).exists():
            refuse_outside(root, state.path)
            _require_unchanged(root, state)
            (root / state.path).unlink()


def _require_unchanged(root: Path, state: OpenRun) -> None:
    try:
        same = read_file(root, state.path, _MAX_BYTES + 1) == state.data
    except FileNotFoundError:
        same = False
    if not same:
        raise SopkitError(
            f"{state.path} was changed or removed by another program or person, so the last answer was not saved",
            f"see what is there: sopkit run show {state.run.case}; go on: sopkit run resume {state.run.case}",
        )


Steps = Mapping[str, ChecklistStep]


def answer_step(state: OpenRun, steps: Steps, now: date, to: str, why: str | None = None) -> OpenRun:
    """The step is done, or skipped for a reason; `to` is the step that comes next."""
    step = steps[state.next]
    timed = bool(step.limits) and why is None
    answer = RunStep(
        anchor=step.anchor,
        state="done" if why is None else "skipped",
        at=now if timed else None,
        why=why or "",
        evidence=state.evidence,
    )
    limits = dict(state.run.limits)
    for limit in step.limits if timed else ():
        limits[limit.id] = limits.get(limit.id, LimitTimes()).model_copy(update={"until": now})
    run = state.run.model_copy(update={"steps": (*state.run.steps, answer), "limits": limits})
    return replace(state, run=run, next=to, evidence="")


def step_back(state: OpenRun, steps: Steps) -> OpenRun:
    """Take the last answer back: its step comes next, and what was noted for it stays."""
    reopened = {"finished": None, "outcome": "done", "note": ""}
    if not state.run.steps:
        return replace(state, run=state.run.model_copy(update=reopened), next=next(iter(steps)))
    *kept, last = state.run.steps
    limits = dict(state.run.limits)
    for limit in steps[last.anchor].limits if last.anchor in steps else ():
        times = limits.get(limit.id, LimitTimes())
        ends = [one.at for one in kept if one.at and one.anchor in steps and limit in steps[one.anchor].limits]
        limits[limit.id] = times.model_copy(update={"until": ends[-1] if ends else None})
    run = state.run.model_copy(update={**reopened, "steps": tuple(kept), "limits": limits})
    return replace(state, run=run, next=last.anchor, evidence=last.evidence)


def add_deviation(state: OpenRun, what: str, why: str) -> OpenRun:
    """Note that the step was done in another way."""
    deviation = Deviation(step=state.next, what=what, why=why)
    return replace(state, run=state.run.model_copy(update={"deviations": (*state.run.deviations, deviation)}))


def set_limit_start(state: OpenRun, name: str, since: date | None) -> OpenRun:
    """Note when a time limit started; None when that is not known."""
    times = state.run.limits.get(name, LimitTimes()).model_copy(update={"since": since})
    return replace(state, run=state.run.model_copy(update={"limits": {**state.run.limits, name: times}}))


def finish_run(state: OpenRun, now: date, cancelled: str = "") -> OpenRun:
    """The run has ended, or was cancelled for a reason."""
    outcome = {"outcome": "cancelled", "note": cancelled} if cancelled else {}
    return replace(state, next="", run=state.run.model_copy(update={"finished": now, **outcome}))


def take_over(state: OpenRun, by: str) -> OpenRun:
    """The run as it is carried on by a person, who is listed with those who took part before."""
    people = tuple(dict.fromkeys((*state.run.persons, by)))
    return replace(state, run=state.run.model_copy(update={"by": by, "people": people if people != (by,) else ()}))


def record_of(state: OpenRun, zone: tzinfo) -> Run:
    """The run as it is recorded: its date is that on which it finished."""
    finished = state.run.finished
    day = finished.astimezone(zone).date() if isinstance(finished, datetime) else finished
    return state.run.model_copy(update={"date": day or state.run.date})


def is_committed(repository: Repository, path: str) -> bool:
    """Whether the commit that is checked out contains a file."""
    return path in read_tree(repository, repository.head_or_error())


def is_same_run(one: Run, other: Run) -> bool:
    """Whether two records are of one execution, whoever recorded it."""
    return (one.id, one.case, one.started, one.finished) == (other.id, other.case, other.started, other.finished)

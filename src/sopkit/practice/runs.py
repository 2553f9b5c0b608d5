"""Runs: which text of an SOP is followed, and the record that a filled checklist becomes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from sopkit.git.blobs import read_blobs
from sopkit.library import Library
from sopkit.lifecycle.history import History
from sopkit.lifecycle.people import Organisation
from sopkit.lifecycle.record.session import RecordingSession
from sopkit.lifecycle.revisions import RevisionHistory
from sopkit.lifecycle.text_lookup import find_revision_history
from sopkit.model.errors import SopkitError
from sopkit.model.moments import read_moment
from sopkit.model.practice import Run, validate_record
from sopkit.model.practice_base import PRACTICE_SCHEMA
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.practice.checklist import (
    EVIDENCE,
    SKIPPED,
    Checklist,
    FilledChecklist,
    FilledField,
    FilledStep,
    limit_labels,
    match_steps,
    plain_words,
    write_checklist,
)
from sopkit.practice.landing import read_practice, require_records

MAX_CASE = 100
OUTCOMES = ("done", "cancelled")


@dataclass(frozen=True)
class RunText:
    """One text of an SOP that a run follows; `since` is the date from which it was in force, if it ever was."""

    sop: Sop
    digest: str
    version: str
    since: date | None

    @property
    def name(self) -> str:
        """Id and version: `AC-001 2.1`."""
        return f"{self.sop.id} {self.version}".rstrip()


def find_text_in_force(history: History, library: Library, name: str, day: date, *, start: bool = True) -> RunText:
    """The approved text of an SOP, by id or path, that is in force on a day. Raises SopkitError where there is none.

    A retired text is refused; to `start` a run, also an SOP that was retired or removed since.
    """
    require_records(history.config)
    past = find_revision_history(history, name)
    sop_id = past.key[0]
    if not sop_id:
        raise SopkitError(f"{name} has no id, and records identify an SOP by its id", "add one: id: AC-001")
    ledger = history.ledger(sop_id)
    approval = ledger.in_force(day)
    current = library.by_id.get(sop_id, ())
    latest = _read_text(history, library, past, approval.blob) if approval else (current[0] if current else None)
    for sop in (latest, *(current if start else ())):
        if sop is not None and (sop.status == "retired" or (start and ledger.retired)):
            raise _retired(sop)
    if approval is None or latest is None:
        raise SopkitError(
            f"no approved text of {sop_id} is in force on {day}, and a draft is not followed",
            f"see: sopkit history {sop_id}; approve it: sopkit approve {sop_id}",
        )
    if start and not past.paths:
        raise SopkitError(f"{sop_id} was removed from the library", "choose another SOP: sopkit status")
    revision = past.revisions[approval.revision - 1]
    version = approval.label or history.snapshots[revision.blob].version
    return RunText(latest, revision.digest, version, approval.starts)


def _retired(sop: Sop) -> SopkitError:
    named = sop.front.values.get("superseded_by")
    ids = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    after = ", ".join(map(str, ids))
    hint = f"follow its successor: {after}" if after else "it has no successor; choose another SOP: sopkit status"
    return SopkitError(f"{sop.id} is retired", hint)


def find_text(history: History, library: Library, sop_id: str, digest: str) -> RunText:
    """The text of an SOP with a digest. Raises SopkitError where no such text has landed."""
    past = find_revision_history(history, sop_id)
    revision = next((one for one in reversed(past.revisions) if one.digest == digest), None)
    if revision is None:
        raise SopkitError(f"no text of {sop_id} has the digest {digest}", f"see its texts: sopkit history {sop_id}")
    approvals = history.ledger(sop_id).approved
    approval = next((approvals[one.number] for one in past.revisions if one.digest == digest
                     and one.number in approvals), None)  # fmt: skip
    version = (approval.label if approval else "") or history.snapshots[revision.blob].version
    sop = _read_text(history, library, past, revision.blob)
    return RunText(sop, digest, version, approval.starts if approval else None)


def _read_text(history: History, library: Library, past: RevisionHistory, blob: str) -> Sop:
    [(_, data)] = read_blobs(history.repository, [blob])
    path = next(iter(past.paths), past.revisions[-1].path)
    return library.read(path, data or b"")


def check_case(case: str, organisation: Organisation) -> None:
    """Raise SopkitError for what cannot identify a case in a record that others read."""
    if not case.strip() or len(case) > MAX_CASE or not case.isprintable():
        raise SopkitError(
            f"{case!r} is not the id of a case", f"write the id of the ticket: at most {MAX_CASE} characters"
        )
    person = next(iter(find_people(case, organisation)), "")
    if person:
        raise SopkitError(
            f"the case `{case}` is a person in the people register, and records contain no one's name as a case",
            "use the id of the ticket",
        )


def find_people(words: str, organisation: Organisation) -> list[str]:
    """Keys of the people with that key, name or e-mail."""
    folded = " ".join(words.split()).casefold()
    return [
        key
        for key, person in organisation.people.items()
        if folded in {key.casefold(), person.name.casefold(), *(email.casefold() for email in person.emails)}
    ]


def refuse_recorded(history: History, sop_id: str, case: str, corrects: str = "") -> frozenset[str]:
    """The cases of the runs of an SOP that are recorded. Raises SopkitError when one of them is of the case.

    The record to correct is not one of them.
    """
    recorded = [(result, run.case) for result, run in read_practice(history).counting(Run, sop_id)]
    for result, other in recorded:
        if other == case and result.file.name != corrects:
            raise SopkitError(
                f"a run of {sop_id} for the case {case} is recorded already: {result.file.path}",
                f"to replace it: sopkit run record FILE --correct {result.file.name}",
            )
    return frozenset(other for _, other in recorded)


def read_time(typed: str, zone: tzinfo) -> date:
    """A time as typed: with its offset, in the library's zone, or a date alone. Raises ValueError with a sentence."""
    try:
        moment = datetime.fromisoformat(typed)
        if moment.tzinfo is not None or len(typed) == len("2026-11-24"):
            return read_moment(typed)
    except ValueError:
        raise ValueError(f"`{typed}` is not a time; write 2026-12-04 09:30") from None
    first, second = (moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:
        raise ValueError(f"the clock shows {typed} twice or never that day; add the offset: {typed}+02:00")
    return first


@dataclass(frozen=True)
class _Filling:
    """What is needed to read the fields of a checklist."""

    filled: FilledChecklist
    zone: tzinfo

    def error(self, line: int, what: str, hint: str) -> SopkitError:
        return SopkitError(f"{self.filled.where(line)}: {what}", hint)

    def time(self, label: str, typed: FilledField) -> date | None:
        if not typed.value:
            return None
        try:
            return read_time(typed.value, self.zone)
        except ValueError as error:
            raise self.error(typed.line, f"{label}: {error}", "or leave it empty") from error

    def required(self, label: str) -> FilledField:
        typed = self.filled.fields.get(label, FilledField())
        if not typed.value:
            raise self.error(typed.line, f"{label} is empty", f"fill it in: {label}: …")
        return typed


def run_of_checklist(
    filled: FilledChecklist, checklist: Checklist, session: RecordingSession, by: str, corrects: str = ""
) -> Run:
    """The record of a filled checklist of a text. Raises SopkitError with file and line for what cannot be read."""
    reading = _Filling(filled, session.zone)
    steps = match_steps(filled, checklist)
    if filled.empty:
        raise SopkitError(
            f"{filled.path}: nothing is ticked or filled in, so there is nothing to record",
            "tick what was done, and write why a step was skipped",
        )
    case, outcome = reading.required("Case"), reading.required("Outcome")
    try:
        check_case(case.value, session.history.organisation)
    except SopkitError as error:
        raise reading.error(case.line, error.message, error.hint) from error
    if outcome.value.casefold() not in OUTCOMES:
        raise reading.error(outcome.line, f"Outcome: `{outcome.value}` is unknown", "write done or cancelled")
    started = reading.time("Started", reading.required("Started"))
    last = reading.required("Finished") if outcome.value.casefold() == "done" else filled.fields.get("Finished")
    finished = reading.time("Finished", last) if last else None
    if last and _is_before(finished, started, session.zone):
        raise reading.error(last.line, "Finished is before Started", "correct one of the two")
    values: dict[str, object] = {
        "case": case.value,
        "url": filled.fields.get("URL", FilledField()).value,
        "people": _people(reading, session.history.organisation),
        "started": started,
        "finished": finished,
        "outcome": outcome.value.casefold(),
        "steps": [_step_values(reading, one) for one in steps if _is_used(reading, one)],
        "deviations": list(_deviations(reading, steps, checklist)),
        "limits": _limits(reading, steps, checklist),
        "note": filled.fields.get("Remarks", FilledField()).value,
        "corrects": corrects,
    }
    return make_run(session.history, checklist.id, checklist.digest, checklist.version, by, values)


def make_run(history: History, sop_id: str, digest: str, version: str, by: str, values: Mapping[str, object]) -> Run:
    """A run by a person; its date is that on which it finished or started."""
    moment = values.get("finished") or values["started"]
    zone = history.zone
    day = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
    about = {"schema": PRACTICE_SCHEMA, "kind": "run", "library": history.config.library.uuid, "by": by, "date": day}
    own = {"id": sop_id, "digest": digest, "version": version}
    run = validate_record({**about, **own, **{key: value for key, value in values.items() if value is not None}})
    if not isinstance(run, Run):
        raise TypeError(run.kind)
    return run


def _is_before(one: date | None, other: date | None, zone: tzinfo) -> bool:
    """Whether a moment is certainly before another."""
    if one is None or other is None:
        return False
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    first, second = (each.astimezone(zone).date() if isinstance(each, datetime) else each for each in (one, other))
    return first < second


def _people(reading: _Filling, organisation: Organisation) -> list[str]:
    typed = reading.filled.fields.get("Who", FilledField())
    found = []
    for words in filter(None, (one.strip() for one in typed.value.replace(" and ", ",").split(","))):
        keys = find_people(words, organisation)
        if len(keys) != 1:
            known = nearest(words, [person.name or key for key, person in organisation.people.items()], 1, 0.5)
            hint = f"did you mean {known[0]}?" if known else "write names or keys of registers/people.yaml"
            what = "is in the people register more than once" if keys else "is not in the people register"
            raise reading.error(typed.line, f"Who: {words} {what}", hint)
        found += keys
    return list(dict.fromkeys(found))


def _is_used(reading: _Filling, step: FilledStep) -> bool:
    why = step.value(SKIPPED)
    if step.ticked and why:
        line = step.fields[SKIPPED].line
        raise reading.error(line, f"step `{step.anchor}` is both ticked and skipped", "leave one of the two")
    return step.ticked or bool(why)


def _step_values(reading: _Filling, step: FilledStep) -> dict[str, object]:
    ends = [label for label in step.fields if label.endswith(" ended") and step.value(label)]
    values: dict[str, object] = {"anchor": step.anchor, "evidence": step.value(EVIDENCE)}
    if not step.ticked:
        return {**values, "state": "skipped", "why": step.value(SKIPPED)}
    return {**values, "at": reading.time(ends[0], step.fields[ends[0]])} if ends else values


def _deviations(reading: _Filling, steps: tuple[FilledStep, ...], checklist: Checklist) -> Iterator[dict[str, str]]:
    """What people wrote into the table, and steps that were done by a line with other words than the text has."""
    names = {step.number: step.anchor for step in checklist.steps} | {one.anchor: one.anchor for one in checklist.steps}
    for step, what, why in reading.filled.deviations:
        anchor = names.get(step.value.removeprefix("step ").removeprefix("Step ").rstrip("."), "")
        if step.value and not anchor:
            known = ", ".join(one.number for one in checklist.steps)
            raise reading.error(step.line, f"deviation of an unknown step `{step.value}`", f"known: {known}")
        if not what.value:
            raise reading.error(
                what.line, "a deviation does not say what was done instead", "fill in the second column"
            )
        yield {"step": anchor, "what": what.value, "why": why.value}
    texts = {step.anchor: step for step in checklist.steps}
    for one in steps:
        own = texts[one.anchor]
        if one.ticked and plain_words(one.words) != plain_words(f"{own.number} {own.who} {own.text}"):
            yield {"step": one.anchor, "what": f"the checklist said: {one.words}", "why": "the line was edited"}


def _limits(reading: _Filling, steps: tuple[FilledStep, ...], checklist: Checklist) -> dict[str, dict[str, date]]:
    """The times of each limit: the earliest start and the latest end that were written down."""
    found: dict[str, dict[str, date]] = {}
    listed = {step.anchor: step.limits for step in checklist.steps}
    for step in steps:
        for limit in listed[step.anchor]:
            for key, label, choose in zip(("from", "to"), limit_labels(limit), (min, max), strict=True):
                typed = step.fields.get(label, FilledField())
                moment = reading.time(label, typed)
                if moment is not None:
                    known = found.setdefault(limit.id, {})
                    known[key] = choose(known.get(key, moment), moment, key=str)
                    if _is_before(known.get("to"), known.get("from"), reading.zone):
                        raise reading.error(
                            typed.line, f"limit {limit.id} ended before it started", "correct the times"
                        )
    return found


def checklist_notes(filled: FilledChecklist, checklist: Checklist) -> Iterator[str]:
    """What a person should know before a checklist is recorded: lines that were lost, moved or added."""
    steps = match_steps(filled, checklist)
    there = {one.anchor for one in steps}
    missing = [one.number for one in checklist.steps if one.anchor not in there]
    if missing:
        yield f"{filled.path}: not in the file, so neither done nor skipped: step {', '.join(missing)}"
    lines = [one.line for one in steps]
    if lines != sorted(lines):
        yield f"{filled.path}: the steps are in another order than in the text; they are recorded in that of the text"
    own = {plain_words(line) for line in write_checklist(checklist).splitlines()}
    known = " ".join(sorted(own))
    for line in filled.other:
        if (words := plain_words(line.value)) and words not in own and words not in known:
            yield f"{filled.where(line.line)}: not read: {line.value}"


def add_version_deviation(run: Run, text: RunText, right: RunText | None) -> Run:
    """The run with the deviation that it followed another text than the one in force on the day it started."""
    if right is None or right.digest == run.digest:
        return run
    what = f"followed {text.name}, while {right.name} was in force"
    deviation = {"step": "", "what": what, "why": ""}
    values = run.model_dump(by_alias=True)
    return _as_run({**values, "deviations": [*values["deviations"], deviation]})


def _as_run(values: Mapping[str, object]) -> Run:
    run = validate_record(values)
    if not isinstance(run, Run):
        raise TypeError(run.kind)
    return run

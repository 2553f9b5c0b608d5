"""A run for people: what was done, skipped and done in another way, and the time limits; and how it is recorded."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sopkit.cli.console import echo, exit_on_interrupt, print_notes
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls, one_line

if TYPE_CHECKING:
    from sopkit.lifecycle.record.session import RecordingSession
    from sopkit.model.practice import Run
    from sopkit.model.sop import Sop
    from sopkit.practice.checklist import Checklist, ChecklistStep
    from sopkit.practice.recording import RecordDraft, Recorded

_MINUTES_A_DAY = 1440


def format_moment(moment: date | None, zone: tzinfo) -> str:
    """A moment in the library's zone."""
    if isinstance(moment, datetime):
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return str(moment) if moment is not None else "not known"


def format_duration(minutes: float) -> str:
    """A length of time in its two largest units: `3 days 4 hours`."""
    rest = int(abs(minutes))
    parts = (("day", rest // _MINUTES_A_DAY), ("hour", rest // 60 % 24), ("minute", rest % 60))
    words = [f"{count} {unit}{'' if count == 1 else 's'}" for unit, count in parts if count]
    return " ".join(words[:2]) or "less than a minute"


def format_limit(name: str, times: "Mapping[str, date | None]", sop: "Sop", now: datetime, zone: tzinfo) -> str:
    """How a time limit of a run stands: what remains, or whether it was met."""
    from sopkit.practice.limits import due_moment, limit_terms  # pydantic costs 60 ms

    terms = next((one for one in limit_terms(sop) if one.id == name), None)
    since, until = times.get("from"), times.get("to")
    if terms is None or since is None:
        return f"limit {name}{f' ({terms.length.words})' if terms else ''}: start not known"
    due = due_moment(since, terms.length, zone)
    head = f"limit {name} ({terms.length.words} from {format_moment(since, zone)}, due {format_moment(due, zone)})"
    if until is not None:
        if not isinstance(until, datetime):
            return f"{head}: ended on {until}"
        return f"{head}: {'met' if until <= due else 'missed'}, ended {format_moment(until, zone)}"
    left = (due - now).total_seconds() / 60
    return f"{head}: {format_duration(left)} {'remain' if left >= 0 else 'late'}"


def format_run(
    run: "Run", steps: "Mapping[str, ChecklistStep]", names: Mapping[str, str], sop: "Sop", zone: tzinfo
) -> str:
    """A run in lines. `names` are those of people by key."""
    return "\n".join(
        one_line(line) if not line.startswith(" ") else line for line in _lines(run, steps, names, sop, zone)
    )


def _lines(
    run: "Run", steps: "Mapping[str, ChecklistStep]", names: Mapping[str, str], sop: "Sop", zone: tzinfo
) -> Iterator[str]:
    yield f"{run.id} {run.version}".rstrip() + f", case {run.case}{f' ({run.url})' if run.url else ''}"
    who = ", ".join(names.get(key) or key for key in run.persons)
    ended = f"{run.outcome} {format_moment(run.finished, zone)}" if run.finished else "not finished"
    yield f"started {format_moment(run.started, zone)}, {ended}, by {who}"
    for one in run.steps:
        step = steps.get(one.anchor)
        number, text = (step.number, step.text) if step else ("", one.anchor)
        yield f"  {number:>4}  {one.state:<8} {one_line(text)}"
        for label, words in (("why", one.why), ("evidence", one.evidence)):
            if words:
                yield f"        {label}: {one_line(words)}"
    for deviation in run.deviations:
        step = steps.get(deviation.step)
        at = f"step {step.number}: " if step else ""
        yield f"deviation: {at}{deviation.what}{f' (why: {deviation.why})' if deviation.why else ''}"
    for name in run.limits:
        yield format_limit(name, limit_times(run, name), sop, datetime.now(UTC), zone)
    if run.note:
        yield f"note: {run.note}"


def limit_times(run: "Run", name: str) -> "dict[str, date | None]":
    """When a time limit of a run started and ended."""
    times = run.limits.get(name)
    return {"from": times.since, "to": times.until} if times else {}


def find_names(session: "RecordingSession") -> dict[str, str]:
    """The names of people by key."""
    return {key: person.name for key, person in session.history.organisation.people.items()}


def steps_by_anchor(checklist: "Checklist") -> "dict[str, ChecklistStep]":
    """The steps of a checklist by what identifies them in records."""
    return {step.anchor: step for step in checklist.steps}


def confirm_run(question: str, *, yes: bool) -> None:
    """Ask before something is recorded; leave with exit code 1 when the answer is no. Raises SopkitError unasked."""
    import sys

    if yes:
        return
    if not sys.stdin.isatty():
        raise SopkitError("there is no terminal to confirm the recording", "confirm it beforehand: --yes")
    with exit_on_interrupt("nothing was recorded"):
        if not typer.confirm(escape_controls(question), err=True):
            typer.echo("nothing was recorded", err=True)
            raise typer.Exit(1)


def record_run(root: Path, session: "RecordingSession", run: "Run", key: str, removed: tuple[str, ...] = ()) -> None:
    """Check, sign and commit the record of a run, and print where it is."""
    from sopkit.lifecycle.record.session import open_session
    from sopkit.practice.recording import record_practice
    from sopkit.practice.runs import refuse_recorded

    drafts = draft_run(session, run, key)

    def reopen() -> "RecordingSession":
        fresh = open_session(root, session.today)
        refuse_recorded(fresh.history, run.id, run.case, run.corrects)
        return fresh

    name = f"{run.id} {run.version}".rstrip()
    message = f"Record a run of {name} (case {one_line(run.case)})\n"
    print_recorded(record_practice(reopen, drafts, message, removed=removed))


def draft_run(session: "RecordingSession", run: "Run", key: str) -> "tuple[RecordDraft, ...]":
    """The record as it is written, signed where the person or git signs. Raises SopkitError when it would not count."""
    from sopkit.lifecycle.record.entries import choose_signing_key
    from sopkit.practice.recording import RecordDraft, check_records, sign_records

    key, unsigned = choose_signing_key(session, run.by, key, sign=None)
    print_notes(unsigned)
    drafts: tuple[RecordDraft, ...] = (RecordDraft(run),)
    drafts = sign_records(drafts, key) if key else drafts
    check_records(session, drafts)
    return drafts


def print_recorded(recorded: "Recorded") -> None:
    """Print the files, the commit and how the record is proved."""
    [result] = recorded.results
    lines = [*(f"recorded {path}" for path in recorded.paths), f"commit {recorded.commit[:12]}, proof: {result.proof}"]
    echo("".join(f"{escape_controls(line)}\n" for line in lines))
    print_notes(recorded.warning)

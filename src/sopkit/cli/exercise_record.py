"""The flow of `sopkit exercise record`: read the sheet, show it, ask, record, and add actions."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from sopkit.authoring.exercise.actions import GapAction, add_actions, find_missing_actions
from sopkit.authoring.exercise.filled_sheet import read_sheet_file
from sopkit.authoring.exercise.record import FilledExercise, read_exercise
from sopkit.cli.console import (
    ask_until_valid,
    can_ask,
    echo,
    exit_on_interrupt,
    format_timeline,
    print_notes,
)
from sopkit.cli.options import check_name, open_library
from sopkit.library import Library
from sopkit.lifecycle.record.entries import choose_signing_key
from sopkit.lifecycle.record.session import RecordingSession, open_session
from sopkit.model.errors import SopkitError
from sopkit.practice.landing import read_practice
from sopkit.practice.ledger import PracticeResult
from sopkit.practice.recording import RecordDraft, check_records, find_recorded, record_with_people, sign_records
from sopkit.reports.exercises import worst_rating
from sopkit.tables.escape import escape_controls, one_line


@dataclass(frozen=True)
class RecordChoice:
    """The options of the command, as typed."""

    as_key: str
    actions: bool
    owner: str
    sign: bool | None
    key: str
    yes: bool


def record_sheet(root: Path, today: date, file: Path, choice: RecordChoice) -> None:
    """Record a sheet, unless it is recorded already, and add actions. Raises SopkitError before anything is written."""
    session, library = open_session(root, today), open_library(root)
    if choice.owner and library.role(choice.owner) is None:
        raise SopkitError(f"no role {choice.owner!r}", "see: sopkit register list roles")
    filled = read_exercise(read_sheet_file(file), session, library, session.person(choice.as_key).key)
    print_notes(*filled.notes)
    there = find_recorded(session, filled.exercise)
    if there is not None:
        echo(f"recorded already: {one_line(there.file.path)}")
    practice = read_practice(session.history)
    if there is None or not practice.participants(there).issuperset(filled.people):
        name = _record(session, library, filled, there.file.name if there else "", choice)
    else:
        name = there.file.name
    _handle_actions(root, library, filled, name, choice)


def _record(
    session: RecordingSession, library: Library, filled: FilledExercise, about: str, choice: RecordChoice
) -> str:
    """Show the exercise, ask, and record it; gives the name of its file. With `about` it is recorded already."""
    key, unsigned = choose_signing_key(session, filled.exercise.by, choice.key, sign=choice.sign)
    drafts = _make_drafts(filled, about, key)
    result = check_records(session, drafts)[0]
    echo(_describe(session, library, filled))
    print_notes(unsigned, *session.notes, *_independence_notes(result))
    subject = f"Record the {filled.exercise.type} of {', '.join(one.id for one in filled.exercise.sops)}"
    if not choice.yes:
        if not sys.stdin.isatty():
            raise SopkitError("there is no terminal on which to ask whether to record this", "say so beforehand: --yes")
        with exit_on_interrupt("nothing was recorded"):
            if not typer.confirm(f"{escape_controls(subject)} and commit it?", err=True):
                typer.echo("nothing was recorded", err=True)
                raise typer.Exit(1)
    root, today = session.repository.root, session.today
    recorded = record_with_people(lambda: open_session(root, today), drafts, f"{subject}\n")
    echo("\n" + "\n".join(f"recorded {one_line(path)}" for path in recorded.paths) + f"\ncommit {recorded.commit[:12]}")
    print_notes(recorded.warning)
    return about or drafts[0].path.rpartition("/")[2]


def _make_drafts(filled: FilledExercise, about: str, key: str) -> tuple[RecordDraft, ...]:
    """The record of the exercise, unless it is recorded already, and that of who took part."""
    drafts: tuple[RecordDraft, ...] = ()
    if not about:
        drafts = (RecordDraft(filled.exercise),)
        drafts = sign_records(drafts, key) if key else drafts
        about = drafts[0].path.rpartition("/")[2]
    attendance = filled.attendance(about)
    return (*drafts, *(sign_records(attendance, key) if key else attendance))


def _independence_notes(result: PracticeResult) -> tuple[str, ...]:
    if not result.not_independent:
        return ()
    return (f"this audit will be marked not independent: {result.not_independent}; an auditor audits no own work",)


def _describe(session: RecordingSession, library: Library, filled: FilledExercise) -> str:
    """The exercise as it is to be recorded, for people."""
    one, organisation = filled.exercise, session.history.organisation
    where = session.history.config.practice.people
    roles = ", ".join(library.role_title(role) for role in one.roles)
    rows: list[tuple[str, list[str]]] = [
        ("exercise", [f"{one.type} on {one.date}: {one.title}" if one.title else f"{one.type} on {one.date}"]),
        ("texts", [f"{text.id} {text.version}".rstrip() for text in one.sops]),
        ("roles", [roles or "none"]),
        ("people", [f"{', '.join(map(organisation.name_of, filled.people)) or 'nobody'} (kept in {where})"]),
        ("auditors", [", ".join(map(organisation.name_of, one.auditors))] if one.auditors else []),
        ("result", [worst_rating(one) or "not rated"]),
        ("objectives", [f"{row.rating or 'not rated'}: {row.text}" for row in one.objectives]),
        ("timeline", [f"{row.at} {row.what}".strip() for row in one.timeline]),
        ("deviations", [f"{row.step}: {row.what}{f' ({row.why})' if row.why else ''}" for row in one.deviations]),
        ("gaps", [f"{gap.id} {gap.severity}{f', {gap.step}' if gap.step else ''}: {gap.text}" for gap in one.gaps]),
        ("feedback", _describe_feedback(filled)),
        ("next", [str(one.next)] if one.next else []),
    ]
    return format_timeline([(name, map(one_line, lines)) for name, lines in rows if lines])


def _describe_feedback(filled: FilledExercise) -> list[str]:
    opinion = filled.exercise.feedback
    if opinion is None:
        return []
    rated = [(name, rating) for name, rating in (("clarity", opinion.clarity), ("usefulness", opinion.usefulness))]
    parts = [f"{name} {rating}" for name, rating in rated if rating]
    return [", ".join(parts)] * bool(parts) + [opinion.words] * bool(opinion.words)


def _handle_actions(root: Path, library: Library, filled: FilledExercise, file: str, choice: RecordChoice) -> None:
    """Add the actions that are wanted, else say which gaps have none."""
    missing = find_missing_actions(library, filled.exercise, file)
    if not choice.actions:
        ids = ", ".join(one.gap.id for one in missing)
        print_notes(f"gaps without an action: {ids}; to add them, run the same again with --actions" if ids else "")
        return
    with exit_on_interrupt("no action was added"):
        owners = _choose_owners(library, missing, choice)
    added = add_actions(lambda: open_library(root), filled.exercise, file, owners)
    register = library.registers["actions"].file
    for row in added:
        echo(one_line(f"{register}: {row.id}, {row.owner or 'no owner'}, due {row.due}: {row.action}"))
    if not added:
        echo("each gap has an action already" if filled.exercise.gaps else "the exercise found no gap")
    else:
        print_notes("look at the rows, then commit the register apart from the records")


def _choose_owners(library: Library, missing: tuple[GapAction, ...], choice: RecordChoice) -> Mapping[str, str]:
    """The role that owns each action: the one given, else asked for, else the owner of the SOP."""
    owners: dict[str, str] = {}
    roles = tuple(row.key for row in library.roles.rows)
    for one in missing:
        sop = next(iter(library.by_id.get(one.sop, ())), None)
        usual = library.role(choice.owner or (sop.text("owner") if sop else ""))
        default = usual.id if usual else ""
        if choice.owner or choice.yes or not can_ask():
            owners[one.origin] = default
            continue
        title = f"Which role owns the action for gap {one.gap.id} ({one.gap.severity})?"
        owners[one.origin] = ask_until_valid(
            title, one.gap.text, default, lambda word: check_name(word.strip(), roles, "role")
        )
    return owners

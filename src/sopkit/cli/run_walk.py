"""`sopkit run start|resume`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import AsOption, FolderOption, KeyOption, SopArgument, find_library_and_date, open_library
from sopkit.cli.run_checklist import CaseOption, UrlOption
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import one_line

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="The case of an open run: see sopkit run list.")]


def start_command(
    sop: SopArgument,
    case: CaseOption = "",
    url: UrlOption = "",
    as_key: AsOption = "",
    key: KeyOption = "",
    folder: FolderOption = None,
) -> None:
    """Follow an SOP step by step: the approved text that is in force today.

    Every answer is saved in runs/open/CASE.yaml, so a run survives Ctrl-C and a crash, and can go on on another day:
    sopkit run resume CASE. Commands of the text are shown and never run. At the end the run is shown and recorded.

    Examples: sopkit run start AC-002 --case ACCESS-12, sopkit run start AC-002
    """
    from sopkit.cli.walk import Walk, current_moment  # git and pydantic cost 100 ms
    from sopkit.lifecycle.record.session import open_session
    from sopkit.practice import open_runs
    from sopkit.practice.runs import find_text_in_force, make_run, refuse_recorded

    root, now = find_library_and_date(folder)
    session, library = open_session(root, now), open_library(root)
    by = session.person(as_key).key
    text = find_text_in_force(session.history, library, sop, now)
    taken = refuse_recorded(session.history, text.sop.id, case)
    case = case or open_runs.free_case(root, text.sop.id, now, taken)
    walk = Walk.of(root, session, text.sop, key)
    if not walk.steps:
        raise SopkitError(f"{text.name} has no steps", f"see: sopkit render {text.sop.id}")
    values = {"case": case, "url": url, "started": current_moment()}
    run = make_run(session.history, text.sop.id, text.digest, text.version, by, values)
    state = open_runs.create_open_run(root, open_runs.OpenRun(run, next(iter(walk.steps))))
    echo(f"{text.name} {one_line(text.sop.text('title'))}, case {case}; saved in {state.path}")
    walk.go_on(state)


def resume_command(
    case: CaseArgument = "",
    as_key: AsOption = "",
    key: KeyOption = "",
    folder: FolderOption = None,
) -> None:
    """Go on with a run that was started, here or by another person; without CASE, the only one that is open.

    The run keeps the text with which it started, also when a newer one is in force now.
    """
    from sopkit.cli.run_view import format_moment
    from sopkit.cli.walk import Walk  # git and pydantic cost 100 ms
    from sopkit.lifecycle.record.session import open_session
    from sopkit.practice import open_runs
    from sopkit.practice.runs import find_text

    root, now = find_library_and_date(folder)
    state = open_runs.read_open_run(root, case or _only_case(root))
    session, library = open_session(root, now), open_library(root)
    text = find_text(session.history, library, state.run.id, state.run.digest)
    walk = Walk.of(root, session, text.sop, key)
    by = session.person(as_key).key
    if state.next and state.next not in walk.steps:
        raise SopkitError(f"{state.path}: {text.name} has no step `{state.next}`", "correct `next` in the file")
    if state.run.by != by:
        state = open_runs.save_open_run(root, open_runs.take_over(state, by))
    done = len(state.run.steps)
    echo(
        f"{text.name} {one_line(text.sop.text('title'))}, case {state.run.case}, started"
        f" {format_moment(state.run.started, session.zone)}, {done} answer{'' if done == 1 else 's'} so far"
    )
    walk.go_on(state)


def _only_case(root: Path) -> str:
    from sopkit.practice import open_runs

    cases = [case for case, _ in open_runs.list_open_runs(root)]
    if len(cases) != 1:
        known = f"open: {', '.join(cases)}" if cases else "start one: sopkit run start ID"
        raise SopkitError("specify the case to resume" if cases else "no run is open", known)
    return cases[0]

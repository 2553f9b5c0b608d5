"""How all commands record practice: check that it would count, ask, sign, commit, and say what is there now."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from sopkit.cli.console import echo, exit_on_interrupt, print_notes
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.lifecycle.record.session import RecordingSession
    from sopkit.practice.recording import RecordDraft


@dataclass(frozen=True)
class SigningOptions:
    """Who signs, how, and whether it is committed; `ask` is False where nobody is to be asked first."""

    by: str
    sign: bool | None = None
    key: str = ""
    commit: bool = True
    ask: bool = False


def record_drafts(
    session: "RecordingSession",
    drafts: "Sequence[RecordDraft]",
    subject: str,
    options: SigningOptions,
    reopen: "Callable[[], RecordingSession] | None" = None,
) -> tuple[str, ...]:
    """Record drafts in one commit; the paths of their files. Raises SopkitError before anything is written."""
    from sopkit.lifecycle.record.entries import choose_signing_key
    from sopkit.lifecycle.record.session import open_session
    from sopkit.practice.recording import check_records, record_with_people, sign_records

    key, unsigned = choose_signing_key(session, options.by, options.key, sign=options.sign)
    print_notes(unsigned)
    if key:
        drafts = sign_records(drafts, key)
    results = check_records(session, drafts)
    print_notes(*session.notes, *(f"not independent: {one.not_independent}" for one in results if one.not_independent))
    if options.ask:
        _confirm(subject, options)
    root, today = session.repository.root, session.today
    done = record_with_people(
        reopen or (lambda: open_session(root, today)), drafts, f"{subject}\n", commit=options.commit
    )
    lines = [f"{'recorded' if done.commit else 'wrote'} {path}" for path in done.paths]
    lines.append(f"commit {done.commit[:12]}" if done.commit else f"commit it alone, as {session.author.name}")
    echo("".join(f"{escape_controls(line)}\n" for line in lines))
    print_notes(done.warning)
    return done.paths


def _confirm(subject: str, options: SigningOptions) -> None:
    """Ask whether to record; leave with exit code 1 when the answer is no."""
    if not sys.stdin.isatty():
        raise SopkitError("there is no terminal on which to ask whether to record this", "say so beforehand: --yes")
    what = "and commit it" if options.commit else "without a commit"
    with exit_on_interrupt("nothing was recorded"):
        if not typer.confirm(f"{escape_controls(subject)} ({escape_controls(options.by)}), {what}?", err=True):
            typer.echo("nothing was recorded", err=True)
            raise typer.Exit(1)

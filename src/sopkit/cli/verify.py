"""`sopkit verify`."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import choose_table_format, echo, format_paragraph, format_timeline, print_notes, write_document
from sopkit.cli.options import (
    AsOfOption,
    AsOption,
    FolderOption,
    KeyOption,
    NoCommitOption,
    OutputOption,
    TableFormatOption,
    find_library_and_date,
    make_command,
    open_clone,
    split_values,
    to_library_name,
)
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls, one_line

if TYPE_CHECKING:
    from sopkit.lifecycle.verify_report import VerifyReport, VerifyRow

_SHORT_COMMIT = 12
_ANCHOR = (
    "Write this id down where nobody who can write to the repository can change it.",
    "Later it tells whether all that came before is still there:",
)


def _format_verify_table(report: "VerifyReport", *, everything: bool) -> str:
    from sopkit.lifecycle.verify_report import INTEGRITY, verify_summary

    parts = [format_paragraph(*(one_line(line) for line in verify_summary(report)))]
    if report.findings:
        findings = [(str(one.code), map(one_line, filter(None, (one.path, one.message)))) for one in report.findings]
        parts.append(format_timeline(findings))
    if everything and report.rows:
        parts.append(format_timeline([(str(row.landed), _entry_lines(row)) for row in report.rows]))
    bad = sum(found.code in INTEGRITY for found in report.findings)
    other = len(report.findings) - bad
    counts = f"{bad} of integrity, {other} other" if report.findings else "none"
    parts.append(format_paragraph(f"findings as of {report.as_of}: {counts}"))
    anchor = () if report.altered else (*_ANCHOR, f"    sopkit verify --anchor {report.head}")
    parts.append(format_paragraph(f"HEAD is {report.head}", *anchor))
    return "\n\n".join(parts)


def _entry_lines(row: "VerifyRow") -> Iterator[str]:
    yield one_line(row.entry)
    roles = f" as {', '.join(one_line(role) for role in row.roles)}" if row.roles else ""
    about = f" of {row.revision}" if row.revision else ""
    level = f", {row.level}" if row.level else ""
    yield f"{row.kind or 'entry'}{about} by {one_line(row.by) or 'nobody'}{roles}: {row.standing}{level}"
    if row.detail:
        yield f"{row.reason}: {one_line(row.detail)}" if row.reason else one_line(row.detail)
    signature = _signature_text(row.signature, row.signer)
    of_commit = _signature_text(row.commit_signature, row.commit_signer)
    yield f"signature {signature}; commit {row.commit[:_SHORT_COMMIT]}, signature {of_commit}"
    if row.flags:
        yield ", ".join(row.flags)


def _signature_text(state: str, people: tuple[str, ...]) -> str:
    return f"{state} (key of {', '.join(map(one_line, people))})" if people else str(state)


app = make_command()


@app.command("verify")
def verify_command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Only the entries of these SOPs, by id or file, or in these places."),
    ] = None,
    folder: FolderOption = None,
    format: TableFormatOption = None,
    output: OutputOption = None,
    anchor: Annotated[
        str,
        typer.Option(
            "--anchor",
            metavar="OID[@DAY]",
            help="A commit id kept elsewhere that must lie behind HEAD; with its day, it has what landed by then.",
        ),
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="List every entry, not only what is wrong.")] = False,
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", metavar="FINDINGS", help="Exit 1 for these findings as well, such as invalid."),
    ] = None,
    dispose: Annotated[
        bool,
        typer.Option(
            "--dispose", help="Remove the files named, after their retention, and record that in one commit of yours."
        ),
    ] = False,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="With --dispose: why they go.")] = "",
    as_key: AsOption = "",
    key: KeyOption = "",
    no_commit: NoCommitOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Check the ledger: that entries are as they landed, who signed them, and which count.

    Exit 1 when an entry was changed after it had landed, an object is altered, the anchor does not lie behind HEAD,
    or two files have one id. Without an anchor that was kept elsewhere, history that somebody rewrote as a whole
    looks like any other: see docs/verify.md.
    """
    from sopkit.lifecycle.verify import verify_repository
    from sopkit.lifecycle.verify_report import verify_document
    from sopkit.practice.verify import verify_records

    form = choose_table_format(format, output)
    root, now = find_library_and_date(folder)
    names = [to_library_name(root, path) for path in paths or ()]
    if dispose:
        _dispose_entries(root, now, names, note, (as_key, key), commit=not no_commit)
        return
    if note or as_key or key or no_commit:
        raise typer.BadParameter("--note, --as, --key and --no-commit go with --dispose")
    report = verify_repository(
        open_clone(root), as_of or now, now, names=names, anchor=anchor, check_records=verify_records
    )
    failed = report.failed(split_values(fail_on))
    write_document(verify_document(report), form, output, lambda: _format_verify_table(report, everything=everything))
    raise typer.Exit(1 if failed else 0)


def _dispose_entries(
    root: Path, now: date, names: Sequence[str], note: str, who: tuple[str, str], *, commit: bool
) -> None:
    from sopkit.lifecycle.record.entries import dispose
    from sopkit.lifecycle.record.session import open_session  # git and pydantic cost 100 ms
    from sopkit.model.practice_base import is_practice
    from sopkit.practice.recording import dispose_records

    if not note.strip():
        raise SopkitError("say why they go, such as the retention that has ended", "--note TEXT")
    practice = [is_practice(name) for name in names]
    if any(practice) and not all(practice):
        raise SopkitError("entries and practice records are disposed of apart", "name them in two calls")
    remove = dispose_records if any(practice) else dispose
    result = remove(lambda: open_session(root, now), names, note, by=who[0], key=who[1], commit=commit)
    commit_id = result.commit[:_SHORT_COMMIT]
    lines = [f"removed {name}" for name in names if commit_id]
    lines += [f"{'recorded' if commit_id else 'wrote'} {path}" for path in result.paths if path not in names]
    lines.append(f"commit {commit_id}" if commit_id else "remove the files yourself, and commit all of it at once")
    echo("".join(f"{escape_controls(line)}\n" for line in lines))
    print_notes(result.warning)

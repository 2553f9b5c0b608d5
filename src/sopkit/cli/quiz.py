"""`sopkit quiz check|take|export`."""

import secrets
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo, exit_on_interrupt, format_paragraph, print_notes
from sopkit.cli.options import (
    AsOption,
    FolderOption,
    KeyOption,
    NoCommitOption,
    OutputOption,
    SignOption,
    SopArgument,
    find_library_and_date,
    format_option,
    make_command,
    open_library,
)
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sopkit.lifecycle.record.session import RecordingSession
    from sopkit.model.practice_base import RecordedText
    from sopkit.model.quiz import Quiz
    from sopkit.parsing.quiz import QuizFile
    from sopkit.practice.quizzes import AskedQuestion

app = make_command("Check, take and export the quizzes about SOPs: quizzes/ID.yaml.")

_CHECKED = ("SOP001", "SOP002", "SOP003", "SOP004", "SOP005", "SOP006", "SOP801", "SOP802")


@app.command("check")
def check_command(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID…", help="Only the quizzes about these SOPs; without, all.")
    ] = None,
    format: Annotated[str, format_option("text", "json")] = "text",
    output: OutputOption = None,
    folder: FolderOption = None,
) -> None:
    """Check quizzes: faults in the files, questions that no longer fit the SOP, and weak questions.

    Exit code 1 when anything is found. `sopkit lint` finds the same, and more.

    Examples: sopkit quiz check, sopkit quiz check AC-001 -f json
    """
    from sopkit.cli.lint import make_history_reader, make_lint_output
    from sopkit.lint.engine import LintOptions, lint  # the rules cost 100 ms
    from sopkit.lint.formats import load_format
    from sopkit.model.finding import NO_BASELINE, Severity

    library = open_library(folder)
    known = {file.name: path for path, file in library.quizzes.items()}
    for name in ids or ():
        if name not in known:
            raise SopkitError(f"there is no quiz about {name}", f"write one: quizzes/{name}.yaml")
    paths = tuple(known[name] for name in ids or known)
    options = LintOptions(
        select=_CHECKED,
        fail_on=Severity.INFO,
        paths=paths or ("quizzes",),
        history=make_history_reader(library),
        baseline=NO_BASELINE,
    )
    report = replace(lint(library, options), checked=len(paths), unit="quiz file")
    chosen = load_format(format)
    if format == "text" and not report.findings:
        echo(f"{len(paths)} quizzes: nothing found\n" if len(paths) != 1 else "1 quiz: nothing found\n", output)
    else:
        echo(chosen.write(make_lint_output(library, report, output)), output, verbatim=chosen.verbatim)
    if report.left_out:
        print_notes(f"not checked without git history: {', '.join(report.left_out)}")
    raise typer.Exit(1 if report.failed else 0)


@app.command("take")
def take_command(
    sop: SopArgument,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="Draw the same questions, in the same order, again.")
    ] = None,
    no_record: Annotated[bool, typer.Option("--no-record", help="Only practise: record nothing.")] = False,
    as_key: AsOption = "",
    sign: SignOption = None,
    key: KeyOption = "",
    no_commit: NoCommitOption = False,
    folder: FolderOption = None,
) -> None:
    """Take the quiz about the text of an SOP that is in force.

    Recorded is whether you passed, the attempt, the version and the date; no answer and no score. Ctrl-C records
    nothing.

    Examples: sopkit quiz take AC-001, sopkit quiz take AC-001 --no-record
    """
    from sopkit.practice.quizzes import draw_questions, find_quiz, is_passed, pass_mark_of

    root, now = find_library_and_date(folder)
    library = open_library(root, now)
    found = next((one for one in library.sops if sop in {one.id, one.path}), None)
    if found is None:
        raise SopkitError(f"no SOP {sop}", "see: sopkit status")
    file, quiz = find_quiz(library, found.id)
    recording = None if no_record else _Recording.prepare(root, now, found.id, file, quiz, as_key)
    asked = draw_questions(quiz, secrets.randbelow(1 << 32) if seed is None else seed)
    mark = pass_mark_of(quiz, found, library.config)
    echo(f"{found.id} {one_line(found.title)}: {len(asked)} questions, {mark} % to pass\n")
    with exit_on_interrupt("nothing was recorded"):
        answers = [_ask(one, f"{at} of {len(asked)}") for at, one in enumerate(asked, 1)]
    passed = is_passed(asked, answers, mark)
    critical = any(one.question.critical and not right for one, right in zip(asked, answers, strict=True))
    words = "passed" if passed else "not passed: a critical question was wrong" if critical else "not passed"
    echo(f"\n{words}: {sum(answers)} of {len(asked)} right\n")
    if recording is not None:
        recording.record(passed=passed, signing=(sign, key, not no_commit))
    if not passed:
        raise typer.Exit(1)


@app.command("export")
def export_command(
    sop: SopArgument,
    format: Annotated[str, format_option("gift", "markdown")],
    output: OutputOption = None,
    folder: FolderOption = None,
) -> None:
    """Write the quiz about an SOP for Moodle and other learning systems (gift), or for paper (markdown).

    All questions are written; how many are drawn, and the pass mark, are set in the learning system.

    Example: sopkit quiz export AC-001 -f gift -o AC-001.gift
    """
    from sopkit.practice.quizzes import find_quiz
    from sopkit.render.quiz import quiz_gift, quiz_markdown

    library = open_library(folder)
    _, quiz = find_quiz(library, sop)
    title = next((one.title for one in library.by_id.get(quiz.sop, ())), "")
    write = quiz_gift if format == "gift" else quiz_markdown
    echo(write(quiz, title), output, verbatim=True)


class _Recording:
    """Who takes which attempt on which text."""

    def __init__(self, session: "RecordingSession", by: str, text: "RecordedText", attempt: int) -> None:
        self.session, self.by, self.text, self.attempt = session, by, text, attempt

    @classmethod
    def prepare(cls, root: Path, now: date, sop_id: str, file: "QuizFile", quiz: "Quiz", as_key: str) -> "_Recording":
        """What will be recorded. Raises SopkitError, before any question, when it could not be."""
        from sopkit.lifecycle.record.session import open_session  # git and pydantic cost 100 ms
        from sopkit.practice.landing import require_records
        from sopkit.practice.quizzes import next_attempt, require_fitting
        from sopkit.practice.result_record import find_text

        session = open_session(root, now)
        require_records(session.history.config)
        by = session.person(as_key).key
        text = find_text(session.history, sop_id, now)
        require_fitting(quiz, file, text)
        attempt = next_attempt(session.history, by, text)
        if quiz.attempts and attempt > quiz.attempts:
            raise SopkitError(
                f"all {quiz.attempts} attempts on {text.id} {text.version} are used",
                "talk to the owner of the SOP; to practise: --no-record",
            )
        if quiz.attempts:
            echo(f"attempt {attempt} of {quiz.attempts} on version {escape_controls(text.version)}\n")
        return cls(session, by, text, attempt)

    def record(self, *, passed: bool, signing: "tuple[bool | None, str, bool]") -> None:
        """Record how it ended."""
        from sopkit.cli.practice_flow import SigningOptions, record_drafts
        from sopkit.practice.recording import RecordDraft, find_recorded
        from sopkit.practice.result_record import make_result

        values = {"date": self.session.today, "method": "quiz", "passed": passed, "attempt": self.attempt}
        record = make_result(self.session, self.by, self.by, (self.text,), values)
        if there := find_recorded(self.session, record):
            echo(f"recorded already: {one_line(there.file.path)}\n")
            return
        subject = f"Record quiz of {self.text.id} {self.text.version} by {self.by}"
        record_drafts(self.session, (RecordDraft(record),), subject, SigningOptions(self.by, *signing))


def _ask(asked: "AskedQuestion", number: str) -> bool:
    """Whether somebody answers a question rightly; says why not."""
    from sopkit.practice.quizzes import LETTERS

    question = asked.question
    lines = [one_line(line) for line in question.stem.splitlines() if line.strip()]
    echo("\n" + format_paragraph(f"{number}. {lines[0]}", *lines[1:]))
    hints = {"multi": " (one or more)", "order": " (all, in the right order)", "number": f" ({question.unit})"}
    echo("".join(f"\n  {LETTERS[at]}  {one_line(option.text)}" for at, option in enumerate(asked.options)) + "\n")
    while True:
        hint = hints.get(question.type, "") if question.type != "number" or question.unit else ""
        typed = str(typer.prompt(f"Your answer{one_line(hint)}", default="", show_default=False, err=True))
        try:
            right = asked.is_right(typed)
        except ValueError as error:
            typer.echo(str(error), err=True)
            continue
        echo(format_paragraph(*_reasons(asked, typed, right=right)) + "\n")
        return right


def _reasons(asked: "AskedQuestion", typed: str, *, right: bool) -> "Sequence[str]":
    """Whether an answer is right, why the options that were chosen are wrong, and the explanation."""
    lines = ["Right." if right else f"Wrong. Right is: {one_line(asked.answer)}"]
    if asked.question.type not in {"number", "order"}:
        chosen = [asked.options[at] for at in asked.choices(typed)]
        lines += [f"{one_line(one.text)}: {one_line(one.why)}" for one in chosen if not one.correct and one.why]
    lines += [one_line(line) for line in asked.question.explain.splitlines() if line.strip()]
    return lines

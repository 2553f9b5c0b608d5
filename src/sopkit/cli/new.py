"""`sopkit new`: an SOP from a template or from a team interview."""

import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.authoring.request import SopRequest, check_line, find_area
from sopkit.cli.console import ask_until_valid, can_ask, convert_to_usage_error, echo, exit_on_interrupt, print_notes
from sopkit.cli.options import FolderOption, find_library, make_command, open_library, resolve_root
from sopkit.files import write_file
from sopkit.library import load_config
from sopkit.model.config import Config
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.authoring.interview.answers import InterviewAnswers
    from sopkit.authoring.templates.draft import Draft
    from sopkit.library import Library
    from sopkit.model.template import Template


def _parse_values(answers: list[str] | None) -> dict[str, str]:
    """What --set says."""
    decided: dict[str, str] = {}
    for answer in answers or ():
        name, equals, value = answer.partition("=")
        if not equals or not name or name in decided:
            fault = "is there twice" if name in decided else "is not of the form NAME=VALUE"
            raise typer.BadParameter(f"--set {escape_controls(answer)!r} {fault}")
        decided[name] = value.strip()
    return decided


def _ask_missing(template: "Template", request: SopRequest, preview: "Draft") -> SopRequest:
    """The request with what somebody answers at the terminal."""
    decided = dict(request.decided)
    with exit_on_interrupt("nothing was made"):
        title = request.title or _ask_value("Title", "A verb and a thing; it stands above the text.", preview.title)
        owner = request.owner or _ask_value(
            "Owner", "The role that answers for it, by id, title or alias.", preview.owner
        )
        for name, decision in template.header.decisions.items():
            if name not in decided:
                words = f"{decision.ask[:1].upper()}{decision.ask[1:]}"
                decided[name] = _ask_value(words, f"For example: {decision.example}. Enter leaves it open.", "")
    typer.echo(err=True)
    return replace(request, title=title, owner=owner, decided=decided)


def _ask_value(title: str, why: str, default: str) -> str:
    def read(text: str) -> str:
        with convert_to_usage_error():
            check_line("answer", text)
        return text.strip()

    return ask_until_valid(title, why, default, read)


def _report_lines(root: Path, done: "Draft", answers: Iterable[str] = ()) -> Iterator[str]:
    """What was made, which rows were added, what is still open, the lines about the `answers`, and what to do next."""
    origin = f", from the template {done.template}" if done.template else ""
    yield f"made {done.path}: {done.id} {done.title}{origin}"
    yield from [f"made {done.quiz_path}: its quiz"] if done.quiz else []
    yield from (f"added {line}" for line in _register_lines(done))
    if done.open:
        yield from ("", "still to decide:")
        for one in done.open:
            first, *others = one.lines
            lines = "lines" if len(others) > 1 else "line"
            also = f" (and on {lines} {', '.join(map(str, others))})" if others else ""
            yield f"  {one.path}:{first}: {one.mark}{also}"
    yield from answers
    file = os.path.relpath(root / done.path)
    yield from ("", f"next: write what is open, then sopkit lint {shlex.quote(file)}")


def _register_lines(done: "Draft") -> Iterator[str]:
    """A line for each register that gets rows."""
    for name in dict.fromkeys(row.register for row in done.rows):
        ids = ", ".join(row.id for row in done.rows if row.register == name)
        yield f"to registers/{name}.yaml: {ids}"


def _write_questionnaire(team: str, area: str, output: Path | None, folder: Path | None) -> None:
    """Write the questionnaire for a team, in the form that the file's name asks for.

    Raises SopkitError for a name of no form, for an area that is not known, and for a file that is there.
    """
    from sopkit.authoring.interview import questionnaire  # only here

    check_line("team", team)
    if not team.strip():
        raise SopkitError("--interview needs the name of a team", "for example: sopkit new --interview DevOps")
    if area:
        root = find_library(folder)
        area = find_area((Config() if root is None else load_config(root)).all_areas, area)
    if output is None:
        echo(questionnaire.questionnaire_markdown(team, area))
        return
    forms: dict[str, Callable[[str, str], str | bytes]] = {
        **dict.fromkeys((".md", ".markdown"), questionnaire.questionnaire_markdown),
        **dict.fromkeys((".html", ".htm"), questionnaire.questionnaire_html),
        ".docx": questionnaire.questionnaire_word,
    }
    form = forms.get(output.suffix.lower())
    if form is None:
        raise SopkitError(
            f"{output}: no form of a questionnaire ends in {output.suffix or 'nothing'!r}",
            "name it .md (Markdown), .html (a form for the browser) or .docx (Word)",
        )
    if output.exists() or output.is_symlink():
        raise SopkitError(f"{output} is there already, perhaps with answers", "choose another name for the file")
    text = form(team, area)
    write_file(output, text if isinstance(text, bytes) else text.encode())
    is_html = form is questionnaire.questionnaire_html
    back = shlex.quote(questionnaire.answers_file_name(team) if is_html else str(output))
    echo(f"made {output}: send it to {escape_controls(team)}\n\nwhen it comes back: sopkit new --from-answers {back}")


def _answer_lines(answers: "InterviewAnswers") -> Iterator[str]:
    """What to tell of a questionnaire: who answered, and what was not."""
    from sopkit.authoring.interview.draft import find_contributors  # only here

    yield ""
    yield f"described by: {', '.join(find_contributors(answers)) or 'nobody is named'}"
    if answers.unanswered:
        yield from ("", "not answered:", *(f"  {question.ask}" for question in answers.unanswered))
    if answers.other:
        headings = (f"  {heading}" for heading, _ in answers.other)
        yield from ("", "kept under Feedback, since no question of ours:", *headings)


app = make_command()

TemplateArgument = Annotated[
    str, typer.Argument(metavar="TEMPLATE", show_default=False, help="As `sopkit template list` names it.")
]
IdOption = Annotated[str, typer.Option("--id", metavar="ID", help="The id; else the next free one of the area.")]
TitleOption = Annotated[str, typer.Option("--title", metavar="TEXT", help="The title; else the template's.")]
OwnerOption = Annotated[
    str, typer.Option("--owner", metavar="ROLE", help="The role that answers for it, by id, title or alias.")
]
AreaOption = Annotated[str, typer.Option("--area", metavar="AREA", help="The area; else the template's.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="The answer to a decision of the template; may be repeated."),
]
YesOption = Annotated[bool, typer.Option("-y", "--yes", help="Ask nothing: keep defaults, leave decisions open.")]
InterviewOption = Annotated[
    str | None,
    typer.Option("--interview", metavar="TEAM", help="Make a questionnaire for a team instead of an SOP."),
]
AnswersOption = Annotated[
    Path | None,
    typer.Option("--from-answers", metavar="FILE", help="Make the SOP out of a questionnaire that came back."),
]
QuestionnaireOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Where the questionnaire goes: .md, .html or .docx."),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Print the SOP, and which rows it needs; ask and write nothing.")
]


@app.command("new")
def new_command(
    template: TemplateArgument = "",
    number: IdOption = "",
    title: TitleOption = "",
    owner: OwnerOption = "",
    area: AreaOption = "",
    answers: SetOption = None,
    interview: InterviewOption = None,
    from_answers: AnswersOption = None,
    output: QuestionnaireOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    folder: FolderOption = None,
) -> None:
    """Begin an SOP: from a template, or out of what a team tells of its work.

    `sopkit new offboarding` fills a template in and adds the rows that it names to the registers that lack them. On a
    terminal you are asked for title, owner and decisions; Enter keeps the default, or leaves the decision open as a
    mark `[decide: …]` that `sopkit lint` lists. Nothing that is there is overwritten.

    `sopkit new --interview "Customer Success" -o questions.docx` makes a questionnaire for people who know how it is
    done, `sopkit new --from-answers questions.docx --area customer-success` a draft out of their answers.
    """
    _refuse_several_sources(template, interview, from_answers, output)
    if interview is not None:
        _write_questionnaire(interview, area, output, folder)
        return
    from sopkit.authoring.templates.draft import draft_sop, write_draft  # jinja2 costs 48 ms
    from sopkit.model.template import Template
    from sopkit.parsing.template import find_template

    root = resolve_root(folder)
    request = SopRequest(number, title, owner, area, _parse_values(answers))
    source: Template | InterviewAnswers
    if from_answers is None:
        source = find_template(root, template)
    else:
        from sopkit.authoring.interview.answers import read_answers_file  # templates need it not

        source = read_answers_file(from_answers)

    def draft(library: "Library") -> "Draft":
        if isinstance(source, Template):
            return draft_sop(library, source, request)
        from sopkit.authoring.interview.draft import draft_from_answers

        return draft_from_answers(library, source, request)

    preview = draft(open_library(root))  # what is wrong is reported before anybody is asked
    if dry_run:
        echo(preview.text, verbatim=True)
        print_notes(*(f"would add {line}" for line in _register_lines(preview)), *preview.notes)
        return
    if isinstance(source, Template) and not yes and can_ask():
        request = _ask_missing(source, request, preview)
    written = write_draft(root, lambda: open_library(root), draft)
    lines = () if isinstance(source, Template) else _answer_lines(source)
    echo("\n".join(escape_controls(line) for line in _report_lines(root, written, lines)))
    print_notes(*written.notes)


def _refuse_several_sources(template: str, interview: str | None, answers: Path | None, output: Path | None) -> None:
    """Raise a usage error unless exactly one way to begin is named."""
    ways = [bool(template), interview is not None, answers is not None]
    if sum(ways) > 1:
        raise typer.BadParameter("TEMPLATE, --interview and --from-answers exclude each other; use one of them")
    if not any(ways):
        raise typer.BadParameter(
            "name a template (`sopkit template list` shows them), or use --interview TEAM or --from-answers FILE"
        )
    if output is not None and interview is None:
        raise typer.BadParameter("-o is for the questionnaire of --interview; an SOP goes where `[library] file` says")

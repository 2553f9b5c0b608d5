"""`sopkit new`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from sopkit.authoring.templates.wishes import Wishes
from sopkit.cli.console import echo
from sopkit.cli.drafting import decided, draft_template, report
from sopkit.cli.interviewing import draft_answers, returned_lines, write_questionnaire
from sopkit.cli.options import FolderOption, folder_of
from sopkit.cli.parameters import command_app
from sopkit.cli.recording import tell
from sopkit.library import find_root
from sopkit.tables.escape import escape_controls

app = command_app()

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
    _one_way(template, interview, from_answers, output)
    if interview is not None:
        write_questionnaire(interview, area, output, folder)
        return
    root = folder_of(folder) if folder is not None else find_root(Path.cwd())
    wishes = Wishes(number, title, owner, area, decided(answers))
    lines: Iterable[str] = ()
    if from_answers is not None:
        from sopkit.authoring.interview.returned_file import read_returned  # templates need it not

        told = read_returned(from_answers)
        done = draft_answers(root, told, wishes, dry_run=dry_run)
        lines = returned_lines(told)
    else:
        done = draft_template(root, template, wishes, asking=not yes, dry_run=dry_run)
    if done is not None:
        echo("\n".join(escape_controls(line) for line in report(root, done, lines)))
        tell(*done.notes)


def _one_way(template: str, interview: str | None, answers: Path | None, output: Path | None) -> None:
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

"""Issues for GitHub as JSON; docs/reminders.md has the script that creates them or finds the existing ones."""

import re
import textwrap
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from sopkit.reminders.formats import RemindFormat
from sopkit.reminders.reminder import Reminder, RemindOutput
from sopkit.tables.document import DocumentType, document_json
from sopkit.tables.escape import clip, unlink

LABEL = "sopkit"
_MAX_TITLE = 250  # GitLab takes 255 characters, GitHub 256
_LINE_WIDTH = 100
_MAX_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class IssueRow:
    """One issue to create, unless an open one has its thread."""

    thread: Annotated[str, "Stands in the body as a comment: one open issue has it."]
    marker: Annotated[str, "Stands in the body as a comment: names this very reminder."]
    title: Annotated[str, "Title, without mentions or references."]
    body: Annotated[str, "Body in Markdown."]
    labels: Annotated[tuple[str, ...], "Labels."]
    assignees: Annotated[tuple[str, ...], "Logins at the forge of those who are asked."]
    due: Annotated[date | None, "Due day of the review."]


ISSUES = DocumentType(
    "remind-issues",
    "RemindIssues",
    "What `sopkit stale --remind github` and `gitlab` write, sorted by SOP.",
    {"rows": IssueRow},
    head_or_null=True,
)
"""The published document."""


def write_issues(output: RemindOutput, forge: Literal["github", "gitlab"]) -> str:
    """The one object with an issue for each reminder."""
    return document_json(output.document(ISSUES, tuple(_issue(one, output, forge) for one in output.reminders)))


def _issue(reminder: Reminder, output: RemindOutput, forge: str) -> IssueRow:
    logins = (person.logins.get(forge, "") for person in reminder.to)
    return IssueRow(
        thread=reminder.thread,
        marker=reminder.marker,
        title=clip(unlink(f"{reminder.name}: {reminder.what}"), _MAX_TITLE),
        body=_body(reminder, output),
        labels=(LABEL, "overdue") if (reminder.days or 0) < 0 else (LABEL,),
        assignees=tuple(login for login in logins if re.fullmatch(r"[A-Za-z0-9][\w.-]{0,254}", login)),
        due=reminder.due,
    )


def _body(reminder: Reminder, output: RemindOutput) -> str:
    """All that documents say stands in one block of code, where no forge looks for mentions or commands."""
    facts = (
        ("SOP", reminder.name),
        ("File", reminder.path),
        ("What", reminder.what),
        ("Why", reminder.reason),
        ("Change", reminder.change),
        ("Asked", reminder.asked),
        ("Do", reminder.command),
    )
    wrapper = textwrap.TextWrapper(
        _LINE_WIDTH, subsequent_indent=" " * 8, break_long_words=False, break_on_hyphens=False
    )
    lines = []
    for label, text in facts:
        wrapper.initial_indent = f"{label + ':':<8}"
        lines += wrapper.wrap(clip(text, _MAX_TEXT)) if text else []
    ticks = max((len(run) for run in re.findall(r"`+", "\n".join(lines))), default=0)
    fence = "`" * max(3, ticks + 1)
    marks = f"<!-- {reminder.thread} -->\n<!-- {reminder.marker} -->"
    return "\n".join((marks, "", f"{fence}text", *lines, fence, "", output.provenance, ""))


GITHUB = RemindFormat("github", "issues for GitHub as JSON", lambda output: write_issues(output, "github"))

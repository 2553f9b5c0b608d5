"""Issues for GitLab as JSON; docs/reminders.md has the script that creates them."""

from sopkit.reminders.formats._forge import issues
from sopkit.reminders.formats._format import RemindFormat
from sopkit.reminders.reminder import RemindOutput


def _write(output: RemindOutput) -> str:
    return issues(output, "gitlab")


GITLAB = RemindFormat("gitlab", "issues for GitLab as JSON", _write)

"""Issues for GitLab as JSON; docs/reminders.md has the script that creates them."""

from sopkit.reminders.formats import RemindFormat
from sopkit.reminders.issues import write_issues
from sopkit.reminders.reminder import RemindOutput


def _write(output: RemindOutput) -> str:
    return write_issues(output, "gitlab")


GITLAB = RemindFormat("gitlab", "issues for GitLab as JSON", _write)

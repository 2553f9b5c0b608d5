"""Issues for GitLab as JSON, as those for GitHub."""

from sopkit.reminders.formats import RemindFormat
from sopkit.reminders.formats.github import write_issues

GITLAB = RemindFormat("gitlab", "issues for GitLab as JSON", lambda output: write_issues(output, "gitlab"))

"""Format `github`: workflow commands that put a note on the line in a pull request."""

from sopkit.lint.format import Format, LintOutput, last_line, summary_line
from sopkit.model.finding import Severity
from sopkit.tables.escape import escape_controls

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def write(output: LintOutput) -> str:
    """One command for each finding, then a line for who reads the log.

    The log shows nothing of a command but its message, so that the message names the place once more.
    """
    lines = []
    for finding in output.report.findings:
        rule, place, path = output.report.rules.get(finding.code), finding.place, output.from_repository(finding.path)
        properties = {"file": path, "line": str(place.line), "endLine": str(last_line(place))}
        if place.line == place.end_line:  # GitHub refuses columns on a range of several lines
            properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
        properties["title"] = f"{finding.code} {rule.name}" if rule else finding.code
        message = f"{path}:{place.line}:{place.column}: {finding.code} {finding.message}"
        escaped = {name: _data(value).replace(":", "%3A").replace(",", "%2C") for name, value in properties.items()}
        listed = ",".join(f"{name}={value}" for name, value in escaped.items())
        lines.append(f"::{_COMMANDS[finding.severity]} {listed}::{_data(message)}")
    return "\n".join([*lines, escape_controls(summary_line(output))]) + "\n"


def _data(text: str) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escape_controls(text)


github = Format("github", "annotations on pull requests, written by GitHub Actions", write, verbatim=True)

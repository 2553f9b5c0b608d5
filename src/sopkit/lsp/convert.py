"""Converts between the types of the protocol and ours: positions, diagnostics, locations and symbols."""

from dataclasses import dataclass

from lsprotocol import types

from sopkit.lint.rules import all_rules
from sopkit.lsp.outline import OutlinePart
from sopkit.model.finding import Finding, Severity
from sopkit.model.source import Source


@dataclass(frozen=True, slots=True)
class Positions:
    """Counts lines from 0, and columns from 0 in units of `encoding`: utf-8, utf-16 or utf-32.

    `from_editor`: the text came from the editor, so that a byte order mark in it is a character; when a file is opened
    it is none.
    """

    source: Source
    encoding: str = "utf-16"
    from_editor: bool = True

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte."""
        offset = min(max(offset, 0), len(self.source.data))
        line = self.source.line_of(offset)
        head = self.source.data[self._begin(line) : offset]
        if self.encoding == "utf-8" or head.isascii():
            return line - 1, len(head)
        text = head.decode("utf-8", "replace")
        beyond = sum(char > "\uffff" for char in text) if self.encoding == "utf-16" else 0
        return line - 1, len(text) + beyond

    def offset(self, line: int, column: int) -> int:
        """The byte at a line and column; one behind the end of a line, or of the file, is at that end."""
        starts = self.source.line_starts
        if line < 0:
            return 0
        if line >= len(starts):
            return len(self.source.data)
        begin = self._begin(line + 1)
        until = starts[line + 1] if line + 1 < len(starts) else len(self.source.data)
        words = self.source.data[begin:until].rstrip(b"\r\n")
        column = max(column, 0)
        if self.encoding == "utf-8" or words.isascii():
            return begin + min(column, len(words))
        text, units = words.decode("utf-8", "replace"), 0
        for at, char in enumerate(text):
            units += 2 if self.encoding == "utf-16" and char > "\uffff" else 1
            if units > column:  # half a character is none
                return begin + len(text[:at].encode())
        return begin + len(text.encode())

    def _begin(self, line: int) -> int:
        start = self.source.line_starts[line - 1]
        return start if line > 1 or self.from_editor else max(start, self.source.text_start)


RULE_PAGES = "https://github.com/sopkit/sopkit/blob/main/docs/rules.md"
"""The page with all rules; the anchor is the rule's name."""

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def span(positions: Positions, start: int, end: int) -> types.Range:
    """The range of some bytes."""
    return types.Range(types.Position(*positions.position(start)), types.Position(*positions.position(end)))


def diagnostic(finding: Finding, positions: Positions) -> types.Diagnostic:
    """A finding as an editor shows it, with the address of the rule's page."""
    rule = all_rules().get(finding.code)
    return types.Diagnostic(
        range=span(positions, finding.place.start, finding.place.end),
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(f"{RULE_PAGES}#{rule.name}") if rule is not None else None,
        source="sopkit",
        message=finding.message,
    )


def symbol(part: OutlinePart, positions: Positions) -> types.DocumentSymbol:
    """A part of the outline with everything below it."""
    return types.DocumentSymbol(
        name=part.name,
        detail=part.detail or None,
        kind=part.kind,
        range=span(positions, part.start, part.end),
        selection_range=span(positions, part.first, part.last),
        children=[symbol(child, positions) for child in part.children],
    )

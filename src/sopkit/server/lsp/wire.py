"""What the answers are in the words of the protocol."""

from lsprotocol import types

from sopkit.analysis.references import Reference
from sopkit.lint.rules import all_rules
from sopkit.model.finding import Finding, Severity
from sopkit.server.lsp.findings import PAGES
from sopkit.server.lsp.outline import Kind, Part
from sopkit.server.lsp.positions import Positions

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_KINDS = {
    Kind.FRONT_MATTER: types.SymbolKind.Namespace,
    Kind.SECTION: types.SymbolKind.String,
    Kind.STEP: types.SymbolKind.Event,
    Kind.SOP: types.SymbolKind.File,
    Kind.ROW: types.SymbolKind.Object,
}


def position(positions: Positions, offset: int) -> types.Position:
    """Where a byte stands."""
    return types.Position(*positions.position(offset))


def span(positions: Positions, start: int, end: int) -> types.Range:
    """Where some bytes stand."""
    return types.Range(position(positions, start), position(positions, end))


def offset(positions: Positions, at: types.Position) -> int:
    """The byte at a place of the editor's."""
    return positions.offset(at.line, at.character)


def diagnostic(finding: Finding, positions: Positions) -> types.Diagnostic:
    """A finding as an editor shows it, with the address of the rule's page."""
    rule = all_rules().get(finding.code)
    return types.Diagnostic(
        range=span(positions, finding.place.start, finding.place.end),
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(f"{PAGES}#{rule.name}") if rule is not None else None,
        source="sopkit",
        message=finding.message,
    )


def location(uri: str, positions: Positions, one: Reference) -> types.Location:
    """A place in a file."""
    return types.Location(uri, span(positions, one.start, one.end))


def symbol(part: Part, positions: Positions) -> types.DocumentSymbol:
    """A part of the outline with all below it."""
    return types.DocumentSymbol(
        name=part.name,
        detail=part.detail or None,
        kind=_KINDS[part.kind],
        range=span(positions, part.start, part.end),
        selection_range=span(positions, part.first, part.last),
        children=[symbol(child, positions) for child in part.children],
    )


def symbol_kind(kind: Kind) -> types.SymbolKind:
    """The protocol's word for a kind of part."""
    return _KINDS[kind]

"""The text of a file as an editor has it, saved or not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sopkit.model.source import Source
from sopkit.server.lsp.positions import Positions

Span = tuple[int, int, int, int]
"""First line and column, last line and column, as the editor counts."""


@dataclass(frozen=True, slots=True)
class Document:
    """An open document. It is never changed: each edit gives another one."""

    uri: str
    path: Path
    version: int
    source: Source

    def changed(self, changes: Sequence[tuple[Span | None, str]], version: int, encoding: str) -> "Document":
        """The document after edits, each of which counts from the one before; one without a span is the whole text."""
        source = self.source
        for span, text in changes:
            written = to_bytes(text)
            if span is not None:
                at = Positions(source, encoding)
                start, end = at.offset(*span[:2]), at.offset(*span[2:])
                start, end = min(start, end), max(start, end)
                written = source.data[:start] + written + source.data[end:]
            source = Source(written)
        return replace(self, version=version, source=source)


def to_bytes(text: str) -> bytes:
    """The bytes of a text from the editor; half a character, which JSON can hold, becomes a question mark."""
    return text.encode("utf-8", "replace")

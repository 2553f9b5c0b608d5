"""Lines and columns as an editor counts them, to and from the bytes of a file."""

from dataclasses import dataclass

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
        return begin + _bytes(words.decode("utf-8", "replace"), column, wide=self.encoding == "utf-16")

    def _begin(self, line: int) -> int:
        start = self.source.line_starts[line - 1]
        return start if line > 1 or self.from_editor else max(start, self.source.text_start)


def _bytes(text: str, units: int, *, wide: bool) -> int:
    """How many bytes of the text some units are; half a character is none."""
    count = 0
    for at, char in enumerate(text):
        count += 2 if wide and char > "\uffff" else 1
        if count > units:
            return len(text[:at].encode())
    return len(text.encode())

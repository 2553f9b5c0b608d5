"""From a place in the text of a block to the byte of the file."""

from sopkit.model.body import Block
from sopkit.model.sop import Sop


class Offsets:
    """The text of a block, and the bytes at which its characters stand; cheap when asked in rising order."""

    def __init__(self, sop: Sop, block: Block) -> None:
        self.start = block.start
        self.text = sop.source.data[block.start : block.end].decode("utf-8", "replace")
        self._ascii = self.text.isascii()
        self._known = (0, block.start)

    def of(self, index: int) -> int:
        """The byte of a character."""
        if self._ascii:
            return self.start + index
        at, offset = self._known if index >= self._known[0] else (0, self.start)
        offset += len(self.text[at:index].encode("utf-8", "replace"))
        self._known = (index, offset)
        return offset

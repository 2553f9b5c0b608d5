"""Findings that are known, as the baseline of a library holds them."""

from dataclasses import dataclass, field

from sopkit.model.source import Source

NO_WORDS = "0" * 10
"""Stands for the words of a line such as `---`, by which nothing is known again."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """One finding that is known; `line` is its place in the baseline's file, 0 for one that is not written yet."""

    path: str
    code: str
    words: str
    said: str
    message: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def same(self) -> Key:
        """By which the finding is known again where only lines moved."""
        return self.path, self.code, self.words, self.said

    @property
    def reworded(self) -> Key | None:
        """By which it is known again where the message changed, as with a newer sopkit; None without words."""
        return None if self.words == NO_WORDS else (self.path, self.code, self.words)

    @property
    def anywhere(self) -> Key:
        """By which it is known again in a file of another name."""
        return self.code, self.words, self.said


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline as read; `path` is how the library names its file."""

    path: str
    source: Source
    entries: tuple[Known, ...]


NO_BASELINE = Baseline("", Source(b""), ())

"""A finding: what is wrong in a document, where, and its fix; and the baseline of known findings."""

from dataclasses import dataclass, field
from enum import StrEnum

from sopkit.model.source import Place, Source


class Severity(StrEnum):
    """How much a finding weighs; `--fail-on` names the least that fails."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return list(Severity).index(self)


class FixClass(StrEnum):
    """What kind of change a fix is."""

    MATERIAL = "M"
    SUGGESTION = "S"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes `start:end` of the file by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """The edits, applied together or not at all, that mend one finding."""

    label: str
    edits: tuple[Edit, ...]
    kind: FixClass = FixClass.MATERIAL


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong. `path` is relative to the library's root, with `/`; `message` says what to do.

    `weighed`: the rule chose the severity of this very finding, so its general severity does not apply. `ignored` is
    the reason for which it was accepted; `known` that the baseline has it.
    """

    path: str
    place: Place
    message: str
    code: str = ""
    severity: Severity = Severity.ERROR
    weighed: bool = False
    fix: Fix | None = None
    ignored: str | None = None
    known: bool = False

    @property
    def sort_key(self) -> tuple[str, Place, str, str]:
        """Order of findings in every output: path, place, code, message."""
        return (self.path, self.place, self.code, self.message)


EMPTY_WORDS_HASH = "0" * 10
"""Stands for the words of a line such as `---`, by which nothing is known again."""

FindingKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """One finding that is known; `line` is its place in the baseline's file, 0 for one that is not written yet."""

    path: str
    code: str
    words: str
    said: str
    message: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def same(self) -> FindingKey:
        """By which the finding is known again where only lines moved."""
        return self.path, self.code, self.words, self.said

    @property
    def reworded(self) -> FindingKey | None:
        """By which it is known again where the message changed, as with a newer sopkit; None without words."""
        return None if self.words == EMPTY_WORDS_HASH else (self.path, self.code, self.words)

    @property
    def anywhere(self) -> FindingKey:
        """By which it is known again in a file of another name."""
        return self.code, self.words, self.said


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline as read; `path` is how the library names its file."""

    path: str
    source: Source
    entries: tuple[BaselineEntry, ...]


NO_BASELINE = Baseline("", Source(b""), ())

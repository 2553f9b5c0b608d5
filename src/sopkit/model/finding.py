"""A finding: what is wrong in a document, where, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from sopkit.model.source import Place


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

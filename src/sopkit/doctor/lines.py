"""A line of the doctor: what was looked at, how it stands, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How something stands; a hint asks for nothing."""

    OK = "ok"
    HINT = "hint"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for ok, 3 for error."""
        return list(State).index(self)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. `path` is relative to the top of the repository; line 0 is the whole file."""

    check: str
    state: State
    message: str
    mend: str = ""
    path: str = ""
    line: int = 0


def named(keys: list[str]) -> str:
    """Names for a message: all of them, or the first few and how many more."""
    shown = 5
    more = f" and {len(keys) - shown} more" if len(keys) > shown else ""
    return ", ".join(f"`{key}`" for key in keys[:shown]) + more

"""The decisions that are still open in a file."""

from dataclasses import dataclass

from sopkit.model.body import DECISION_MARK


@dataclass(frozen=True)
class OpenDecision:
    """A mark in a file, and the lines on which it stands."""

    path: str
    lines: tuple[int, ...]
    mark: str


def marks_in(path: str, data: bytes, before: bytes) -> tuple[OpenDecision, ...]:
    """The marks in a file, but not those in the lines that it had before."""
    found: dict[str, tuple[int, ...]] = {}
    had = len(before.splitlines())
    for number, line in enumerate(data.splitlines()[had:], had + 1):
        for match in DECISION_MARK.finditer(line.decode()):
            mark = match[0].replace('\\"', '"')  # in front matter it stands in quotes
            found[mark] = (*found.get(mark, ()), number)
    return tuple(OpenDecision(path, tuple(dict.fromkeys(lines)), mark) for mark, lines in found.items())

"""Examples of rules: an SOP, or what differs from a complete one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import dedent

JUDGED = "2026-11-24"
"""The day on which examples are judged."""


@dataclass(frozen=True)
class Past:
    """A commit in the history of an example: on a day, by a person of the register, by key.

    `text` is the SOP as it was then, an overlay as that of the example; `entry` are keys of an entry of that person
    about the text, and `files` are other files of that day.
    """

    day: str
    by: str
    text: str | None = None
    entry: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take off the indent that the text has in the rule's code."""
        if self.text is not None:
            object.__setattr__(self, "text", f"{dedent(self.text).strip()}\n" if self.text else "")

    @property
    def shown(self) -> str:
        """The commit in words, as the page of a rule shows it."""
        if self.entry:
            return f"# {self.day}: entry of {self.by}, {self.entry}"
        lines = [f"# {self.day}: committed by {self.by}"]
        lines += [self.text.rstrip()] if self.text else []
        return "\n".join([*lines, *(f"# {path}\n{text}" for path, text in self.files.items())])


@dataclass(frozen=True)
class Example:
    """Text that shows a rule.

    Lines between two `---` replace keys of a complete SOP's front matter; each `## Section` replaces that
    section. `whole` means that the text is the entire file. `without` names keys and sections to leave out,
    `files` other files of the library; SOPs among them are overlays as well. `history` are commits before the
    text, which stands in the folder and differs from the last of them or not.
    """

    text: str
    whole: bool = False
    without: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    history: tuple[Past, ...] = ()

    def __post_init__(self) -> None:
        """Take off the indent that the text has in the rule's code."""
        object.__setattr__(self, "text", f"{dedent(self.text).strip()}\n" if self.text else "")

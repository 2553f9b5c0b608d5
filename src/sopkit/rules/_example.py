"""Examples of rules: an SOP, or what differs from a complete one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import dedent


@dataclass(frozen=True)
class Example:
    """Text that shows a rule.

    Lines between two `---` replace keys of a complete SOP's front matter; each `## Section` replaces that
    section. `whole` means that the text is the entire file. `without` names keys and sections to leave out,
    `files` other files of the library; SOPs among them are overlays as well.
    """

    text: str
    whole: bool = False
    without: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take off the indent that the text has in the rule's code."""
        object.__setattr__(self, "text", f"{dedent(self.text).strip()}\n" if self.text else "")

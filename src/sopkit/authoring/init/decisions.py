"""What a company must still decide: the marks in the files of its new library."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sopkit.authoring.init.choice import Choice
from sopkit.authoring.init.texts import markdown, text
from sopkit.git.forge import Forge
from sopkit.model.decisions import MARK

SELECT = "SOP018,SOP103,SOP104"
"""The rules that find a mark: in a register, as all that a section says, and elsewhere in an SOP."""

_KEYS = """\
- [ ] Put the ssh key of each approver into `registers/people.yaml`, under `signing_keys`: where criticality is high
      they approve with `sopkit approve --sign`."""
_ROW = re.compile(r"- (?:id|key|term|control): *(\S+)")
_LEAD = re.compile(r"^\[\s*decide\s*:?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Undecided:
    """A mark: where it stands, what it asks, and in which row of a register."""

    path: str
    line: int
    ask: str
    row: str = ""

    @property
    def shown(self) -> str:
        """Place and question on one line."""
        row = f"{self.row}: " if self.row else ""
        return f"{self.path}:{self.line}: {row}{self.ask}"


def undecided_in(files: Mapping[str, str]) -> tuple[Undecided, ...]:
    """The marks in texts by path, SOPs before registers, in the order of the lines."""
    paths = sorted(files, key=lambda path: (path.startswith("registers/"), path))
    return tuple(mark for path in paths for mark in _marks(path, files[path]))


def distinct(marks: Iterable[Undecided]) -> tuple[Undecided, ...]:
    """The first mark of each decision: one answer often stands in several places."""
    found: dict[tuple[str, str], Undecided] = {}
    for mark in marks:
        found.setdefault((mark.row, mark.ask), mark)
    return tuple(found.values())


def _marks(path: str, content: str) -> Iterable[Undecided]:
    row = ""
    for number, line in enumerate(content.split("\n"), 1):
        if path.startswith("registers/") and (begun := _ROW.match(line)):
            row = begun[1]
        for mark in MARK.finditer(line):
            ask = _LEAD.sub("", mark[0])[:-1].strip()
            yield Undecided(path, number, ask.replace('\\"', '"'), row)  # in front matter it stands in quotes


def checklist(choice: Choice, marks: Iterable[Undecided]) -> str:
    """The text of `DECISIONS.md`."""
    lines = [f"- [ ] `{mark.path}:{mark.line}` {markdown(_said(mark))}" for mark in marks]
    forge = choice.forge is not Forge.UNKNOWN
    return text(
        "DECISIONS.md",
        organisation=markdown(choice.company),
        marks="\n".join(lines) or "Nothing is left open.",
        select=SELECT,
        keys=_KEYS if choice.evidence == "E3" else "",
        owners="- [ ] Then put the approvers into CODEOWNERS: `sopkit doctor --codeowners --write`." if forge else "",
        protect="- [ ] Protect the default branch on the forge: `sopkit doctor` says how." if forge else "",
    )


def _said(mark: Undecided) -> str:
    return f"{mark.row}: {mark.ask}" if mark.row else mark.ask

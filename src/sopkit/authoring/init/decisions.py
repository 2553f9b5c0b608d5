"""What a company must still decide: the marks in the files of its new library."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sopkit.authoring.init.choice import Choice
from sopkit.authoring.init.texts import markdown, text
from sopkit.authoring.templates.marks import marks_in
from sopkit.git.checkout import Forge

SELECT = "SOP018,SOP103,SOP104"
"""The rules that find a mark: in a register, as all that a section says, and elsewhere in an SOP."""

_KEYS = """\
- [ ] Put the ssh key of each approver into `registers/people.yaml`, under `signing_keys`: where criticality is high
      they approve with `sopkit approve --sign`."""
_ROW = re.compile(r"- (?:id|key|term|control): *(\S+)")
_LEAD = re.compile(r"^\[\s*decide\s*:?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Undecided:
    """An open decision at one place: what it asks, and in which row of a register."""

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
    data = content.encode()
    found = [(line, decision.mark) for decision in marks_in(path, data, b"") for line in decision.lines]
    rows = [""]
    for each in data.splitlines():
        begun = _ROW.match(each.decode()) if path.startswith("registers/") else None
        rows.append(begun[1] if begun else rows[-1])
    for line, mark in sorted(found, key=lambda pair: pair[0]):
        yield Undecided(path, line, _LEAD.sub("", mark)[:-1].strip(), rows[line])


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

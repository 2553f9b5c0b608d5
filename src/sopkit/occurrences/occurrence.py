"""What an occurrence is: a place in a file that means a thing, and how it does."""

from dataclasses import dataclass
from enum import StrEnum

CONTROLS = "controls"
"""Kind of a control, whose `scope` is its framework."""

ANCHORS = "anchors"
"""Kind of an anchor in an SOP, whose `scope` is the path of the file."""


class Form(StrEnum):
    """How a thing is meant."""

    DEFINITION = "definition"
    ID = "id"
    NAME = "name"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Target:
    """A thing that can be meant. `kind` is the name of a register, `sops`, `controls` or `anchors`."""

    kind: str
    id: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The bytes `start:end` of a file mean `target`: by its id, by its title, or as a link to its file."""

    target: Target
    path: str
    start: int
    end: int
    form: Form = Form.ID

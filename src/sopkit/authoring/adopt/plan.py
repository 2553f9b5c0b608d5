"""What adopting would do: for each document what is mapped, guessed and left, and the bytes before and after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sopkit.authoring.adopt.changes import TextChange
from sopkit.authoring.adopt.metadata.statement import Confidence

Progress = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


class How(StrEnum):
    """What became of a thing that a foreign document says."""

    MAPPED = "mapped"
    GUESSED = "guessed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a plan: what it is about, in words, and from which line of the source (0: the document)."""

    how: How
    about: str
    words: str
    line: int = 0
    confidence: Confidence | None = None


@dataclass(frozen=True)
class AdoptedDraft:
    """One document as it will be: where it goes, its bytes before and after, and what the plan says of it."""

    source: str
    """As the user named it, or its path in the library."""
    target: str
    """Path in the library."""
    before: bytes
    """The source; for a document of Word its text as Markdown."""
    mended: bytes
    """The same with its front matter between two lines `---`, and lines that are meant as headings as such; the offsets
    of the changes are in it."""
    after: bytes
    moved: bool
    """Whether the source is left alone and the target is a new file."""
    id: str
    title: str
    area: str
    owner: str
    told: tuple[PlanLine, ...] = ()
    changes: tuple[TextChange, ...] = ()
    extra: tuple[str, ...] = ()
    """Foreign keys that stay and must be tolerated."""
    roles: tuple[str, ...] = ()
    """Role ids that it names."""
    headings: frozenset[str] = frozenset()
    """Its headings of the highest level, as words."""
    sections: Mapping[str, str] = field(default_factory=dict)
    """Heading to section, as the plan mapped them."""
    bullets: str = ""
    """What was decided about plain bullets: steps, keep, or nothing."""
    asked_bullets: tuple[str, ...] = ()
    """The headings of plain bullets about which nobody decided."""
    policies: tuple[str, ...] = ()
    """Policy ids that it names."""
    beside: Mapping[str, bytes] = field(default_factory=dict)
    """Images and other files that come along, by path in the library."""
    stubs: tuple[str, ...] = ()
    """Sections that were missing and are marked now."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that is not adopted. `adopted`: because it is an SOP already, which is no mistake."""

    source: str
    why: str
    adopted: bool = False
    lacks: str = ""
    """The key of a map file that lets it be adopted, where one does."""


@dataclass(frozen=True)
class AdoptionPlan:
    """All that adopting would do; `shared` are the files of the library that change with the documents."""

    drafts: tuple[AdoptedDraft, ...]
    refused: tuple[Refused, ...] = ()
    shared: Mapping[str, tuple[bytes | None, bytes]] = field(default_factory=dict)
    """Path in the library to its bytes before (None: it is new) and after: sopkit.toml, registers."""
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something could not be adopted."""
        return any(not refused.adopted for refused in self.refused)

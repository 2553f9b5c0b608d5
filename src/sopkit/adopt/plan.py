"""The adoption plan: changes, drafts and refused documents, as plan lines and as JSON with its schema."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

from sopkit import __version__
from sopkit.adopt.metadata.labels import Confidence
from sopkit.model.finding import Edit
from sopkit.tables.document import Schema, array_schema, document_schema, object_schema

ProgressCallback = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


class MappingResult(StrEnum):
    """What became of a thing that a foreign document says."""

    MAPPED = "mapped"
    GUESSED = "guessed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a plan: what it is about, in words, and from which line of the source (0: the document)."""

    how: MappingResult
    about: str
    words: str
    line: int = 0
    confidence: Confidence | None = None


def mapping_line(about: str, words: str, line: int = 0, confidence: Confidence = Confidence.CERTAIN) -> PlanLine:
    """The line about a thing that is mapped; unless that is certain, it is a guess."""
    if confidence is Confidence.CERTAIN:
        return PlanLine(MappingResult.MAPPED, about, words, line)
    return PlanLine(MappingResult.GUESSED, about, words, line, confidence)


def leftover_line(about: str, words: str, line: int = 0) -> PlanLine:
    """The line about a thing that is left to people."""
    return PlanLine(MappingResult.LEFT, about, words, line)


@dataclass(frozen=True)
class AdoptedDraft:
    """One document as it will be: where it goes, its bytes before and after, and what the plan says of it."""

    source: str
    """As the user named it, or its path in the library."""
    target: str
    """Path in the library."""
    before: bytes
    """The source; for a document of Word its text as Markdown."""
    fixed: bytes
    """The same with its front matter between two lines `---`, and lines that are meant as headings as such; the offsets
    of the changes are in it."""
    after: bytes
    moved: bool
    """Whether the source is left alone and the target is a new file."""
    id: str
    title: str
    area: str
    owner: str
    plan_lines: tuple[PlanLine, ...] = ()
    changes: tuple[Edit, ...] = ()
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
    undecided_bullets: tuple[str, ...] = ()
    """The headings of plain bullets about which nobody decided."""
    policies: tuple[str, ...] = ()
    """Policy ids that it names."""
    beside: Mapping[str, bytes] = field(default_factory=dict)
    """Images and other files that come along, by path in the library."""
    stubs: tuple[str, ...] = ()
    """Sections that were missing and are marked now."""


@dataclass(frozen=True, slots=True)
class RefusedDocument:
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
    refused: tuple[RefusedDocument, ...] = ()
    shared: Mapping[str, tuple[bytes | None, bytes]] = field(default_factory=dict)
    """Path in the library to its bytes before (None: it is new) and after: sopkit.toml, registers."""
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something could not be adopted."""
        return any(not refused.adopted for refused in self.refused)


ADOPTION_SCHEMA = "sopkit/adoption/1"
"""Name of the published schema."""

_SchemaParts = dict[str, tuple[str, Schema]]

_STRING: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer", "minimum": 0}
_BOOLEAN: Schema = {"type": "boolean"}


def adoption_json(plan: AdoptionPlan, head: str, as_of: date, *, written: bool, commit: str = "") -> dict[str, object]:
    """The one object that `sopkit adopt -f json` writes."""
    return {
        "schema": ADOPTION_SCHEMA,
        "tool": f"sopkit {__version__}",
        "head": head,
        "as_of": as_of.isoformat(),
        "written": written,
        "commit": commit,
        "rows": [_draft_json(draft) for draft in plan.drafts],
        "refused": [{"source": one.source, "why": one.why, "adopted": one.adopted} for one in plan.refused],
        "shared": sorted(plan.shared),
        "notes": list(plan.notes),
    }


def _draft_json(draft: AdoptedDraft) -> dict[str, object]:
    return {
        **{name: getattr(draft, name) for name in ("source", "target", "moved", "id", "title", "area", "owner")},
        "told": [asdict(one) for one in draft.plan_lines],
        "extra": list(draft.extra),
        "stubs": list(draft.stubs),
        "bullets": list(draft.undecided_bullets),
        "files": sorted(draft.beside),
    }


def adoption_schema() -> Schema:
    """The JSON Schema of that object."""
    plan_lines: _SchemaParts = {
        "how": ("What became of it.", {"enum": [str(how) for how in MappingResult]}),
        "about": ("What it is about: a key, a section, a heading, a link.", _STRING),
        "words": ("In words.", _STRING),
        "line": ("Line of the source, from 1; 0 is the document.", _NUMBER),
        "confidence": ("How sure a guess is.", {"enum": [*(str(one) for one in Confidence), None]}),
    }
    row: _SchemaParts = {
        "source": ("The document: its path in the library, else the whole path.", _STRING),
        "target": ("Path of the draft in the library.", _STRING),
        "moved": ("Whether the draft is a new file, and the source is left alone.", _BOOLEAN),
        "id": ("Its id; empty where the path is the id.", _STRING),
        "title": ("Its title.", _STRING),
        "area": ("Its area.", _STRING),
        "owner": ("The role that owns it, or a marked decision.", _STRING),
        "told": ("What is mapped, guessed and left.", array_schema(object_schema(plan_lines))),
        "extra": ("Foreign keys that stay.", array_schema(_STRING)),
        "stubs": ("Sections that were missing and are marked.", array_schema(_STRING)),
        "bullets": ("Headings of plain bullets that may be steps.", array_schema(_STRING)),
        "files": ("Files that come along.", array_schema(_STRING)),
    }
    refused: _SchemaParts = {
        "source": ("The document.", _STRING),
        "why": ("Why it is not adopted.", _STRING),
        "adopted": ("Whether it is an SOP already.", _BOOLEAN),
    }
    return document_schema(
        "AdoptionDocument",
        "What `sopkit adopt -f json` writes.",
        {
            "schema": ("Name of this schema.", {"const": ADOPTION_SCHEMA}),
            "tool": ("Name and version of the program.", _STRING),
            "head": ("Commit that is checked out; empty when there is none.", _STRING),
            "as_of": ("The day of the plan.", {"type": "string", "format": "date"}),
            "written": ("Whether the plan was carried out.", _BOOLEAN),
            "commit": ("The commit that holds it; empty when there is none.", _STRING),
            "rows": ("One for each draft.", array_schema(object_schema(row))),
            "refused": ("Documents that are not adopted.", array_schema(object_schema(refused))),
            "shared": ("Other files of the library that change.", array_schema(_STRING)),
            "notes": ("What else is to be known.", array_schema(_STRING)),
        },
    )

"""The plan for other programs: JSON with its schema."""

from datetime import date

from sopkit import __version__
from sopkit.authoring.adopt.metadata.statement import Confidence
from sopkit.authoring.adopt.plan import AdoptedDraft, AdoptionPlan, How
from sopkit.tables.rows import Schema, array_schema, document_schema, object_schema

SCHEMA = "sopkit/adoption/1"
"""Name of the published schema."""

_Parts = dict[str, tuple[str, Schema]]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer", "minimum": 0}
_YES: Schema = {"type": "boolean"}


def adoption_json(plan: AdoptionPlan, head: str, as_of: date, *, written: bool, commit: str = "") -> dict[str, object]:
    """The one object that `sopkit adopt -f json` writes."""
    return {
        "schema": SCHEMA,
        "tool": f"sopkit {__version__}",
        "head": head,
        "as_of": as_of.isoformat(),
        "written": written,
        "commit": commit,
        "rows": [_row(draft) for draft in plan.drafts],
        "refused": [{"source": one.source, "why": one.why, "adopted": one.adopted} for one in plan.refused],
        "shared": sorted(plan.shared),
        "notes": list(plan.notes),
    }


def _row(draft: AdoptedDraft) -> dict[str, object]:
    return {
        "source": draft.source,
        "target": draft.target,
        "moved": draft.moved,
        "id": draft.id,
        "title": draft.title,
        "area": draft.area,
        "owner": draft.owner,
        "told": [
            {
                "how": str(one.how),
                "about": one.about,
                "words": one.words,
                "line": one.line,
                "confidence": str(one.confidence) if one.confidence else None,
            }
            for one in draft.told
        ],
        "extra": list(draft.extra),
        "stubs": list(draft.stubs),
        "bullets": list(draft.asked_bullets),
        "files": sorted(draft.beside),
    }


def adoption_schema() -> Schema:
    """The JSON Schema of that object."""
    told: _Parts = {
        "how": ("What became of it.", {"enum": [str(how) for how in How]}),
        "about": ("What it is about: a key, a section, a heading, a link.", _TEXT),
        "words": ("In words.", _TEXT),
        "line": ("Line of the source, from 1; 0 is the document.", _NUMBER),
        "confidence": ("How sure a guess is.", {"enum": [*(str(one) for one in Confidence), None]}),
    }
    row: _Parts = {
        "source": ("The document: its path in the library, else the whole path.", _TEXT),
        "target": ("Path of the draft in the library.", _TEXT),
        "moved": ("Whether the draft is a new file, and the source is left alone.", _YES),
        "id": ("Its id; empty where the path is the id.", _TEXT),
        "title": ("Its title.", _TEXT),
        "area": ("Its area.", _TEXT),
        "owner": ("The role that owns it, or a marked decision.", _TEXT),
        "told": ("What is mapped, guessed and left.", array_schema(object_schema(told))),
        "extra": ("Foreign keys that stay.", array_schema(_TEXT)),
        "stubs": ("Sections that were missing and are marked.", array_schema(_TEXT)),
        "bullets": ("Headings of plain bullets that may be steps.", array_schema(_TEXT)),
        "files": ("Files that come along.", array_schema(_TEXT)),
    }
    refused: _Parts = {
        "source": ("The document.", _TEXT),
        "why": ("Why it is not adopted.", _TEXT),
        "adopted": ("Whether it is an SOP already.", _YES),
    }
    return document_schema(
        "AdoptionDocument",
        "What `sopkit adopt -f json` writes.",
        {
            "schema": ("Name of this schema.", {"const": SCHEMA}),
            "tool": ("Name and version of the program.", _TEXT),
            "head": ("Commit that is checked out; empty when there is none.", _TEXT),
            "as_of": ("The day of the plan.", {"type": "string", "format": "date"}),
            "written": ("Whether the plan was carried out.", _YES),
            "commit": ("The commit that holds it; empty when there is none.", _TEXT),
            "rows": ("One for each draft.", array_schema(object_schema(row))),
            "refused": ("Documents that are not adopted.", array_schema(object_schema(refused))),
            "shared": ("Other files of the library that change.", array_schema(_TEXT)),
            "notes": ("What else is to be known.", array_schema(_TEXT)),
        },
    )

"""The document that `sopkit diff -f json` writes."""

from sopkit.diff.model import BlockChange, Comparison, ComparisonSide, KeyChange, SectionChange, StepChange
from sopkit.tables.document import TEXT, Document, DocumentType, ReportTable, row_schema

DIFF = DocumentType(
    "diff",
    "DiffDocument",
    "What differs between two texts of an SOP, as `sopkit diff -f json` writes it, without unchanged blocks.",
    {
        "keys": KeyChange,
        "administrative": KeyChange,
        "sections": SectionChange,
        "steps": StepChange,
        "blocks": BlockChange,
    },
    {
        "id": ("Id of the SOP, or its path where it has none.", TEXT),
        "title": ("Its title.", TEXT),
        "old": ("The text before.", row_schema(ComparisonSide)),
        "new": ("The text after.", row_schema(ComparisonSide)),
        "material": ("Whether the digests of the two texts differ.", {"type": "boolean"}),
        "structure": ("Whether they differ in a way that no block shows.", {"type": "boolean"}),
    },
    head_or_null=True,
)
"""The published document."""


def diff_document(comparison: Comparison) -> Document:
    """The comparison as a document, with the blocks that differ."""
    redline = comparison.redline
    rows = {name: getattr(redline, name) for name in DIFF.kinds}
    rows["blocks"] = tuple(block for block in redline.blocks if not block.kept)
    return Document(
        DIFF,
        comparison.title,
        comparison.head,
        comparison.as_of,
        tuple(ReportTable(name, name, DIFF.kinds[name], rows[name]) for name in DIFF.kinds),
        values={
            **{name: getattr(comparison, name) for name in ("id", "title", "old", "new")},
            **{name: getattr(redline, name) for name in ("material", "structure")},
        },
    )

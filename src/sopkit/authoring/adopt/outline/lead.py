"""The text between the title and the first heading: metadata, the purpose, or steps."""

import re
from collections.abc import Iterator, Sequence

from sopkit.authoring.adopt.decisions import DocumentDecision
from sopkit.authoring.adopt.metadata.statement import Confidence
from sopkit.authoring.adopt.outline.groups import SectionPart
from sopkit.authoring.adopt.outline.mapping import Meaning, count_steps, meaning_of, reads_as_procedure
from sopkit.authoring.adopt.outline.pieces import Cut, Piece, Table
from sopkit.model.body import Block
from sopkit.parsing.sections import heading_words

_LABELLED = re.compile(r"^[A-Z][\w /-]{1,30}:\s*\S")
_FEWEST = 2
_A_FEW_LINES = 300

Spans = Sequence[tuple[int, int]]
"""Bytes that hold metadata, from start to end."""


def lead_parts(cut_up: Cut, spans: Spans, table: Table) -> Iterator[SectionPart]:
    """The text between title and first heading: what is more than metadata is Purpose, or steps."""
    blocks = list(cut_up.lead)
    while blocks and _is_metadata(blocks[0], spans):
        blocks.pop(0)
    last = max((at for at, block in enumerate(blocks) if not _is_metadata(block, spans)), default=-1)
    if last < 0:
        return
    end = cut_up.pieces[0].start if cut_up.pieces else cut_up.end
    first = _first_step(blocks)
    if first == len(blocks) or any(_is_procedure(piece, table) for piece in cut_up.pieces):
        yield _text(blocks, blocks[0].start, end, "Purpose", Confidence.LIKELY, "it stands above all sections")
        return
    if first and blocks[first - 1].text.rstrip().endswith(":"):
        first -= 1
    if first:
        why = "it stands above all sections"
        yield _text(blocks[:first], blocks[0].start, blocks[first].start, "Purpose", Confidence.LIKELY, why)
    why = "it holds steps"
    yield _text(blocks[first:], blocks[first].start, end, "Procedure", Confidence.LIKELY, why)


def _first_step(blocks: Sequence[Block]) -> int:
    """The place of the first list of steps, or of a bold line that says that steps follow; else their number."""
    said = next((at for at, block in enumerate(blocks) if _announces(block)), None)
    if said is not None and count_steps(blocks[said:]):
        return said
    lists = (at for at, block in enumerate(blocks) if count_steps([block]) >= _FEWEST and not _leads_elsewhere(block))
    return next(lists, len(blocks))


def _announces(block: Block) -> bool:
    alone = block.kind == "paragraph" and block.inlines and block.inlines[0].kind == "strong"
    bold = alone and block.inlines[0].end >= max(part.end for part in block.inlines if part.text.strip(" :"))
    return bool(bold) and reads_as_procedure(heading_words(block.text))


def _leads_elsewhere(block: Block) -> bool:
    """Whether each item of a list begins with a link: a table of contents."""
    leads = [item.children[0].inlines for item in block.children if item.children]
    return bool(leads) and all(inlines and inlines[0].kind == "link" for inlines in leads)


def _is_procedure(piece: Piece, table: Table) -> bool:
    """Whether a heading says that the procedure stands there, or steps do."""
    meaning = meaning_of(piece, table, DocumentDecision())
    sure = meaning.confidence is not Confidence.GUESS or count_steps(piece.blocks) > 0
    return "Procedure" in meaning.names and sure


def _text(blocks: Sequence[Block], start: int, end: int, name: str, sure: Confidence, why: str) -> SectionPart:
    return SectionPart(Piece(None, start, end, tuple(blocks)), Meaning((name,), sure, why))


def _is_metadata(block: Block, spans: Spans) -> bool:
    """Whether a block before the first heading says something of the document and nothing of the procedure."""
    if block.kind in {"html", "rule"}:
        return True
    told = any(start < block.end and block.start < end for start, end in spans)
    if block.kind == "list":
        items = [item.children[0].text if item.children else "" for item in block.children]
        return told and 2 * sum(_LABELLED.match(text) is not None for text in items) > len(items)
    if block.kind != "paragraph":
        return told and block.kind in {"table", "quote"}
    images = [part for part in block.inlines if part.kind == "image"]
    words = "".join(
        part.text
        for part in block.inlines
        if part.kind in {"text", "code"} and not any(one.start <= part.start < one.end for one in images)
    ).strip()
    if not words:
        return True
    labelled = _LABELLED.match(words) is not None and len(words) < _A_FEW_LINES
    return labelled and (told or block.inlines[0].kind == "strong")

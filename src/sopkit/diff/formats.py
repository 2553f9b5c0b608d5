"""A comparison as plain text, as Markdown and as a document."""

import re
from collections.abc import Callable, Iterable, Iterator

from sopkit.diff.model import (
    BlockChange,
    BlockPlace,
    ChangeKind,
    Comparison,
    ComparisonSide,
    KeyChange,
    SectionChange,
    StepChange,
    TextRun,
    select_blocks,
)
from sopkit.tables.document import TEXT, Document, DocumentType, ReportTable, row_schema
from sopkit.tables.escape import escape_controls

NO_CHANGE = "No material change."
STRUCTURE = "The structure of the text changed: which blocks belong together."
_MARKS = re.compile(r"\[-|-\]|\{\+|\+\}")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#&])")
_MAX_EDGE = 40
_STYLES = {"strong": "**", "emphasis": "*", "strike": "~~", "code": "`"}
_MARGIN = {ChangeKind.KEPT: " ", ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.CHANGED: "~"}

Write = Callable[[Iterable[TextRun]], str]


def as_text(comparison: Comparison, context: int = 1) -> str:
    """The redline for a terminal or a pipe: `[-out-]` and `{+in+}`; a mark in the text gets a backslash."""
    return "\n".join(_format_lines(comparison, context, _plain_runs, escape_controls, "")) + "\n"


def as_markdown(comparison: Comparison, context: int = 1) -> str:
    """The redline as a Markdown document: `~~out~~` and `**in**`."""
    return "\n".join(_format_lines(comparison, context, _markdown_runs, _escape, "#")) + "\n"


def _format_lines(
    comparison: Comparison, context: int, write: Write, plain: Callable[[str], str], head: str
) -> Iterator[str]:
    redline = comparison.redline
    bullet = "- " if head else "  "
    yield f"{'# ' * bool(head)}{plain(comparison.id)} {plain(comparison.title)}".rstrip()
    yield from ([""] if head else [])
    yield f"{'- out:' if head else '---'} {plain(comparison.old.label)}"
    yield f"{'- in:' if head else '+++'} {plain(comparison.new.label)}"
    if not redline.material:
        yield from ("", NO_CHANGE)
    for title, changes in (
        ("Front matter", redline.keys),
        ("Administrative (no material change)", redline.administrative),
    ):
        if changes:
            yield from _format_heading(title, head)
            yield from (f"{bullet}{plain(change.key)}: {write(shorten_runs(change.runs))}" for change in changes)
    if redline.sections or redline.steps:
        yield from _format_heading("In short", head)
        yield from (f"{bullet}section {plain(describe_section(change))}" for change in redline.sections)
        yield from (f"{bullet}step {plain(describe_step(change))}" for change in redline.steps)
    if redline.structure:
        yield from ("", STRUCTURE)
    section = None
    for block in select_blocks(redline, context) if redline.material else ():
        if block is None:
            yield from (["", "…", ""] if head else ["    …"])
            continue
        here = block_place(block).section
        if block.kept and block.shape.startswith("heading") and "".join(run.text for run in block.runs).strip() == here:
            continue  # the line above a section says it already
        if here != section:
            yield from _format_heading(plain(here) if here else "Before the first section", head)
            section = here
        yield from _format_block(block, write, head)


def _format_heading(title: str, head: str) -> list[str]:
    return ["", f"## {title}", ""] if head else ["", title]


def _format_block(block: BlockChange, write: Write, head: str) -> Iterator[str]:
    note = describe_block(block)
    words = write(block.runs) + (f" ({note})" if note else "")
    if head:
        yield from (f"- {words}" if block.depth or not block.kept else words, "")
    else:
        mark = "~" if block.moved and block.how is ChangeKind.KEPT else _MARGIN[block.how]
        yield f"{mark} {'  ' * block.depth}{words}"


def block_place(block: BlockChange) -> BlockPlace:
    """Where a block stands now; where it stood when it is gone."""
    return block.new or block.old or BlockPlace()


def describe_block(block: BlockChange) -> str:
    """What words do not show of a block: its step, where it came from, what it was."""
    notes = []
    if block.leads:
        notes.append(f"step {block_place(block).step}")
    if block.moved and block.old is not None:
        notes.append(f"moved from {f'step {block.old.step}' if block.old.step else block.old.section or 'the top'}")
    if block.shape != block.old_shape:
        notes.append(f"{block.old_shape} became {block.shape}")
    elif not any(run.text.strip() for run in block.runs):
        notes.append(block.shape)
    return ", ".join(notes)


def describe_section(change: SectionChange) -> str:
    """A line about a section: `Records: changed`."""
    name = change.new if change.new is not None else change.old
    was = f" (was {change.old})" if change.old and change.new and change.old != change.new else ""
    return f"{name or 'before the first heading'}{was}: {' and '.join(change.how)}"


def describe_step(change: StepChange) -> str:
    """A line about a step: `5 (was 3): moved and changed`."""
    number = change.new if change.new is not None else change.old
    was = f" (was {change.old})" if change.old and change.new and change.old != change.new else ""
    return f"{number}{was}: {' and '.join(change.how)}"


def link_target(run: TextRun) -> str:
    """Where a link or picture leads, by the style of its words."""
    found = [style.partition(" ")[2] for style in run.style if style.startswith(("link ", "image "))]
    return found[-1] if found else ""


def shorten_runs(runs: Iterable[TextRun]) -> list[TextRun]:
    """The runs of a key, long ones that stayed cut in their middle."""
    return [
        TextRun(run.how, f"{run.text[:_MAX_EDGE]} … {run.text[-_MAX_EDGE:]}", run.style)
        if run.how is ChangeKind.KEPT and len(run.text) > 3 * _MAX_EDGE
        else run
        for run in runs
    ]


def visible_runs(runs: Iterable[TextRun]) -> Iterator[TextRun]:
    """The runs without tags that stayed: they say nothing to a reader."""
    return (run for run in runs if run.how is not ChangeKind.KEPT or "html" not in run.style)


def _plain_runs(runs: Iterable[TextRun]) -> str:
    out = []
    for run in visible_runs(runs):
        text = _MARKS.sub(lambda match: f"\\{match[0]}", escape_controls(run.text))
        marks = "".join(_STYLES.get(style, "") for style in run.style)
        target = escape_controls(link_target(run))
        text = f"{marks}{f'[{text}]({target})' if target else text}{marks[::-1]}"
        out.append({ChangeKind.REMOVED: f"[-{text}-]", ChangeKind.ADDED: f"{{+{text}+}}"}.get(run.how, text))
    return "".join(out).replace("-][-", "").replace("+}{+", "")


def _markdown_runs(runs: Iterable[TextRun]) -> str:
    out = []
    for run in visible_runs(runs):
        text = _escape(run.text)
        if target := link_target(run):
            text += f" ({_escape(target)})" if run.how is not ChangeKind.KEPT else ""
        mark = {ChangeKind.REMOVED: "~~", ChangeKind.ADDED: "**"}.get(run.how, "")
        inner = text.strip()
        if not mark or not inner:
            out.append(f"{mark}{text or '∅'}{mark}" if mark and not inner else text)
            continue
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        out.append(f"{before}{mark}{inner}{mark}{after}")
    return "".join(out)


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", escape_controls(text))


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

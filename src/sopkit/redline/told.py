"""A comparison in plain text and in Markdown."""

import re
from collections.abc import Callable, Iterable, Iterator

from sopkit.redline.model import BlockChange, Comparison, How, Place, Run, SectionChange, StepChange, shown_blocks
from sopkit.tables.escape import escape_controls

NO_CHANGE = "No material change."
STRUCTURE = "The structure of the text changed: which blocks belong together."
_MARKS = re.compile(r"\[-|-\]|\{\+|\+\}")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#&])")
_EDGE = 40
_STYLES = {"strong": "**", "emphasis": "*", "strike": "~~", "code": "`"}
_MARGIN = {How.KEPT: " ", How.ADDED: "+", How.REMOVED: "-", How.CHANGED: "~"}

Write = Callable[[Iterable[Run]], str]


def as_text(comparison: Comparison, context: int = 1) -> str:
    """The redline for a terminal or a pipe: `[-out-]` and `{+in+}`; a mark in the text gets a backslash."""
    return "\n".join(_told(comparison, context, _plain_runs, escape_controls, "")) + "\n"


def as_markdown(comparison: Comparison, context: int = 1) -> str:
    """The redline as a Markdown document: `~~out~~` and `**in**`."""
    return "\n".join(_told(comparison, context, _markdown_runs, _escaped, "#")) + "\n"


def _told(comparison: Comparison, context: int, write: Write, plain: Callable[[str], str], head: str) -> Iterator[str]:
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
            yield from _heading(title, head)
            yield from (f"{bullet}{plain(change.key)}: {write(short(change.runs))}" for change in changes)
    if redline.sections or redline.steps:
        yield from _heading("In short", head)
        yield from (f"{bullet}section {plain(section_words(change))}" for change in redline.sections)
        yield from (f"{bullet}step {plain(step_words(change))}" for change in redline.steps)
    if redline.structure:
        yield from ("", STRUCTURE)
    section = None
    for block in shown_blocks(redline, context) if redline.material else ():
        if block is None:
            yield from (["", "…", ""] if head else ["    …"])
            continue
        here = place_of(block).section
        if block.kept and block.shape.startswith("heading") and "".join(run.text for run in block.runs).strip() == here:
            continue  # the line above a section says it already
        if here != section:
            yield from _heading(plain(here) if here else "Before the first section", head)
            section = here
        yield from _block(block, write, head)


def _heading(title: str, head: str) -> list[str]:
    return ["", f"## {title}", ""] if head else ["", title]


def _block(block: BlockChange, write: Write, head: str) -> Iterator[str]:
    note = block_note(block)
    words = write(block.runs) + (f" ({note})" if note else "")
    if head:
        yield from (f"- {words}" if block.depth or not block.kept else words, "")
    else:
        mark = "~" if block.moved and block.how is How.KEPT else _MARGIN[block.how]
        yield f"{mark} {'  ' * block.depth}{words}"


def place_of(block: BlockChange) -> Place:
    """Where a block stands now; where it stood when it is gone."""
    return block.new or block.old or Place()


def block_note(block: BlockChange) -> str:
    """What words do not show of a block: its step, where it came from, what it was."""
    notes = []
    if block.leads:
        notes.append(f"step {place_of(block).step}")
    if block.moved and block.old is not None:
        notes.append(f"moved from {f'step {block.old.step}' if block.old.step else block.old.section or 'the top'}")
    if block.shape != block.old_shape:
        notes.append(f"{block.old_shape} became {block.shape}")
    elif not any(run.text.strip() for run in block.runs):
        notes.append(block.shape)
    return ", ".join(notes)


def section_words(change: SectionChange) -> str:
    """A line about a section: `Records: changed`."""
    name = change.new if change.new is not None else change.old
    was = f" (was {change.old})" if change.old and change.new and change.old != change.new else ""
    return f"{name or 'before the first heading'}{was}: {' and '.join(change.how)}"


def step_words(change: StepChange) -> str:
    """A line about a step: `5 (was 3): moved and changed`."""
    number = change.new if change.new is not None else change.old
    was = f" (was {change.old})" if change.old and change.new and change.old != change.new else ""
    return f"{number}{was}: {' and '.join(change.how)}"


def target_of(run: Run) -> str:
    """Where a link or picture leads, by the style of its words."""
    found = [style.partition(" ")[2] for style in run.style if style.startswith(("link ", "image "))]
    return found[-1] if found else ""


def short(runs: Iterable[Run]) -> list[Run]:
    """The runs of a key, long ones that stayed cut in their middle."""
    return [
        Run(run.how, f"{run.text[:_EDGE]} … {run.text[-_EDGE:]}", run.style)
        if run.how is How.KEPT and len(run.text) > 3 * _EDGE
        else run
        for run in runs
    ]


def spoken(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs without tags that stayed: they say nothing to a reader."""
    return (run for run in runs if run.how is not How.KEPT or "html" not in run.style)


def _plain_runs(runs: Iterable[Run]) -> str:
    out = []
    for run in spoken(runs):
        text = _MARKS.sub(lambda match: f"\\{match[0]}", escape_controls(run.text))
        marks = "".join(_STYLES.get(style, "") for style in run.style)
        target = escape_controls(target_of(run))
        text = f"{marks}{f'[{text}]({target})' if target else text}{marks[::-1]}"
        out.append({How.REMOVED: f"[-{text}-]", How.ADDED: f"{{+{text}+}}"}.get(run.how, text))
    return "".join(out).replace("-][-", "").replace("+}{+", "")


def _markdown_runs(runs: Iterable[Run]) -> str:
    out = []
    for run in spoken(runs):
        text = _escaped(run.text)
        if target := target_of(run):
            text += f" ({_escaped(target)})" if run.how is not How.KEPT else ""
        mark = {How.REMOVED: "~~", How.ADDED: "**"}.get(run.how, "")
        inner = text.strip()
        if not mark or not inner:
            out.append(f"{mark}{text or '∅'}{mark}" if mark and not inner else text)
            continue
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        out.append(f"{before}{mark}{inner}{mark}{after}")
    return "".join(out)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", escape_controls(text))

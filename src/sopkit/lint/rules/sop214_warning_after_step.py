"""SOP214: A warning comes before the command that it warns of, not behind the last one of its step."""

import re
from collections.abc import Iterator
from functools import cache

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import StepBlocks, step_blocks
from sopkit.model.body import Block
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, phrase_needles, phrase_pattern


@rule(
    "SOP214",
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for the removal in Jira.
        2. **IT operations**: Suspend the user.

           ```sh
           okta users suspend --id 00u1
           ```

           Warning: the sessions of the user end at once. Compare the e-mail address first.
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for the removal in Jira.
        2. **IT operations**: Suspend the user.

           Warning: the sessions of the user end at once. Compare the e-mail address first.

           ```sh
           okta users suspend --id 00u1
           ```
        3. **IT operations**: Close the ticket.
        """,
)
def warning_after_step(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A warning comes before the command that it warns of, not behind the last one of its step.

    Why: people do what they read in the order in which they read it; behind the command a warning comes too late.
    Mend: move the warning above the command. `--fix --unsafe` does.
    """
    words = words_of(sop, context)
    may_warn = words.warnings and sop.source.may_say(phrase_needles(words.warnings))
    if not may_warn or not sop.source.has(b"```", b"~~~"):
        return
    for group in step_blocks(sop):
        inside = _own_blocks(group)
        commands = [block for block in inside if block.kind == "code"]
        if not commands or group.procedure.shape == "table":
            continue
        for block in inside:
            if block.start > commands[-1].start and (match := _label(words).match(block.text)):
                message = f'"{match[1]}" stands behind the command that it warns of; move it above'
                yield sop.finding((block.start, block.end), message, fix=_move_fix(sop, group, commands[-1], block))


@cache
def _label(words: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"[^\w\n]{{0,9}}({phrase_pattern(words.warnings)})\b(?=\s*[:!.\]—–-])", re.IGNORECASE)  # noqa: RUF001 - dashes as people type them


def _own_blocks(group: StepBlocks) -> list[Block]:
    """The blocks of a step without those behind its item of a list, which may be about the next step."""
    if group.procedure.shape != "list":
        return list(group.blocks)
    tops = group.section.blocks
    items = [block for top in tops for block in top.walk() if block.kind == "item" and block.start <= group.step.start]
    around = [item for item in items if group.step.start < item.end]
    return [block for block in group.blocks if around and block.end <= around[-1].end]


def _move_fix(sop: Sop, group: StepBlocks, command: Block, warning: Block) -> Fix | None:
    """The warning's lines before the command's, where the two stand side by side."""
    source = sop.source
    parents = [block for top in group.section.blocks for block in top.walk() if command in block.children]
    beside = parents[0].children if parents else list(group.section.blocks)
    sibling = next((block for block in beside if block.start <= warning.start and warning.end <= block.end), None)
    if sibling is None or sum(1 for block in sibling.walk() if block.inlines or block.kind == "code") > 1:
        return None

    def end_of(block: Block) -> int:
        """The beginning of the line behind a block's last words."""
        last = block.start + len(source.data[block.start : block.end].rstrip())
        line = source.line_of(max(last - 1, block.start))
        return source.line_starts[line] if line < len(source.line_starts) else len(source.data)

    cut, end = end_of(beside[beside.index(sibling) - 1]), end_of(sibling)
    start = source.line_starts[source.line_of(sibling.start) - 1]
    at = source.line_starts[source.line_of(command.start) - 1]
    text = source.data[start:end].decode("utf-8", "replace").rstrip("\r\n")
    edits = (Edit(at, at, f"{text}{source.line_end * 2}"), Edit(cut, end, ""))
    return Fix("move it above the command", edits, FixClass.SUGGESTION)

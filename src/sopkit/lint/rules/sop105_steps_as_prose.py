"""SOP105: The procedure is written as steps."""

from collections.abc import Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.sections import is_empty_section
from sopkit.lint.step_lead import is_instruction, sentences_of
from sopkit.model.body import Section
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon

_MIN_SENTENCES = 2
"""Things to do in a section that are worth a list."""


@rule(
    "SOP105",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        The line manager asks for access. IT operations grants it after the owner agreed.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access.
        """,
)
def steps_as_prose(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """The procedure is written as steps.

    Steps are an ordered list, task-list items, headings such as `### Step 2: …`, or a table with a column of
    numbers and a column of who, or with a column `Step` that counts from one on. A section that tells only one thing to
    do, or none, such as one that leads to another document, needs no list. In a library of documents that were not
    written as SOPs (`identity = "path"`) this is an info: what a handbook calls a process is often none.

    Why: prose cannot be ticked off, handed over in the middle, or sampled by an auditor.
    Mend: write one action a step, in the order in which it is done.
    """
    if sop.body.procedures:
        return
    words = words_of(sop, context)
    names = frozenset(context.roles.by_name)
    instructions = {
        section: _instructions(sop, section, words, names)
        for section in sop.body.sections
        if "Procedure" in section.names and not is_empty_section(section)
    }
    if instructions and (not words.verbs or max(map(len, instructions.values())) >= _MIN_SENTENCES):
        heading = max(instructions, key=lambda section: len(instructions[section])).heading
        message = "the procedure has no steps; write it as a numbered list, one action a step"
        severity = Severity.INFO if context.config.library.identity == "path" else None
        yield sop.finding((heading.start, heading.end), message, severity=severity)


def _instructions(sop: Sop, section: Section, words: Lexicon, names: frozenset[str]) -> set[str]:
    """The sentences of a section that say what to do."""
    text = sop.body.prose
    blocks = (block for top in section.blocks for block in top.walk() if block.inlines)
    prose = [block for block in blocks if block.kind not in {"heading", "code", "html"}]
    contents = (text.text[slice(*text.within(block.start, block.end))].strip() for block in prose)
    sentences = {sentence for content in contents for sentence in sentences_of(content) if sentence}
    return {sentence for sentence in sentences if is_instruction(sentence, words, names)}

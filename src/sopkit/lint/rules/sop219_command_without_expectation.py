"""SOP219: A step with a command says how to see that it worked."""

from collections.abc import Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import Library
from sopkit.lint.rule import rule
from sopkit.lint.step_blocks import StepBlocks, step_blocks
from sopkit.model.body import Block
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import any_phrase

_SHELLS = frozenset({"sh", "bash", "shell", "zsh", "console", "terminal", "shell-session", "powershell", "sql"})

_SILENT = frozenset({b"export", b"cd", b"set", b"source", b"#"})
"""Commands that prepare the shell and print nothing."""


@rule(
    "SOP219",
    severity=Severity.INFO,
    default=False,
    bad="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Suspend the user.

           ```sh
           okta users suspend --id 00u1
           ```
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Suspend the user.
           - Expect: The command prints the status "SUSPENDED".

           ```sh
           okta users suspend --id 00u1
           ```
        3. **IT operations**: Close the ticket.
        """,
)
def command_without_expectation(sop: Sop, library: Library) -> Iterator[Finding]:
    """A step with a command says how to see that it worked.

    Looked at: command blocks that name a shell, in steps without an `Expect:` part, but those that only
    prepare the shell, such as `export`; words such as "prints", "output" or
    "you will see" in the step count, and so does a block of another kind behind the command.

    Why: a command that fails without a word is followed by the next one, and the record says that all was done.
    Mend: add `- Expect:` and what the command prints or changes.
    """
    if not sop.source.has(b"```", b"~~~"):
        return
    says = words_of(sop, library).expectations
    for laid in step_blocks(sop) if says else ():
        commands = [block for block in laid.blocks if block.kind == "code" and _is_command(sop, block)]
        if (
            not commands
            or any(step.expects for step in (*laid.step.walk(), *laid.above))
            or _has_output(laid, commands[-1])
        ):
            continue
        if not any(any_phrase(says).search(block.text) for block in laid.blocks):
            command = commands[0]
            yield sop.finding(
                (command.start, command.end), "nothing says what the command gives; add a bullet `- Expect: …`"
            )


def _is_command(sop: Sop, block: Block) -> bool:
    """Whether a block names a shell and does more than prepare it."""
    if block.detail.split(",")[0].strip().casefold() not in _SHELLS:
        return False
    lines = sop.source.data[block.start : block.end].splitlines()[1:-1]
    return any(line.strip() and line.split()[0] not in _SILENT for line in lines)


def _has_output(laid: StepBlocks, command: Block) -> bool:
    """Whether a block that is no command, such as an output, stands behind the last command."""
    return any(block.kind == "code" and block.start > command.start for block in laid.blocks)

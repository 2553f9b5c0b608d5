"""SOP215."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.blocks import Block
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._destruction import destruction
from sopkit.rules._laid_out import LaidOut, laid_out
from sopkit.rules._rule import rule
from sopkit.rules._wording import words_of
from sopkit.text.lexicon import any_of

_ASKED_FOR = (
    *(b"rm ", b"destroy", b"drop", b"truncate", b"delete", b"terminate", b"uninstall", b"purge", b"dd ", b"mkfs"),
    *(b"wipefs", b"shred", b"remove", b"push", b"flush", b" rb"),
)
_TRIED = (b"--dry-run", b"--dryrun", b"plan -destroy", b"--what-if")


@rule(
    "SOP215",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **Line manager**: Report the end of the project.
        2. **IT operations**: Close its accounts.
        3. **IT operations**: Remove the project.

           ```sh
           kubectl delete namespace project-x
           ```
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the end of the project.
        2. **IT operations**: Close its accounts.
        3. **IT operations**: Remove the project.
           - Warning: All its data go with it. Read the name aloud to a colleague before you press return.

           ```sh
           kubectl delete namespace project-x
           ```
        """,
)
def unguarded_destruction(sop: Sop, library: Library) -> Iterator[Finding]:
    """A command that destroys data comes behind a warning, a confirmation or a backup.

    It stands above the command in its step or in the step before. Looked at: command blocks of procedures with `rm -r`,
    `terraform destroy`, `DROP TABLE`, `kubectl delete` (not of what comes back, as pods do), `aws … delete-…`,
    `dd of=`, `mkfs`, `git push --force` and the like; not folders for temporary files and builds, nor dry runs.

    Why: such a command works on the wrong name as well; the pause before it is all that stands between.
    Mend: add a warning with what is lost and what to compare, a backup, or a dry run before it.
    """
    if not any(block.kind == "code" for block in sop.body.blocks) or not sop.source.has(*_ASKED_FOR):
        return
    guards = words_of(sop, library).guards
    before = ""
    for laid in laid_out(sop) if guards else ():
        for block in laid.blocks:
            if block.kind == "code" and (span := destruction(sop.source.data, block.start, block.end)):
                words = " ".join((before, *(step.text for step in laid.above), _words(laid, block)))
                text = sop.source.data[block.start : block.end].lower()
                if not any_of(guards).search(words) and not any(tried in text for tried in _TRIED):
                    command = " ".join(sop.source.data[slice(*span)].decode("utf-8", "replace").split())
                    message = f"`{command}` without a warning, a confirmation or a backup before it; say what is lost"
                    yield sop.finding(span, message)
        before = _words(laid, None)


def _words(laid: LaidOut, until: Block | None) -> str:
    """The words of a step, as far as a block of it."""
    return " ".join(block.text for block in laid.blocks if until is None or block.start < until.start)

"""SOP228: A variable in a command is set or explained in the SOP."""

import re
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import step_blocks
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_SHELLS = frozenset({"sh", "bash", "shell", "zsh", "console", "terminal", "shell-session"})
_VARIABLE_USE = re.compile(rb"\$\{?([A-Z][A-Z0-9_]{2,63})(?![A-Z0-9_a-z])")
_WITH_DEFAULT = re.compile(rb"\$\{([A-Z][A-Z0-9_]{2,63}):?[-=]")
_VARIABLE_NAME = re.compile(rb"(?<![\w$])(?<!\$\{)([A-Z][A-Z0-9_]{2,63})(?!\w)")
_STANDARD_VARIABLES = frozenset(
    b"HOME PATH PWD OLDPWD USER LOGNAME SHELL TERM LANG EDITOR HOSTNAME RANDOM TMPDIR UID SECONDS LINENO IFS DISPLAY "
    b"PAGER KUBECONFIG".split()
)
"""Variables that a shell or the system sets."""
_STANDARD_PREFIXES = (b"CF_", b"CI_", b"GITHUB_", b"GITLAB_", b"KUBERNETES_", b"LC_", b"XDG_", b"ZSH", b"BASH")
"""How those begin that a shell or a platform sets."""
_NOT_READ = re.compile(rb"'[^'\n]*'|^[ \t]*#[^\n]*", re.MULTILINE)


@rule(
    "SOP228",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Suspend the user.

           ```sh
           okta users suspend --id "$USER_ID"
           ```
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Set `USER_ID` to the last part of the user's address in Okta, and suspend the user.

           ```sh
           okta users suspend --id "$USER_ID"
           ```
        3. **IT operations**: Close the ticket.
        """,
)
def unexplained_variable(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A variable in a command is set or explained in the SOP.

    Looked at: `$NAMES` in capitals in the command blocks of procedures. A line that sets the variable counts, and so
    does a default (`${NAME:-none}`), and its name in Inputs or anywhere else in the text. Not looked at: what a shell
    or a platform sets, such as `$HOME`, and what stands in comments or in single quotes, which another machine may
    know. An SOP has one finding for all its variables.

    Why: at three in the morning nobody knows where the value comes from, and an empty variable makes another command of
    `rm -r "$FOLDER/"`.
    Mend: list the variable in Inputs with where its value comes from, or set it in the step before.
    """
    data = sop.source.data
    if not _VARIABLE_USE.search(data):
        return
    uses: list[tuple[bytes, int]] = []
    for block in (block for group in step_blocks(sop) for block in group.blocks if block.kind == "code"):
        if block.detail.split(",")[0].strip().casefold() in _SHELLS:
            code = _NOT_READ.sub(lambda match: b" " * len(match[0]), data[block.start : block.end])
            uses += [(match[1], block.start + match.start(1)) for match in _VARIABLE_USE.finditer(code)]
    named = _STANDARD_VARIABLES.union(*((_VARIABLE_NAME.findall(data), _WITH_DEFAULT.findall(data)) if uses else ()))
    unknown = [(name, at) for name, at in uses if name not in named and not name.startswith(_STANDARD_PREFIXES)]
    if unknown:
        listed = ", ".join(f"`{name}`" for name in dict.fromkeys(name.decode() for name, _ in unknown))
        message = f"nothing explains {listed}; say in Inputs where the value comes from, or set it before"
        first, at = unknown[0]
        yield sop.finding((at, at + len(first)), message)

"""SOP018: undecided row."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.body import DECISION_MARK
from sopkit.model.finding import Finding, Severity

_MARK = re.compile(DECISION_MARK.pattern.encode())
_TEXT = "---\npolicies: [access-policy]\n---\n"
_POLICY = "- id: access-policy\n  title: Access policy\n  location: %s\n"


@rule(
    "SOP018",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    bad=Example(
        _TEXT,
        files={"registers/policies.yaml": _POLICY % '""  # [decide: where this policy is kept, e.g. the intranet]'},
    ),
    good=Example(_TEXT, files={"registers/policies.yaml": _POLICY % "policies/access.md"}),
)
def undecided_row(library: Library) -> Iterator[Finding]:
    """No register holds a decision that is still to be taken: a mark `[decide: …]`, in a value or in a comment.

    Why: rows that come with a template leave to you what only you can know, such as who holds a role; until that is
    written the row proves nothing. In the SOPs themselves SOP104 finds the marks.
    Mend: write what was decided, and delete the mark.
    """
    for register in library.registers.values():
        if not register.source.has(b"decide"):
            continue
        for match in _MARK.finditer(register.source.data):
            mark = match[0].decode("utf-8", "replace")
            words = f"`{mark}` is undecided; write what was decided and delete the mark"
            yield Finding(register.path, register.source.place(*match.span()), words)

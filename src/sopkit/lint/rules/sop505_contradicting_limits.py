"""SOP505: Two SOPs that are not retired do not promise different lengths of time for the same thing."""

from collections.abc import Iterator

from sopkit.analysis.time_limits import contradictions
from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_LIMIT = "time_limits:\n  grant: {limit: %s, starts: the request}\n"
_OTHER = "---\nid: AC-002\n{}---\n## Procedure\n\n{}\n"
_STEPS = """
1. **Line manager**: Ask for access in Jira.
2. **Asset owner**: Approve the request.
3. **IT operations**: Grant the access within %s.
"""


@rule(
    "SOP505",
    scope=RuleScope.SOP_IN_LIBRARY,
    severity=Severity.WARNING,
    bad=Example(
        f"---\n{_LIMIT % 'PT4H'}---\n",
        files={"sops/ac-002-grant-extra-access.md": _OTHER.format(_LIMIT % "PT8H", _STEPS % "8 hours")},
    ),
    good=Example(
        f"---\n{_LIMIT % 'PT4H'}---\n",
        files={"sops/ac-002-grant-extra-access.md": _OTHER.format(_LIMIT % "240 minutes", _STEPS % "4 hours")},
    ),
)
def contradicting_limits(sop: Sop, library: Library) -> Iterator[Finding]:
    """Two SOPs that are not retired do not promise different lengths of time for the same thing.

    The same are: time limits with one id that begin with the same (`starts`), unless the id is the anchor of a step;
    the retention of records with one id and one name; RPO or RTO of an asset, in a table with such a column, whose
    first column names it by id or title, and in registers/assets.yaml. `P1M` and `30 days` are no difference.

    Why: people keep the one they read, and an auditor holds against them the other.
    Mend: make them one, or say in `starts` or in the name how they differ. The finding stands in the SOP that is
    further from being in force; of two active ones in the later path.
    """
    for promise, other in contradictions(library).get(sop.path, ()):
        words = f"{' '.join(promise.about[:2])} is `{promise.typed}` here and `{other.typed}` in {other.said_in}"
        yield sop.finding(promise.where, f"{words}; make them one, or tell them apart")

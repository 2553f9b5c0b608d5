"""SOP218: A time limit in a step is one of `time_limits`, with the same value."""

import re
from collections.abc import Iterator

from sopkit.analysis.time_limits import limit_mentions
from sopkit.library import RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.model.body import Limit
from sopkit.model.durations import Duration
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop

_STEPS = """## Procedure

1. **Line manager**: Report the leaver.
2. **IT operations**: Disable the account within 4 hours.
3. **IT operations**: Close the ticket.
"""


@rule(
    "SOP218",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad=Example(f"---\ntime_limits:\n  disable-account: PT8H\n---\n{_STEPS}"),
    good=Example(f"---\ntime_limits:\n  disable-account: PT4H\n---\n{_STEPS}"),
)
def untracked_time_limit(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A time limit in a step is one of `time_limits`, with the same value.

    Why: each "within 4 hours" is a promise that an auditor tests; what is not listed is not measured.
    Mend: list it under `time_limits`, or correct one of the two values. `--fix` adds the entry, unless the step counts
    working days: how many days of the calendar these may take, you decide.
    """
    if not sop.front.readable or sop.flawed("time_limits"):
        return
    for step, limit, ids in limit_mentions(sop):
        if not ids:
            advice = "; list it there, or correct one of the two"
            if limit.working:
                advice = ", which count days of the calendar; count these, and list the limit"
            fix = None if limit.working else _entry_fix(sop, limit, step.anchor)
            yield sop.finding((limit.start, limit.end), f'"{limit.text}" is none of `time_limits`{advice}', fix=fix)


def _entry_fix(sop: Sop, limit: Limit, anchor: str) -> Fix | None:
    """The entry to add, where the front matter's layout is plain enough to add a line."""
    entry = f"{anchor or re.sub(r'[^a-z0-9]+', '-', limit.text.lower())}: {Duration(limit.length).iso}"
    line_end = sop.source.line_end
    table = sop.front.values.get("time_limits")
    if ("time_limits",) not in sop.front.places:
        end = sop.front.end
        return Fix(f"add `{entry}`", (Edit(end, end, f"time_limits:{line_end}  {entry}{line_end}"),))
    if not isinstance(table, dict) or not table or entry.partition(": ")[0] in table:
        return None
    key = sop.front.key_places["time_limits", next(iter(table))]
    at = sop.source.line_starts[key.line - 1]
    indent = sop.source.data[at : key.start].decode()
    return None if indent.strip() else Fix(f"add `{entry}`", (Edit(at, at, f"{indent}{entry}{line_end}"),))

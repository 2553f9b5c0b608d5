"""SOP216: A step that approves says what proves the approval."""

import re
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import StepBlocks, approvals_without_evidence, record_names
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP216",
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
           - Evidence: Access ticket
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access within 4 hours.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
           - Evidence: Access ticket
        2. **Asset owner**: Approve the request.
           - Evidence: Access ticket, with the comment "approved"
        3. **IT operations**: Grant the access within 4 hours.
        """,
)
def approval_without_evidence(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step that approves says what proves the approval.

    Looked at: steps that begin with "approve", "authorise", "sign off" and the like, where other steps of the SOP have
    an `Evidence:` part; an SOP that names no evidence in its steps is not told of each approval.

    Why: an approval that left no trace was not given, as far as an auditor can tell.
    Mend: add `- Evidence:` and the record that holds it. `--fix --unsafe` adds the SOP's only record.
    """
    for group in approvals_without_evidence(sop, context):
        step = group.step
        message = f"step {step.number} approves and names no evidence; add a bullet `- Evidence: …` with its record"
        yield sop.finding((step.start, step.end), message, fix=_evidence_fix(sop, group))


def _evidence_fix(sop: Sop, group: StepBlocks) -> Fix | None:
    """A line with the SOP's only record below the lead, where the lead is an item's first paragraph."""
    records = record_names(sop)
    head = group.blocks[0]
    if len(records) != 1 or group.procedure.shape != "list":
        return None
    source = sop.source
    line = source.line_starts[source.line_of(head.start) - 1]
    before = source.data[line : head.inlines[0].start].decode("utf-8", "replace")
    end = source.line_place(source.line_of(max(part.end for part in head.inlines))).end
    indent = re.sub(r"[^\t]", " ", before)
    added = f"{source.line_end}{indent}- Evidence: {records[0]}"
    return Fix(f"add evidence: {records[0]}", (Edit(end, end, added),), FixClass.SUGGESTION)

"""SOP401: Every control that the front matter or a step's `Control:` line names exists, and means one thing."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.control_mentions import register_control_findings, unknown_mentions
from sopkit.lint.rule import rule
from sopkit.model.claims import match_error
from sopkit.model.control_ids import MatchKind
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP401",
    severity=Severity.ERROR,
    fix=FixClass.SUGGESTION,
    in_registers=register_control_findings("unknown_control", "unknown_framework"),
    bad="""
        ---
        controls:
          iso27001-2022: [A.5.99]
        ---
        ## References

        - Access policy
        """,
    good="""
        ---
        controls:
          iso27001-2022: [A.5.18]
        ---
        """,
)
def unknown_control(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """Every control that the front matter or a step's `Control:` line names exists, and means one thing.

    A `Control:` line is a paragraph, bullet or quote below a step that begins with `Control` or `Controls`, in upper or
    lower case. Everything behind a colon is an id. Without a colon, only words in the form of an id are checked
    (`Control A.5.18`), so "Control access to the room" is ordinary text.

    So does every control that a register names: under `controls`, and in the statement of applicability. In
    References an id counts that has the shape of a framework's ids, in an item that names that framework
    alone.

    Why: coverage is proved from these ids. An id has an edition: A.5.1 is a control of ISO 27001:2022 and an
    objective of 2013; under a framework's key it is that framework's.
    Mend: take the id from `sopkit control list FRAMEWORK`; the message names the nearest ids or the choices.
    """
    for named in sop.body.named_controls:
        match = context.control(named.text)
        if match.kind is MatchKind.SUPERSEDED and match.superseded_by in context.config.library.frameworks:
            continue  # SOP402 says where it went
        trouble = match_error(match, match.framework or context.first_framework)
        if trouble is not None and trouble[0] == "unknown_control" and named.certain:
            fix = Fix(f"write `{trouble[2]}`", (Edit(named.start, named.end, trouble[2]),), FixClass.SUGGESTION)
            is_verbatim = sop.source.data[named.start : named.end] == named.text.encode()
            yield sop.finding((named.start, named.end), trouble[1], fix=fix if trouble[2] and is_verbatim else None)
    for unknown in unknown_mentions(sop, context):
        trouble = match_error(unknown.match, unknown.framework)
        if trouble is not None:
            yield sop.finding((unknown.start, unknown.end), trouble[1])

"""SOP402: No control id is of an edition that another one superseded."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.control_mentions import control_mentions, register_control_findings
from sopkit.lint.rule import rule
from sopkit.model.control_ids import MatchKind, parse_control
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP402",
    severity=Severity.ERROR,
    fix=FixClass.MATERIAL,
    in_registers=register_control_findings("superseded_control"),
    bad="""
        ---
        controls:
          iso27001-2022: [A.9.2.2]
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
def superseded_control(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """No control id is of an edition that another one superseded.

    Looked at: the front matter, `Control:` lines of steps, the References section, and the registers.

    Why: certificates to ISO/IEC 27001:2013 ended in October 2025; its ids lead nowhere in the 2022 edition.
    Mend: take the successor; the correspondence is that of ISO/IEC 27002:2022, annex B. `--fix` replaces
    an id that has one successor; of several a person takes those that the procedure carries out.
    """
    frameworks = context.config.library.frameworks
    for named in sop.body.named_controls:
        match = context.control(named.text)
        if match.kind is MatchKind.SUPERSEDED and match.superseded_by in frameworks:
            yield _finding(sop, named.text, match.successors, named.start, named.end)
    for mention in control_mentions(sop, context):
        successor = context.catalogue.heads[mention.framework].superseded_by
        if successor in frameworks and len(mention.ids) == 1:
            match = parse_control(mention.ids[0], context.catalogue, successor)
            if match.kind is MatchKind.SUPERSEDED:
                is_id_alone = mention.words == mention.ids[0]
                yield _finding(sop, mention.words, match.successors, mention.start, mention.end, mendable=is_id_alone)


def _finding(
    sop: Sop, written: str, successors: tuple[str, ...], start: int, end: int, *, mendable: bool = True
) -> Finding:
    new = ", ".join(successors)
    fix = Fix(f"replace it by {new}", (Edit(start, end, new),)) if mendable and len(successors) == 1 else None
    return sop.finding((start, end), f"`{written}` is of an older edition; it went to {new or 'no control'}", fix=fix)

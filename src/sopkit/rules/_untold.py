"""Procedures that are only in part written as steps, for the rules that count steps."""

from sopkit.model.sop import Sop
from sopkit.rules.empty_section import says_nothing


def holds_prose(sop: Sop) -> bool:
    """Whether one of several procedure sections says something without steps: the steps are not all there is."""
    starts = [procedure.steps[0].start for procedure in sop.body.procedures]
    return any(
        not any(section.start <= start < section.end for start in starts) and not says_nothing(section)
        for section in sop.body.sections
        if "Procedure" in section.names
    )

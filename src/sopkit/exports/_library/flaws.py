"""What is wrong with a file, as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from sopkit.model.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class FlawRow:
    """What reading and the schema found in a file; `sopkit lint` tells more."""

    code: Annotated[str, "Code of the rule."]
    severity: Annotated[Severity, "How much it weighs."]
    line: Annotated[int, "Line in the file."]
    message: Annotated[str, "What is wrong and what to do."]


def flaws(findings: Iterable[Finding]) -> tuple[FlawRow, ...]:
    """The findings of a file as rows."""
    return tuple(FlawRow(one.code, one.severity, one.place.line, one.message) for one in findings)

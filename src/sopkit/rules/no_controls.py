"""SOP013."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._example import Example
from sopkit.rules._rule import rule


@rule(
    "SOP013",
    severity=Severity.WARNING,
    when_active=Severity.ERROR,
    bad=Example(
        """
        ## References

        - Access policy
        """,
        without=("controls",),
    ),
    good="""
        ---
        controls:
          iso27001-2022: [A.5.18]
        ---
        """,
)
def no_controls(sop: Sop, library: Library) -> Iterator[Finding]:
    """From trial on an SOP names the controls that it carries out, and when active the risks that it treats.

    Risks are asked for when the library has a register of risks.

    Why: coverage of the standard is proved from these lists; ISO/IEC 27001:2022, 6.1.3, ties controls to risks.
    Mend: name the controls under `controls:` and the rows of registers/risks.yaml under `risks:`.
    """
    if sop.status not in {"trial", "active"} or not sop.front.readable:
        return
    if not sop.front.values.get("controls"):
        yield sop.finding("status", f"status {sop.status} without `controls`; name the controls that it carries out")
    if sop.active and library.registers["risks"] and not sop.front.values.get("risks"):
        yield sop.finding("status", "status active without `risks`; name the risks that it treats")

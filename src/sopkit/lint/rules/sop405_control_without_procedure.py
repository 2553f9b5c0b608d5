"""SOP405: Each applicable control has an active SOP that claims it, or an open action that names it."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from sopkit.analysis.applicability import applicability_by_control, open_actions
from sopkit.analysis.control_claims import ControlKey
from sopkit.library import Library
from sopkit.lint.control_mentions import control_mentions
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_ROWS = "- {control: A.5.18, applicable: true}\n- {control: A.8.13, applicable: true%s}\n"


@rule(
    "SOP405",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    bad=Example("", files={"registers/soa.yaml": _ROWS % ""}),
    good=Example("", files={"registers/soa.yaml": _ROWS % ", procedure: false"}),
)
def control_without_procedure(library: Library) -> Iterator[Finding]:
    """Each applicable control has an active SOP that claims it, or an open action that names it.

    A row of registers/soa.yaml with `procedure: false` says that the control rests on a policy or on configuration
    alone. Silent without the register, and until the library has its first active SOP.

    Why: a control that the statement of applicability promises and that nobody knows how to carry out is what a
    stage 2 audit finds first; ISO/IEC 27001:2022, 8.1, asks for documented information to the extent necessary.
    Mend: claim the control in the SOP that carries it out, write that SOP, or enter in registers/actions.yaml who
    will and by when; write `procedure: false` where none is needed.
    """
    rows = {key: row for key, row in applicability_by_control(library).items() if row.applicable and row.procedure}
    left = rows.keys() - open_actions(library).keys()
    left -= _canonical_claims(library, left)
    if not left or not all(sop.front.readable for sop in library.sops):
        return  # what an SOP with broken front matter claims is not known
    active = [sop for sop in library.sops if sop.active]
    unsure = [sop for sop in library.sops if not sop.active and sop.document is None]
    left -= {claim for sop in (*active, *unsure) for claim in _claims(sop, library)}
    if not left or not active:
        return
    for sop in active:  # that the front matter does not claim what References name is SOP404's
        left -= {(mention.framework, control) for mention in control_mentions(sop, library) for control in mention.ids}
        sop.forget_body()
    register = library.registers["soa"]
    for (framework, control), row in rows.items():
        if (framework, control) in left:
            title = library.catalogue.get(framework).by_id[control].title
            words = f"{control} {title} applies and no active SOP claims it"
            advice = "write the SOP, enter an action, or write `procedure: false` here"
            yield Finding(register.path, register.place(row.key, "control"), f"{words}; {advice}")


def _canonical_claims(library: Library, controls: AbstractSet[ControlKey]) -> set[ControlKey]:
    """Of the controls, those claimed by an active SOP that spells them as the register does.

    Of thousands of SOPs only those are read that name a control which none so far was found to claim.
    """
    found: set[ControlKey] = set()
    for control in sorted(controls):
        if control not in found:
            name = control[1].encode()
            named_in = (sop for sop in library.sops if name in sop.source.data and sop.active)
            found |= next((claims for sop in named_in if control in (claims := set(_claims(sop, library)))), set())
    return found & controls


def _claims(sop: Sop, library: Library) -> Iterator[ControlKey]:
    for claim in library.claims(sop):
        for control in claim.ids:
            yield claim.framework, control

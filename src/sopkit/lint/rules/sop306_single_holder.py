"""SOP306: single holder."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import Role
from sopkit.model.sop import Sop

_IN_FORCE = frozenset({"active", "trial"})
_HIGH = "---\ncriticality: high\nreview_every: 6 months\n---\n"
_ALONE = """\
- {id: security-lead, title: Security lead, holders: [{person: ann}], deputies: [{person: ben}]}
- {id: it-operations, title: IT operations, holders: [{person: ben}]}
- {id: line-manager, title: Line manager, holders: [{person: ann}, {person: ben}]}
- {id: asset-owner, title: Asset owner, holders: [{person: ben}], deputies: [{person: ann}]}
"""


@rule(
    "SOP306",
    severity=Severity.INFO,
    scope=RuleScope.LIBRARY,
    bad=Example(_HIGH, files={"registers/roles.yaml": _ALONE}),
    good=Example(
        _HIGH,
        files={
            "registers/roles.yaml": _ALONE.replace(
                "[{person: ben}]}\n- {id: l", "[{person: ben}, {person: ann}]}\n- {id: l"
            )
        },
    ),
)
def single_holder(library: Library) -> Iterator[Finding]:
    """A role that a high-criticality SOP needs is held by two people, or by one with a deputy, on the day judged.

    An SOP in force, or on trial, needs its owner, its approvers, and the roles that its steps or its Roles table begin
    with. A role is one finding, however many SOPs need it. A role that nobody holds is SOP012's.

    Why: the one person who may restore the service is on a plane when it fails; an approval waits until they return.
    Mend: name a deputy or a second holder in registers/roles.yaml, and train them on the SOP.
    """

    def is_alone(row: Role) -> bool:
        holders = set(row.held_by(library.as_of))
        return len(holders) == 1 and holders == set(row.held_or_deputised_by(library.as_of))

    def requires(sop: Sop, row: Role) -> bool:
        if any(name == row.id for key in ("owner", "approvers") for name, _ in sop.texts(key)):
            return True
        names = [name.casefold() for name in row.names]
        # the marks around a name tell it from a mention, without parsing thousands of documents
        marks = (mark.encode() for name in names for mark in (f"**{name}*", f"**{name}:", f"| {name} |"))
        return sop.source.has(*marks)

    roles = library.roles
    alone = [row for row in roles.rows if isinstance(row, Role) and is_alone(row)] if roles else []
    if not alone:
        return
    high = [sop for sop in library.sops if sop.text("criticality") == "high" and sop.status in _IN_FORCE]
    for row in alone:
        sops = sorted(sop.name for sop in high if requires(sop, row))
        if sops:
            [person] = set(row.held_by(library.as_of))
            more = f" and {len(sops) - 1} more" if len(sops) > 1 else ""
            message = f"only {person} holds `{row.id}`, which {sops[0]}{more} of high criticality needs; name a deputy"
            yield Finding(roles.path, roles.place(row.id, "holders"), message)

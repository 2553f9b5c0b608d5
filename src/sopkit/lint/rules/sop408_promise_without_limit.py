"""SOP408: A time limit in the reason of the statement of applicability is a time limit of an SOP."""

import re
from collections.abc import Iterator, Mapping

from sopkit.analysis.applicability import applicability_by_control
from sopkit.analysis.control_claims import ControlKey
from sopkit.analysis.time_limits import minutes_by_limit
from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.step_parts import time_limits_in

_SOURCES = {"contract": re.compile(r"\bcontracts?\b", re.IGNORECASE), "law": re.compile(r"\blaws?\b", re.IGNORECASE)}
_SOP = "---\ntime_limits:\n  remove-access: {limit: PT4H, starts: the end time, source: %s}\n---\n"
_ROWS = "- control: A.5.18\n  applicable: true\n  reason: contracts promise that access ends within 4 hours\n"


@rule(
    "SOP408",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    bad=Example(_SOP % "policy", files={"registers/soa.yaml": _ROWS}),
    good=Example(_SOP % "contract", files={"registers/soa.yaml": _ROWS}),
)
def promise_without_limit(library: Library) -> Iterator[Finding]:
    """A time limit in the reason of the statement of applicability is a time limit of an SOP.

    Where the `reason` of an applicable control says "within 4 hours", an active SOP that claims the control has a limit
    of that length under `time_limits`. If the reason names a contract or a law, one such limit has that `source`, or
    none. Silent for a control that no active SOP claims, which is SOP405.

    Why: the statement repeats what was promised to customers; an SOP that allows more time, or that calls the promise
    its own policy, lets the next editor break a contract.
    Mend: correct the limit or its `source` in the SOP, or the reason.
    """
    register = library.registers["soa"]
    promises = {
        key: (row, [limit for limit in time_limits_in(row.reason) if not limit.working])
        for key, row in applicability_by_control(library).items()
        if row.applicable and "within" in row.reason.casefold()
    }
    if not promises or not all(sop.front.readable for sop in library.sops):
        return  # what an SOP with broken front matter claims is not known
    claiming = _claiming_sops(library, promises)
    for key, (row, limits) in promises.items():
        sops = claiming.get(key, ())
        sources = [source for source, words in _SOURCES.items() if words.search(row.reason)]
        if not sops or any(sop.flawed("time_limits") for sop in sops):
            continue
        for limit in limits:
            if trouble := _contradiction(round(limit.minutes), sources, sops):
                words = f'{row.control} promises "{limit.text}", but {trouble}; correct one of the two'
                yield Finding(register.path, register.place(row.key, "reason"), words)


def _claiming_sops(library: Library, controls: Mapping[ControlKey, object]) -> dict[ControlKey, tuple[Sop, ...]]:
    names = {control.encode() for _, control in controls}
    found: dict[ControlKey, tuple[Sop, ...]] = {}
    for sop in library.in_order:
        if sop.active and any(name in sop.source.data for name in names):
            for key in dict.fromkeys((claim.framework, one) for claim in library.claims(sop) for one in claim.ids):
                found[key] = (*found.get(key, ()), sop)
    return found


def _contradiction(minutes: int, sources: list[str], sops: tuple[Sop, ...]) -> str:
    """What contradicts a promise of that length in the SOPs that claim its control; empty where nothing does."""
    alike = [(sop, name) for sop in sops for name, length in minutes_by_limit(sop).items() if length == minutes]
    if not alike:
        return f"no time limit of {', '.join(sop.name for sop in sops)} has that length"
    typed = [_source(sop, name) for sop, name in alike]
    if not sources or any(source in {"", *sources} for source in typed):
        return ""
    sop, name = alike[0]
    return f"`{name}` of {sop.name} has `source: {typed[0]}`, not {' or '.join(sources)}"


def _source(sop: Sop, name: str) -> str:
    limits = sop.front.values.get("time_limits")
    entry = limits.get(name) if isinstance(limits, dict) else None
    return str(entry.get("source") or "") if isinstance(entry, dict) else ""

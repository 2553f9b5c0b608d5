"""Which open actions name a gap."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sopkit.analysis.applicability import open_actions, unfinished_actions
from sopkit.analysis.control_claims import ControlKey
from sopkit.library import Library
from sopkit.model.registers import Action
from sopkit.reports._gaps.gap import Gap, Kind

_WORD = re.compile(r"[\w.-]*\w")


@dataclass(frozen=True, slots=True)
class Planned:
    """The open actions by the controls, the SOPs and the words that they name."""

    by_control: Mapping[ControlKey, tuple[Action, ...]]
    by_sop: Mapping[str, tuple[Action, ...]]
    by_word: Mapping[str, tuple[Action, ...]]

    @classmethod
    def of(cls, library: Library) -> "Planned":
        """Those of a library."""
        rows = unfinished_actions(library)
        sops = _grouped((row.sop, row) for row in rows if row.sop)
        words = _grouped((word, row) for row in rows for word in dict.fromkeys(_WORD.findall(row.action.casefold())))
        return cls(open_actions(library), sops, words)

    def naming(self, gap: Gap) -> tuple[Action, ...]:
        """The actions that name a gap: its id, one of its controls, or an SOP that comes near and is not active yet."""
        found = [*self.by_word.get(gap.id.casefold(), ())]
        found += [row for control in gap.missing for row in self.by_control.get(control, ())]
        found += [row for sop in gap.near if not sop.active for row in self.by_sop.get(sop.id, ())]
        return tuple({row.id: row for row in found}.values())

    def left(self, gap: Gap) -> tuple[ControlKey, ...]:
        """The controls of a gap that no action names, unless one names the gap itself or an SOP that will close it."""
        waiting = {sop.id for sop in gap.near if not sop.active} & self.by_sop.keys()
        if waiting or gap.id.casefold() in self.by_word:
            return ()
        # A policy answers the same matters in several frameworks: an action is asked for in the first.
        first = [control for control in gap.missing if control[0] == gap.missing[0][0]]
        asked = first if gap.kind is Kind.POLICY else gap.missing
        return tuple(control for control in asked if control not in self.by_control)


def _grouped(pairs: Iterable[tuple[str, Action]]) -> dict[str, tuple[Action, ...]]:
    found: dict[str, tuple[Action, ...]] = {}
    for name, row in pairs:
        found[name] = (*found.get(name, ()), row)
    return found

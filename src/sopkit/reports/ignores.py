"""`sopkit report ignores`: what was accepted, and why."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit.ignores import IgnoreUse, configured_ignores, written_ignores
from sopkit.lifecycle.standing import Standings
from sopkit.model.sop import Sop
from sopkit.reports._report import Asked, Report, Table, Told
from sopkit.rules import all_rules
from sopkit.text.register import Register


@dataclass(frozen=True, slots=True)
class IgnoreRow:
    """One ignore of lint findings."""

    code: Annotated[str, "Code of the rule, as typed where there is no such rule."]
    rule: Annotated[str, "Name of the rule."]
    path: Annotated[str, "File in which the ignore stands."]
    line: Annotated[int, "Its line."]
    until: Annotated[date | None, "Last day on which it holds; null when it has no end."]
    expired: Annotated[bool, "Whether that day is past."]
    reason: Annotated[str, "Why the findings are accepted."]


def ignores(standings: Standings, asked: Asked) -> Told:
    """Every ignore of the library, in SOPs, registers and the configuration."""
    del asked
    library = standings.library
    texts: list[Sop | Register] = [*library.sops, *(one for one in library.registers.values() if one.path)]
    uses = (*configured_ignores(library), *(use for text in texts for use in written_ignores(text)))
    rows = sorted((_row(use) for use in uses), key=lambda row: (row.path, row.line))
    columns = ("code", "path", "line", "until", "reason")
    return Told(Table("rows", "Ignores", IgnoreRow, tuple(rows), columns))


def _row(use: IgnoreUse) -> IgnoreRow:
    rule = all_rules().get(use.code)
    name = rule.name if rule else ""
    return IgnoreRow(use.code, name, use.path, use.place.line, use.until, use.expired, use.reason)


REPORT = Report("ignores", "Every finding that was accepted, with the reason.", ignores, {"rows": IgnoreRow})

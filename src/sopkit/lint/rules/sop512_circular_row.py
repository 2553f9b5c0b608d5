"""SOP512: No row of a register leads back to itself: no role reports to itself, be it over others."""

from collections.abc import Iterator, Mapping

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import REFERENCE_COLUMNS

_MAX_ROWS = 6
_ROWS = """\
- {id: security-lead, title: Security lead, holders: [{person: ann}], deputies: [{person: dee}], reports_to: %s}
- {id: it-operations, title: IT operations, holders: [{person: ben}, {person: dee}], reports_to: security-lead}
- {id: line-manager, title: Line manager}
- {id: asset-owner, title: Asset owner}
"""


@rule(
    "SOP512",
    severity=Severity.ERROR,
    scope=RuleScope.LIBRARY,
    bad=Example("", files={"registers/roles.yaml": _ROWS % "it-operations"}),
    good=Example("", files={"registers/roles.yaml": _ROWS % "line-manager"}),
)
def circular_row(library: Library) -> Iterator[Finding]:
    """No row of a register leads back to itself: no role reports to itself, be it over others.

    One finding stands for all rows of a circle, at the first of them in the file.

    Why: an escalation that goes in a circle reaches nobody who can decide.
    Mend: take the column out of the row that is the top, or name who stands above it.
    """
    for name, columns in REFERENCE_COLUMNS.items():
        register = library.registers[name]
        for column in (column for column, other in columns.items() if other == name):
            above = {row.key: str(getattr(row, column)) for row in register.rows if getattr(row, column)}
            for circle in _circles(above):
                way = circle if len(circle) <= _MAX_ROWS else (*circle[: _MAX_ROWS - 1], "…")
                path = " -> ".join((*way, circle[0]))
                words = f"`{column}` goes in a circle: {path}; end it at the row that is the top"
                yield Finding(register.path, register.place(circle[0], column), words)


def _circles(above: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The circles in which each row leads to one other, every circle once, from its first row on."""
    order = {row: at for at, row in enumerate(above)}
    done: set[str] = set()
    for start in above:
        way: dict[str, None] = {}
        here = start
        while here in above and here not in done and here not in way:
            way[here] = None
            here = above[here]
        if here in way:
            rows = list(way)
            circle = rows[rows.index(here) :]
            first = circle.index(min(circle, key=order.__getitem__))
            yield (*circle[first:], *circle[:first])
        done.update(way)

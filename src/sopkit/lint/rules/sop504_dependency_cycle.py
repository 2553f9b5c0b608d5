"""SOP504: No SOP requires itself, be it over others: `requires` names what must be done first."""

from collections import deque
from collections.abc import Iterator, Mapping

from sopkit.library import Library, sops_with
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity

_Graph = Mapping[str, tuple[str, ...]]
_MAX_SOPS = 6
_OTHER = "---\nid: AC-002\n{}---\n"


@rule(
    "SOP504",
    severity=Severity.ERROR,
    scope=RuleScope.LIBRARY,
    bad=Example(
        """
        ---
        requires: [AC-002]
        ---
        """,
        files={"sops/ac-002-review-access.md": _OTHER.format("requires: [AC-001]\n")},
    ),
    good=Example(
        """
        ---
        requires: [AC-002]
        ---
        """,
        files={"sops/ac-002-review-access.md": _OTHER.format("")},
    ),
)
def dependency_cycle(library: Library) -> Iterator[Finding]:
    """No SOP requires itself, be it over others: `requires` names what must be done first.

    One finding stands for all SOPs that require one another, in the one with the first id, and shows the shortest way
    round. Retired SOPs do not count.

    Why: nobody can begin with any of them.
    Mend: take out the requirement that only means "read this as well", and name the SOP under `related`.
    """
    graph: dict[str, tuple[str, ...]] = {}
    for sop in sops_with(library, "requires"):
        if sop.id and sop.status != "retired" and library.by_id[sop.id][0] is sop:
            graph[sop.id] = tuple(dict.fromkeys(name for name, _ in sop.texts("requires")))
    for knot in sorted(map(sorted, _cycles(graph))):
        cycle = _shortest_cycle(graph, knot[0], frozenset(knot))
        if not cycle:
            continue
        first = library.by_id[knot[0]][0]
        loc = next(loc for name, loc in first.texts("requires") if name == cycle[1])
        way = cycle if len(cycle) <= _MAX_SOPS else (*cycle[: _MAX_SOPS - 2], "…", cycle[-1])
        others = len(knot) - len(cycle) + 1
        more = f" ({others} more SOPs are tied up in it)" if others else ""
        yield first.finding(loc, f"{' requires '.join(way)}{more}; take out one of these requirements")


def _cycles(graph: _Graph) -> Iterator[list[str]]:
    """The SOPs that require one another, in sets: Tarjan's algorithm with a stack of its own instead of recursion."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    for start in graph:
        work = [] if start in number else [(start, iter(graph[start]))]
        while work:
            node, rest = work[-1]
            if node not in number:
                number[node] = low[node] = len(number)
                path.append(node)
                on_path.add(node)
            for other in rest:
                if other in graph and other not in number:
                    work.append((other, iter(graph[other])))
                    break
                if other in on_path:
                    low[node] = min(low[node], number[other])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[node])
                if low[node] == number[node]:
                    knot = [path.pop()]
                    while knot[-1] != node:
                        knot.append(path.pop())
                    on_path.difference_update(knot)
                    yield knot


def _shortest_cycle(graph: _Graph, start: str, knot: frozenset[str]) -> tuple[str, ...]:
    """The shortest way from an SOP over what it requires back to itself, both ends named; nothing without one."""
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for other in graph[node]:
            if other == start:
                way = [start, node]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return tuple(reversed(way))
            if other in knot and other not in came_from:
                came_from[other] = node
                waiting.append(other)
    return ()

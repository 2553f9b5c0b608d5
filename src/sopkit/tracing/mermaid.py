"""A trace as a flowchart of Mermaid, which GitHub, GitLab and many wikis draw."""

from collections.abc import Iterator, Sequence

from sopkit.tables.text_width import shorten_text
from sopkit.tracing.about import called
from sopkit.tracing.graph import Kind
from sopkit.tracing.told import EdgeRow, NodeRow

MOST_EDGES = 400
"""Edges that forges still draw; Mermaid itself refuses more than 500."""

_MOST = 80
_PLAIN = frozenset(" .,:/()+=@'%*?!-_")
_SHAPES = {Kind.CONTROL: ("([", "])"), Kind.RECORD: ("[(", ")]"), Kind.EVIDENCE: ("[/", "/]")}


def mermaid(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]) -> str:
    """The flowchart; no text of a document can end a label or begin anything else in it."""
    return "\n".join(_lines(nodes, edges)) + "\n"


def _lines(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]) -> Iterator[str]:
    names = {(node.kind, node.id): f"n{at}" for at, node in enumerate(nodes)}
    yield "flowchart LR"
    for node in nodes:
        before, after = _SHAPES.get(node.kind, ("[", "]"))
        label = "<br>".join(filter(None, (_escaped(called(node.kind, node.name)), _escaped(node.title))))
        yield f'  {names[node.kind, node.id]}{before}"{label}"{after}'
    drawn = {(edge.from_kind, edge.from_id, edge.relation, edge.to_kind, edge.to_id) for edge in edges}
    for from_kind, from_id, relation, to_kind, to_id in sorted(drawn, key=lambda one: _at(one, names)):
        yield f'  {names[from_kind, from_id]} -->|"{_escaped(relation)}"| {names[to_kind, to_id]}'
    if nodes:
        yield "  style n0 stroke-width:4px"


def _at(edge: tuple[Kind, str, str, Kind, str], names: dict[tuple[Kind, str], str]) -> tuple[int, int, str]:
    return int(names[edge[0], edge[1]][1:]), int(names[edge[3], edge[4]][1:]), edge[2]


def _escaped(text: str) -> str:
    """The text with all but letters, digits and harmless signs as entity codes."""
    short = shorten_text(text, _MOST).replace("$$", "$\u200b$")  # between two dollars it would read formulas
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in short)

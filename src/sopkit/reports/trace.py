"""`sopkit report trace ID`: what leads to one thing, and what follows from it."""

from collections.abc import Sequence

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.reports._report import Asked, Report, Table, Told
from sopkit.tables.escape import escape_markdown
from sopkit.tracing.about import Describer
from sopkit.tracing.inside import Insides
from sopkit.tracing.mermaid import MOST_EDGES, mermaid
from sopkit.tracing.subject import find_subject
from sopkit.tracing.svg import svg
from sopkit.tracing.told import EdgeRow, NodeRow, edge_rows, node_rows
from sopkit.tracing.tree import head, tree, tree_markdown
from sopkit.tracing.walk import Trace, Tracer


def trace(standings: LibraryStatus, asked: Asked) -> Told:
    """What leads to one thing and follows from it, from policies and risks to steps, records and evidence."""
    insides = Insides(standings.library)
    about = Describer(standings, insides)
    found = Tracer(standings, insides).trace(find_subject(asked.subject, standings.library, insides))
    edges, nodes = tuple(edge_rows(found, about)), tuple(node_rows(found, about))
    return Told(
        Table("rows", "Edges", EdgeRow, edges),
        (Table("nodes", "Things", NodeRow, nodes, detail=True),),
        forms={
            "table": lambda: tree(found, about),
            "markdown": lambda: _page(standings, found, about, nodes, edges),
            "mermaid": lambda: mermaid(nodes, edges),
            "svg": lambda: svg(nodes, edges),
        },
    )


def _page(
    standings: LibraryStatus, found: Trace, about: Describer, nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]
) -> str:
    subject = about.node(found.subject)
    version = f", commit {standings.head[:12]}" if standings.head else ""
    lines = [f"# Trace of {escape_markdown(head(subject))}", "", f"As of {standings.as_of}{version}.", ""]
    lines += tree_markdown(found, about)
    if len(edges) <= MOST_EDGES:
        lines += ["```mermaid", mermaid(nodes, edges).rstrip("\n"), "```", ""]
    return "\n".join((*lines, *(f"- {escape_markdown(note)}" for note in standings.notes))).rstrip("\n") + "\n"


REPORT = Report(
    "trace",
    "What leads to a risk, control, SOP or anything else with an id, and what follows from it.",
    trace,
    {"rows": EdgeRow, "nodes": NodeRow},
    takes=("subject",),
    forms=("mermaid", "svg"),
)

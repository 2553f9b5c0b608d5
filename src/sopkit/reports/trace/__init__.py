"""`sopkit report trace ID`: what leads to one item, and what follows from it."""

from collections.abc import Sequence

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.reports.trace.edges import SopContents
from sopkit.reports.trace.picture import draw_svg
from sopkit.reports.trace.rows import EdgeRow, NodeDescriber, NodeRow, edge_rows, node_rows
from sopkit.reports.trace.text import MAX_MERMAID_EDGES, draw_mermaid, format_subject, format_tree, format_tree_markdown
from sopkit.reports.trace.tracer import Trace, Tracer, find_subject
from sopkit.tables.document import ReportTable
from sopkit.tables.escape import escape_markdown


def trace(standings: LibraryStatus, asked: ReportOptions) -> ReportResult:
    """What leads to one thing and follows from it, from policies and risks to steps, records and evidence."""
    insides = SopContents(standings.library)
    about = NodeDescriber(standings, insides)
    found = Tracer(standings, insides).trace(find_subject(asked.subject, standings.library, insides))
    edges, nodes = tuple(edge_rows(found, about)), tuple(node_rows(found, about))
    return ReportResult(
        ReportTable("rows", "Edges", EdgeRow, edges),
        (ReportTable("nodes", "Things", NodeRow, nodes, detail=True),),
        forms={
            "table": lambda: format_tree(found, about),
            "markdown": lambda: _format_page(standings, found, about, nodes, edges),
            "mermaid": lambda: draw_mermaid(nodes, edges),
            "svg": lambda: draw_svg(nodes, edges),
        },
    )


def _format_page(
    standings: LibraryStatus, found: Trace, about: NodeDescriber, nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]
) -> str:
    subject = about.node(found.subject)
    version = f", commit {standings.head[:12]}" if standings.head else ""
    lines = [f"# Trace of {escape_markdown(format_subject(subject))}", "", f"As of {standings.as_of}{version}.", ""]
    lines += format_tree_markdown(found, about)
    if len(edges) <= MAX_MERMAID_EDGES:
        lines += ["```mermaid", draw_mermaid(nodes, edges).rstrip("\n"), "```", ""]
    return "\n".join((*lines, *(f"- {escape_markdown(note)}" for note in standings.notes))).rstrip("\n") + "\n"


REPORT = Report(
    "trace",
    "What leads to a risk, control, SOP or anything else with an id, and what follows from it.",
    trace,
    {"rows": EdgeRow, "nodes": NodeRow},
    takes=("subject",),
    forms=("mermaid", "svg"),
)

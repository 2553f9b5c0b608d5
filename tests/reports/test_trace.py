"""The trace: which thing is meant, what leads to it, what follows from it, and its pictures."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.build import AS_OF, PATH, complete, library
from tests.cli.conftest import ACME

from sopkit.library import Library
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.errors import SopkitError
from sopkit.reports.report import ReportOptions, ReportResult
from sopkit.reports.trace import draw_mermaid, trace
from sopkit.reports.trace.edges import REGISTER_OF, NodeKey, NodeKind, SopContents, control_key, list_records
from sopkit.reports.trace.picture import MAX_NODES, compute_trace_layout, draw_svg
from sopkit.reports.trace.rows import EdgeRow, NodeRow
from sopkit.reports.trace.tracer import TraceBranch, Tracer, find_subject

OTHER = "sops/access-control/ac-002-take-access.md"
RISKS = "registers/risks.yaml"
RISK = "- {id: RSK-001, title: Rights outlive their reason, controls: {iso27001-2022: [A.5.18]}}\n"
STEPS = """\
## Procedure

1. **Line manager**: Ask for access in Jira.
   - Evidence: Access ticket
2. <a id="grant"></a>**IT operations**: Grant the access within 4 hours.
   - Control: A.5.18
   - Evidence: Access ticket, with the time
3. **IT operations**: Tell the person.
"""
FILES = {
    PATH: complete(f"---\nrisks: [RSK-001]\nrequires: [AC-002]\n---\n{STEPS}"),
    OTHER: complete(id="AC-002", title="Take access", controls="{iso27001-2022: [A.6.5]}"),
    RISKS: RISK,
    "registers/policies.yaml": "- {id: POL-1, title: Access, owner: CISO, controls: {iso27001-2022: [5.18, A.6.5]}}\n",
    "registers/vendors.yaml": "- {id: okta, title: Okta, tier: 1}\n",
    "registers/assets.yaml": "- {id: okta, title: Okta, vendor: okta}\n",
    "registers/actions.yaml": "- {id: ACT-1, action: mend it, controls: {iso27001-2022: [A.5.18]}, due: 2026-12-01}\n",
    "registers/exceptions.yaml": "- {id: EXC-1, sop: AC-001, what: not at night, until: 2026-12-31}\n",
}


def told(root: Path, subject: str, files: dict[str, str] | None = None) -> ReportResult:
    library(root, files or FILES)
    with read_library_status(root, AS_OF, AS_OF) as ground:
        return trace(ground, ReportOptions(subject))


def edges(report: ReportResult) -> list[tuple[str, str, str]]:
    """Direction, then who is what to whom."""
    rows = [row for row in report.table.rows if isinstance(row, EdgeRow)]
    return [(str(row.direction), f"{row.from_id} {row.relation}", row.to_id) for row in rows]


def test_a_risk_is_traced_to_the_record(tmp_path: Path) -> None:
    assert edges(told(tmp_path, "rsk-001")) == [
        ("downstream", "RSK-001 is treated by", "iso27001-2022:A.5.18"),
        ("downstream", "RSK-001 is treated by", "AC-001"),
        ("downstream", "iso27001-2022:A.5.18 is carried out by", "AC-001"),
        ("downstream", "iso27001-2022:A.5.18 is mended by", "ACT-1"),
        ("downstream", "AC-001 is not followed under", "EXC-1"),
        ("downstream", "AC-001 is done in", "AC-001#grant"),
        ("downstream", "AC-001#grant leaves", "AC-001/access-ticket"),
    ]


def test_a_record_is_traced_to_the_policy(tmp_path: Path) -> None:
    assert edges(told(tmp_path, "AC-001/access-ticket")) == [
        ("upstream", "AC-001 leaves", "AC-001/access-ticket"),
        ("upstream", "AC-001#step-1 leaves", "AC-001/access-ticket"),
        ("upstream", "AC-001#grant leaves", "AC-001/access-ticket"),
        ("upstream", "AC-001 is done in", "AC-001#step-1"),
        ("upstream", "AC-001 is done in", "AC-001#grant"),
        ("upstream", "iso27001-2022:A.5.18 is carried out by", "AC-001"),
        ("upstream", "POL-1 asks for", "iso27001-2022:A.5.18"),
        ("upstream", "RSK-001 is treated by", "iso27001-2022:A.5.18"),
    ]


def test_an_edge_says_where_it_stands(tmp_path: Path) -> None:
    rows = told(tmp_path, "A.5.18").table.rows
    places = {(row.from_id, row.to_id): (row.path, row.line) for row in rows if isinstance(row, EdgeRow)}
    text = FILES[PATH].split("\n")
    assert places["RSK-001", "iso27001-2022:A.5.18"] == (RISKS, 1)
    assert places["iso27001-2022:A.5.18", "AC-001"] == (PATH, text.index("  iso27001-2022: [A.5.18]") + 1)
    assert places["AC-001", "AC-001#grant"] == (PATH, text.index("   - Control: A.5.18"))


def test_an_sop_tells_who_does_what_in_it(tmp_path: Path) -> None:
    some = edges(told(tmp_path, "AC-001"))
    by_role = [words for side, words, _ in some if side == "upstream" and words.split()[0] == "it-operations"]
    assert by_role == ["it-operations described", "it-operations is trained on", "it-operations acts in"]
    assert ("upstream", "AC-002 comes before", "AC-001") in some


def test_the_tree_tells_nothing_twice(tmp_path: Path) -> None:
    lines = told(tmp_path, "RSK-001").forms["table"]().split("\n")
    assert [" ".join(line.split()) for line in lines] == [
        "risk RSK-001 Rights outlive their reason (registers/risks.yaml:1)",
        "",
        "What leads to it",
        "nothing",
        "",
        "What follows from it",
        "is treated by control A.5.18 Access rights",
        "is carried out by SOP AC-001 Grant access; never-reviewed; Security lead",
        "is done in step AC-001#grant 2. Grant the access within 4 hours.; IT operations",
        "leaves record AC-001/access-ticket Access ticket; Jira project ACCESS; kept P3Y",
        "is not followed under exception EXC-1 not at night; until 2026-12-31",
        "is mended by action ACT-1 mend it; due 2026-12-01",
        "is treated by SOP AC-001 Grant access; never-reviewed; Security lead; as above",
    ]


def found(typed: str, inside: Library) -> NodeKey:
    return find_subject(typed, inside, SopContents(inside))


MEANT = [
    ("A.5.18", NodeKey(NodeKind.CONTROL, "A.5.18", "iso27001-2022")),
    ("a.5.18", NodeKey(NodeKind.CONTROL, "A.5.18", "iso27001-2022")),
    ("5.18", NodeKey(NodeKind.CONTROL, "A.5.18", "iso27001-2022")),
    ("ISO 27001:2013 A.9.2.2", NodeKey(NodeKind.CONTROL, "A.9.2.2", "iso27001-2013")),
    ("iso27001-2013:A.9.2.2", NodeKey(NodeKind.CONTROL, "A.9.2.2", "iso27001-2013")),
    ("cc6.1", NodeKey(NodeKind.CONTROL, "CC6.1", "soc2-tsc-2017")),
    ("ac-001", NodeKey(NodeKind.SOP, PATH)),
    (PATH, NodeKey(NodeKind.SOP, PATH)),
    ("AC-001#grant", NodeKey(NodeKind.STEP, "grant", PATH)),
    ("ac-001#2", NodeKey(NodeKind.STEP, "grant", PATH)),
    ("AC-001#3", NodeKey(NodeKind.STEP, "step-3", PATH)),
    ("AC-001/Access-Ticket", NodeKey(NodeKind.RECORD, "access-ticket", PATH)),
    ("CISO", NodeKey(NodeKind.ROLE, "security-lead")),
    ("role:security lead", NodeKey(NodeKind.ROLE, "security-lead")),
    ("vendor:okta", NodeKey(NodeKind.VENDOR, "okta")),
    ("assets:OKTA", NodeKey(NodeKind.ASSET, "okta")),
    ("pol-1", NodeKey(NodeKind.POLICY, "POL-1")),
    ("act-1", NodeKey(NodeKind.ACTION, "ACT-1")),
    ("exc-1", NodeKey(NodeKind.EXCEPTION, "EXC-1")),
]


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "key"), MEANT)
def test_a_thing_is_found_as_people_write_it(typed: str, key: NodeKey, tmp_path: Path) -> None:
    assert found(typed, library(tmp_path, FILES)) == key


NOT_MEANT = [
    ("RSK-01", "nothing is called `RSK-01`", "did you mean RSK-001?"),
    ("okta", "`okta` may be vendor:okta or asset:okta", "name one of them as it is written here"),
    (
        "access-ticket",
        "`access-ticket` may be AC-001/access-ticket or AC-002/access-ticket",
        "name one of them as it is written here",
    ),
    ("§§", "nothing is called `§§`", "any id of the library can be traced"),
    ("", "nothing is called ``", "any id of the library can be traced"),
]


@pytest.mark.parametrize(("typed", "said", "hint"), NOT_MEANT)
def test_what_is_not_found_is_named_with_what_is_near(typed: str, said: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(SopkitError) as refused:
        found(typed, library(tmp_path, FILES))
    assert (str(refused.value), refused.value.hint) == (said, hint)


def test_ids_that_differ_by_case_alone_are_told_apart(tmp_path: Path) -> None:
    both = library(tmp_path, {**FILES, RISKS: RISK + RISK.replace("RSK-001", "rsk-001")})
    assert found("rsk-001", both) == NodeKey(NodeKind.RISK, "rsk-001")
    with pytest.raises(SopkitError, match="`Rsk-001` may be risk:RSK-001 or risk:rsk-001"):
        found("Rsk-001", both)


def keys_of(found: Library, insides: SopContents) -> Iterator[NodeKey]:
    for kind, register in REGISTER_OF.items():
        yield from (NodeKey(kind, key) for key in found.registers[register].by_key)
    for framework in found.config.library.frameworks:
        yield from (control_key((framework, control)) for control in found.catalogue.get(framework).by_id)
    for sop in found.sops:
        yield NodeKey(NodeKind.SOP, sop.path)
        yield from (step.key for step in insides.steps(sop.path))
        yield from (NodeKey(NodeKind.RECORD, record.id, sop.path) for record in list_records(sop))


def far(branches: tuple[TraceBranch, ...]) -> set[NodeKey]:
    return {branch.key for top in branches for branch in top.walk()}


@pytest.mark.slow
def test_what_follows_from_a_thing_has_that_thing_lead_to_it() -> None:
    with read_library_status(ACME, AS_OF, AS_OF, tree_only=True) as ground:
        insides = SopContents(ground.library)
        tracer = Tracer(ground, insides)
        traces = {key: tracer.trace(key) for key in sorted(set(keys_of(ground.library, insides)))}
        follows = {(key, other) for key, one in traces.items() for other in far(one.downstream)}
        leads = {(other, key) for key, one in traces.items() for other in far(one.upstream)}
    assert len(follows) > 1000
    assert {pair for pair in follows ^ leads if NodeKind.EVIDENCE not in {pair[0].kind, pair[1].kind}} == set()


def test_circles_in_the_registers_end(tmp_path: Path) -> None:
    roles = "".join(f"- {{id: r{at}, title: R{at}, reports_to: r{(at + 1) % 3}}}\n" for at in range(3))
    files = {
        "registers/roles.yaml": roles + "- {id: self, reports_to: self}\n",
        PATH: complete(requires="[AC-002]", owner="r0"),
        OTHER: complete(id="AC-002", requires="[AC-001]", related="[AC-001, AC-002]"),
    }
    assert [one for one in edges(told(tmp_path, "r0", files)) if "leads" in one[1]] == [
        ("upstream", "r1 leads", "r0"),
        ("downstream", "r0 leads", "r2"),
    ]
    assert edges(told(tmp_path, "self", files)) == []
    some = [one for one in edges(told(tmp_path, "AC-001", files)) if one[2].startswith("AC-") and "AC-" in one[1]]
    assert [one for one in some if "comes before" in one[1]] == [
        ("upstream", "AC-002 comes before", "AC-001"),
        ("downstream", "AC-001 comes before", "AC-002"),
    ]


HOSTILE = [
    "end",
    '"]-->x["',
    "`**b**` #quot;",
    "<script>alert(1)</script>",
    "click n0 f",
    "$$\\frac$$",
    "a|b{c}]>\u202e\x85",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_breaks_out_of_a_picture(title: str, tmp_path: Path) -> None:
    quoted = "".join(f"\\u{ord(char):04x}" for char in title)
    report = told(tmp_path, "RSK-001", {**FILES, RISKS: RISK.replace("Rights outlive their reason", f'"{quoted}"')})
    chart = report.forms["mermaid"]().split("\n")
    line = re.compile(r'  n\d+(?:\[|\(\[|\[\(|\[/)"[^"<>`$|{}\[\]]*(?:<br>[^"<>`|{}\[\]]*)?"(?:\]|\]\)|\)\]|/\])')
    assert [one for one in chart if one.startswith("  n") and "-->" not in one and not line.fullmatch(one)] == []
    assert "$$" not in report.forms["mermaid"]()
    picture = ET.fromstring(report.forms["svg"]())
    names = {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in picture.iter()}
    assert names == {"svg", "title", "desc", "style", "path", "g", "rect", "text"}


def test_a_picture_stands_alone_and_tells_everything_in_words(tmp_path: Path) -> None:
    report = told(tmp_path, "RSK-001")
    picture = report.forms["svg"]()
    assert picture == report.forms["svg"]()
    root = ET.fromstring(picture)
    assert (root.get("role"), root.get("aria-labelledby"), root.get("aria-describedby")) == ("img", "title", "desc")
    assert "prefers-color-scheme: dark" in picture
    assert re.findall(r"href|url\(|@import|on\w+=", picture) == []
    desc = root.findtext("{http://www.w3.org/2000/svg}desc") or ""
    assert desc.startswith("RSK-001 is treated by iso27001-2022:A.5.18 (Access rights). RSK-001 is treated by AC-001 ")


@pytest.mark.slow
@pytest.mark.parametrize("subject", ["RSK-009", "BK-001", "POL-06", "vendor:aws", "head-of-platform", "A.7.6"])
def test_boxes_do_not_overlap_and_lines_go_to_the_right(subject: str) -> None:
    with read_library_status(ACME, AS_OF, AS_OF, tree_only=True) as ground:
        report = trace(ground, ReportOptions(subject))
    nodes = [row for row in report.more[0].rows if isinstance(row, NodeRow)]
    plan = compute_trace_layout(nodes, [row for row in report.table.rows if isinstance(row, EdgeRow)])
    assert all(line.left.x < line.right.x for line in plan.lines)
    boxes = sorted(plan.boxes, key=lambda box: (box.x, box.y))
    assert [
        (one.node.id, other.node.id) for one, other in pairwise(boxes) if one.x == other.x and one.y + one.h > other.y
    ] == []
    assert {box.node.id for box in plan.boxes} == {node.id for node in nodes}


def test_too_much_for_one_picture_is_refused() -> None:
    node = NodeRow(NodeKind.RISK, "R", "R", "", "", "", 0)
    with pytest.raises(SopkitError, match=f"{MAX_NODES + 1} things are more than one picture can show"):
        draw_svg([node] * (MAX_NODES + 1), [])


def test_a_thing_of_two_files_is_drawn_once() -> None:
    sop, step = (NodeRow(kind, "AC-001", "AC-001", "Grant access", "", "", 0) for kind in (NodeKind.SOP, NodeKind.STEP))
    assert draw_mermaid((sop, step, step), ()).split("\n")[1:3] == [
        '  n0["SOP AC-001<br>Grant access"]',
        '  n1["step AC-001<br>Grant access"]',
    ]
    assert "n2" not in draw_mermaid((sop, step, step), ())

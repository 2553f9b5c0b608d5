"""Lines never run through boxes, boxes never overlap, and every box stands in the lane of its actor."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from sopkit.render.flow.graph import MAX_LANES, MAX_STEPS, OUTSIDE, FlowEdge, FlowGraph, FlowNode
from sopkit.render.flow.layout import FlowBox, FlowLayout, compute_flow_layout
from sopkit.tables.text_width import text_width

Rectangle = tuple[int, int, int, int]
WORDS = st.text(max_size=60)


@st.composite
def ways(draw: st.DrawFn, steps: int) -> tuple[FlowEdge, ...]:
    goals = draw(st.lists(st.integers(OUTSIDE, steps), min_size=1, max_size=7))
    return tuple(FlowEdge(draw(WORDS), goal, draw(WORDS) if goal == OUTSIDE else "") for goal in goals)


@st.composite
def graphs(draw: st.DrawFn, most: int = 14) -> FlowGraph:
    lanes = draw(st.lists(WORDS, min_size=1, max_size=MAX_LANES))
    steps = draw(st.integers(2, most))
    nodes = [
        FlowNode(
            number=draw(st.sampled_from([str(at + 1), "1000.20.30", "a"])),
            text=draw(WORDS),
            actor=draw(WORDS),
            lane=draw(st.integers(0, len(lanes) - 1)),
            limits=tuple(draw(st.lists(WORDS, max_size=2))),
            decides=draw(st.booleans()),
            ways=draw(ways(steps)),
        )
        for at in range(steps)
    ]
    return FlowGraph(tuple(nodes), tuple(lanes))


def heavy(steps: int, lanes: int) -> FlowGraph:
    """Every step jumps to steps before and after it."""
    nodes = [
        FlowNode(
            str(at + 1),
            "Check that everything is as it should be before going on " * 9,
            f"Role {at % lanes}",
            (at * 7) % lanes,
            limits=("≤ 24 h",),
            decides=True,
            ways=tuple(FlowEdge(f"if case {jump} is met", (at * jump + jump) % (steps + 1)) for jump in range(2, 8)),
        )
        for at in range(steps)
    ]
    return FlowGraph(tuple(nodes), tuple(f"Role {at} with a longer name" for at in range(lanes)))


def rectangle(box: FlowBox) -> Rectangle:
    return (box.x, box.y, box.x + box.w, box.y + box.h)


def overlap(one: Rectangle, two: Rectangle) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def segments(plan: FlowLayout) -> list[tuple[int, Rectangle]]:
    """Each straight piece of a line with the number of the box that its line leads to."""
    return [
        (line.target, (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])))
        for line in plan.lines
        for a, b in pairwise(line.points)
    ]


def check(graph: FlowGraph) -> None:
    plan = compute_flow_layout(graph)
    boxes = [rectangle(box) for box in plan.boxes]
    heads = [(head.x, head.y, head.x + head.w, head.y + head.h) for band in plan.bands for head in band.heads]
    pieces = segments(plan)
    assert not [pair for pair in combinations([*boxes, *heads], 2) if overlap(*pair)]
    assert not [(piece, box) for _, piece in pieces for box in [*boxes, *heads] if crosses(piece, box)]
    assert [box.lane for box in plan.boxes[: len(graph.nodes)]] == [node.lane for node in graph.nodes]
    for box in plan.boxes:
        left, wide = plan.columns[box.lane]
        assert left <= box.x
        assert box.x + box.w <= left + wide
    for x, y, right, bottom in [*boxes, *(piece for _, piece in pieces)]:
        assert 0 <= x <= right <= plan.width
        assert 0 <= y <= bottom <= plan.height
    check_lines(graph, plan)
    check_bands(plan)


def crosses(piece: Rectangle, box: Rectangle) -> bool:
    """Whether a piece of a line has a point inside a box; its edge is not inside."""
    return piece[0] < box[2] and piece[2] > box[0] and piece[1] < box[3] and piece[3] > box[1]


def check_lines(graph: FlowGraph, plan: FlowLayout) -> None:
    expected = {(at, way.to) for at, node in enumerate(graph.nodes) for way in node.ways if way.to != OUTSIDE}
    assert {(line.source, line.target) for line in plan.lines} == expected
    for line in plan.lines:
        assert on_edge(line.points[0], plan.boxes[line.source])
        assert on_edge(line.points[-1], plan.boxes[line.target])
        assert line.back == (line.target <= line.source)
        assert all(one[0] == two[0] or one[1] == two[1] for one, two in pairwise(line.points))


def check_bands(plan: FlowLayout) -> None:
    for band in plan.bands:
        assert all(band.top <= box.y and box.y + box.h <= band.bottom for box in plan.boxes[band.first : band.last])
    assert [(band.first, band.top) for band in plan.bands[1:]] == [(band.last, band.bottom) for band in plan.bands[:-1]]
    assert plan.bands[-1].last == len(plan.boxes)


def on_edge(point: tuple[int, int], box: FlowBox) -> bool:
    x, y, right, bottom = rectangle(box)
    inside = x <= point[0] <= right and y <= point[1] <= bottom
    return inside and (point[0] in {x, right} or point[1] in {y, bottom})


@pytest.mark.slow
@given(graphs())
@examples(20)
def test_lines_keep_clear_of_boxes(graph: FlowGraph) -> None:
    check(graph)


@pytest.mark.slow
@given(graphs(40))
@examples(60)
def test_lines_keep_clear_of_boxes_in_long_procedures(graph: FlowGraph) -> None:
    check(graph)


@pytest.mark.parametrize(("steps", "lanes"), [(2, 1), (40, 12), (MAX_STEPS, 1), (MAX_STEPS, MAX_LANES)])
def test_many_jumps(steps: int, lanes: int) -> None:
    check(heavy(steps, lanes))


@pytest.mark.slow
@given(graphs())
@examples(20)
def test_lines_to_different_boxes_never_lie_on_each_other(graph: FlowGraph) -> None:
    pieces = segments(compute_flow_layout(graph))
    for (one, first), (two, second) in combinations(pieces, 2):
        if one == two:
            continue
        for across, along in ((0, 1), (1, 0)):
            flat = first[across] == first[across + 2] == second[across] == second[across + 2]
            apart = first[along + 2] <= second[along] or second[along + 2] <= first[along]
            assert not flat or apart or first[along] == first[along + 2]


@pytest.mark.slow
@given(graphs())
@examples(20)
def test_words_fit_their_boxes(graph: FlowGraph) -> None:
    for box in compute_flow_layout(graph).boxes:
        room = box.w - 12
        assert all(text_width(line, 13) <= room for line in box.lines if len(line) > 1)
        for row in box.rows:
            assert all(text_width(line, 11) <= room for line in row.lines if len(line) > 1)
            assert text_width(f"{row.lines[-1]} {row.goal}", 11) <= room


def test_a_line_back_runs_beside_and_is_told_from_one_ahead() -> None:
    nodes = (
        FlowNode("1", "Try.", "A", 0, ways=(FlowEdge("", 1),)),
        FlowNode("2", "Look.", "A", 0, decides=True, ways=(FlowEdge("if it fails", 0), FlowEdge("else", 2))),
    )
    plan = compute_flow_layout(FlowGraph(nodes, ("A",)))
    assert [(line.source, line.target, line.back) for line in plan.lines] == [
        (0, 1, False),
        (1, 2, False),
        (1, 0, True),
    ]
    back = plan.lines[-1]
    assert min(x for x, _ in back.points) < plan.columns[0][0] <= plan.boxes[0].x


def test_a_way_that_leaves_has_words_but_no_line() -> None:
    nodes = (
        FlowNode("1", "Read.", "A", 0, ways=(FlowEdge("if it burns", OUTSIDE, "IH-001"), FlowEdge("else", 1))),
        FlowNode("2", "End.", "B", 1, ways=(FlowEdge("", 2),)),
    )
    plan = compute_flow_layout(FlowGraph(nodes, ("A", "B")))
    assert [row.goal for row in plan.boxes[0].rows] == ["↗ IH-001", "↓ 2"]
    assert [(line.source, line.target) for line in plan.lines] == [(0, 1), (1, 2)]

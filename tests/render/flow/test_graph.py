"""From the steps of a document to who acts and where each step leads."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.render.body import build_flow_context, render_body
from sopkit.render.context import StandaloneContext
from sopkit.render.flow.graph import MAX_EDGES, MAX_LANES, OUTSIDE, FlowEdge, FlowGraph, build_flow_graph

BRANCHING = """\
## Procedure

1. <a id="ask"></a>**Line manager**: Ask within 2 days.
   - If it is urgent, then call within 15 minutes.
   - Else: wait.
2. **CISO**: Decide within 3 business days.
   - If it is refused, then go back to [the request](#ask).
   - If it burns, then go on with [the incident](ac-002-other.md#now).
   - If nothing is left, then stop.
   - Else: note it.
3. Grant it.
   1. Read it; if it is odd, go to step 2.
   2. Sign it.
4. **Security lead**: Go on with [the way back](#rollback).
5. **IT operations**: Try it.
   - If it hangs, then go to [nothing](#nowhere) or [step](#step-5).

## Rollback

Undo it.
"""


def graph(root: Path, text: str, run: int = 0) -> FlowGraph:
    other = complete(id="AC-002", title="Handle it")
    made = library(root, {PATH: complete(text), "sops/access-control/ac-002-other.md": other})
    sop = made.by_path[PATH]
    alone = StandaloneContext(sop, made)
    return build_flow_graph(
        sop.body.procedures[run], build_flow_context(sop, made, alone, render_body(sop, made, alone).ids)
    )


def test_a_branching_procedure(tmp_path: Path) -> None:
    found = graph(tmp_path, BRANCHING)
    assert found.lanes == ("Line manager", "Security lead", "Not named", "IT operations")
    assert [node.lane for node in found.nodes] == [0, 1, 2, 1, 3]
    assert [node.href for node in found.nodes] == ["step-1", "step-2", "step-3", "step-4", "step-5"]
    assert [node.limits for node in found.nodes] == [("≤ 2 days",), ("≤ 3 business days",), (), (), ()]
    assert [node.decides for node in found.nodes] == [True, True, True, False, True]
    assert [node.ways for node in found.nodes] == [
        (FlowEdge("", 1),),
        (
            FlowEdge("if it is refused", 0),
            FlowEdge("if it burns", OUTSIDE, "AC-002"),
            FlowEdge("if nothing is left", 5),
            FlowEdge("else", 2),
        ),
        (FlowEdge("else", 3), FlowEdge("3.1: if it is odd", 1)),
        (FlowEdge("", OUTSIDE, "the way back"),),
        (FlowEdge("if it hangs", 4), FlowEdge("else", 5)),
    ]


@pytest.mark.parametrize(
    ("procedure", "lanes"),
    [
        ("1. One.\n2. Two.\n", ("Not named",)),
        ("### Grant (IT operations)\n\n1. One.\n2. **CISO**: Two.\n", ("IT operations", "Security lead")),
        ("### Grant\n\n1. One.\n2. Two.\n", ("Not named",)),
        ("| # | Who | What |\n| - | - | - |\n| 1 | CISO | One |\n| 2 | Line manager | Two |\n", ("Security lead", "Line manager")),
        ("### Step 1: One\n\nResponsible: Asset owner\n\n### Step 2: Two\n\nText.\n", ("Asset owner", "Not named")),
    ],
)  # fmt: skip
def test_lanes(tmp_path: Path, procedure: str, lanes: tuple[str, ...]) -> None:
    assert graph(tmp_path, f"## Procedure\n\n{procedure}").lanes == lanes


def test_jumps_under_headings(tmp_path: Path) -> None:
    text = "## Procedure\n\n### Step 1: Ask\n\n- If it fails, then go to [the end](#step-3-close).\n\n### Step 2: Do\n\nText.\n\n### Step 3: Close\n\nRepeat step 1 until it is done.\n"
    assert [node.ways for node in graph(tmp_path, text).nodes] == [
        (FlowEdge("if it fails", 2), FlowEdge("else", 1)),
        (FlowEdge("", 2),),
        (FlowEdge("until it is done", 0), FlowEdge("then", 3)),
    ]


def test_a_step_of_another_run_is_outside(tmp_path: Path) -> None:
    text = "## Procedure\n\n### A\n\n1. One.\n2. Go to [b](#b).\n\n### B\n\n1. <a id='b'></a>Go to [a](#step-1).\n2. Two.\n"
    assert graph(tmp_path, text).nodes[1].ways == (FlowEdge("", OUTSIDE, "b"),)
    assert graph(tmp_path, text, 1).nodes[0].ways == (FlowEdge("", OUTSIDE, "a"),)


def test_words_after_the_last_step_are_not_its_words(tmp_path: Path) -> None:
    text = "## Procedure\n\n1. One.\n2. Two.\n\nIf it fails, go to step 1.\n"
    assert graph(tmp_path, text).nodes[1].ways == (FlowEdge("", 2),)


def test_too_many_actors_share_a_lane(tmp_path: Path) -> None:
    steps = "".join(f"{at}. **Team {at} lead**: Do it.\n" for at in range(1, 21))
    found = graph(tmp_path, f"## Procedure\n\n{steps}")
    assert found.lanes == (*(f"Team {at} lead" for at in range(1, MAX_LANES)), "Others")
    assert [node.lane for node in found.nodes] == [min(at, MAX_LANES - 1) for at in range(20)]


def test_a_step_has_few_ways_but_goes_on(tmp_path: Path) -> None:
    cases = "".join(f"   - If it is {at}, then go to step {at}.\n" for at in range(3, 30))
    steps = "".join(f"{at}. Do it.\n" for at in range(2, 31))
    found = graph(tmp_path, f"## Procedure\n\n1. Look.\n{cases}{steps}")
    assert [way.to for way in found.nodes[0].ways] == [*range(2, 2 + MAX_EDGES), 1]


@pytest.mark.parametrize(
    ("part", "limits"),
    [
        ("Within: 4 hours", ("≤ 4 h",)),
        ("Note: The bank answers within 3 days.", ()),
        ("If it hangs, call within 1 hour.", ()),
    ],
)
def test_only_limits_of_the_step_itself_are_drawn(part: str, limits: tuple[str, ...], tmp_path: Path) -> None:
    steps = f"1. **Line manager**: Ask.\n   - {part}\n2. **CISO**: Decide.\n"
    assert graph(tmp_path, f"## Procedure\n\n{steps}").nodes[0].limits == limits

"""What of a step's words sends the reader elsewhere."""

import pytest
from tests.build import read

from sopkit.model.body import Block
from sopkit.render.flow.transitions import END, Transition, TransitionTarget, find_transitions


def block(text: str) -> Block:
    paragraphs = [each for each in read(f"# Title\n\n{text}\n").body.blocks if each.kind == "paragraph"]
    return paragraphs[0]


def case(said: str, *targets: str, bare: bool = False, otherwise: bool = False, labelled: bool = True) -> Transition:
    jumps = tuple(
        TransitionTarget(target, "" if target == END else "x" if not bare else f"step {target}", bare)
        for target in targets
    )
    return Transition(said, jumps, otherwise, labelled)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("If it is full, then go to [x](#a).", [case("if it is full", "#a")]),
        ("If one, two or three, then go on with [x](#a).", [case("if one, two or three", "#a")]),
        ("If: it is full, go back to [x](#a); the second time, call.", [case("if it is full", "#a")]),
        ("If it is full, empty it. Then go to [x](#a).", [case("if it is full", "#a")]),
        ("If it is full, go to [x](#a), otherwise go to [x](#b).",
         [case("if it is full", "#a"), case("else", "#b", otherwise=True, labelled=False)]),
        ("If it is full, go to [x](#a) or [x](#b).", [case("if it is full", "#a", "#b")]),
        ("If it is full, then call.", [case("if it is full")]),
        ("If it is full, then stop.", [case("if it is full", END)]),
        ("If it is full, then note it and end here.", [case("if it is full", END)]),
        ("If it is full, then stop the pump.", [case("if it is full")]),
        ("Else: go to step 7.", [case("else", "7", bare=True, otherwise=True)]),
        ("Otherwise wait.", [case("else", otherwise=True)]),
        ("Check it. If it fails, repeat step 3.2.", [case("if it fails", "3.2", bare=True, labelled=True)]),
        ("Repeat from step 3 until it is clean.", [case("until it is clean", "3", bare=True, labelled=False)]),
        ("Close it, then go to [x](#a).", [case("", "#a", labelled=False)]),
        ("Note: Go on with [x](#a). The rest is for others.", [case("", "#a", labelled=False)]),
        ("If it is full, follow [x](other.md).", [case("if it is full", "other.md")]),
        ("Grant it as [x](other.md) says; see [x](#a).", []),
        ("If nobody needs it, then have it ended under [x](#a).", [case("if nobody needs it")]),
        ("Ask whether somebody else knows, and write it down.", []),
        ("Note: Customers' data wait for [x](#a).", []),
        ("Evidence: Ticket, go to [x](#a)", []),
        ("", []),
    ],
)  # fmt: skip
def test_cases_and_jumps(text: str, found: list[Transition]) -> None:
    assert list(find_transitions(block(text or "&nbsp;"))) == found


@pytest.mark.parametrize(
    "text",
    [
        "If " * 30_000,
        "go to " * 20_000 + "[x](#a)",
        "start " + "a-" * 40_000 + " [x](#a)",
        "[x](#a) " * 5_000,
        "go to step " * 10_000,
        "otherwise " * 10_000,
        "If a, go to [x](#a); " * 3_000,
    ],
)
def test_endless_text_gives_few_jumps(text: str) -> None:
    assert sum(len(found.jumps) for found in find_transitions(block(text))) <= 20_000 / len("go to x; ")

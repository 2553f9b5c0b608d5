"""The few words about what a revision changed."""

import pytest
from tests.build import read

from sopkit.diff import compare
from sopkit.lifecycle.change_summary import summarise_changes

STEPS = ("Ask the owner of it.", "Grant the right today.", "Tell the person who asked.")
SCOPE = "Access to all systems of the company."


def text(steps: tuple[str, ...] = STEPS, scope: str = SCOPE, front: str = "owner: lead", more: str = "") -> str:
    listed = "".join(f"{number}. {step}\n" for number, step in enumerate(steps, 1))
    return f"---\nid: AC-001\n{front}\n---\n\n## Scope\n\n{scope}\n\n## Procedure\n\n{listed}{more}"


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (text((*STEPS[:2], "Tell the person who waits.")), "step 3 changed"),
        (text((*STEPS, "Write it into the log of access.")), "step 4 added"),
        (text(("Log the request in Jira first.", *STEPS)), "step 1 added"),
        (text(STEPS[1:]), "step 1 removed"),
        (text((STEPS[2], *STEPS[:2])), "step 1 moved"),
        (text(scope="Access to some systems of the company."), "section Scope changed"),
        (text(more="\n## Records\n\nNone are kept here.\n"), "section Records added"),
        (text(front="owner: cto"), "key owner changed"),
        (
            text(front="owner: cto\neffective: 2024-01-01\nsection: x"),
            "key owner changed, keys effective, section added",
        ),
        (
            text(("Ask the team of it.", *STEPS[1:]), front="section: x"),
            "step 1 changed; key section added, key owner removed",
        ),
        (text(front="owner: lead\nversion: '2'"), "nothing that counts"),
    ],
)
def test_words(new: str, words: str) -> None:
    assert summarise_changes(compare(read(text()), read(new))) == words


def test_a_paragraph_of_a_section_with_changed_steps_is_told_beside_them() -> None:
    new = text((*STEPS[:2], "Tell the person who waits."), more="\nAsk again after a year.\n")
    assert summarise_changes(compare(read(text()), read(new))) == "step 3 changed, section Procedure changed"


def test_many_names_are_cut() -> None:
    old = "".join(f"k{number}: a\n" for number in range(10))
    said = summarise_changes(compare(read(text(front=old)), read(text(front=old.replace(": a", ": b")))))
    assert said == "keys k0, k1, k2, k3, k4, k5 and 4 more changed"

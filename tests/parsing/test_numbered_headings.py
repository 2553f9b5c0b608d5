"""Headings that number steps beside headings that number the parts of a document."""

import pytest
from tests.build import read

_HEAD = "---\nid: AC-001\n---\n\n# Access\n\n"


def runs(procedure: str) -> list[tuple[str, list[str]]]:
    body = read(f"{_HEAD}## Procedure\n\n{procedure}").body
    return [(one.heading.text, [f"{step.number} {step.text}" for step in one.steps]) for one in body.procedures]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "### Respond\n\n#### 1. Contain\n\nA.\n\n#### 2. Recover\n\nB.\n\n"
            "### Tell\n\n#### 1. Staff\n\nC.\n\n#### 2. Press\n\nD.\n",
            [("Respond", ["1 Contain", "2 Recover"]), ("Tell", ["1 Staff", "2 Press"])],
            id="counted-anew-under-each-heading",
        ),
        pytest.param(
            "### Day 1\n\n#### Step 1: Ask\n\nA.\n\n### Day 2\n\n#### Step 2: Grant\n\nB.\n",
            [("Day 1", ["1 Ask"]), ("Day 2", ["2 Grant"])],
            id="counted-on-under-the-next-heading",
        ),
        pytest.param(
            "### 3. Joining\n\n1. Ask.\n2. Grant.\n\n### 4. Leaving\n\n1. Revoke.\n2. Tell.\n",
            [("3. Joining", ["1 Ask.", "2 Grant."]), ("4. Leaving", ["1 Revoke.", "2 Tell."])],
            id="numbers-of-the-document-are-no-steps",
        ),
        pytest.param(
            "### Step 1: Ask\n\nA.\n\n### Step 2: Grant\n\nB.\n\n### 5. In an emergency\n\n1. Call.\n2. Write.\n",
            [("Procedure", ["1 Ask", "2 Grant"]), ("5. In an emergency", ["1 Call.", "2 Write."])],
            id="step-headings-beside-numbered-parts-with-lists",
        ),
        pytest.param(
            "### Ways\n\n#### 1. One\n\nA.\n\n#### 1. Other\n\nB.\n\n1. Do.\n2. Say.\n",
            [("1. Other", ["1 Do.", "2 Say."])],
            id="the-same-number-twice-counts-nothing",
        ),
        pytest.param(
            "### Step 1: Ask\n\n- Who asks.\n\n#### Forms\n\n1. Write.\n2. Send.\n\n### Step 2: Grant\n\nB.\n",
            [("Procedure", ["1 Ask", "2 Grant"])],
            id="a-list-below-a-step-is-a-part-of-it",
        ),
    ],
)
def test_runs_of_numbered_headings(text: str, expected: list[tuple[str, list[str]]]) -> None:
    assert runs(text) == expected

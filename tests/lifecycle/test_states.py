"""The page for users names every state and mark, in their order."""

import re
from pathlib import Path

from sopkit.lifecycle.status import SopState, StatusFlag

PAGE = (Path(__file__).parents[2] / "docs/staleness.md").read_text("utf-8")


def test_every_state_and_mark_is_explained_in_the_order_of_weight() -> None:
    rows = [re.findall(r"`([a-z-]+)`", line.split("|")[1]) for line in PAGE.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in row if name in {*SopState, *StatusFlag}]
    states = [name for name in named if name in set(SopState)]
    assert states == [*SopState]
    assert {name for name in named if name in set(StatusFlag)} == set(StatusFlag)

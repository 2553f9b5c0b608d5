"""Anchors of headings, as GitHub makes them."""

import pytest
from tests.build import sop

from sopkit.parsing.sections import heading_anchors

HEADINGS = "## Scope\n\nx\n\n### 1. Größe & Maß (m²)!\n\nx\n\n### Ask_for it\n\nx\n\n### Ask\n\nx\n\n### ask\n\nx\n"


def test_anchors() -> None:
    made = list(heading_anchors(sop(HEADINGS).body.headings))
    assert [one for one in made if one[:3] in {"1-g", "ask"}] == ["1-größe--maß-m²", "ask_for-it", "ask", "ask-1"]


@pytest.mark.slow
def test_half_open_tags_cost_no_more_than_their_length() -> None:
    many = sop("## Scope\n\n" + "<img " * 100_000 + '<a id="x"></a>\n')
    assert "x" in many.body.anchors

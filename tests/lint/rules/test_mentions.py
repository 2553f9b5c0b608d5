"""The plainest way to name a control is read as the long way reads it; a control claimed twice is one."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.frameworks.loader import load_catalogue
from sopkit.lint.control_mentions import canonical_mentions, claimed_controls
from sopkit.model.mentions import find_controls

pytestmark = pytest.mark.slow

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("framework", CATALOGUE.ids)
def test_every_plain_line_is_read_alike(framework: str) -> None:
    lines = canonical_mentions(CATALOGUE, (framework,))
    assert len(lines) == len(CATALOGUE.get(framework).controls)
    for asked in ((framework,), CATALOGUE.ids):
        differing = {
            text for text, mention in lines.items() if list(find_controls(text, CATALOGUE, asked)) != [mention]
        }
        assert differing == set()


def test_a_name_counts_in_its_paragraph_only() -> None:
    text = "SOC 2, A1.2. Also A.5.15.\n\nA.5.18 and A1.3"
    found = [(mention.framework, mention.ids) for mention in find_controls(text, CATALOGUE, ("iso27001-2022",))]
    assert found == [("iso27001-2022", ("A.5.15",)), ("iso27001-2022", ("A.5.18",))]


def test_a_control_claimed_twice_is_one(tmp_path: Path) -> None:
    loaded = library(tmp_path, {PATH: complete("---\ncontrols: {nist-800-53-r5: [AC-02(01), ac-2.1, AC-2]}\n---\n")})
    assert claimed_controls(loaded.sops[0], loaded) == {"nist-800-53-r5": ("AC-2(1)", "AC-2")}

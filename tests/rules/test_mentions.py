"""The plainest way to name a control is read as the long way reads it."""

import pytest

from sopkit.frameworks import load_catalogue
from sopkit.model.mentions import find_controls
from sopkit.rules._mentions import plain_lines

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("framework", CATALOGUE.ids)
def test_every_plain_line_is_read_alike(framework: str) -> None:
    lines = plain_lines(CATALOGUE, (framework,))
    assert len(lines) == len(CATALOGUE.get(framework).controls)
    for asked in ((framework,), CATALOGUE.ids):
        differing = {
            text for text, mention in lines.items() if list(find_controls(text, CATALOGUE, asked)) != [mention]
        }
        assert differing == set()

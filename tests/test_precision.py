"""The page about the precision of the rules is made of the verdicts, and is up to date."""

import pytest
from tests.precision import PAGE, page

pytestmark = pytest.mark.slow


def test_the_page_is_current(request: pytest.FixtureRequest) -> None:
    made = page()
    if request.config.getoption("--update"):
        PAGE.write_text(made)
    assert made == PAGE.read_text(), "write it anew: python -m tests.precision"

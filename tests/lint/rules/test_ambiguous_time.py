"""SOP227: words and dates with two readings."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We meet bi-weekly.", ["bi-weekly"]),
        ("Biweekly and by COB.", ["Biweekly", "COB"]),
        ("By close\nof business.", ["close\nof business"]),
        ("Due on 03/04/2026.", ["03/04/2026"]),
        ("Due on 3/4/2026, not 12/1/1999.", ["3/4/2026", "12/1/1999"]),
        ("We meet bi-weekly, that is every other Friday.", []),
        ("Due on 04/04/2026.", []),
        ("Due on 13/04/2026.", []),
        ("See x/03/04/2026 and 03/04/20265.", []),
        ("See `03/04/2026` and 03/04/26.", []),
        ("Weekly, by the end of the day.", []),
        ("### Bi-weekly meeting\n\nText.", []),
    ],
)
def test_times(text: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP227", f"## Scope\n\n{text}\n") == words


def test_an_explanation_elsewhere_is_none(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP227", "## Scope\n\nWe meet bi-weekly.\n\nOthers meet every other week.\n") == [
        "bi-weekly"
    ]

"""Durations as people write them."""

import pytest

from sopkit.model.durations import Duration, parse_duration


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("12 months", (12, 0, 0)),
        ("1 year", (12, 0, 0)),
        ("6 weeks", (0, 42, 0)),
        ("90 days", (0, 90, 0)),
        ("30d", (0, 30, 0)),
        ("P6M", (6, 0, 0)),
        ("PT4H", (0, 0, 240)),
        ("PT15M", (0, 0, 15)),
        ("P1Y2M3W4DT5H6M", (14, 25, 306)),
        ("2 hrs", (0, 0, 120)),
        ("45 min", (0, 0, 45)),
        ("3 mo", (3, 0, 0)),
    ],
)
def test_months_days_and_minutes(text: str, parts: tuple[int, int, int]) -> None:
    assert parse_duration(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P6",
        "6",
        "months",
        "half a year",
        "0 days",
        "P0D",
        "-1 day",
        "1.5 years",
        "１２ months",
        "9" * 9 + "d",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write for example `12 months` or `P6M`"):
        Duration(text)


def test_durations_compare_in_minutes() -> None:
    assert Duration("1 year").minutes == Duration("12 months").minutes
    assert Duration("26 weeks").minutes < Duration("6 months").minutes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("PT72H", "72 hours"),
        ("P1M", "1 month"),
        ("P1Y6M", "1 year 6 months"),
        ("PT1H30M", "1 hour 30 minutes"),
        ("6 weeks", "6 weeks"),
        ("1 yr", "1 year"),
        ("30d", "30 days"),
    ],
)
def test_durations_in_the_units_that_were_typed(text: str, words: str) -> None:
    assert Duration(text).words == words

"""Dates that people write otherwise: the one day that they mean, or none."""

import pytest

from sopkit.parsing.lexicon import parse_date


@pytest.mark.parametrize(
    "text",
    [
        "2024/09/18",
        "2024.09.18",
        "2024-9-18",
        "20240918",
        "18.09.2024",
        "18.9.2024",
        "18/09/2024",
        "09/18/2024",
        "18-09-2024",
        "2024-09-18T10:00:00Z",
        "2024-09-18 10:00",
        "Sept 18 2024",
        "Sep 18, 2024",
        "September 18 2024",
        "18 september 2024",
        "18-Sep-2024",
        "2024 Sep 18",
        "18. September 2024",
    ],
)
def test_a_day_that_can_be_told(text: str) -> None:
    assert str(parse_date(text)) == "2024-09-18"


@pytest.mark.parametrize(
    "text",
    [
        "2024-09-018",
        "03/04/2024",
        "12/12/2024",
        "2024-02-30",
        "30.02.2024",
        "18.09.24",
        "0000-01-01",
        "Se 18 2024",
        "Ju 1 2024",
        "Month 18 2024",
        "Sep 2024",
        "Sep 18 24",
        "Sep Oct 18 2024",
        "18 19 2024",
        "2024/09-18",
        "2024-09-18 or later",
        "next year",
        "",
        "x" * 50_000,
        "1 " * 50_000,
    ],
)
def test_a_day_that_cannot_be_told(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(("text", "day"), [("13/12/2024", "2024-12-13"), ("12/13/2024", "2024-12-13")])
def test_the_number_above_twelve_is_the_day(text: str, day: str) -> None:
    assert str(parse_date(text)) == day


def test_a_language_without_words_has_no_months() -> None:
    assert parse_date("18 Sep 2024", "tlh") is None

"""Days as pages write them."""

from datetime import date

from sopkit.handbook.language import words_of


def test_a_day_reads_as_people_write_it() -> None:
    assert words_of("en").day(date(2026, 9, 1)) == "1 Sep 2026"


def test_every_language_has_twelve_months() -> None:
    assert all(len(words_of(tag)("days.months").split()) == 12 for tag in ("en", "de"))

"""Days as pages write them."""

from datetime import date

from sopkit.handbook.translations import load_translations
from sopkit.model.durations import Duration


def test_a_day_reads_as_people_write_it() -> None:
    assert load_translations("en").day(date(2026, 9, 1)) == "1 Sep 2026"


def test_every_language_has_twelve_months() -> None:
    assert all(len(load_translations(tag)("days.month_names").split()) == 12 for tag in ("en", "de"))


def test_a_length_is_said_in_the_units_that_were_typed() -> None:
    assert [load_translations("en").length(Duration(text)) for text in ("PT1H", "P1Y6M", "90 days")] == [
        "1 hour",
        "1 year 6 months",
        "90 days",
    ]

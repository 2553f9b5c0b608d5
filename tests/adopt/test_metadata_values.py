"""Dates, intervals, versions, classes and roles as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adopt.foreign import found

from sopkit.adopt.metadata.dates import read_date, read_interval
from sopkit.adopt.metadata.labels import Confidence
from sopkit.adopt.metadata.values import ReadValue, RoleIds, is_placeholder, plain_text, read_roles, read_value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-21", "2024-03-21"),
        ("2024/3/1", "2024-03-01"),
        ("2024-03-21T10:00:00Z", "2024-03-21"),
        ("2026-05-10 (UTC)", "2026-05-10"),
        ("20240321", "2024-03-21"),
        ("March 21st 2024", "2024-03-21"),
        ("Jun 1 2018", "2018-06-01"),
        ("Sept. 3, 2021", "2021-09-03"),
        ("21 March 2024", "2024-03-21"),
        ("21st of March, 2024", "2024-03-21"),
        ("3. Mai 2024", "2024-05-03"),
        ("21-Mar-2024", "2024-03-21"),
        ("21.03.2024", "2024-03-21"),
        ("1. 3. 2024", "2024-03-01"),
        ("21/03/2024", "2024-03-21"),
        ("03/21/2024", "2024-03-21"),
        ("Thursday, March 21, 2024", "2024-03-21"),
    ],
)
def test_dates(text: str, day: str) -> None:
    assert read_date(text) == (day, "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("02/03/2024", "`02/03/2024`: which number is the day differs between countries; write it as YYYY-MM-DD"),
        ("2018-04-31", "`2018-04-31` is not in the calendar"),
        ("March 2024", "`March 2024` is no date that can be read; write it as YYYY-MM-DD"),
        ("2024-09-018", "`2024-09-018` is no date that can be read; write it as YYYY-MM-DD"),
    ],
)
def test_what_is_no_date_says_why(text: str, why: str) -> None:
    assert read_date(text) == ("", why)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("annually", "12 months"),
        ("Annual", "12 months"),
        ("Yearly", "12 months"),
        ("at least once a year", "12 months"),
        ("on an annual basis", "12 months"),
        ("Semi-Annual", "6 months"),
        ("twice a year", "6 months"),
        ("Quarterly", "3 months"),
        ("every 6 months", "6 months"),
        ("Every six months", "6 months"),
        ("every two years", "24 months"),
        ("12-month", "12 months"),
        ("6-monthly", "6 months"),
        ("P6M", "6 months"),
        ("1 year", "12 months"),
        ("6m", "6 months"),
        ("90 days", "90 days"),
        ("6 weeks", "6 weeks"),
        ("monthly", "1 month"),
    ],
)
def test_intervals(text: str, interval: str) -> None:
    assert read_interval(text) == (interval, "")


def test_an_interval_that_says_more() -> None:
    assert read_interval("Annual or upon change") == ("12 months", "it says more: `Annual or upon change`")


def test_intervals_that_can_be_two_things_or_none() -> None:
    two = "`Biannual` can be twice in it or every second one; write for example `6 months`"
    assert read_interval("Biannual") == ("", two)
    assert read_interval("as needed") == (
        "",
        "`as needed` is no interval that can be read; write for example `12 months`",
    )
    assert read_interval("PT4H") == ("", "`PT4H` is too short for a review; write for example `12 months`")


def test_a_bare_number_has_the_unit_of_its_key() -> None:
    assert read_value("review_every", "12", "review_interval_months") == ReadValue("review_every", "12 months")
    assert read_value("review_every", "12", "review_cycle").key is None


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("CEO", RoleIds(("ceo",))),
        ("IT Operations Manager", RoleIds(("it-operations-manager",))),
        ("Data Protection Officer (DPO)", RoleIds(("data-protection-officer",))),
        ("CFO & CTO", RoleIds(("cfo", "cto"))),
        ("Research and Development Lead", RoleIds(("research-and-development-lead",))),
        ("group:default/platform-team", RoleIds(("platform-team",))),
        (
            "Jane Roe",
            RoleIds((), (), Confidence.GUESS, "Jane Roe seems to be a person: name the role instead"),
        ),
        (
            "#sre-alerts",
            RoleIds((), ("#sre-alerts",), Confidence.GUESS, "#sre-alerts is a chat channel, no role"),
        ),
        (
            "ops@acme.example",
            RoleIds((), (), Confidence.GUESS, "ops@acme.example is an address or a handle, no role"),
        ),
    ],
)
def test_roles(text: str, roles: RoleIds) -> None:
    assert read_roles(text) == roles


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("version", "v1.2", "1.2"),
        ("version", "Version 3", "3.0"),
        ("version", "1.10.2", "1.10.2"),
        ("classification", "TLP:AMBER", "confidential"),
        ("classification", "Strictly confidential", "restricted"),
        ("classification", "🌐 Public", "public"),
        (
            "classification",
            "[![Confidentiality: Public](https://img.shields.io/badge/C-Public-grey)](./c.md)",
            "public",
        ),
        ("language", "Deutsch", "de"),
        ("criticality", "Critical", "high"),
    ],
)
def test_other_values(key: str, text: str, value: str) -> None:
    said = read_value(key, plain_text(text), key)
    assert (said.key, said.value) == (key, value)


@pytest.mark.parametrize(
    "text",
    ["", "-", "TBD", "N/A", "[ROLE - e.g., CISO]", "<owner>", "{{ owner }}", "YYYY-MM-DD", "vX.X", "to be decided"],
)
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)


@given(st.text(alphabet=st.sampled_from(list("|-:*_#<>[](){}!`\n \tOwner Version0123456789.+=&—🤝")), max_size=200))
def test_any_text_is_read(text: str) -> None:
    data = text.encode()
    assert all(0 <= one.start <= one.end <= len(data) for one in found(text))

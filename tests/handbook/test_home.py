"""Home: what it leads to, what was approved of late, and what is due."""

from datetime import date

import pytest
from tests.handbook.conftest import Sites

from sopkit.handbook.pages.home import approval_days, due_soon, recent_approvals, role_cards, search_examples
from sopkit.handbook.published_library import published_library
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow


def test_the_last_approvals_come_first(acme: LibraryStatus) -> None:
    ground = published_library(acme, BuildOptions())
    told = [(new.one.id, new.version, new.landed) for new in recent_approvals(ground)]
    assert told[:2] == [("SD-001", "1.0", date(2026, 11, 12)), ("HR-001", "1.0", date(2026, 11, 5))]
    assert [day for _, _, day in told] == sorted((day for _, _, day in told), reverse=True)
    assert len(told) == 8
    retired_or_altered = {"AC-002", "AC-003", "CM-001"}
    assert retired_or_altered <= ground.by_id.keys()
    assert set(approval_days(ground)) == ground.by_id.keys() - retired_or_altered


def test_what_is_overdue_stands_before_what_is_due_soon(acme: LibraryStatus) -> None:
    ground = published_library(acme, BuildOptions())
    assert [(row.one.id, row.days) for row in due_soon(ground)] == [
        *(("VM-001", -19), ("IH-002", -4)),  # the first review of IH-002 is late
        *(("CM-002", 11), ("IH-001", 21)),
    ]


def test_three_searches_are_taken_from_the_library(acme: LibraryStatus) -> None:
    assert search_examples(published_library(acme, BuildOptions())) == (
        "Grant, change and remove access",
        "A.5.17",
        "IT operations lead",
    )


def test_home_has_one_search_field_and_is_light(sites: Sites) -> None:
    page = sites().files["index.html"]
    assert page.count(b'<input type="search"') == 1
    assert len(page) < 20_000


def test_home_tells_nothing_of_what_is_hidden(sites: Sites) -> None:
    page = sites(BuildOptions(Classification.RESTRICTED, drafts=True)).files["index.html"].decode()
    assert "BK-001" in page
    assert "BK-001" not in sites().files["index.html"].decode()


def test_a_role_leads_to_its_page_with_how_much_is_in_it(acme: LibraryStatus, sites: Sites) -> None:
    cards = {card.view.id: (card.sops, card.late) for card in role_cards(published_library(acme, BuildOptions()))}
    assert len(cards) == 12
    assert cards["ciso"] == (10, 5)
    assert (
        b'<a href="roles/ciso/index.html"><strong>Chief information security officer</strong>'
        in sites().files["index.html"]
    )

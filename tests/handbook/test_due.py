"""What is due: the rows behind the four numbers, and the words of every state."""

import re
from datetime import date

import pytest
from tests.handbook.conftest import Sites

from sopkit.handbook.pages.due import ReviewAge, due_sops
from sopkit.handbook.paths import DUE
from sopkit.handbook.published_library import published_library
from sopkit.handbook.selection import BuildOptions
from sopkit.handbook.translations import languages, load_translations
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.status import SopState, StatusFlag
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

ALL = BuildOptions(Classification.RESTRICTED, drafts=True)


def test_the_longest_overdue_comes_first(acme: LibraryStatus) -> None:
    rows = due_sops(published_library(acme, BuildOptions()))
    assert [(row.one.id, str(row.state), row.days) for row in rows][:4] == [
        ("VM-001", "overdue", -19),
        ("IH-002", "never-reviewed", -4),
        ("CM-002", "due-soon", 11),
        ("IH-001", "changed-since-review", 21),
    ]
    days = [row.days for row in rows]
    assert days == sorted(days)
    assert rows[0].due == date(2026, 11, 5)
    assert rows[0].age == ReviewAge(384, 365)
    assert rows[0].reasons == ("Its review was due on 5 Nov 2026, 19 days before.",)


def test_retired_sops_and_drafts_are_not_asked_for_reviews(acme: LibraryStatus) -> None:
    assert not {"AC-003", "AM-002", "VM-002"} & {row.one.id for row in due_sops(published_library(acme, ALL))}


def test_each_number_leads_to_its_rows(acme: LibraryStatus, sites: Sites) -> None:
    rows = due_sops(published_library(acme, ALL))
    page = sites(ALL).files[DUE].decode()
    for group, ids in {"overdue": ["VM-001", "IH-002"], "soon": ["CM-002", "IH-001"], "unapproved": ["BK-002"]}.items():
        assert [row.one.id for row in rows if group in row.groups] == ids
        assert re.findall(rf'<a href="#{group}"><strong>(\d+)</strong>', page) == [str(len(ids))]
        assert f'id="{group}"' in page
        shown = re.findall(r'<tr class="([^"]*)">\s*<th scope="row"><a href="[^"]*">([^<]*)<', page)
        assert [name for classes, name in shown if group in classes.split()] == ids
    assert "<li><span><strong>0</strong> without an owner</span></li>" in page


@pytest.mark.parametrize(("days", "of", "percent"), [(10, 20, 50), (365, 365, 100), (900, 365, 150), (3, 0, 150)])
def test_the_bar_ends_where_half_as_much_again_is_over(days: int, of: int, percent: int) -> None:
    assert ReviewAge(days, of).percent == percent


@pytest.mark.parametrize("language", languages())
def test_every_state_and_mark_has_its_words(language: str) -> None:
    known = load_translations(language).texts
    assert [state for state in SopState if f"due.{state}" not in known] == []
    assert [flag for flag in (*SopState, *StatusFlag) if f"due.why_{flag}" not in known] == []

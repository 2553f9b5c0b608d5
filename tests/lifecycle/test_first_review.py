"""When a review is due, the first one included, and everything that shows it."""

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.lifecycle.ledger import PEOPLE, ROLES, SET_UP, TODAY, base, row, text
from tests.lifecycle.sops import PATH, sop
from tests.repository import ANN, GitRepository

from sopkit.exports import export_named
from sopkit.handbook.pages.due import due_sops
from sopkit.handbook.published_library import published_library
from sopkit.handbook.selection import BuildOptions
from sopkit.library import load
from sopkit.lifecycle.library_status import read_library_status
from sopkit.lifecycle.snapshot import SnapshotReader
from sopkit.lifecycle.sop_status import assess
from sopkit.lifecycle.stale import render_due_calendar, report_stale
from sopkit.lifecycle.status import StaleRow
from sopkit.lifecycle.tracked_sops import LandingDetails, TrackedSop
from sopkit.model.config import Config
from sopkit.parsing.config import read_config
from sopkit.reminders.selection import select_reminders

ACTIVE, DUE, DAY = date(2024, 2, 1), date(2025, 2, 1), timedelta(days=1)
NEVER, OVERDUE, SOON = "never-reviewed", "overdue", "due-soon"
NO_REVIEW = "no review counts yet; run: sopkit review AC-001"
CLAIMS = '[front_matter]\nclaims = { reviewed = "last_reviewed" }\n[review]\nbasis = "claims"\n'


def assessed(day: date, data: str = "", config: str = "", **facts: object) -> StaleRow:
    read: Config = read_config(config.encode(), "sopkit.toml")
    snapshot = SnapshotReader(read).read((data or text()).encode())
    subject = TrackedSop("AC-001", PATH, snapshot, snapshot.digest, readable=True, **facts)  # type: ignore[arg-type]
    found = assess(subject, read, day).row
    assert found is not None
    return found


def gist(found: StaleRow) -> tuple[date | None, int | None, tuple[str, ...]]:
    return found.due, found.days, tuple(map(str, found.flags))


@pytest.mark.parametrize("config", ["", CLAIMS], ids=["records", "claims"])
@pytest.mark.parametrize(
    ("days", "flags"),
    [(-31, (NEVER,)), (-30, (NEVER, SOON)), (-1, (NEVER, SOON)), (0, (NEVER, SOON)), (1, (NEVER, OVERDUE))],
)
def test_the_first_review_is_due_an_interval_after_the_sop_became_active(
    days: int, flags: tuple[str, ...], config: str
) -> None:
    found = assessed(DUE + days * DAY, config=config, active_since=ACTIVE)
    assert (str(found.state), *gist(found)) == (NEVER, DUE, -days, flags)


@pytest.mark.parametrize(("days", "flags"), [(-31, ()), (-30, (SOON,)), (0, (SOON,)), (1, ("unproven-overdue",))])
def test_the_due_day_of_a_claim_is_in_time(days: int, flags: tuple[str, ...]) -> None:
    data = sop(last_reviewed="2024-02-01")
    assert gist(assessed(DUE + days * DAY, data, CLAIMS, active_since=ACTIVE - 400 * DAY)) == (DUE, -days, flags)


@pytest.mark.parametrize(("days", "flags"), [(-31, ()), (-30, (SOON,)), (0, (SOON,)), (1, ("unproven-overdue",))])
def test_the_due_day_of_an_age_is_in_time(days: int, flags: tuple[str, ...]) -> None:
    config, changed = '[review]\nbasis = "git"\n', LandingDetails(ACTIVE, "ab" * 20)
    found = assessed(DUE + days * DAY, config=config, changed=changed, active_since=ACTIVE - 400 * DAY)
    assert gist(found) == (DUE, -days, flags)


def test_the_reason_says_that_it_is_the_first_review() -> None:
    late, soon = (assessed(day, active_since=ACTIVE).reason for day in (DUE + DAY, DUE))
    assert late == f"{NO_REVIEW}; the first review was due on 2025-02-01, counted from when it became active"
    assert soon == f"{NO_REVIEW}; the first review is due on 2025-02-01"


def test_the_ceiling_holds_for_the_first_review_too() -> None:
    found = assessed(ACTIVE, text(review_every="5 years", criticality="high"), active_since=ACTIVE)
    assert (found.due, found.findings) == (
        date(2024, 8, 1),
        ("review_every: `5 years` is over the ceiling; 6 months counts",),
    )


@pytest.mark.parametrize("status", ["draft", "trial", "retired"])
def test_nothing_is_due_where_a_text_is_not_in_force(status: str) -> None:
    assert gist(assessed(DUE + DAY, text(status=status), active_since=ACTIVE)) == (None, None, (status,))


def test_no_day_is_known_without_history() -> None:
    assert gist(assessed(DUE + DAY)) == (None, None, (NEVER,))


@pytest.fixture
def unreviewed(repository: GitRepository) -> Path:
    """A library with one active SOP of February 2024 that nobody ever reviewed, and a boss of its owner."""
    roles = ROLES.replace("holders: [{person: ben}]", "holders: [{person: ben}], reports_to: cto")
    repository.commit("2024-01-15", SET_UP | {"registers/people.yaml": PEOPLE, "registers/roles.yaml": roles})
    repository.commit("2024-02-01", {PATH: text()}, author=ANN)
    return repository.root


def test_the_gate_fails_for_a_first_review_that_is_overdue(unreviewed: Path) -> None:
    ahead, late = (report_stale(unreviewed, day, TODAY) for day in (DUE, DUE + DAY))
    assert gist(late.rows[0]) == (DUE, -1, (NEVER, OVERDUE, "approval-missing"))
    assert (ahead.failed(["overdue"]), late.failed(["overdue"])) == (False, True)


def test_the_calendar_has_it_in_its_month_and_then_as_overdue(unreviewed: Path) -> None:
    ahead, late = (render_due_calendar(report_stale(unreviewed, day, TODAY)) for day in (DUE, DUE + DAY))
    assert "2025-02    1 #  AC-001" in ahead
    assert "overdue    1 #  AC-001" in late
    assert "no day" not in ahead + late


def reminded(root: Path, day: date) -> list[tuple[str, bool, list[str]]]:
    report, library = report_stale(root, day, TODAY), load(root, day)
    found = select_reminders(report, library, library.config.remind)
    return [(one.stage, one.escalated, [to.key for to in one.to]) for one in found if one.audience == "review"]


def test_reminders_begin_before_it_and_are_escalated(unreviewed: Path) -> None:
    assert reminded(unreviewed, DUE - 14 * DAY) == [("due-14", False, ["ben"])]
    assert reminded(unreviewed, DUE + 7 * DAY) == [("overdue-1", False, ["ben"])]
    assert reminded(unreviewed, DUE + 14 * DAY) == [("overdue-2", True, ["ben", "dan"])]


def test_exports_and_the_handbook_have_the_day(unreviewed: Path) -> None:
    with read_library_status(unreviewed, DUE + DAY, TODAY) as found:
        status = found.of(found.library.sops[0])
        [due] = due_sops(published_library(found, BuildOptions(drafts=True)))
        files = export_named("xlsx").write(found, "1").files
    assert (status.state, status.due) == (NEVER, DUE)
    assert (due.due, due.days, due.groups[0]) == (DUE, -1, "overdue")
    assert due.reasons[:2] == ("No review counts yet.", "Its review was due on 1 Feb 2025, 1 day before.")
    sheet = load_workbook(io.BytesIO(files["library.xlsx"]))["Master list"]
    heads, cells = ([cell.value for cell in line] for line in sheet.iter_rows(max_row=2))
    assert dict(zip(heads, cells, strict=True))["Due"].date() == DUE


def test_the_claim_of_no_day_is_no_review() -> None:
    found = assessed(DUE + DAY, sop(last_reviewed="soon"), CLAIMS, active_since=ACTIVE)
    assert gist(found) == (DUE, -1, (NEVER, OVERDUE))


def test_the_due_day_of_a_review_is_in_time(repository: GitRepository) -> None:
    base(repository)
    due = date(2025, 3, 1)
    found = {days: row(repository.root, str(due + days * DAY)) for days in (-31, -30, 0, 1)}
    flags = {-31: (), -30: (SOON,), 0: (SOON,), 1: (OVERDUE,)}
    assert {days: gist(one) for days, one in found.items()} == {days: (due, -days, one) for days, one in flags.items()}

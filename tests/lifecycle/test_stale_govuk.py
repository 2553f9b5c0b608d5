"""The review dates of the GOV.UK developer docs, as they were typed on their last day."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from tests.lifecycle.sops import report
from tests.repository import GitRepository

from sopkit.lifecycle.status import StaleReport

DATES = Path(__file__).parents[1] / "corpus/govuk-2020-11-04-review-dates.tsv"
DAY = date(2020, 11, 4)
CONFIG = """
[library]
identity = "path"
sops = ["source/**/*.md", "source/**/*.md.erb"]

[front_matter]
defaults = { status = "active" }
aliases = { review_in = "review_every" }
claims = { reviewed = "last_reviewed_on", every = "review_in" }

[review]
basis = "claims"
"""


@pytest.fixture
def pages(repository: GitRepository) -> GitRepository:
    """The library in a repository; nothing is committed."""
    repository.write("sopkit.toml", CONFIG)
    for line in DATES.read_text("utf-8").splitlines()[1:]:
        path, reviewed, every = line.split("\t")
        text = f"---\ntitle: {path}\nlast_reviewed_on: {reviewed}\nreview_in: {every}\n---\n\nText of {path}.\n"
        repository.write(path, text)
    return repository


def overdue(judged: StaleReport) -> int:
    return sum(row.days is not None and row.days < 0 for row in judged.rows)


def test_the_folder_alone(pages: GitRepository) -> None:
    judged = report(pages.root, DAY, DAY, tree_only=True)
    states = Counter(str(row.state) for row in judged.rows)
    assert (len(judged.rows), states["unproven-overdue"], overdue(judged)) == (285, 67, 67)
    assert states.keys() == {"unproven-overdue", "due-soon", "unproven-fresh"}


@pytest.mark.slow
def test_committed_on_that_day(pages: GitRepository) -> None:
    pages.commit("2020-11-04")
    for _ in range(2):
        judged = report(pages.root, DAY, DAY)
        states = Counter(str(row.state) for row in judged.rows)
        assert len(judged.rows) == 285
        assert states == {"unproven-overdue": 67, "due-soon": 43, "unproven-fresh": 175}


def test_three_reviews_are_due_on_the_very_day(pages: GitRepository) -> None:
    """67 are overdue because the due day itself is in time; were it not, there would be three more."""
    judged = report(pages.root, DAY, DAY, tree_only=True)
    assert [row.reason.split(",")[1] for row in judged.rows if row.days == 0] == [" today"] * 3
    assert overdue(report(pages.root, date(2020, 11, 5), DAY, tree_only=True)) == 70

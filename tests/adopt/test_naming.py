"""Areas by words, ids that are free, and where drafts go."""

from pathlib import Path

import pytest
from tests.adopt.adopting import empty_library

from sopkit.adopt.metadata.labels import Confidence
from sopkit.adopt.survey import AreaGuess, IdAllocator, fill_draft_path, guess_area
from sopkit.model.areas import SHIPPED_AREAS, Area
from sopkit.model.errors import SopkitError


@pytest.mark.parametrize(
    ("path", "title", "area", "confidence"),
    [
        ("docs/x.md", "Backup procedure", "backup-recovery", Confidence.LIKELY),
        ("docs/grant-access.md", "How we do it", "access-control", Confidence.GUESS),
        ("docs/privacy/x.md", "Backup procedure", "privacy", Confidence.CERTAIN),
        ("docs/VendorReview.md", "Review", "vendor-management", Confidence.GUESS),
        ("docs/x.md", "Procurement guide for users", "vendor-management", Confidence.LIKELY),
        ("docs/x.md", "A guide for users", "access-control", Confidence.GUESS),
        ("docs/x.md", "Change of suppliers", "change-management", Confidence.GUESS),
    ],
)
def test_an_area_by_words(path: str, title: str, area: str, confidence: Confidence) -> None:
    found = guess_area(path, title, SHIPPED_AREAS)
    assert (found.area, found.confidence) == (area, confidence)


def test_an_area_by_the_text_where_nothing_else_speaks() -> None:
    found = guess_area("x.md", "How to", SHIPPED_AREAS, "Restore the snapshot, then delete the snapshot.")
    assert found == AreaGuess("backup-recovery", Confidence.GUESS, "by the words snapshot")
    assert guess_area("x.md", "How to", SHIPPED_AREAS, "One snapshot.").area == ""


def test_an_area_of_the_library_goes_by_its_title() -> None:
    areas = {**SHIPPED_AREAS, "labs": Area(title="Laboratory management", prefix="LAB")}
    assert guess_area("x.md", "Clean the laboratory", areas).area == "labs"


def test_ids_count_on_behind_those_that_are_there(tmp_path: Path) -> None:
    ids = IdAllocator(empty_library(tmp_path), ("AC-009", "BK-001"))
    assert [ids.next("access-control"), ids.next("access-control"), ids.next("backup-recovery")] == [
        *("AC-010", "AC-011", "BK-002")
    ]
    assert ids.fits("AC-010")
    assert not ids.fits("ac 10")


def test_ids_run_out(tmp_path: Path) -> None:
    ids = IdAllocator(empty_library(tmp_path, '[library]\nid_pattern = "AC-\\\\d"\n'), ("AC-8",))
    assert ids.next("access-control") == "AC-9"
    with pytest.raises(SopkitError, match="no id after AC-9"):
        ids.next("access-control")


def test_a_pattern_of_a_path(tmp_path: Path) -> None:
    library = empty_library(tmp_path, "[library]\nsops = ['x/**']\n")
    assert fill_draft_path(library, "x/{area}/{id}-{slug}.md", "privacy", "PV-001", "Répondre à l'accès") == (
        "x/privacy/pv-001-repondre-a-l-acces.md"
    )

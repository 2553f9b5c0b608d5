"""What a classification hides is decided by the published library: no answer depends on what is hidden."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.handbook.secrets import MARK, canaries, hide, make
from tests.repository import GitRepository

from sopkit.handbook.published_library import PublishedLibrary
from sopkit.mcp.queries import (
    find_coverage,
    find_due_sops,
    find_duties,
    open_published_library,
    read_sop,
    search_sops,
)
from sopkit.model.errors import SopkitError
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

DAY = date(2025, 6, 1)
LOWER = (Classification.PUBLIC, Classification.INTERNAL, Classification.CONFIDENTIAL)
WORDS = ("title", "keys", "access", "a", "restricted", MARK)


def answers(root: Path, classification: Classification) -> Iterator[str]:
    """Every answer about a library, and every error."""
    queries: list[Callable[[PublishedLibrary], object]] = [
        *(lambda found, word=word: search_sops(found, word, 50) for word in WORDS),
        *(
            lambda found, name=name: read_sop(found, name, unapproved=True)
            for name in ("AC-001", "AC-002", "AC-003", "RX-00")
        ),
        *(lambda found, control=control: find_coverage(found, control) for control in ("A.5.18", "A.5.24", "A.5.2")),
        *(lambda found, days=days: find_due_sops(found, days) for days in (0, 3660)),
        *(
            lambda found, role=role: find_duties(found, role)
            for role in ("security-lead", "it-operations", MARK, "rol")
        ),
    ]
    with open_published_library(root, DAY, DAY, classification) as found:
        for query in queries:
            try:
                yield str(query(found))
            except SopkitError as error:
                yield f"{error.message}; {error.hint}".replace(f"no role {MARK}", "")


@pytest.mark.parametrize("classification", LOWER)
def test_answers_are_the_same_without_the_secret(classification: Classification, tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library")
    make(repository, links="", contributor="security-lead")
    without = list(answers(repository.root, classification))
    hide(repository)
    beside = list(answers(repository.root, classification))
    assert beside == without
    assert not any(MARK in answer for answer in beside)


def test_the_comparison_bites(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library")
    make(repository)
    hide(repository)
    told = "".join(answers(repository.root, Classification.RESTRICTED))
    assert sum(word in told for word in set(canaries(repository))) > 5


def test_a_public_server_names_no_people(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library")
    make(repository)
    public = " ".join(answers(repository.root, Classification.PUBLIC))
    assert [name for name in ("Ann Lee", "Ben Roy", "by ann", "by ben", "Lend keys") if name in public] == []
    assert "by Ann Lee" in " ".join(answers(repository.root, Classification.INTERNAL))

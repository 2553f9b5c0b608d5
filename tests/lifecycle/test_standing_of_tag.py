"""The library as a tag names it, with what could be shown on the day it landed."""

from datetime import date

import pytest
from tests.lifecycle.ledger import EDITED, TEXT, TODAY, base
from tests.lifecycle.sops import PATH
from tests.repository import GitRepository

from sopkit.lifecycle.library_status import read_library_status, read_tag_status
from sopkit.model.errors import SopkitError


@pytest.mark.slow
def test_what_landed_after_the_tag_is_not_judged(repository: GitRepository) -> None:
    base(repository)
    repository.git("tag", "-a", "audit-2024", "-m", "Sent")
    tagged = repository.git("rev-parse", "HEAD")
    repository.commit("2024-06-01", {PATH: EDITED})
    repository.write(PATH, "not read")
    with read_tag_status(repository.root, "audit-2024", None, TODAY) as ground:
        [sop] = ground.library.sops
        assert sop.source.data.decode() == TEXT
        assert (ground.as_of, ground.head, ground.notes) == (date(2024, 3, 2), tagged, ())
        assert ground.commit is not None
        assert ground.commit.oid == tagged
        assert (ground.of(sop).state, ground.of(sop).edited) == ("current", False)


def test_a_later_day_judges_the_same_text(repository: GitRepository) -> None:
    base(repository)
    repository.git("tag", "audit-2024")
    with read_tag_status(repository.root, "audit-2024", date(2025, 3, 2), TODAY) as ground:
        [sop] = ground.library.sops
        assert (ground.as_of, ground.of(sop).state) == (date(2025, 3, 2), "overdue")


@pytest.mark.slow
def test_the_folder_is_judged_as_before_afterwards(repository: GitRepository) -> None:
    base(repository)
    repository.git("tag", "audit-2024")
    repository.commit("2024-06-01", {PATH: EDITED})
    with read_tag_status(repository.root, "audit-2024", None, TODAY):
        pass
    with read_library_status(repository.root, date(2024, 12, 1), TODAY) as ground:
        [sop] = ground.library.sops
        assert ground.of(sop).state == "approval-missing"


def test_a_day_before_the_tag_and_no_repository_are_told(repository: GitRepository) -> None:
    base(repository)
    repository.git("tag", "audit-2024")
    with (
        pytest.raises(SopkitError, match="audit-2024 landed on 2024-03-02, so it cannot be judged as of 2024-03-01"),
        read_tag_status(repository.root, "audit-2024", date(2024, 3, 1), TODAY),
    ):
        pass
    (repository.root.parent / "alone").mkdir()
    with (
        pytest.raises(SopkitError, match="the library is not in a git repository"),
        read_tag_status(repository.root.parent / "alone", "audit-2024", None, TODAY),
    ):
        pass

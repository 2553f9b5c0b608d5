"""A handbook of the example company: what is shown, and what stands in it."""

from pathlib import Path

import pytest
from tests.handbook.conftest import Sites

from sopkit.authoring.demo import AS_OF
from sopkit.handbook.build import build
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow


def test_approved_sops_have_a_page_at_their_id(sites: Sites) -> None:
    assert "sop/AC-001/index.html" in sites().files
    assert "sop/AM-002/index.html" not in sites().files  # it is being tried out


def test_drafts_are_shown_when_asked_for(sites: Sites) -> None:
    assert "sop/AM-002/index.html" in sites(BuildOptions(drafts=True)).files


def test_nothing_approved_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "sopkit.toml").write_text("")
    with (
        read_library_status(tmp_path, AS_OF, AS_OF) as empty,
        pytest.raises(SopkitError, match="no approved SOP") as error,
    ):
        build(empty, BuildOptions())
    assert "--with-drafts" in str(error.value.hint)

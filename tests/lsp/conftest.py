"""Folders in which a language server is tried."""

import shutil
from pathlib import Path

import pytest

ACME = Path(__file__).parent.parent.parent / "examples" / "acme"


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """A copy of the example company that a test may damage."""
    return Path(shutil.copytree(ACME, tmp_path / "acme"))

"""The library in which answers become drafts."""

from datetime import date
from pathlib import Path

import pytest

from sopkit.library import Library, load


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "sopkit.toml").write_text("")
    return load(tmp_path, date(2026, 11, 24))

"""A library that Ben owns and Cat approves."""

from pathlib import Path

import pytest
from tests.authoring.ledger import library, user
from tests.repository import GitRepository


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepository:
    """The library, in which Ben is the user of git."""
    user(monkeypatch, tmp_path, "ben")
    return library(tmp_path / "library")

"""What sopkit finds out of how documents spell things, against what somebody wrote by hand for the same ones."""

import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from tests.adopt.adopting import AS_OF, CORPUS, empty_library

from sopkit.adopt.decisions import Decisions
from sopkit.adopt.settings import LegacySettings, find_legacy_settings
from sopkit.library import load
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.errors import SopkitError


def settings(root: Path, *paths: Path) -> LegacySettings:
    return find_legacy_settings(paths or (root,), load(root, AS_OF), Decisions(), lambda _done, _total: None)


def found(root: Path) -> Counter[tuple[str, int, str]]:
    report = lint(load(root, AS_OF), LintOptions(tree_only=True))
    return Counter((one.path, one.place.line, one.code) for one in report.findings if not one.path.endswith(".toml"))


@pytest.mark.slow
def test_the_corpus_is_linted_as_with_the_settings_that_were_written_by_hand(tmp_path: Path) -> None:
    shutil.copytree(CORPUS, tmp_path / "legacy")
    root = tmp_path / "legacy"
    config = root / "sopkit.toml"
    config.write_text(config.read_text().split("[scales]")[0])  # no document tells that; it is the owner's choice
    by_hand = found(root)
    (root / "sopkit.toml").write_text("")
    (root / "sopkit.toml").write_bytes(settings(root).after)
    assert found(root) == by_hand


def test_settings_that_are_there_stay(tmp_path: Path) -> None:
    empty_library(tmp_path, '[front_matter]\nextra = ["a"] # ours\ndefaults = { status = "draft" }\n')
    (tmp_path / "doc.md").write_text("---\nb: 1\n---\n# Doc\n")
    after = tomllib.loads(settings(tmp_path).after.decode())
    assert after["front_matter"]["extra"] == ["a", "b"]
    assert after["front_matter"]["defaults"] == {"status": "draft", "area": "legacy", "version": "1.0"}
    assert "# ours" in settings(tmp_path).after.decode()


def test_headings_that_are_guessed_become_aliases(tmp_path: Path) -> None:
    empty_library(tmp_path)
    (tmp_path / "doc.md").write_text("# Doc\n\n## Why we do it\n\nSo.\n\n## Links\n\nx\n\n## Odd\n\ny\n")
    after = tomllib.loads(settings(tmp_path).after.decode())
    assert after["sections"]["aliases"] == {"Purpose": ["why we do it"], "References": ["links"]}


def test_a_library_with_ids_keeps_them(tmp_path: Path) -> None:
    empty_library(tmp_path)
    (tmp_path / "sops").mkdir()
    (tmp_path / "sops/ac-001.md").write_text("---\nid: AC-001\n---\n# Access\n")
    (tmp_path / "wiki.md").write_text("# Wiki\n")
    with pytest.raises(SopkitError, match="has an id"):
        settings(tmp_path, tmp_path / "wiki.md")


def test_documents_elsewhere_are_refused(tmp_path: Path) -> None:
    empty_library(tmp_path / "library")
    (tmp_path / "wiki.md").write_text("# Wiki\n")
    legacy = settings(tmp_path / "library", tmp_path / "wiki.md")
    assert [one.source for one in legacy.refused] == ["../wiki.md"]
    assert legacy.documents == 0

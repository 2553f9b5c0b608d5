"""Searching a shelf."""

from pathlib import Path

import pytest
from tests.build import complete, library

from sopkit.handbook.published_library import PublishedLibrary, published_library
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.mcp.queries import search_sops


def shelf(root: Path, **words: str) -> PublishedLibrary:
    texts = {f"sops/{name}.md": complete(id=name.upper(), title=title) for name, title in words.items()}
    files = {path.replace("_", "-"): text.replace("_", "-") for path, text in texts.items()}
    return published_library(
        LibraryStatus(library(root, files), "", {}, keeps_approvals=True), BuildOptions(drafts=True)
    )


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("laptop", ["AC-002", "AC-003"]),
        ("lap", ["AC-002", "AC-003"]),
        ("top", []),
        ("lend laptop", ["AC-002", "AC-003"]),
        (".env", ["AC-003"]),
        ("...", []),
        ("zq" + "." * 100_000, []),
    ],
)
def test_a_word_is_found_by_its_beginning(tmp_path: Path, words: str, ids: list[str]) -> None:
    asked = shelf(tmp_path, ac_002="Lend a laptop", ac_003="Wipe a laptop and its .env")
    assert [hit.sop for hit in search_sops(asked, words)] == ids


def test_words_of_texts_are_known_again_and_forgotten_with_them(tmp_path: Path) -> None:
    known = {b"a text that went away": "laptop"}
    asked = shelf(tmp_path, ac_002="Lend a laptop")
    first = search_sops(asked, "okta laptop", known=known)
    assert [*known] == [asked.by_id["AC-002"].sop.source.data]
    assert search_sops(asked, "okta laptop", known=known) == first
    assert [hit.sop for hit in search_sops(asked, "zebra", known=dict.fromkeys(known, "a zebra"))] == ["AC-002"]

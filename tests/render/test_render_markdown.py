from collections.abc import Callable
from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.render.rendered import shown_words, written_words
from tests.render.test_render_html import PARTS, real_sops

from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.render.document import render_markdown


def markdown_of(root: Path, text: str | bytes) -> str:
    made = library(root, {PATH: text})
    return render_markdown(made.by_path[PATH], made)


def test_golden(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    golden("render/ac-001.md", markdown_of(tmp_path, complete(PARTS)))


def test_titles_are_added_in_the_references_only(tmp_path: Path) -> None:
    text = markdown_of(tmp_path, complete(PARTS))
    assert "- ISO 27001:2022 A.5.18 Access rights\n" in text
    assert "   - Control: A.5.18\n" in text
    assert text.count("# Grant access") == 1


def test_another_title_in_the_body_is_kept(tmp_path: Path) -> None:
    assert "\n**Grant access**\n" in markdown_of(tmp_path, complete(title="Give | take *access*"))


@pytest.mark.parametrize(
    "text", [b"", b"\xff", b"---\nid: [\n---\n\ntext\n", complete().replace("\n", "\r\n").encode()]
)
def test_any_document_gives_markdown(tmp_path: Path, text: bytes) -> None:
    written = markdown_of(tmp_path, text)
    assert written.startswith("# ")
    assert written.endswith("\n")
    assert "\r" not in written


@pytest.mark.parametrize(("made", "sop"), real_sops(), ids=lambda value: getattr(value, "path", ""))
def test_real_documents_keep_every_word(made: Library, sop: Sop) -> None:
    assert written_words(sop) - shown_words(render_markdown(sop, made)) == {}

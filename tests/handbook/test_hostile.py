"""What hostile authors write stays words: nothing of it is code, style, an address that runs, or a template."""

from datetime import date
from pathlib import Path

import pytest
from tests.handbook.faults import faults
from tests.handbook.hostile import ALL, TEXTS, library, sop
from tests.repository import GitRepository

from sopkit.handbook.build import Site, build
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 24)
EVERYTHING = BuildOptions(Classification.RESTRICTED, drafts=True)


def built(root: Path) -> Site:
    with read_library_status(root, TODAY, TODAY) as found:
        return build(found, EVERYTHING)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return built(library(tmp_path_factory.mktemp("hostile") / "library"))


@pytest.mark.slow
def test_the_hostile_text_is_shown_and_approved(site: Site) -> None:
    page = site.files["sop/AC-001/index.html"].decode()
    assert "{{7*7}}" in page
    assert "window.pwned=1" in page


def test_no_page_has_code_or_style_of_its_own(site: Site) -> None:
    pages = {path: data.decode() for path, data in site.files.items() if path.endswith((".html", ".svg"))}
    assert {path: wrong for path, text in pages.items() if (wrong := faults(text))} == {}


def test_templates_of_authors_are_words(site: Site) -> None:
    assert [path for path, data in site.files.items() if b">49<" in data or b" 49 " in data] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
def test_each_text_alone(name: str, tmp_path: Path) -> None:
    files = built(library(tmp_path / "library", TEXTS[name])).files
    pages = {path: data.decode() for path, data in files.items() if path.endswith((".html", ".svg"))}
    assert {path: wrong for path, text in pages.items() if (wrong := faults(text))} == {}
    assert "sop/AC-001/index.html" in pages


@pytest.mark.slow
def test_a_line_of_five_megabytes_breaks_nothing(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path)
    line = ("word " + ALL + " ") * (2_000_000 // len(ALL))
    files: dict[str, str | bytes | None] = {
        "sopkit.toml": "",
        "sops/picture.svg": "<svg/>",
        "sops/a.md": sop("x").replace("# x\n", f"# x\n\n{line}\n"),
    }
    repository.commit("2024-01-01", files)
    page = built(tmp_path).files["sop/AC-001/index.html"].decode()
    assert faults(page) == []

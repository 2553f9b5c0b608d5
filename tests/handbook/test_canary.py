"""A build holds no byte of what it must not show."""

import base64
import binascii
import gzip
import re
import shutil
from collections.abc import Iterator
from datetime import date
from html import unescape
from urllib.parse import unquote

import pytest
from tests.handbook.conftest import Sites
from tests.handbook.secrets import MARK, canaries, hide, make
from tests.repository import GitRepository

from sopkit.handbook.build import build
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import LibraryStatus, read_library_status
from sopkit.model.sop_document import Classification

DAY = date(2026, 2, 1)
LOWER = (Classification.PUBLIC, Classification.INTERNAL, Classification.CONFIDENTIAL)
_COMMIT = re.compile(rb"[0-9a-f]{7,40}")
_CODED = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> GitRepository:
    repository = GitRepository.start(tmp_path_factory.mktemp("canary") / "library")
    make(repository)
    hide(repository)
    return repository


@pytest.fixture(scope="module")
def sites(library: GitRepository) -> Iterator[Sites]:
    """Builds of the library with the secret SOP."""
    with read_library_status(library.root, DAY, DAY) as found:
        yield Sites(found, {})


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LibraryStatus, LibraryStatus]]:
    """A library without the secret SOP and the same one with it, which nothing names."""
    without = GitRepository.start(tmp_path_factory.mktemp("canary") / "library")
    make(without, links="", contributor="security-lead")
    beside = GitRepository(shutil.copytree(without.root, tmp_path_factory.mktemp("canary") / "library"))
    hide(beside)
    with read_library_status(without.root, DAY, DAY) as one, read_library_status(beside.root, DAY, DAY) as other:
        yield one, other


def forms(path: str, data: bytes) -> Iterator[str]:
    """What can be read in a file: its name, its text, and what is packed or written otherwise in it."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    text = data.decode("utf-8", "replace")
    yield from (path, unquote(path), text, unescape(text), unquote(text))
    yield re.sub(r"\\u([0-9a-fA-F]{4})|\\(.)", lambda at: chr(int(at[1], 16)) if at[1] else at[2], text)
    for coded in _CODED.findall(text):
        try:
            yield base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True).decode("utf-8", "replace")
        except binascii.Error:
            continue


def found_in(files: dict[str, bytes]) -> set[str]:
    """The secret words in the files of a site, however they are written, and bare marks."""
    return {
        word
        for path, data in files.items()
        for form in forms(path, data)
        for word in re.findall(rf"{MARK}\w*", form.casefold())
    }


@pytest.mark.slow
@pytest.mark.parametrize("drafts", [False, True])
@pytest.mark.parametrize("classification", LOWER)
def test_nothing_of_a_secret_is_in_a_build(classification: Classification, drafts: bool, sites: Sites) -> None:
    made = sites(BuildOptions(classification, drafts=drafts))
    assert "sop/AC-002/index.html" in made.files
    assert ("sop/AC-001/index.html" in made.files) is (classification is not Classification.PUBLIC)
    assert found_in(dict(made.files)) == set()


@pytest.mark.slow
@pytest.mark.parametrize("drafts", [False, True])
def test_a_public_build_holds_no_people_and_no_internal_rows(drafts: bool, sites: Sites) -> None:
    words = "\n".join(
        data.decode() for data in sites(BuildOptions(Classification.PUBLIC, drafts=drafts)).files.values()
    )
    internal = ("Ann Lee", "Ben Roy", "acme.example", "Laptops are lost", "who leaves", "come and go", "as it is done")
    assert [word for word in (*internal, "AC-001", "Lend keys", "Access policy") if word in words] == []
    assert "Security lead" in words  # whose row says that it is public


@pytest.mark.slow
def test_the_search_bites(library: GitRepository, sites: Sites) -> None:
    """A build for those who may see everything shows most such words, so they would be found elsewhere too."""
    found = found_in(dict(sites(BuildOptions(Classification.RESTRICTED)).files))
    assert SEEN - found == set()
    assert len(found) > len(set(canaries(library))) * 2 / 3


SEEN = {
    f"{MARK}{name}"
    for name in (
        *("title", "purpose", "scope", "roles", "inputs", "step", "evidence", "actor", "anchor", "picturetext", "host"),
        *("roletitle", "policytitle", "risktitle", "assettitle", "vendortitle", "term", "meaning", "soa", "summary"),
        *("person", "recordname", "where", "trigger", "folder", "file", "approvalnote"),
        *("stem", "option", "why", "explain"),
    )
}
"""Words of places that a reader with every right sees."""


@pytest.mark.parametrize(
    "written",
    [
        b"%6aqzwx",
        b"&#106;qzwx",
        b"\\u006aqzwx",
        base64.b64encode(b"so it is called jqzwx there"),
        gzip.compress(b"jqzwx", mtime=0),
    ],
)
def test_a_word_is_found_however_it_is_written(written: bytes) -> None:
    assert found_in({"a.html": written}) == {"jqzwx"}


@pytest.mark.slow
@pytest.mark.parametrize("classification", LOWER)
@pytest.mark.parametrize("drafts", [False, True])
def test_a_build_is_the_same_without_the_secret(
    classification: Classification, drafts: bool, pair: tuple[LibraryStatus, LibraryStatus]
) -> None:
    """But for the ids of commits: so no count, order, weight or word depends on what is hidden."""
    without, beside = (build(status, BuildOptions(classification, drafts=drafts)) for status in pair)
    assert list(without.files) == list(beside.files)
    differing = [path for path in without.files if plain(without.files[path]) != plain(beside.files[path])]
    assert differing == []


def plain(data: bytes) -> bytes:
    return _COMMIT.sub(b"commit", data)

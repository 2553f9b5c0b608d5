"""Every link inside a site leads somewhere."""

from pathlib import Path

import pytest
from tests.build import AS_OF, complete
from tests.handbook.conftest import Sites
from tests.lifecycle.ledger import base, text
from tests.repository import BEN, GitRepository

from sopkit.handbook.build import Site, build
from sopkit.handbook.links import BrokenLink, find_broken_links, page_links, strip_anchors
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.errors import SopkitError
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

PATH = "sops/access-control/ac-001-grant-access.md"
OTHER = "sops/access-control/ac-002-take-access-away.md"


@pytest.mark.parametrize(
    "options", [BuildOptions(), BuildOptions(Classification.RESTRICTED, drafts=True, base_url="https://x.example/hb")]
)
def test_all_links_of_the_example_lead_somewhere(options: BuildOptions, sites: Sites) -> None:
    warnings = sites(options).warnings
    assert [one for one in warnings if "anchor" in one or "links to" in one] == []


def test_links_are_found_in_tags_alone() -> None:
    html = (
        '<p id="a">x href="no.html" <a href="../b.html#c" id="b">x</a> &lt;a href="y.html">'
        '<a href="#a">x</a> <a href="https://x.example/">x</a> <a href="mailto:x">x</a> <img src="../p%20q.png?1">'
        '<a href="/hb/z.html">x</a> <a href="/elsewhere.html">x</a> <a href="../../out.html">x</a>'
    )
    named = page_links("f/a.html", html, "/hb/")
    assert named.anchors == {"a", "b"}
    assert named.targets == {"b.html#c", "f/a.html#a", "p q.png", "z.html", "../out.html"}


def test_what_is_not_there() -> None:
    pages = {
        "a.html": page_links("a.html", '<a href="b.html#x"></a><a href="b.html#top"></a><a href="c.html"></a>'),
        "f/b.html": page_links("f/b.html", '<a id="y" href="../a.html"></a><a href="#z"></a><a href="b.json#q"></a>'),
        "b.html": page_links("b.html", ""),
    }
    assert list(find_broken_links(pages, [*pages, "f/b.json"])) == [
        BrokenLink("a.html", "b.html#x"),
        BrokenLink("a.html", "c.html"),
        BrokenLink("f/b.html", "f/b.html#z"),
    ]


def test_anchors_are_dropped() -> None:
    html = '<p>href="#gone" <a class="x" href="#gone">x</a><a href="../b.html#gone">x</a><a href="../b.html#kept">x</a>'
    assert strip_anchors("f/a.html", html, {"f/a.html#gone", "b.html#gone"}) == (
        '<p>href="#gone" <a class="x" href="#content">x</a><a href="../b.html">x</a><a href="../b.html#kept">x</a>'
    )


def built(root: Path, files: dict[str, str]) -> Site:
    for path, content in ({"sopkit.toml": ""} | files).items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    with read_library_status(root, AS_OF, AS_OF) as found:
        return build(found, BuildOptions(drafts=True))


LINES = {
    "[x](#nope)": "no anchor `#nope` in",
    "[x](ac-002-take-access-away.md#nope)": "no anchor `#nope` in",
    "[x](gone.md)": "no file `gone.md` beside",
}


@pytest.mark.parametrize("link", LINES)
def test_a_link_to_nothing_fails_the_build(link: str, tmp_path: Path) -> None:
    files = {PATH: complete(f"## References\n\n- ISO 27001:2022 A.5.18\n- {link}\n"), OTHER: complete(id="AC-002")}
    line = files[PATH].splitlines().index(f"- {link}") + 1
    with pytest.raises(SopkitError) as error:
        built(tmp_path, files)
    first, told = error.value.message.splitlines()
    assert first == "a link leads nowhere"
    assert told.startswith(f"{PATH}:{line}: {LINES[link]} ")


@pytest.mark.parametrize("link", LINES)
def test_a_link_to_nothing_in_a_newer_text_fails_the_build_that_shows_it(link: str, tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library")
    base(repository, path=PATH)
    repository.write(OTHER, complete(id="AC-002"))
    newer = text(f"## Purpose\n\nSee {link}.\n\n## Procedure\n\n1. Ask the owner.\n")
    repository.commit("2024-04-01", {PATH: newer})
    line = newer.splitlines().index(f"See {link}.") + 1
    with read_library_status(repository.root, AS_OF, AS_OF) as found:
        build(found, BuildOptions())  # which shows the approved text alone
        with pytest.raises(SopkitError, match="a link leads nowhere") as error:
            build(found, BuildOptions(drafts=True))
    assert error.value.message.splitlines()[1].startswith(f"{PATH}:{line}: {LINES[link]} ")


def test_links_that_lead_somewhere(tmp_path: Path) -> None:
    there = "- [x](ac-002-take-access-away.md#step-1) [x](#purpose) [x](../../notes.txt) [x](https://x.example/#y)"
    files = {
        PATH: complete(f"## References\n\n- ISO 27001:2022 A.5.18\n{there}\n"),
        OTHER: complete(id="AC-002"),
        "notes.txt": "",
    }
    assert built(tmp_path, files).warnings == ()


def test_what_only_an_approval_can_mend_is_a_warning(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library")
    bad = text("## Purpose\n\nGrant access.\n\n1. Ask, as [it says](#nope) and [there](gone.md).\n")
    base(repository, bad)
    with (
        read_library_status(repository.root, AS_OF, AS_OF) as found,
        pytest.raises(SopkitError, match="2 links lead nowhere"),
    ):
        build(found, BuildOptions())
    repository.commit(
        "2024-04-01", {"sops/ac-001.md": bad.replace("(#nope)", "(#purpose)").replace("(gone.md)", "")}, author=BEN
    )
    with read_library_status(repository.root, AS_OF, AS_OF) as found:
        site = build(found, BuildOptions())
    said = "in the approved text; only words are shown until a newer text is approved"
    assert site.warnings == (
        f"sops/ac-001.md: no anchor `#nope` in sops/ac-001.md, {said}",
        f"sops/ac-001.md: no file `gone.md` beside sops/ac-001.md, {said}",
    )
    page = site.files["sop/AC-001/index.html"].decode()
    assert "nope" not in page

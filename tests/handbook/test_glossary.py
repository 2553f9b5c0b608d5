"""The glossary: terms found in texts, and their page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.handbook.conftest import Sites

from sopkit.authoring.demo import AS_OF
from sopkit.handbook.glossary import glossary_of, link_terms
from sopkit.handbook.paths import sop_path
from sopkit.handbook.published_library import PublishedLibrary, published_library
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import read_library_status

pytestmark = pytest.mark.slow

TERMS = """\
- {term: joiner, meaning: who begins to work here}
- {term: restore test, meaning: "a <restore> & its proof", aliases: [drill]}
- {term: IT, meaning: the people of the help desk}
- {term: R&D, meaning: research}
- {term: policy, meaning: a rule}
- {term: silent}
- {term: "§", meaning: no word at all}
"""


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[PublishedLibrary]:
    (tmp_path / "registers").mkdir()
    (tmp_path / "sopkit.toml").write_text("")
    (tmp_path / "registers/glossary.yaml").write_text(TERMS)
    with read_library_status(tmp_path, AS_OF, AS_OF) as found:
        yield published_library(found, BuildOptions(drafts=True))


def marked(html: str, ground: PublishedLibrary) -> list[str]:
    return re.findall(r'<a class="term"[^>]*>([^<]*)</a>', link_terms(html, ground, sop_path("X-1")))


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Every joiner and all joiners.</p>", ["joiner"]),
        ("<p>A Joiner</p><h2>Next</h2><p>joiners</p>", ["Joiner", "joiners"]),
        ("<p>IT makes it.</p>", ["IT"]),
        ("<p>it alone</p>", []),
        ("<p>a restore\ntest, then a drill</p>", ["restore\ntest"]),
        ("<p>policies of R&amp;D</p>", ["policies", "R&amp;D"]),
        ("<h3>Joiner</h3><pre><code>joiner</code></pre><p><a href='x'>a <b>joiner</b></a></p>", []),
        ("<p>joiner-form, /joiner and joiner.csv of §</p>", []),
    ],
)
def test_terms_are_found_in_words_and_nowhere_else(html: str, words: list[str], ground: PublishedLibrary) -> None:
    assert marked(html, ground) == words


def test_a_term_leads_to_its_meaning_which_stands_once_on_the_page(ground: PublishedLibrary) -> None:
    html = link_terms("<p>restore test</p><h2>B</h2><p>Drills</p>", ground, sop_path("X-1"))
    link = '<a class="term" href="../../glossary.html#term-restore-test">'
    assert html == (
        f"<p>{link}restore test</a></p><h2>B</h2><p>{link}Drills</a></p>"
        '<div class="meanings" hidden>\n<p id="meaning:term-restore-test">'
        "<b>restore test</b> a &lt;restore&gt; &amp; its proof</p>\n</div>\n"
    )


def test_a_text_without_terms_stays_as_it_is(ground: PublishedLibrary) -> None:
    assert link_terms("<p>nothing &lt;here&gt;</p> tail", ground, sop_path("X-1")) == "<p>nothing &lt;here&gt;</p> tail"


def test_terms_without_a_meaning_are_left_out_and_anchors_differ(ground: PublishedLibrary) -> None:
    anchors = [entry.anchor for entry in glossary_of(ground.library).entries]
    assert anchors == ["term-it", "term-joiner", "term-policy", "term-r-d", "term-restore-test", "term"]


def test_the_page_says_which_sops_use_a_term(sites: Sites) -> None:
    page = sites().files["glossary.html"].decode()
    [hold] = re.findall(r'<div id="term-legal-hold">.*?</div>', page, re.DOTALL)
    assert re.findall(r"<dd>(.*?)</dd>", hold) == ["a ban on deleting what may be needed as proof"]
    assert re.findall(r'<a href="(.*?)">(.*?)</a>', hold) == [("sop/AM-001/index.html", "AM-001")]

"""The last pass over safe HTML, as the sanitiser and the writer leave it."""

import pytest

from sopkit.parsing.lexicon import phrases_of
from sopkit.render.html_rewriter import rewrite_html


class Nowhere:
    """A page that keeps outside links and shows no pictures."""

    def link(self, target: str) -> str | None:
        return target if ":" in target else None

    def remark(self, target: str, words: str) -> str:
        return f"<{target}, not {words}>"

    def picture(self, target: str) -> str | None:
        return "p'.png" if target == "p.png" else None

    def other(self, target: str) -> str:
        return target


@pytest.mark.parametrize(
    ("html", "finished"),
    [
        ('<p title="a>b">a &gt; b</p>', '<p title="a>b">a &gt; b</p>'),
        ('<p id="a">b</p><i lang="en" id="a">c</i>', '<p id="a">b</p><i lang="en">c</i>'),
        ('<p id="taken">b</p><p id="">c</p>', "<p>b</p><p>c</p>"),
        ('<a name="a">b</a><a id="a"></a>', '<a id="a">b</a>'),
        ('<a id="a" name="c">b</a>', '<a id="a">b</a>'),
        ('<a href="#x">b</a><a>c</a>', '<a href="#x">b</a>c'),
        ('<a href="">b</a>', '<span class="elsewhere">b</span> <span class="added">&lt;, not b&gt;</span>'),
        (
            '<a href="x.md" title="t">b <b>c</b></a>',
            '<span class="elsewhere">b <b>c</b></span> <span class="added">&lt;x.md, not b c&gt;</span>',
        ),
        (
            '<a href="mailto:a@b.c">a@b.c</a> <a href="mailto:a@b.c">Ann</a>',
            (
                '<a href="mailto:a@b.c" rel="noopener noreferrer">a@b.c</a>'
                ' <a href="mailto:a@b.c" rel="noopener noreferrer">Ann</a>'
            ),
        ),
        (
            '<a href="x:y?a&amp;b">c</a>',
            '<a class="first" href="x:y?a&amp;b" rel="noopener noreferrer">c</a>',
        ),
        ('<img src="p.png" alt="a&quot;">', '<img src="p&#x27;.png" alt="a&quot;">'),
        ('<img alt="">', '<span class="picture">Picture not shown: no description</span>'),
        (
            '<a href="x:y"><img src="q" alt="a"></a>',
            (
                '<a class="first" href="x:y" rel="noopener noreferrer">'
                '<span class="picture">Picture not shown: a</span></a>'
            ),
        ),
        (
            "<pre>a</pre><table></table><pre>b</pre>",
            (
                '<div class="scroll" role="region" aria-label="Code 1" tabindex="0"><pre>a</pre></div>'
                '<div class="scroll" role="region" aria-label="Table 1" tabindex="0"><table></table></div>'
                '<div class="scroll" role="region" aria-label="Code 2" tabindex="0"><pre>b</pre></div>'
            ),
        ),
    ],
)
def test_tags(html: str, finished: str) -> None:
    assert rewrite_html(html, Nowhere(), ["taken"], phrases_of("")).html == finished


def test_headings_never_skip_a_level_and_each_has_a_name() -> None:
    html = '<h2 id="a">A <b>b</b></h2><h4>C</h4><h6 id="a">D</h6><h2></h2>'
    found = rewrite_html(html, Nowhere(), ["heading-1"], phrases_of(""))
    assert found.html == (
        '<h2 id="a">A <b>b</b></h2><h3 id="heading-2">C</h3><h4 id="heading-3">D</h4><h2 id="heading-4"></h2>'
    )
    assert found.contents == [("a", "A b")]
    assert found.ids == {"a", "heading-1", "heading-2", "heading-3", "heading-4"}
    assert found.html[: found.heads["a"]] == '<h2 id="a">A <b>b</b></h2>'

"""From the blocks of a Markdown text to HTML, and what of it needs no sanitiser."""

import pytest

from sopkit.parsing.html import HtmlMark, HtmlMarks, HtmlSpan, to_html
from sopkit.parsing.markdown import parse_blocks


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a *b **c*** ~~d~~ `e <`", "<p>a <em>b <strong>c</strong></em> <del>d</del> <code>e &lt;</code></p>\n"),
        ("***a** b*", "<p><em><strong>a</strong> b</em></p>\n"),
        ("a\nb  \nc\\\nd", "<p>a\nb<br>\nc<br>\nd</p>\n"),
        ("# A `b`\n\nC\n=\n", "<h1>A <code>b</code></h1>\n<h1>C</h1>\n"),
        ('[a *b*](c.md "d\'\\"")', '<p><a href="c.md" title="d&#x27;&quot;">a <em>b</em></a></p>\n'),
        ('![a *b* [c](d)\ne](f.png "g") h', '<p><img src="f.png" alt="a b c e" title="g"> h</p>\n'),
        ("[![a](b)](c)", '<p><a href="c"><img src="b" alt="a"></a></p>\n'),
        ("<a@b.example> [c]\n\n[c]: #d", '<p><a href="mailto:a@b.example">a@b.example</a> <a href="#d">c</a></p>\n'),
        ("- a\n- b\n  - c\n  d\n", "<ul><li>a</li>\n<li>b<ul><li>c\nd</li>\n</ul>\n</li>\n</ul>\n"),
        ("3. a\n\n   b\n4. c\n", '<ol start="3"><li><p>a</p>\n<p>b</p>\n</li>\n<li><p>c</p>\n</li>\n</ol>\n'),
        ("> a\n> > b\n", "<blockquote><p>a</p>\n<blockquote><p>b</p>\n</blockquote>\n</blockquote>\n"),
        ("> [!TIP]\n> a\n", '<div class="alert tip"><p class="label">Tip</p>\n<p>a</p>\n</div>\n'),
        ("```sh\na <\n```\n\n    b\n\n***\n", "<pre><code>a &lt;\n</code></pre>\n<pre><code>b\n</code></pre>\n<hr>\n"),
        (
            "| a | b | |\n|:-:|--:|-|\n| c | | d |\n",
            (
                '<table>\n<thead>\n<tr><th class="center" scope="col">a</th><th class="right" scope="col">b</th><td></td></tr>\n'
                '</thead>\n<tbody>\n<tr><td class="center">c</td><td class="right"></td><td>d</td></tr>\n</tbody></table>\n'
            ),
        ),
        (
            "- [x] a\n",
            (
                '<ul><li><span class="task"><span aria-hidden="true">☑ </span><span class="aside">done: </span></span>a</li>\n'
                "</ul>\n"
            ),
        ),
        (
            "a[^n] b[^n]\n\n[^n]: c\n",
            (
                '<p>a<sup class="footnote"><a href="#fn-n" id="fnref-n">n</a></sup>'
                ' b<sup class="footnote"><a href="#fn-n">n</a></sup></p>\n'
                '<div id="fn-n" class="footnote-text"><a href="#fnref-n">n</a> <p>c</p>\n</div>\n'
            ),
        ),
        (
            "- [^n]\n\n[^n]: c\n",
            (
                '<ul><li><sup class="footnote"><a href="#fn-n" id="fnref-n">n</a></sup></li>\n</ul>\n'
                '<div id="fn-n" class="footnote-text"><a href="#fnref-n">n</a> <p>c</p>\n</div>\n'
            ),
        ),
        ('a<br/>b <a id="c"></a>d<!-- e -->', '<p>a<br>b <a id="c"></a>d</p>\n'),
        ("<!-- a -->\n\n<!--\nb\n-->\n", ""),
    ],
)
def test_plain(text: str, html: str) -> None:
    written = to_html(parse_blocks(text, 7))
    assert (written.html, written.plain) == (html, True)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a <b>c</b> <d>", "<p>a <b>c</b> &lt;d></p>\n"),
        ("<div>\na <e-mail> <script>x</script>\n</div>\n", "<div>\na &lt;e-mail> \n</div>\n"),
        ("[a](javascript:b)", '<p><a href="javascript:b">a</a></p>\n'),
        ("[a](x:b) ![c](http://)", '<p><a href="x:b">a</a> <img src="http://" alt="c"></p>\n'),
        ("[a](https://b@)", '<p><a href="https://b@">a</a></p>\n'),
        ("[a](http://b.909)", '<p><a href="http://b.909">a</a></p>\n'),
        ("[a](<b c>)", '<p><a href="b c">a</a></p>\n'),
        ('[<a id="b"></a>c](d)', '<p><a href="d"><a id="b"></a>c</a></p>\n'),
        ('\\<a id="b"></a>', '<p>&lt;a id="b"&gt;</a></p>\n'),
        ('<a id="b">c</a>', '<p><a id="b">c</a></p>\n'),
        ("a <!--> b -->", "<p>a <!--> b --&gt;</p>\n"),
    ],
)
def test_what_needs_a_sanitiser(text: str, html: str) -> None:
    written = to_html(parse_blocks(text, 0))
    assert (written.html, written.plain) == (html, False)


def test_marks() -> None:
    marks = HtmlMarks(
        elements={
            ("list", 5): HtmlMark("steps"),
            ("item", 5): HtmlMark("step", ("step-1", "one"), "1", lead=True),
        },
        spans=[HtmlSpan(24, 28, "label"), HtmlSpan(8, 11, "actor"), HtmlSpan(9, 15, "limit")],
        added={8: " more"},
        dropped={0},
    )
    text = "# T\n\n1. Ann: é do\n   - Note: x\n"
    assert to_html(parse_blocks(text, 0), marks).html == (
        '<ol class="steps"><li id="step-1" class="step"><span id="one"></span>'
        '<a class="number" href="#step-1" aria-label="Step 1">1</a>'
        '<p class="lead"><span class="actor">Ann</span><span class="limit">: é</span> do'
        '<span class="added"> more</span></p>\n'
        "<ul><li><b>Note</b>: x</li>\n</ul>\n</li>\n</ol>\n"
    )


def test_a_span_stays_out_of_words_that_are_not_bytes_of_the_file() -> None:
    assert to_html(parse_blocks("a&amp;b c", 0), HtmlMarks(spans=[HtmlSpan(0, 4, "x")])).html == (
        '<p><span class="x">a</span>&amp;b c</p>\n'
    )


def test_depth_is_no_limit() -> None:
    assert to_html(parse_blocks("> " * 3000 + "deep\n", 0)).html.count("</blockquote>") == 3000

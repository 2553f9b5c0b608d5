"""What the writer calls plain is what the sanitiser would leave: element by element, attribute by attribute."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.render.test_sanitise import ATTACKS

from sopkit.parsing.html import to_html
from sopkit.parsing.markdown import parse_blocks
from sopkit.render.html_rewriter import sanitise_html

TAG = re.compile(r'</?[a-z][a-z0-9]*(?: [a-z-]+="[^"]*")*>')
"""How every tag is written: the last pass over a body relies on it."""
TOP = Path(__file__).parents[2]
PIECES = [
    *(
        "*",
        "**",
        "~~",
        "`",
        "[",
        "](",
        ")",
        "<",
        ">",
        "!",
        "\\",
        "\n",
        "\n\n",
        "  \n",
        "\t",
        "    ",
        '"',
        "'",
        " ",
        "\r",
    ),
    *(
        "- ",
        "1. ",
        "> ",
        "# ",
        "- [x] ",
        "> [!NOTE]\n",
        "***\n",
        "```\n",
        "| a | b |\n|:-:|--|\n| ",
        "| ",
        "[^1]",
        "\n[^1]: ",
    ),
    *("a", "ü", "\u202e", "\u00a0", "\x01", "&amp;", "&lt;", "&#10;", "&#0;", "&nbsp;"),
    *(
        '[l](x.md "t")',
        "[l](#a)",
        "[l](//b)",
        "[l](https://c.example/?d=e&f)",
        "[l](<a b>)",
        "![i](p.png)",
        "<a@b.example>",
    ),
    *(
        "[l](javascript:x)",
        "[l](java&#10;script:x)",
        "[l](JAVASCRIPT:x)",
        "[l](data:x)",
        "[l](&#1;javascript:x)",
        "[l](x:y)",
    ),
    *(
        '<a id="b"></a>',
        "<a name='b'>",
        "</a>",
        "<br>",
        "<br />",
        "<!-- c -->",
        "<!---->",
        "<!-->",
        "<!--->",
        "--!>",
        "<b>",
    ),
    *("</b>", "<div>", "<p>", "<script>", "</script>", "<style>", "<img src=x onerror=y>", "<svg>", "<plaintext>"),
]


class Tokens(HTMLParser):
    """The elements, attributes and words of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[object, ...]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("/" + tag,))

    def handle_data(self, data: str) -> None:
        before = str(self.found.pop()[1]) if self.found and self.found[-1][0] == "words" else ""
        self.found.append(("words", before + data))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))


def check(text: str) -> None:
    written = to_html(parse_blocks(text, 0))
    cleaned = sanitise_html(written.html)
    assert "<" not in TAG.sub("", cleaned)
    if written.plain:
        assert "<" not in TAG.sub("", written.html)
        assert Tokens(written.html).found == Tokens(cleaned).found


@cache
def texts() -> list[Path]:
    return sorted(file for name in ("examples/acme", "tests/corpus") for file in (TOP / name).rglob("*.md"))


@pytest.mark.parametrize("file", texts(), ids=lambda file: str(file.relative_to(TOP)))
def test_real_documents(file: Path) -> None:
    check(file.read_bytes().decode("utf-8", "replace"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks(attack: str) -> None:
    check(attack)
    check(f"- a {attack} b\n\n| {attack} |\n|-|\n| {attack} |\n")


@pytest.mark.slow
@given(
    st.sampled_from(["", "https://", "http://a", "HTTP://a.b", "mailto:", "tel:", "//", "/", "../", "data:", "x:"]),
    st.text("abxnAZ09_./~-@+=&,;%:?#[]", max_size=12),
)
@examples(300)
def test_any_target(start: str, rest: str) -> None:
    check(f"[a](<{start}{rest}>)")


@pytest.mark.slow
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@examples(300)
def test_any_text(text: str) -> None:
    check(text.replace("\0", ""))

"""Convert the HTML that mammoth makes of a Word file to Markdown."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement
from markdownify import MarkdownConverter

_MARKS = re.compile(r"([\\`*_<]|&(?=#?\w{1,31};))")
_LEADING_HASH = re.compile(r"^(#{1,6}\s|(?:-{3,}|={3,}|\+{3,})\s*$|~{3,})")
_AFTER_BREAK = re.compile(
    r"(?<=\\\n)[ \t]*(?:(?P<number>\d{1,9})(?=[.)](?:\s|$))|(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|[-=+~]{2,}|[>|]))",
    re.MULTILINE,
)
"""What would begin a heading, a list, a quotation, a table or a block of code where a line was only broken."""
_INLINE = frozenset({"a", "strong", "em", "b", "i", "u", "s", "sup", "sub", "span"})
_SHOWN = ["img", "input"]
_HEADINGS = re.compile(r"^h[1-6]$")
_SCRIPT = re.compile(r"\s*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)
_UNSAFE_TARGET = re.compile(r"[\s()<>\[\]\\\"]")
_TYPED_BULLET = re.compile("^[\u2022\u00b7\u25aa\u25cf\u25e6\u2023\uf0b7\u2013]\\s+")
_TICK = {"\u2610": "[ ]", "\u2611": "[x]", "\u2612": "[x]"}
_UNDERSCORE_IN_WORD = re.compile(r"(?<=\w)\\_(?=\w)")
_MAX_HEADING_WORDS = 9


def html_to_markdown(html: str) -> str:
    """Markdown with headings, lists, tables, pictures, links and emphasis; every word is kept."""
    soup = BeautifulSoup(html, "html.parser")
    _settle_breaks(soup)
    _raise_bold_headings(soup)
    _level_headings(soup)
    _flatten_tables(soup)
    text = _Converter(heading_style="ATX", bullets="-", table_infer_header=True, escape_misc=False).convert_soup(soup)
    lines = (line.rstrip() for line in str(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _settle_breaks(soup: BeautifulSoup) -> None:
    """Line breaks stand between words of running text; at the edge of a block they go, a heading has a space."""
    for line_break in soup.find_all("br"):
        around = line_break.parent
        while around is not None and around.name in _INLINE and not _is_between_words(line_break):
            place = around.insert_before if _has_text(line_break.next_siblings) else around.insert_after
            place(line_break)
            around = line_break.parent
        if line_break.find_parent(_HEADINGS) is not None:
            line_break.replace_with(" ")
        elif not _is_between_words(line_break):
            line_break.decompose()


def _is_between_words(line_break: Tag) -> bool:
    return _has_text(line_break.next_siblings) and _has_text(line_break.previous_siblings)


def _has_text(siblings: Iterable[PageElement]) -> bool:
    """Whether running text or a picture comes before the next block."""
    for one in siblings:
        if isinstance(one, Tag) and (one.name in _SHOWN or one.find(_SHOWN)):
            return True
        if isinstance(one, Tag) and one.name not in {*_INLINE, "br"}:
            return False
        if one.get_text().strip():
            return True
    return False


def _level_headings(soup: BeautifulSoup) -> None:
    """One title: where Word has several headings of the first level, they are sections below it."""
    titles = soup.find_all("h1", class_="title")
    tops = [heading for heading in soup.find_all("h1") if heading not in titles]
    if not tops or (not titles and len(tops) == 1):
        return
    for heading in soup.find_all(re.compile(r"^h[1-5]$")):
        if heading not in titles:
            heading.name = f"h{int(heading.name[1]) + 1}"


def _raise_bold_headings(soup: BeautifulSoup) -> None:
    """Without any heading style, short paragraphs that are bold from end to end are the headings."""
    if soup.find(_HEADINGS, class_=lambda name: name != "title"):
        return
    for paragraph in soup.find_all("p"):
        words = paragraph.get_text().split()
        bold = "".join(strong.get_text() for strong in paragraph.find_all("strong"))
        is_bold = bool(words) and bold.split() == words and paragraph.find_parent(["li", "td", "th"]) is None
        if (
            is_bold
            and paragraph.br is None
            and len(words) <= _MAX_HEADING_WORDS
            and not words[-1].endswith((".", ":", ";", ","))
        ):
            paragraph.name = "h2"
            for strong in paragraph.find_all("strong"):
                strong.unwrap()


def _flatten_tables(soup: BeautifulSoup) -> None:
    """A table inside a cell becomes lines of that cell; a table of one cell is a box, so a quotation."""
    while inner := soup.select_one("td table, th table"):
        rows = [
            " / ".join(cell.get_text(" ", strip=True) for cell in row.find_all(["td", "th"]))
            for row in inner.find_all("tr")
        ]
        inner.name, inner.attrs = "p", {}
        inner.clear()
        for row in rows:
            inner.append(row)
            inner.append(soup.new_tag("br"))
    for table in soup.find_all("table"):
        cells = table.find_all(["td", "th"])
        if len(cells) == 1:
            table.name = "blockquote"
            for part in table.find_all(["tbody", "thead", "tr", "td", "th"]):
                part.unwrap()


_Base: Any = MarkdownConverter
"""Its types do not name the converters that it has for each element."""


class _Converter(MarkdownConverter):
    """Markdown in which only what would mean something else is escaped, so that typed lists stay lists."""

    def escape(self, text: str, parent_tags: Any) -> str:  # noqa: ANN401 - markdownify's type is private
        """The text with marks that Word meant as letters."""
        del parent_tags
        return _UNDERSCORE_IN_WORD.sub("_", _MARKS.sub(r"\\\1", text))

    def convert_p(self, el: Tag, text: str, parent_tags: Any) -> str:  # noqa: ANN401 - as above
        """A paragraph; in a cell, paragraphs are lines."""
        text = _check_box(_TYPED_BULLET.sub("- ", _LEADING_HASH.sub(r"\\\1", _escape_lines(text.strip()))))
        if el.find_parent(["td", "th"]) is not None:
            return f"{text}<br>"
        if el.find_parent("li") is not None:
            text = text.removeprefix("- ")
        del parent_tags
        return f"\n\n{text}\n\n" if text else ""

    def convert_li(self, el: Tag, text: str, parent_tags: Any) -> str:  # noqa: ANN401 - as above
        """An item, with its box where it had one."""
        return str(_Base.convert_li(self, el, _check_box(_escape_lines(text.strip())).removeprefix("- "), parent_tags))

    def convert_input(self, el: Tag, text: str, parent_tags: Any) -> str:  # noqa: ANN401 - as above
        """A box of a form."""
        del text, parent_tags
        return "[x] " if el.has_attr("checked") else "[ ] "

    def convert_td(self, el: Tag, text: str, parent_tags: Any) -> str:  # noqa: ANN401 - as above
        """A cell; lines stay apart."""
        return str(_Base.convert_td(self, el, _cell_text(text), parent_tags))

    def convert_th(self, el: Tag, text: str, parent_tags: Any) -> str:  # noqa: ANN401 - as above
        """A cell of the head."""
        return str(_Base.convert_th(self, el, _cell_text(text), parent_tags))

    def convert_br(self, el: Tag, text: str, parent_tags: Any) -> str:  # noqa: ANN401 - as above
        """A line break."""
        del text, parent_tags
        return "<br>" if el.find_parent(["td", "th"]) is not None else "\\\n"

    def convert_a(self, el: Tag, text: str, parent_tags: Any) -> str:  # noqa: ANN401 - as above
        """A link whose target ends where it ended in Word; of one to a script the words only."""
        target = str(el.get("href") or "")
        if _SCRIPT.match(target):
            return text
        if target:
            el["href"] = _UNSAFE_TARGET.sub(lambda char: quote(char[0]), target)
        return str(_Base.convert_a(self, el, text, parent_tags))

    def convert_img(self, el: Tag, text: str, parent_tags: Any) -> str:  # noqa: ANN401 - as above
        """A picture, also inside headings and cells."""
        del text, parent_tags
        alt = " ".join(str(el.get("alt") or "").split()).replace("[", "(").replace("]", ")")
        return f"![{alt}]({el.get('src') or ''})"


def _escape_lines(text: str) -> str:
    """The text with its broken lines as text, whatever they begin with."""
    return _AFTER_BREAK.sub(lambda match: f"{match['number'] or ''}\\", text)


def _check_box(text: str) -> str:
    for glyph, box in _TICK.items():
        if text.startswith(glyph):
            return f"- {box} {text[1:].strip()}"
    return text


def _cell_text(text: str) -> str:
    lines = (line.strip() for line in re.split(r"\n+|<br>", text))
    return "<br>".join(line for line in lines if line).replace("|", r"\|")

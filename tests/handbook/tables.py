"""The tables and links of a page, as tests compare them."""

import re
from html import unescape

_TAG = re.compile(r"<[^>]*>")


def words(html: str) -> str:
    return re.sub(r" (?=[,;)])", "", " ".join(unescape(_TAG.sub(" ", html)).split()))


def table(page: str, name: str) -> list[list[str]]:
    """The words of the cells of the table in the scroll region of that name, its heads first."""
    [found] = re.findall(rf'aria-label="{re.escape(name)}"[^>]*>\s*<table.*?</table>', page, re.DOTALL)
    rows = re.findall(r"<tr\b.*?</tr>", found, re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.DOTALL)] for row in rows]


def facts(page: str) -> dict[str, str]:
    """The terms of all description lists of a page with what is said of them."""
    return {words(term): words(said) for term, said in re.findall(r"<dt>(.*?)</dt>(.*?)</div>", page, re.DOTALL)}


def hrefs(html: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', html)

"""The HTML that authors write between their Markdown, so that none of their words gets lost in it."""

import re

# Whatever is none of these stays visible as text: placeholders such as <user-name>, and elements that swallow the
# words after them or leave HTML (GitHub's dialect disallows most of those, too).
_ELEMENTS = frozenset({
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br",
    "caption", "center", "cite", "code", "col", "colgroup", "data", "dd", "del", "details", "dfn", "dir",
    "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "menu", "nav", "nobr", "ol",
    "p", "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "source", "span",
    "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time",
    "tr", "tt", "u", "ul", "var", "video", "audio", "wbr",
})  # fmt: skip
_OPENING = re.compile(r"<(?=/?([A-Za-z][^\s/>]*))")
_COMMENTS = re.compile(r"(?:\s*<!--(?!-?>)(?:(?!--).)*-->)+\s*", re.DOTALL)
_CODE = re.compile(r"<(script|style|svg)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


def tamed(markup: str) -> str:
    """The markup with only elements of HTML as such, the others as text. It is still to be sanitised."""
    return _OPENING.sub(lambda match: "<" if match[1].lower() in _ELEMENTS else "&lt;", markup)


def without_code(markup: str) -> str:
    """The markup without whole scripts, styles and drawings: none of them holds words for a reader."""
    return _CODE.sub("", markup)


def only_comments(markup: str) -> bool:
    """Whether the markup shows nothing: comments and blanks, with no sign in them at which a comment might end."""
    return markup.lstrip().startswith("<!--") and _COMMENTS.fullmatch(markup) is not None

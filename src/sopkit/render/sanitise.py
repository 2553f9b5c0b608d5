"""What of an author's HTML may stand in a page; everything else loses its tag and keeps its words."""

_TAGS = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd",
    "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s",
    "samp", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "time", "tr", "tt", "u", "ul", "var",
})  # fmt: skip
_ATTRIBUTES = {
    "*": frozenset({"id", "lang", "dir", "title"}),
    "a": frozenset({"href", "name", "aria-label"}),
    "img": frozenset({"src", "alt"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "li": frozenset({"value"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "details": frozenset({"open"}),
    "span": frozenset({"aria-hidden"}),
    "time": frozenset({"datetime"}),
}
_BLOCKS = frozenset({"step", "sub", "part", "evidence", "expect", "within", "if", "else", "control", "note", "warning"})
_CLASSES = {
    "a": frozenset({"number"}),
    "div": frozenset({"alert", "note", "tip", "important", "warning", "caution", "footnote-text"}),
    "h1": frozenset({"step"}),
    "h2": frozenset({"step"}),
    "h3": frozenset({"step"}),
    "h4": frozenset({"step"}),
    "h5": frozenset({"step"}),
    "h6": frozenset({"step"}),
    "li": _BLOCKS,
    "ol": frozenset({"steps"}),
    "p": _BLOCKS | {"lead", "label", "lettered"},
    "span": frozenset({"actor", "added", "aside", "count", "limit", "task", "who"}),
    "strong": frozenset({"actor"}),
    "sup": frozenset({"footnote"}),
    "td": frozenset({"center", "right"}),
    "th": frozenset({"center", "right"}),
    "tr": frozenset({"step"}),
    "ul": frozenset({"steps"}),
}
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def sanitise(html: str) -> str:
    """The HTML with safe elements, attributes and link schemes only, every element closed."""
    import nh3  # only rendering pays for it

    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags={"script", "style"},
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        allowed_classes={tag: set(names) for tag, names in _CLASSES.items()},
        url_schemes=set(_SCHEMES),
        link_rel=None,
        strip_comments=True,
    )

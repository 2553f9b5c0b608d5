"""Read an HTML form that was filled in and saved: its headings and tables as Markdown."""

from html.parser import HTMLParser

_SKIPPED = frozenset({"script", "style", "noscript", "button", "title", "caption"})
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}


def form_to_markdown(text: str) -> str:
    """The headings and tables of a form as Markdown; a field is the text that was typed into it."""
    reader = _FormReader()
    reader.feed(text)
    reader.close()
    return "\n".join([*reader.lines, ""])


class _FormReader(HTMLParser):
    """Collects the text of headings and cells; in a cell with a field, only what the field has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._row: list[str] | None = None
        self._heading = ""
        self._text: list[str] = []
        self._field: list[str] | None = None
        self._option = ""
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag in _HEADINGS:
            self._heading, self._text = tag, []
        elif tag == "tr":
            self._row = []
        elif tag in {"td", "th"}:
            self._text, self._field = [], None
        elif tag == "input":
            self._field = [values.get("value") or ""]
        elif tag in {"textarea", "select"}:
            self._field, self._option = [], ""
        elif tag == "option":
            self._option = "selected" if "selected" in values else "other"
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped = max(self._skipped - 1, 0)
        elif tag == "option":
            self._option = "other"
        elif tag == "select":
            self._option = ""
        elif tag == self._heading:
            self.lines += ["", f"{_HEADINGS[tag]} {' '.join(''.join(self._text).split())}", ""]
            self._heading = ""
        elif tag in {"td", "th"} and self._row is not None:
            self._row.append("".join(self._text if self._field is None else self._field))
            self._field = None
        elif tag == "tr" and self._row is not None:
            self.lines.append(f"| {' | '.join(map(_cell, self._row))} |")
            self._row = None

    def handle_data(self, data: str) -> None:
        if self._skipped or self._option == "other":
            return
        (self._text if self._field is None else self._field).append(data)


def _cell(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "\\<")
    return "<br>".join(line for part in plain.split("\n") if (line := " ".join(part.split())))

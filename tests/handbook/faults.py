"""What must stand in no page of the handbook: code or style inside of it, and addresses that run or embed something."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

_EMPTY = frozenset({"iframe", "object", "embed", "base", "applet", "frame", "foreignobject", "animate", "set", "style"})
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "poster", "xlink:href", "srcset", "background", "cite"})
_SCHEMES = frozenset({"", "http", "https", "mailto", "tel", "tag"})


def faults(page: str) -> list[str]:
    """What is wrong with a page, each with its tag."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_script = tag == "script"
        self.found += [f"{what} in {self.get_starttag_text()}" for what in _wrong(tag, dict(attrs))]

    def handle_endtag(self, _: str) -> None:
        self.in_script = False

    def handle_data(self, data: str) -> None:
        if self.in_script and data.strip():
            self.found.append(f"inline script {data[:80]}")


def _wrong(tag: str, attributes: dict[str, str | None]) -> Iterator[str]:
    if tag in _EMPTY:
        yield f"element {tag}"
    if tag == "script" and "src" not in attributes:
        yield "script without src"
    for name, value in attributes.items():
        if name.startswith("on") or name in {"style", "srcdoc"}:
            yield f"attribute {name}"
        if name in _ADDRESSES and _scheme(value or "") not in _SCHEMES:
            yield f"address {value}"


def _scheme(address: str) -> str:
    """The scheme as a browser reads it: blanks and controls around and inside of it do not count."""
    read = "".join(sign for sign in address if ord(sign) > 32)
    try:
        return urlsplit(read).scheme.lower()
    except ValueError:
        return "none"

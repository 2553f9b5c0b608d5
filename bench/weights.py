"""What a site weighs: on the disk, and for whoever opens one page of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

_FETCHED = frozenset({"stylesheet", "icon", "preload", "modulepreload", "manifest"})
_SITE = "https://this.site/"


@dataclass(frozen=True)
class Weight:
    """Bytes, as they lie on the disk, and the number of files or requests that they come in."""

    size: int
    count: int


def site(folder: Path) -> Weight:
    """All files of a site."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return Weight(sum(sizes), len(sizes))


def page(folder: Path, path: str) -> Weight:
    """A page of the site in a folder, with what a browser fetches to show it.

    What is on other hosts, or nowhere, counts as a request without bytes.
    """
    fetched = {path, *_named(folder, path)}
    files = [folder / name for name in fetched if "://" not in name]
    return Weight(sum(file.stat().st_size for file in files if file.is_file()), len(fetched))


def _named(folder: Path, path: str) -> Iterator[str]:
    """The paths in the site, or the addresses elsewhere, of what a page asks for."""
    reader = _Reader()
    reader.feed((folder / path).read_text("utf-8"))
    for link in reader.links:
        address = urljoin(f"{_SITE}{path}", link)
        if address.startswith(_SITE):
            yield unquote(urlsplit(address).path).lstrip("/")
        elif not address.startswith("data:"):
            yield address


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"script", "img", "source", "iframe"} and given.get("src"):
            self.links.append(given["src"])
        elif tag == "link" and _FETCHED & set(given.get("rel", "").split()):
            self.links.append(given.get("href", ""))

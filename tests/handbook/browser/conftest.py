"""The handbook of the example company in a real browser: served with a strict policy, and from disk without a network."""

import functools
import http.server
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright
from tests.handbook.conftest import Sites

from sopkit.handbook.pages.data import CONTENT_SECURITY_POLICY
from sopkit.handbook.publish import publish_site
from sopkit.handbook.selection import BuildOptions
from sopkit.model.sop_document import Classification

ALL = BuildOptions(Classification.RESTRICTED, drafts=True)


class _Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        super().end_headers()

    def do_GET(self) -> None:
        """A file; and no icon, which browsers look for where a page names none, as that for wrong addresses."""
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
            return
        super().do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server of that folder on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def folder(sites: Sites, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every SOP of the example on disk, drafts too, so that every kind of page is there."""
    where = tmp_path_factory.mktemp("browser") / "site"
    publish_site(sites(ALL).files, where, demo)
    return where


@pytest.fixture(scope="session")
def served(folder: Path) -> Iterator[str]:
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def leads_on(file: Path) -> bool:
    """Whether a page is no page but leads to one."""
    return b'http-equiv="refresh"' in file.read_bytes()


@dataclass
class Visit:
    """A page that is open, with what the browser complained of and all that it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def elsewhere(self, home: str) -> list[str]:
        """The requests that went to another host than that of the handbook."""
        return [url for url in self.requests if not url.startswith(home)]


Open = Callable[..., Visit]


@dataclass
class Pages:
    """Pages of the browser by their options and the host that they show: to start one costs more than any page."""

    browser: Browser
    idle: dict[str, list[Page]] = field(default_factory=dict)

    def take(self, key: str, options: dict[str, object]) -> Page:
        if left := self.idle.get(key):
            return left.pop()
        return self.browser.new_context(**options).new_page()  # type: ignore[arg-type]

    def give_back(self, key: str, page: Page, options: dict[str, object]) -> None:
        """Leave nothing of what was done to a page, so that the next test gets it as a fresh one."""
        if page.is_closed():
            return
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.mouse.move(0, 0)
        page.emulate_media(media="null", color_scheme=options.get("color_scheme", "light"))  # type: ignore[arg-type]
        page.set_viewport_size(options["viewport"])  # type: ignore[arg-type]
        self.idle.setdefault(key, []).append(page)


@pytest.fixture(scope="session")
def windows(chromium: Browser) -> Pages:
    return Pages(chromium)


@pytest.fixture
def visit(windows: Pages) -> Iterator[Open]:
    """Opens an address in a browser without a past; the options are those of playwright's new_context."""
    with ExitStack() as ends:

        def opened(url: str, **asked: object) -> Visit:
            options = {"viewport": {"width": 1280, "height": 900}} | asked
            key = f"{urlsplit(url)[:2]} {sorted(options.items())}"
            page = windows.take(key, options)
            ends.callback(windows.give_back, key, page, options)
            seen = Visit(page)

            def heard(message: ConsoleMessage) -> None:
                if message.type in {"error", "warning"}:
                    seen.complaints.append(message.text)

            def failed(error: Error) -> None:
                seen.complaints.append(str(error))

            def asked_for(request: Request) -> None:
                seen.requests.append(request.url)

            page.on("console", heard)
            ends.callback(page.remove_listener, "console", heard)
            page.on("pageerror", failed)
            ends.callback(page.remove_listener, "pageerror", failed)
            page.on("request", asked_for)
            ends.callback(page.remove_listener, "request", asked_for)
            page.goto(url)
            return seen

        yield opened


def barriers(page: Page, rules: Mapping[str, object]) -> list[str]:
    """What axe finds by some rules; of what is well it need describe one place only."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = json.dumps({"resultTypes": ["violations"], **rules})
    found = page.evaluate(f"axe.run({options}).then(results => results.violations)")
    return [f"{one['id']}: {node['html']} {node['failureSummary']}" for one in found for node in one["nodes"]]


RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
SIZES = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "color-contrast"]}}
"""A dark page differs from a light one only in its colours, one on a phone only in its layout."""
SIZES_OF_WINDOWS = ((1280, 900), (640, 450), (390, 844))
"""A desktop, the same zoomed to 200 %, which lays out 640 pixels, and a phone."""


def assert_no_barrier(page: Page) -> None:
    """Axe finds nothing on a page, light, dark and on a phone, and none of its widths scrolls sideways."""
    assert barriers(page, RULES) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page, COLOURS) == []
    for width, height in SIZES_OF_WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
    assert barriers(page, SIZES) == []

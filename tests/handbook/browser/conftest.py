"""The handbook of the example company in a real browser: served with a strict policy, and from disk without a network."""

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
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
    thread = threading.Thread(target=server.serve_forever, daemon=True)
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


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """Opens an address in a fresh browser; the options are those of playwright's new_context."""
    contexts: list[BrowserContext] = []

    def opened(url: str, **options: object) -> Visit:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)  # type: ignore[arg-type]
        contexts.append(context)
        seen = Visit(context.new_page())

        def heard(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                seen.complaints.append(message.text)

        seen.page.on("console", heard)
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.goto(url)
        return seen

    yield opened
    for context in contexts:
        context.close()

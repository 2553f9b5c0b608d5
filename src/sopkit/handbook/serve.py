"""A live preview of the handbook over HTTP, for who knows its address on this machine: rebuilt when a file changes."""

import json
import mimetypes
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from sopkit.git.repository import Repository
from sopkit.handbook.build import Site, build
from sopkit.handbook.pages.data import CONTENT_SECURITY_POLICY
from sopkit.handbook.selection import BuildOptions
from sopkit.library import load_config
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.errors import SopkitError

_GIT_PATHS = ("HEAD", "refs", "packed-refs")
"""What git writes when a commit lands: an approval counts from then on."""
_IGNORED_FOLDERS = frozenset(
    {".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache"}
)


_WATCHING_AFTER = 50  # milliseconds: watchfiles does not say when it has begun, but it says that nothing changed yet


def watch_changes(root: Path, repository: Repository | None, stop: threading.Event) -> Iterator[tuple[str, ...]]:
    """The paths that changed in the library or by a commit, each time that some did, until `stop` is set.

    Nothing is yielded as soon as the folders are watched: what is read from then on is never missed. Each folder is
    watched by itself, and all anew when one is made: watchfiles would follow symbolic links, one to `/` through the
    whole machine. Raises ImportError when watchfiles is not installed.
    """
    import watchfiles  # an extra

    git = repository.common_dir.resolve() if repository else None

    def counts(_: watchfiles.Change, name: str) -> bool:
        path = Path(name)
        if git is not None and path.is_relative_to(git):
            return path.relative_to(git).as_posix().split("/")[0] in _GIT_PATHS
        return _IGNORED_FOLDERS.isdisjoint(path.relative_to(root).parts if path.is_relative_to(root) else path.parts)

    while not stop.is_set():
        folders = [*_real_folders(root), *(() if git is None else (str(git), *_real_folders(git / "refs")))]
        known = set(folders)
        is_watching = False
        for some in watchfiles.watch(
            *folders,
            watch_filter=counts,
            stop_event=stop,
            recursive=False,
            rust_timeout=_WATCHING_AFTER,
            yield_on_timeout=True,
        ):
            if not is_watching:
                is_watching = True
                yield ()
            if not some:
                continue
            paths = {path for _, path in some}
            yield tuple(sorted(paths))
            if any(path not in known and os.path.isdir(path) for path in paths):  # noqa: PTH112 - may be gone
                break
        else:
            return


def _real_folders(top: Path) -> Iterator[str]:
    """A folder and all below it that are no links; those that hold nothing of a library are left out."""
    for folder, inner, _ in os.walk(top):
        inner[:] = [name for name in inner if name not in _IGNORED_FOLDERS]
        yield folder


BuildSite = Callable[[], Site]
"""Makes a handbook. Raises SopkitError when it cannot be made."""


@dataclass(frozen=True, slots=True)
class PreviewState:
    """The files of the last handbook that could be made, what is wrong since, and how often that was settled anew."""

    files: Mapping[str, bytes]
    warnings: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""
    count: int = 0


class Preview:
    """A handbook that is made anew when asked to; any thread may read its state or wait for the next."""

    def __init__(self, make: BuildSite) -> None:
        self._make = make
        self._changed = threading.Condition()
        self._state = PreviewState({})

    @property
    def state(self) -> PreviewState:
        """What there is to show now."""
        return self._state

    def renew(self) -> PreviewState:
        """Make the handbook. When that fails the former one stays, with the reason."""
        before = self._state
        try:
            site = self._make()
            state = PreviewState(site.files, site.warnings, count=before.count + 1)
        except SopkitError as error:
            state = PreviewState(before.files, (), error.message, error.hint, before.count + 1)
        except OSError as error:  # a file that is gone again while it is read
            state = PreviewState(before.files, (), str(error), "save it again", before.count + 1)
        except Exception as error:  # noqa: BLE001 - the writer goes on with the former pages
            message = f"a bug in sopkit, please report it: {type(error).__name__}: {error}"
            state = PreviewState(before.files, (), message, "change a file to try again", before.count + 1)
        with self._changed:
            self._state = state
            self._changed.notify_all()
        return state

    def after(self, count: int, patience: float) -> PreviewState | None:
        """The state once it is a later one than that of a count; None when `patience` seconds passed first."""
        with self._changed:
            later = self._changed.wait_for(lambda: self._state.count > count, patience)
        return self._state if later else None


def handbook_builder(
    root: Path, options: BuildOptions, day: date | None, today: Callable[[str], date], *, tree_only: bool
) -> BuildSite:
    """What makes the handbook of the library in a folder, each time on the day given, else that of its time zone."""

    def make() -> Site:
        now = today(load_config(root).library.timezone)
        with read_library_status(root, day or now, now, tree_only=tree_only) as status:
            return build(status, options)

    return make


LOOPBACK = "127.0.0.1"
_HOST_NAMES = ("127.0.0.1", "localhost")
_OWN_PREFIX = "_sopkit/"
_EVENT_TIMEOUT = 15.0  # seconds after which a browser that waits is told that nothing happened, to notice when it left
_MAX_PORTS = 20
_TOKEN_BYTES = 16

_FOLDER = Path(__file__).parent / "parts" / "serve"


class PreviewServer(ThreadingHTTPServer):
    """The server of a preview; `port` is the one that it got.

    Every user of a machine can ask its ports, and browsers send a cookie of one port to all. So each address begins
    with a token that is new for each server: whoever does not know it gets no page. Links of pages are relative.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, preview: Preview, port: int) -> None:
        super().__init__((LOOPBACK, port), partial(_RequestHandler, preview))
        self.token = secrets.token_urlsafe(_TOKEN_BYTES)

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        """What to type into a browser."""
        return f"http://{LOOPBACK}:{self.port}/{self.token}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away is nothing to tell."""


def create_server(preview: Preview, port: int) -> PreviewServer:
    """A server at that port, or the next that is free. Raises SopkitError when none of twenty is."""
    for number in range(port, min(port + _MAX_PORTS, 65536)):
        try:
            return PreviewServer(preview, number)
        except OSError:
            continue
    raise SopkitError(f"no free port from {port} to {port + _MAX_PORTS - 1}", "name another with --port")


class _RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60.0  # seconds that a browser may be silent in the middle of asking
    server_version = "sopkit"
    sys_version = ""
    server: PreviewServer

    def __init__(self, preview: Preview, *arguments: object) -> None:
        self.preview = preview
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """A file of the handbook, or what the page asks of us."""
        if self.headers.get("Host", "").lower() not in {f"{name}:{self.server.port}" for name in _HOST_NAMES}:
            # A page of another site can make a browser ask us under a name of its own; it must read nothing.
            self._send(HTTPStatus.MISDIRECTED_REQUEST, b"sopkit serve answers to localhost only\n", "text/plain")
            return
        try:
            url = urlsplit(self.path)
        except ValueError:
            self._send(HTTPStatus.BAD_REQUEST, b"no address\n", "text/plain")
            return
        token, slash, path = url.path.lstrip("/").partition("/")
        if not secrets.compare_digest(token.encode("utf-8", "replace"), self.server.token.encode()):
            self._send(HTTPStatus.FORBIDDEN, b"open the whole address that sopkit serve printed\n", "text/plain")
        elif not slash:
            self._redirect("")
        elif path == f"{_OWN_PREFIX}events":
            self._events(url.query.removeprefix("after="))
        elif path in {f"{_OWN_PREFIX}live.js", f"{_OWN_PREFIX}live.css"}:
            self._file(HTTPStatus.OK, (_FOLDER / path.removeprefix(_OWN_PREFIX)).read_bytes(), path)
        else:
            self._page(unquote(path, errors="replace").lstrip("/"), self.preview.state)

    do_HEAD = do_GET  # noqa: N815 - the name that the base class calls

    def _page(self, path: str, state: PreviewState) -> None:
        name = f"{path}index.html" if not path or path.endswith("/") else path
        if (data := state.files.get(name)) is not None:
            self._file(HTTPStatus.OK, data, name, state)
        elif f"{name}/index.html" in state.files:
            self._redirect(f"{quote(name)}/index.html")
        elif not state.files:
            self._file(HTTPStatus.SERVICE_UNAVAILABLE, _no_handbook_page(state), "error.html", state)
        else:
            missing = state.files.get(
                "404.html", b"<!doctype html><title>Not found</title><body><p>Not found.</p></body>"
            )
            self._file(HTTPStatus.NOT_FOUND, missing, "404.html", state)

    def _redirect(self, path: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", f"/{self.server.token}/{path}")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _file(self, status: HTTPStatus, data: bytes, name: str, state: PreviewState | None = None) -> None:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if kind == "text/html" and state is not None:
            data = _add_live_reload(data, state, f"/{self.server.token}/{_OWN_PREFIX}")
        text = kind.startswith("text/") or kind in {"application/json", "image/svg+xml", "application/javascript"}
        self._send(status, data, f"{kind}; charset=utf-8" if text else kind)

    def _send(self, status: HTTPStatus, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _events(self, after: str) -> None:
        """Tell a page each time that the handbook was made, or could not be, until it goes away."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        if self.command == "HEAD":
            return
        count = int(after) if after.isascii() and after.isdigit() else self.preview.state.count
        while True:
            state = self.preview.after(count, _EVENT_TIMEOUT)
            if state is None:
                self.wfile.write(b": nothing yet\n\n")
            else:
                count = state.count
                message = json.dumps({"error": state.error, "hint": state.hint})
                self.wfile.write(f"data: {message}\n\n".encode())
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """The terminal is for what is wrong with the library."""


def _add_live_reload(page: bytes, state: PreviewState, prefix: str) -> bytes:
    """A page with the script that reloads it; when the newest text could not be made, it is told so at once."""
    count = state.count - 1 if state.error else state.count
    script = f'<script src="{prefix}live.js" data-count="{count}"></script>'
    added = f'<link rel="stylesheet" href="{prefix}live.css">{script}'
    return page.replace(b"</body>", added.encode() + b"</body>", 1)


def _no_handbook_page(state: PreviewState) -> bytes:
    paragraphs = "".join(f"<p>{escape(words)}</p>" for words in (state.error, state.hint) if words)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>No handbook yet</title></head>'
        f"<body><main><h1>No handbook yet</h1>{paragraphs}</main></body></html>"
    ).encode()

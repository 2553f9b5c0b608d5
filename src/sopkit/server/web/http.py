"""A preview over HTTP, to browsers on this machine only."""

import json
import mimetypes
from functools import partial
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from sopkit.handbook.pages.headers import POLICY
from sopkit.model.errors import SopkitError
from sopkit.server.web.preview import Preview, State

LOOPBACK = "127.0.0.1"
_NAMES = ("127.0.0.1", "localhost")
_OWN = "/_sopkit/"
_PATIENCE = 15.0  # seconds after which a browser that waits is told that nothing happened, to notice when it left
_TRIES = 20

_FOLDER = Path(__file__).parent


class Host(ThreadingHTTPServer):
    """The server of a preview; `port` is the one that it got."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, preview: Preview, port: int) -> None:
        super().__init__((LOOPBACK, port), partial(_Answer, preview))

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        """What to type into a browser."""
        return f"http://{LOOPBACK}:{self.port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away is nothing to tell."""


def host(preview: Preview, port: int) -> Host:
    """A server at that port, or the next that is free. Raises SopkitError when none of twenty is."""
    for number in range(port, min(port + _TRIES, 65536)):
        try:
            return Host(preview, number)
        except OSError:
            continue
    raise SopkitError(f"no free port from {port} to {port + _TRIES - 1}", "name another with --port")


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60.0  # seconds that a browser may be silent in the middle of asking
    server_version = "sopkit"
    sys_version = ""
    server: Host

    def __init__(self, preview: Preview, *arguments: object) -> None:
        self.preview = preview
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """A file of the handbook, or what the page asks of us."""
        if self._foreign():
            # A page of another site can make a browser ask us under a name of its own; it must read nothing.
            self._send(HTTPStatus.MISDIRECTED_REQUEST, b"sopkit serve answers to localhost only\n", "text/plain")
            return
        try:
            asked = urlsplit(self.path)
        except ValueError:
            self._send(HTTPStatus.BAD_REQUEST, b"no address\n", "text/plain")
            return
        if asked.path == f"{_OWN}events":
            self._events(asked.query.removeprefix("after="))
        elif asked.path in {f"{_OWN}live.js", f"{_OWN}live.css"}:
            self._file(HTTPStatus.OK, (_FOLDER / asked.path.removeprefix(_OWN)).read_bytes(), asked.path)
        else:
            self._page(unquote(asked.path, errors="replace").lstrip("/"), self.preview.state)

    do_HEAD = do_GET  # noqa: N815 - the name that the base class calls

    def _foreign(self) -> bool:
        allowed = {f"{name}:{self.server.port}" for name in _NAMES}
        return self.headers.get("Host", "").lower() not in allowed

    def _page(self, path: str, state: State) -> None:
        name = f"{path}index.html" if not path or path.endswith("/") else path
        if (data := state.files.get(name)) is not None:
            self._file(HTTPStatus.OK, data, name, state)
        elif f"{name}/index.html" in state.files:
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", f"/{quote(name)}/index.html")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif not state.files:
            self._file(HTTPStatus.SERVICE_UNAVAILABLE, _no_handbook(state), "error.html", state)
        else:
            missing = state.files.get(
                "404.html", b"<!doctype html><title>Not found</title><body><p>Not found.</p></body>"
            )
            self._file(HTTPStatus.NOT_FOUND, missing, "404.html", state)

    def _file(self, status: HTTPStatus, data: bytes, name: str, state: State | None = None) -> None:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if kind == "text/html" and state is not None:
            data = _alive(data, state)
        text = kind.startswith("text/") or kind in {"application/json", "image/svg+xml", "application/javascript"}
        self._send(status, data, f"{kind}; charset=utf-8" if text else kind)

    def _send(self, status: HTTPStatus, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", POLICY)
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
            state = self.preview.after(count, _PATIENCE)
            if state is None:
                self.wfile.write(b": nothing yet\n\n")
            else:
                count = state.count
                told = json.dumps({"error": state.error, "hint": state.hint})
                self.wfile.write(f"data: {told}\n\n".encode())
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """The terminal is for what is wrong with the library."""


def _alive(page: bytes, state: State) -> bytes:
    """A page with the script that reloads it; when the newest text could not be made, it is told so at once."""
    count = state.count - 1 if state.error else state.count
    added = f'<link rel="stylesheet" href="{_OWN}live.css"><script src="{_OWN}live.js" data-count="{count}"></script>'
    return page.replace(b"</body>", added.encode() + b"</body>", 1)


def _no_handbook(state: State) -> bytes:
    """What is shown as long as no handbook could be made."""
    told = "".join(f"<p>{escape(words)}</p>" for words in (state.error, state.hint) if words)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>No handbook yet</title></head>'
        f"<body><main><h1>No handbook yet</h1>{told}</main></body></html>"
    ).encode()

"""The preview over HTTP: who gets an answer, and which."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from sopkit.handbook.build import Site
from sopkit.handbook.serve import Preview, PreviewServer, create_server
from sopkit.model.errors import SopkitError

FILES = {
    "index.html": b"<html><body>home</body></html>",
    "404.html": b"<html><body>nothing here</body></html>",
    "sop/AC-001/index.html": b"<html><body>AC-001</body></html>",
    "assets/handbook.css": b"body{}",
    "assets/pictures/a.png": b"\x89PNG",
}


class Maker:
    """Gives the files, or fails when it is told to."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __call__(self) -> Site:
        if self.error is not None:
            raise self.error
        return Site(FILES)


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def preview(maker: Maker) -> Preview:
    return Preview(maker)


@pytest.fixture
def server(preview: Preview) -> Iterator[PreviewServer]:
    with create_server(preview, free_port()) as found:
        thread = threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(server: PreviewServer, path: str, name: str = "", method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """The answer to a path below the token."""
    return ask_plainly(server, f"/{server.token}{path}", name, method)


def ask_plainly(
    server: PreviewServer, path: str, name: str = "", method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", name or f"127.0.0.1:{server.port}")
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()


@pytest.mark.parametrize(
    ("path", "status", "kind", "begins"),
    [
        ("/", 200, "text/html; charset=utf-8", b"<html><body>home"),
        ("/index.html?x=1", 200, "text/html; charset=utf-8", b"<html><body>home"),
        ("/sop/AC-001/", 200, "text/html; charset=utf-8", b"<html><body>AC-001"),
        ("/assets/handbook.css", 200, "text/css; charset=utf-8", b"body{}"),
        ("/assets/pictures/a.png", 200, "image/png", b"\x89PNG"),
        ("/sop/XX-999/", 404, "text/html; charset=utf-8", b"<html><body>nothing here"),
        ("/../../etc/passwd", 404, "text/html; charset=utf-8", b"<html><body>nothing here"),
        ("/%2e%2e/%00%ff", 404, "text/html; charset=utf-8", b"<html><body>nothing here"),
    ],
)
def test_answers(server: PreviewServer, preview: Preview, path: str, status: int, kind: str, begins: bytes) -> None:
    preview.renew()
    told, headers, data = ask(server, path)
    assert (told, headers["content-type"], data[: len(begins)]) == (status, kind, begins)
    assert headers["content-security-policy"].startswith("default-src 'self';")


def test_a_folder_without_its_slash_is_led_to_the_page(server: PreviewServer, preview: Preview) -> None:
    preview.renew()
    assert ask(server, "")[1]["location"] == f"/{server.token}/"
    status, headers, _ = ask(server, "/sop/AC-001")
    assert (status, headers["location"]) == (302, f"/{server.token}/sop/AC-001/index.html")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/index.html",
        "/sop/AC-001/",
        "/_sopkit/events",
        "/_sopkit/live.js",
        "/x/index.html",
        "/%ff/",
        "//",
        "/?token=",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_without_the_token_nothing_is_told(server: PreviewServer, preview: Preview, path: str, method: str) -> None:
    preview.renew()
    status, headers, data = ask_plainly(server, path, method=method)
    told = b"open the whole address that sopkit serve printed\n" if method == "GET" else b""
    assert (status, data, headers["content-type"]) == (403, told, "text/plain")
    assert ask(server, "/index.html")[0] == 200


def test_part_of_the_token_or_that_of_another_server_opens_nothing(server: PreviewServer, preview: Preview) -> None:
    preview.renew()
    with create_server(preview, free_port()) as other:
        assert len({server.token, other.token}) == 2
        for token in (server.token[:-1], f"{server.token}x", server.token.swapcase(), other.token):
            assert ask_plainly(server, f"/{token}/index.html")[0] == 403


def test_the_address_with_the_token_is_passed_on_to_nobody(server: PreviewServer, preview: Preview) -> None:
    preview.renew()
    headers = ask(server, "/index.html")[1]
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    assert "set-cookie" not in headers  # browsers would send it to the servers of others on this machine


def test_what_is_no_address_is_refused(server: PreviewServer) -> None:
    assert ask_plainly(server, "http://[")[:1] == (400,)


@pytest.mark.parametrize(
    "name", ["evil.example", "evil.example:80", "127.0.0.1", "localhost:1", "127.0.0.1.evil.example"]
)
def test_a_browser_that_means_another_host_reads_nothing(server: PreviewServer, preview: Preview, name: str) -> None:
    preview.renew()
    for path in ("/", "/sop/AC-001/", "/_sopkit/events"):
        status, _, data = ask(server, path, name)
        assert (status, data) == (421, b"sopkit serve answers to localhost only\n")


def test_localhost_is_this_machine_too(server: PreviewServer, preview: Preview) -> None:
    preview.renew()
    assert ask(server, "/", f"localhost:{server.port}")[0] == 200


def test_it_listens_on_this_machine_only(server: PreviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_head_has_no_body(server: PreviewServer, preview: Preview) -> None:
    preview.renew()
    status, headers, data = ask(server, "/assets/handbook.css", method="HEAD")
    assert (status, headers["content-length"], data) == (200, "6", b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_sent(server: PreviewServer, method: str) -> None:
    assert ask(server, "/", method=method)[0] == 501


def test_pages_get_the_script_that_reloads_them_and_other_files_do_not(server: PreviewServer, preview: Preview) -> None:
    preview.renew()
    assert (
        f'<script src="/{server.token}/_sopkit/live.js" data-count="1"></script></body>'.encode() in ask(server, "/")[2]
    )
    assert ask(server, "/assets/handbook.css")[2] == b"body{}"
    assert ask(server, "/_sopkit/live.js")[0] == 200
    assert ask(server, "/_sopkit/../http.py")[0] == 404


def test_what_cannot_be_made_leaves_the_former_pages_and_is_told(
    server: PreviewServer, preview: Preview, maker: Maker
) -> None:
    preview.renew()
    maker.error = SopkitError("sops/a.md:3: broken", "mend it")
    assert preview.renew().error == "sops/a.md:3: broken"
    status, _, data = ask(server, "/")
    assert (status, b"home" in data, b'data-count="1"' in data) == (200, True, True)  # so that it is told at once
    assert events(server, 1) == [{"error": "sops/a.md:3: broken", "hint": "mend it"}]


def test_a_file_that_vanishes_while_it_is_read_is_no_end(preview: Preview, maker: Maker) -> None:
    maker.error = FileNotFoundError(2, "No such file or directory", "sops/a.md")
    assert "sops/a.md" in preview.renew().error
    maker.error = None
    assert preview.renew().error == ""


def test_a_fault_of_ours_is_no_end_either(preview: Preview, maker: Maker) -> None:
    maker.error = ValueError("odd")
    assert preview.renew().error == "a bug in sopkit, please report it: ValueError: odd"
    maker.error = None
    assert preview.renew().error == ""


def test_without_any_handbook_the_reason_is_the_page(server: PreviewServer, preview: Preview, maker: Maker) -> None:
    maker.error = SopkitError("nothing <approved>", "approve one")
    preview.renew()
    status, _, data = ask(server, "/")
    assert (status, b"nothing &lt;approved&gt;" in data, b"live.js" in data) == (503, True, True)


def test_a_page_hears_of_the_next_handbook(server: PreviewServer, preview: Preview) -> None:
    preview.renew()
    threading.Timer(0.05, preview.renew).start()
    assert events(server, 1) == [{"error": "", "hint": ""}]


def events(server: PreviewServer, after: int) -> list[dict[str, str]]:
    """What a page that has seen so many is told first."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        connection.request("GET", f"/{server.token}/_sopkit/events?after={after}")
        line = connection.getresponse().readline()
        return [json.loads(line.removeprefix(b"data: "))]


def test_a_port_that_is_taken_gives_the_next(preview: Preview) -> None:
    with create_server(preview, free_port()) as first, create_server(preview, first.port) as second:
        assert first.port < second.port < first.port + 20

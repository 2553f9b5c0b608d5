"""docs/publish.md: the server of nginx is run as it is written there, and every path that it promises is there."""

import base64
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest
from tests.handbook.conftest import Sites

from sopkit.handbook.publish import publish_site

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[2] / "docs" / "publish.md").read_text("utf-8")
FRAME = """
daemon off;
master_process off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    types {{ text/html html; text/css css; text/javascript js; application/json json; image/svg+xml svg; }}
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


@dataclass
class Answer:
    status: int
    headers: Message
    body: bytes


@dataclass
class Nginx:
    port: int

    def __call__(self, path: str, user: str = "", accept: str = "") -> Answer:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        if user:
            request.add_header("Authorization", f"Basic {base64.b64encode(user.encode()).decode()}")
        if accept:
            request.add_header("Accept-Encoding", accept)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())


def block() -> str:
    """The server of the page."""
    match = re.search(r"```nginx\n# /etc/nginx/conf.d/handbook.conf\n(.*?)```", PAGE, re.DOTALL)
    assert match
    return match[1]


@pytest.fixture(scope="module")
def nginx(sites: Sites, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        pytest.skip("no nginx on this machine: apt-get install nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    publish_site(sites().files, folder / "site", demo)
    (folder / "site" / ".secret").write_text("never")
    command = re.search(r"```sh\n(printf 'ann.*?)```", PAGE, re.DOTALL)
    assert command
    written = command[1].replace("/etc/nginx/handbook.passwords", str(folder / "passwords"))
    subprocess.run(["sh", "-c", written.replace("-6)", "-6 correct-horse)")], check=True)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = (
        block().replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace("/srv/handbook;", f"{folder}/site;")
    )
    server = server.replace("/etc/nginx/handbook.passwords", str(folder / "passwords"))
    server = re.sub(r"\n\s*ssl_certificate.*", "", server)
    config = folder / "nginx.conf"
    config.write_text(FRAME.format(folder=folder, user="root" if os.getuid() == 0 else "nobody", server=server))
    with subprocess.Popen([program, "-c", str(config), "-p", str(folder)], stderr=subprocess.PIPE) as process:
        for _ in range(200):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            time.sleep(0.05)
        yield Nginx(port)
        process.terminate()


ANN = "ann:correct-horse"


@pytest.mark.parametrize("user", ["", "ann:wrong", "bob:correct-horse"])
@pytest.mark.parametrize("path", ["/", "/sop/AC-001/index.html", "/handbook.json", "/no-such-page"])
def test_nobody_reads_without_the_password(nginx: Nginx, path: str, user: str) -> None:
    assert nginx(path, user).status == 401


def test_who_has_it_reads(nginx: Nginx) -> None:
    for path in ("/", "/sop/AC-001/", "/sop/AC-001"):
        answer = nginx(path, ANN)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert b"<h1" in answer.body


def test_every_answer_has_the_headers(nginx: Nginx) -> None:
    for path, user in (("/", ANN), ("/no-such-page", ANN), ("/", "")):
        headers = nginx(path, user).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "private, no-cache"


def test_what_is_not_there_gets_the_page_for_it(nginx: Nginx) -> None:
    answer = nginx("/no-such-page", ANN)
    assert (answer.status, b"<h1" in answer.body) == (404, True)
    assert nginx("/.secret", ANN).status == 404
    assert nginx("/sop/", ANN).status == 404


def test_text_is_sent_small(nginx: Nginx) -> None:
    assert nginx("/assets/handbook.css", ANN, "gzip").headers["Content-Encoding"] == "gzip"

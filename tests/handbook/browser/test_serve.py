"""`sopkit serve` as a writer has it: the browser follows the files."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.build import library
from tests.handbook.browser.conftest import Open

from sopkit.authoring.demo import AS_OF

pytestmark = pytest.mark.slow


@contextmanager
def serve(root: Path, *options: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The address at which the command serves, and the command, which is ended at the end."""
    words = [sys.executable, "-m", "sopkit", "serve", "--as-of", str(AS_OF), *options]
    with subprocess.Popen(
        words,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        told = ""
        while "Ctrl-C" not in told:
            line = process.stdout.readline()
            assert line, told
            told += line
        match = re.search(r"http://[0-9.:]+/[\w-]+/", told)
        assert match
        try:
            yield match[0], process
        finally:
            process.terminate()


def test_the_browser_follows_the_files(demo: Path, tmp_path: Path, visit: Open) -> None:
    root = Path(shutil.copytree(demo, tmp_path / "demo"))
    with serve(root, "--port", "18400") as (address, process):
        page = visit(f"{address}sop/AM-002/index.html").page
        file = next((root / "sops").rglob("am-002*.md"))
        text = file.read_text("utf-8")
        file.write_text(text.replace("## Purpose\n", "## Purpose\n\nWritten a moment ago.\n", 1), "utf-8")
        expect(page.get_by_text("Written a moment ago.").first).to_be_visible(timeout=20_000)

        config = root / "sopkit.toml"
        good = config.read_text("utf-8")
        config.write_text(f"{good}\nbroken = [\n", "utf-8")
        box = page.get_by_role("alert")
        expect(box).to_contain_text("sopkit.toml", timeout=20_000)
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("sopkit.toml", timeout=20_000)
        expect(page.get_by_text("Written a moment ago.").first).to_be_visible()

        config.write_text(good, "utf-8")
        expect(page.get_by_role("alert")).to_have_count(0, timeout=20_000)

        file.write_bytes(b"\xff\xfe\x00broken")
        page.goto(f"{address}sop/AC-001/index.html")
        expect(page.locator("h1")).to_be_visible()
        file.write_text(text, "utf-8")
        assert process.poll() is None
        page.context.close()  # which would ask for a server that has ended


def test_it_takes_the_next_port_and_ctrl_c_ends_it_without_a_word_of_trouble(tmp_path: Path) -> None:
    library(tmp_path)
    with socket.create_server(("127.0.0.1", 18480)), serve(tmp_path, "--port", "18480") as (address, process):
        assert address.startswith("http://127.0.0.1:18481/")
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=20)
        assert (process.returncode in {0, 130}, said.strip()) == (True, "")

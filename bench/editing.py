"""A running language server, asked as an editor asks it, without any library of its own."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.commands import sopkit
from bench.measure import RunError, environment
from bench.words import AS_OF

Message = dict[str, Any]


class Server:
    """The process and one open document in it."""

    def __init__(self, process: "subprocess.Popen[bytes]", file: Path) -> None:
        self.process, self.uri = process, file.as_uri()
        self.lines = file.read_text("utf-8").split("\n")
        self.version = 0
        self.ids = iter(range(1, 1_000_000))

    def ask(self, method: str, **params: object) -> Message:
        """The answer to a request."""
        number = next(self.ids)
        self._send(id=number, method=method, params=params)
        return self._until(lambda message: message.get("id") == number)

    def tell(self, method: str, **params: object) -> None:
        """A notification, which has no answer."""
        self._send(method=method, params=params)

    def at(self, words: str) -> Message:
        """The document, and the place behind the first such words in it."""
        line = next(at for at, text in enumerate(self.lines) if words in text)
        column = self.lines[line].index(words) + len(words)
        return {"textDocument": {"uri": self.uri}, "position": {"line": line, "character": column}}

    def findings(self) -> None:
        """Waits for the findings of the version that was sent last."""
        self._until(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"].get("version") == self.version
            )
        )

    def edit(self) -> None:
        """Types one character behind the last line, and waits for the findings."""
        self.version += 1
        place = {"line": len(self.lines), "character": 0}
        self.tell(
            "textDocument/didChange",
            textDocument={"uri": self.uri, "version": self.version},
            contentChanges=[{"range": {"start": place, "end": place}, "text": "x"}],
        )
        self.findings()

    def _send(self, **content: object) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **content}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _until(self, wanted: Callable[[Message], bool]) -> Message:
        out = self.process.stdout
        assert out is not None
        while True:
            length = 0
            while (line := out.readline()).strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            if not length:
                raise RunError("sopkit lsp ended before it answered")
            message: Message = json.loads(out.read(length))
            if wanted(message):
                return message


@contextmanager
def editing(file: Path) -> Iterator[Server]:
    """A server in which one file is open and judged. Raises RunError when it does not answer."""
    command = sopkit("lsp", "--as-of", AS_OF)
    with subprocess.Popen(
        command.words, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        server = Server(process, file)
        server.ask("initialize", capabilities={}, processId=None, rootUri=None)
        server.tell("initialized")
        document = {"uri": server.uri, "languageId": "markdown", "version": 0, "text": "\n".join(server.lines)}
        server.tell("textDocument/didOpen", textDocument=document)
        server.findings()
        try:
            yield server
        finally:
            server.ask("shutdown")
            server.tell("exit")


def took(work: Callable[[], object]) -> float:
    """Seconds by the clock."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

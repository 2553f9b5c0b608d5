"""The process: how it begins, what it takes, and how it ends."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from tests.lsp.editor import COMMAND, editing, session
from tests.lsp.test_diagnostics import AC_001


def message(**content: object) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **content}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


BEGIN = message(id=1, method="initialize", params={"capabilities": {}, "processId": None, "rootUri": None})
SHUTDOWN = message(id=2, method="shutdown")
EXIT = message(method="exit")


RENAME = {"textDocument": {"uri": "file:///none"}, "position": {"line": 0, "character": 0}, "newName": "x"}


def run(*messages: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(COMMAND, input=b"".join(messages), capture_output=True, timeout=60)


AMISS = (
    b"\xff\x00\x1b[31m",
    b"\r\n\r\n",
    b"Content-Length: 5\r\n\r\n{{{{{",
    b"Content-Length: 2\r\n\r\n[]",
    message(method="no/such"),
    message(id=7, method="textDocument/hover", params={"textDocument": 3}),
)
REFUSED = (
    message(id=8, method="textDocument/rename", params=RENAME),
    message(id=9, method="workspace/executeCommand", params={"command": "50% off"}),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ((*AMISS, BEGIN, *REFUSED, SHUTDOWN, EXIT), 0),
        ((BEGIN, SHUTDOWN), 0),
        ((BEGIN, EXIT), 1),
        ((BEGIN, b"Content-Length: 100\r\n\r\n{}"), 1),
        ((b"what is this?\n" * 3,), 1),
        ((b"Content-Length: 99999999999999999999\r\n\r\n{}", BEGIN), 1),
    ],
)
def test_exit_code_and_nothing_but_the_protocol_on_standard_output(messages: tuple[bytes, ...], code: int) -> None:
    done = run(*messages)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    rest = done.stdout
    while rest:
        head, _, rest = rest.partition(b"\r\n\r\n")
        length = int(head.split(b"\r\n")[0].removeprefix(b"Content-Length: "))
        assert json.loads(rest[:length])["jsonrpc"] == "2.0"
        rest = rest[length:]


FAR = {"textDocument": {"uri": "file:///none"}, "position": {"line": 2**31, "character": -1}}


@pytest.mark.slow
def test_a_request_that_cannot_be_read_is_answered() -> None:
    unread = (message(id=key, method="textDocument/hover", params=FAR) for key in (7, "seven", {"a": 1}, None))
    done = run(BEGIN, *unread, SHUTDOWN, EXIT)
    bodies = [json.loads(part.partition(b"\r\n\r\n")[2]) for part in done.stdout.split(b"Content-Length: ")[1:]]
    refused = [(body["id"], body["error"]["code"]) for body in bodies if "error" in body]
    assert refused == [(7, -32602), ("seven", -32602)]
    assert done.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_while_it_waits(number: signal.Signals) -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(BEGIN)
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"Content-Length")
        process.send_signal(number)
        assert process.wait(30) == -number


@pytest.mark.slow
def test_an_editor_that_dies_in_the_middle_of_a_message_ends_it() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(BEGIN + b"Content-Length: 10000\r\n\r\n{")
        process.stdin.close()
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(30) == 1


@pytest.mark.slow
def test_on_a_terminal_it_says_what_it_waits_for() -> None:
    master, terminal = os.openpty()
    with subprocess.Popen(COMMAND, stdin=terminal, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == (
            b"waiting for an editor on standard input (docs/editors.md); Ctrl-C ends it\n"
        )
        process.send_signal(signal.SIGTERM)
    os.close(master)
    os.close(terminal)


@pytest.mark.slow
def test_without_pygls_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['pygls'] = None; sys.argv = ['sopkit', 'lsp']; from sopkit.cli.app import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "sopkit: the language server needs a library that is not installed\n  run: pip install 'sopkit[lsp]'\n"
    )


def test_requests_about_documents_that_nobody_opened(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            client = editor.client
            for uri in ((acme / "sops/none.md").as_uri(), "file:///%00", "untitled:1", "nonsense", "file://%%%", ""):
                at = {"text_document": types.TextDocumentIdentifier(uri), "position": types.Position(10**9, 10**9)}
                assert await client.text_document_hover_async(types.HoverParams(**at)) is None
                assert not await client.text_document_definition_async(types.DefinitionParams(**at))
                assert not await client.text_document_document_symbol_async(
                    types.DocumentSymbolParams(at["text_document"])
                )
                whole = types.TextDocumentContentChangeWholeDocument("x")
                identifier = types.VersionedTextDocumentIdentifier(2, uri)
                client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [whole]))
                client.text_document_did_close(types.DidCloseTextDocumentParams(at["text_document"]))
            assert await editor.findings(await editor.open(acme / AC_001)) == []

    session(work())


def test_a_document_on_disk_that_is_not_open_can_be_asked_about(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            at = types.HoverParams(types.TextDocumentIdentifier((acme / AC_001).as_uri()), types.Position(1, 6))
            hover = await editor.client.text_document_hover_async(at)
            assert hover is not None
            assert hover.range == types.Range(types.Position(1, 4), types.Position(1, 10))

    session(work())


@pytest.mark.slow
def test_a_document_of_five_megabytes_does_not_keep_others_waiting(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            large = await editor.open(acme / "sops/access-control/ac-008-large.md", "- word\n" * 750_000)
            uri = await editor.open(acme / AC_001)
            assert "RSK" in await editor.hover(uri, "RSK-001")
            assert [one.code for one in await editor.findings(large)] == ["SOP001"]
            editor.change(
                large,
                types.TextDocumentContentChangePartial(types.Range(types.Position(9, 0), types.Position(9, 1)), "*"),
            )
            assert [one.code for one in await editor.findings(large)] == ["SOP001"]

    session(work())


@pytest.mark.slow
def test_a_request_can_be_cancelled(acme: Path) -> None:
    async def work() -> None:
        async with editing(acme) as editor:
            uri = await editor.open(acme / AC_001)
            asked = [
                editor.client.text_document_references(
                    types.ReferenceParams(types.ReferenceContext(True), **editor.at(uri, "RSK-001"))
                )
                for _ in range(60)
            ]
            identifiers = list(editor.client.protocol._request_futures)
            editor.client.cancel_request(types.CancelParams(identifiers[-1]))
            editor.client.cancel_request(types.CancelParams("never asked"))
            answers = await asyncio.gather(*map(asyncio.wrap_future, asked), return_exceptions=True)
            assert all(answers[:10])
            assert isinstance(answers[-1], JsonRpcException)
            assert await editor.findings(uri) == []

    session(work())

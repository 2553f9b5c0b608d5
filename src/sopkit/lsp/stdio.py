"""Runs the server on standard input and output."""

import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from typing import BinaryIO, cast

from pygls.exceptions import JsonRpcException

from sopkit.lsp import edit_requests, read_requests
from sopkit.lsp.server import SopServer, register_documents, register_files

_MAX_MESSAGE_BYTES = 64 * 1024 * 1024  # of one message; no document is a tenth of it


class _Input:
    """Standard input, which ends at a message that is too large."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream

    def readline(self) -> bytes:
        """One line of a header."""
        return self.stream.readline(_MAX_MESSAGE_BYTES)

    def read(self, count: int) -> bytes:
        """The bytes of a message; none when it is too large, which ends the session."""
        if count > _MAX_MESSAGE_BYTES:
            logging.getLogger(__name__).error("message of %d bytes: leaving", count)
            return b""
        return self.stream.read(count)


class _OneLineFilter(logging.Filter):
    """Shortens what an editor sent amiss or was refused to one line; only a bug of ours keeps its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record; none is dropped."""
        if record.name.startswith("pygls"):
            error = record.exc_info[1] if record.exc_info else None
            message = record.getMessage().split("\n")[0]
            record.args = ()
            if message == "Unable to handle message" or isinstance(error, JsonRpcException):
                record.exc_info = None
                message = f"{message}: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
            record.msg = message
        return True


def serve(today: Callable[[str], date]) -> int:
    """Serve one editor until it leaves, and give the exit code: 0 when it announced that, else 1.

    Whatever else is printed in the process goes to standard error: standard output is the protocol's alone.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="sopkit lsp: %(message)s")
    logging.getLogger().handlers[0].addFilter(_OneLineFilter())
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C; whoever waits for a line does not hear of it otherwise
    sys.stdout.flush()
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    server = SopServer(today)
    for register in (register_documents, register_files, read_requests.register, edit_requests.register):
        register(server)
    server.start_io(cast("BinaryIO", _Input(sys.stdin.buffer)), output)
    return 0 if server.shut_down else 1

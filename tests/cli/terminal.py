"""A command on a terminal of its own, with somebody who types."""

import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Callable

_PROMPT = re.compile(rb"^> (?:\[[^\]\n]+\] )?", re.MULTILINE)
_KEYS = {"\x03", "\x04"}
_MOST_SECONDS = 60
_PATIENCE = 3
"""Seconds without an answer until a key is pressed again."""


def on_a_terminal(*words: str, typed: tuple[str, ...]) -> tuple[int, str]:
    """Exit code and screen of `sopkit` for somebody who types these answers, one at each prompt."""
    answers, asked = list(typed), 0

    def answer(seen: bytes) -> bytes:
        nonlocal asked
        if not answers or (prompts := len(_PROMPT.findall(seen))) <= asked:
            return b""
        asked = prompts
        said = answers.pop(0)
        return said.encode() if said in _KEYS else f"{said}\n".encode()

    code, seen = run_on_a_terminal(words, answer)
    return code, seen.replace("\r\n", "\n")


def run_on_a_terminal(words: tuple[str, ...], answer: Callable[[bytes], bytes]) -> tuple[int, str]:
    """Exit code and screen of `sopkit`; `answer` gives what to type, if anything, for what has been seen.

    A command that waits for more than is typed is killed, which its exit code -9 shows.
    """
    pid, screen = pty.fork()
    if not pid:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # below `nohup` and `&` it is ignored
        os.execv(sys.executable, [sys.executable, "-m", "sopkit", *words])
    seen, typed = b"", b""
    deadline = time.monotonic() + _MOST_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([screen], [], [], min(left, _PATIENCE))[0]:
            if typed in {key.encode() for key in _KEYS}:
                os.write(screen, typed)  # readline may miss a signal between two looks at it: people press again
            continue
        try:
            seen += os.read(screen, 65536)
        except OSError:  # the command has ended
            break
        if said := answer(seen):
            typed = said
            os.write(screen, typed)
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(screen)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()

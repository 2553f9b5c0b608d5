"""A command on a terminal of its own, with somebody who types."""

import os
import pty
import re
import sys
import time

_PROMPT = re.compile(rb"^> (?:\[[^\]\n]+\] )?", re.MULTILINE)
_KEYS = {"\x03", "\x04"}


def on_a_terminal(*words: str, typed: tuple[str, ...]) -> tuple[int, str]:
    """Exit code and screen of `sopkit` for somebody who types these answers, one at each prompt."""
    pid, screen = pty.fork()
    if not pid:
        os.execv(sys.executable, [sys.executable, "-m", "sopkit", *words])
    seen, answers, asked = b"", list(typed), 0
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            seen += os.read(screen, 65536)
        except OSError:
            break
        if answers and (prompts := len(_PROMPT.findall(seen))) > asked:
            asked = prompts
            answer = answers.pop(0)
            os.write(screen, answer.encode() if answer in _KEYS else f"{answer}\n".encode())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode().replace("\r\n", "\n")

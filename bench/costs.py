"""Where the time of a run goes, for those who make it shorter: `python -m bench --profile build`."""

import os
import pstats
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.commands import ACME, BOOK
from bench.handbooks import sources
from bench.libraries import library
from bench.measure import RunError, environment
from bench.peers import forget
from bench.words import AS_OF

ROWS = 40
COMMANDS = {"lint": ("lint",), "build": ("build", "--with-drafts")}  # nothing of Acme is approved in the checkout


def profile(command: str) -> str:
    """The functions that cost most in doing it with a thousand SOPs, then the imports that cost most with Acme.

    All work is done in one process, because a profile sees no other.
    """
    if command not in COMMANDS:
        raise RunError(f"--profile {command}: there are profiles of {' and '.join(COMMANDS)}")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
    return f"{_functions(command)}\n{_imports(command)}"


def _functions(command: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        found, told = Path(folder) / "profile", Path(folder) / "told"
        _run(command, ACME)  # so that the byte code of all modules is there
        many = sources(BOOK) if command == "build" else library(BOOK.sops)
        forget(many / ".git" / "sopkit")
        _run(command, many, "-m", "cProfile", "-o", str(found))
        with told.open("w", encoding="utf-8") as stream:
            stats = pstats.Stats(str(found), stream=stream)
            for order in ("cumulative", "tottime"):
                stats.sort_stats(order).print_stats(ROWS)
        return told.read_text("utf-8")


def _imports(command: str) -> str:
    rows = []
    for line in _run(command, ACME, "-X", "importtime").splitlines():
        _, _, figures = line.partition("import time:")
        own, _, rest = figures.partition("|")
        total, _, name = rest.partition("|")
        if own.strip().isdigit():
            rows.append((int(total), int(own), name))
    heaviest = sorted(rows, reverse=True)[:ROWS]
    lines = (f"{total / 1000:8.1f} {own / 1000:8.1f}  {name.strip()}" for total, own, name in heaviest)
    return "\n".join(["Imports with Acme, in ms: with what they import, alone", *lines])


def _run(command: str, folder: Path, *interpreter: str) -> str:
    with tempfile.TemporaryDirectory() as site:
        words = [sys.executable, *interpreter, "-m", "sopkit", *COMMANDS[command], "-C", str(folder), "--as-of", AS_OF]
        words += ["-o", f"{site}/site"] if command == "build" else []
        done = subprocess.run(
            words, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
    if done.returncode not in {0, 1}:
        raise RunError(f"{' '.join(words)}: exit {done.returncode}: {done.stderr.strip()[-200:]}")
    return done.stderr

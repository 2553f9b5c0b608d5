"""Where the time of a run goes, for those who make it shorter: `python -m bench --profile lint`."""

import pstats
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.commands import ACME
from bench.libraries import library
from bench.measure import RunError, environment
from bench.words import AS_OF

ROWS = 40


def profile(command: str) -> str:
    """The functions that cost most in linting a thousand SOPs, then the imports that cost most in linting Acme."""
    if command != "lint":
        raise RunError(f"--profile {command}: only lint has a profile")
    return f"{_functions()}\n{_imports()}"


def _functions() -> str:
    with tempfile.TemporaryDirectory() as folder:
        found, told = Path(folder) / "profile", Path(folder) / "told"
        _lint(ACME)  # so that the byte code of all modules is there
        _lint(library(1_000), "-m", "cProfile", "-o", str(found))
        with told.open("w", encoding="utf-8") as stream:
            stats = pstats.Stats(str(found), stream=stream)
            for order in ("cumulative", "tottime"):
                stats.sort_stats(order).print_stats(ROWS)
        return told.read_text("utf-8")


def _imports() -> str:
    rows = []
    for line in _lint(ACME, "-X", "importtime").splitlines():
        _, _, figures = line.partition("import time:")
        own, _, rest = figures.partition("|")
        total, _, name = rest.partition("|")
        if own.strip().isdigit():
            rows.append((int(total), int(own), name))
    heaviest = sorted(rows, reverse=True)[:ROWS]
    lines = (f"{total / 1000:8.1f} {own / 1000:8.1f}  {name.strip()}" for total, own, name in heaviest)
    return "\n".join(["Imports of linting Acme, in ms: with what they import, alone", *lines])


def _lint(folder: Path, *interpreter: str) -> str:
    words = [sys.executable, *interpreter, "-m", "sopkit", "lint", "-C", str(folder), "--as-of", AS_OF]
    done = subprocess.run(
        words, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode not in {0, 1}:
        raise RunError(f"{' '.join(words)}: exit {done.returncode}: {done.stderr.strip()[-200:]}")
    return done.stderr

"""Other linters of Markdown, installed below the cache the first time they are asked for."""

import subprocess
import sys
from pathlib import Path

from bench.libraries import CACHE
from bench.measure import RunError

MARKDOWNLINT = "markdownlint-cli2@0.24"
RUMDL = "rumdl>=0.3,<0.4"


def rumdl() -> Path:
    """The program rumdl, from PyPI. Raises RunError when it cannot be installed."""
    folder = CACHE / "rumdl"
    program = folder / "bin" / "rumdl"
    if not program.exists():
        _install("rumdl", sys.executable, "-m", "venv", str(folder))
        _install("rumdl", str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", RUMDL)
    return program


def markdownlint() -> Path:
    """The program markdownlint-cli2, from npm. Raises RunError when it cannot be installed."""
    folder = CACHE / "markdownlint"
    program = folder / "node_modules" / ".bin" / "markdownlint-cli2"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _install(
            "markdownlint-cli2", "npm", "install", "--prefix", str(folder), "--no-fund", "--no-audit", MARKDOWNLINT
        )
    return program


def version(program: Path) -> str:
    """What a program says of its version."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return (done.stdout.strip().splitlines() or ["unknown version"])[0]


def _install(name: str, *words: str) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RunError(f"{name} cannot be installed: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise RunError(f"{name} cannot be installed (is its registry reachable?): {said[-1][:200]}")

"""Other programs, installed below the cache the first time they are asked for."""

import subprocess
import sys
from pathlib import Path

from bench.libraries import CACHE
from bench.measure import RunError

MARKDOWNLINT = "markdownlint-cli2@0.24"
RUMDL = "rumdl>=0.3,<0.4"


def rumdl() -> Path:
    """The program rumdl, from PyPI. Raises RunError when it cannot be installed."""
    return from_pypi("rumdl", "bin/rumdl", RUMDL)


def markdownlint() -> Path:
    """The program markdownlint-cli2, from npm. Raises RunError when it cannot be installed."""
    return from_npm("markdownlint", "node_modules/.bin/markdownlint-cli2", MARKDOWNLINT)


def from_pypi(name: str, program: str, *packages: str) -> Path:
    """A file of an environment of its own with some packages. Raises RunError when it cannot be installed."""
    folder = CACHE / name
    if not (folder / program).exists():
        _install(name, sys.executable, "-m", "venv", str(folder))
        _install(name, str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *packages)
    return folder / program


def from_npm(name: str, program: str, *packages: str) -> Path:
    """A file of a folder of its own with some packages. Raises RunError when it cannot be installed."""
    folder = CACHE / name
    if not (folder / program).exists():
        folder.mkdir(parents=True, exist_ok=True)
        _install(name, "npm", "install", "--prefix", str(folder), "--no-fund", "--no-audit", *packages)
    return folder / program


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

"""A checkout that a pull request filled with everything that Python, pip, pytest or git might load by itself."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

_PACKAGES = ("pip", "setuptools", "hatchling", "sopkit", "yaml", "typer", "click", "rich", "pydantic", "git", "jinja2")
_LOADED_BY_ITSELF = ("sitecustomize", "usercustomize", "conftest", "setup")


def module_names() -> Iterable[str]:
    """Every module that an installation or a run of sopkit imports, and those that something loads without an import."""
    return sorted({*sys.stdlib_module_names, *_PACKAGES, *_LOADED_BY_ITSELF})


def fill(checkout: Path, canary: Path) -> None:
    """Put hostile files at the top of a checkout; each one that is run adds its name to the file `canary`."""
    checkout.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    # `posix` is part of the interpreter: it works while Python starts, before there is an `open`.
    code = f"import posix\nposix.write(posix.open({str(canary)!r}, {flags}, 0o600), f'{{__name__}} '.encode())\n"
    for name in module_names():
        (checkout / f"{name}.py").write_text(code)
    for name in ("sopkit", "pip", "venv"):
        (checkout / name).mkdir()
        for part in ("__init__", "__main__"):
            (checkout / name / f"{part}.py").write_text(code)
    for name in ("git", "python", "python3", "pip", "sopkit.exe", "date", "mkdir"):
        program = checkout / name if not (checkout / name).is_dir() else checkout / f"{name}.sh"
        program.write_text(f"#!/bin/sh\necho {name} >> {canary}\n")
        program.chmod(0o755)
    (checkout / "hostile.pth").write_text(f"import pathlib; pathlib.Path({str(canary)!r}).write_text('pth')\n")
    evil = "[global]\nindex-url = http://127.0.0.1:9/evil\n"
    build = '[build-system]\nrequires = []\nbuild-backend = "setup"\nbackend-path = ["."]\n'
    git = f"[core]\n\tfsmonitor = echo fsmonitor >> {canary}\n\tpager = echo pager >> {canary}\n"
    attributes = "* diff=evil filter=evil merge=evil\n"
    files = {"pip.conf": evil, "pip.ini": evil, "setup.cfg": "[install]\nprefix = /evil\n", "pyproject.toml": build}
    files |= {".gitconfig": git, "config": git, ".gitattributes": attributes, "pyvenv.cfg": f"home = {checkout}\n"}
    for name, text in files.items():
        (checkout / name).write_text(text)


def what_ran(canary: Path) -> str:
    """The names of the files that were run; empty when none was."""
    return canary.read_text() if canary.exists() else ""

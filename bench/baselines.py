"""What the same work costs without sopkit, or with its least, in a fresh process: `python baselines.py NAME [FOLDER]`.

Imports nothing of the benchmark, so that its start-up is that of the libraries alone.
"""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sopkit.model.sop import Sop


def imports() -> None:
    """Load the four libraries that every run of `sopkit lint` needs."""
    import pydantic  # noqa: F401
    import pyromark  # noqa: F401
    import typer  # noqa: F401
    import yaml  # noqa: F401


def read(folder: str) -> None:
    """Read every SOP and compose the YAML of its front matter."""
    import yaml

    for text in _texts(folder):
        yaml.compose(text[4 : text.index("\n---\n", 3)], Loader=yaml.CBaseLoader)


def events(folder: str) -> None:
    """Read every SOP, compose its YAML and ask for the events of its Markdown, with the four libraries loaded."""
    imports()
    import pyromark
    import yaml

    known = pyromark.Options
    options = (
        known.ENABLE_TABLES
        | known.ENABLE_TASKLISTS
        | known.ENABLE_FOOTNOTES
        | known.ENABLE_GFM
        | known.ENABLE_STRIKETHROUGH
    )
    for text in _texts(folder):
        end = text.index("\n---\n", 3)
        yaml.compose(text[4:end], Loader=yaml.CBaseLoader)
        for _ in pyromark.events_with_range(text[end + 5 :], options=options):
            pass


def read_loaded(folder: str) -> None:
    """As `read`, with the four libraries loaded."""
    imports()
    read(folder)


def load(folder: str) -> None:
    """Load a library as every command does: what is in its SOPs is read when it is asked for."""
    _load(folder)


def load_read(folder: str) -> None:
    """As `load`, with the front matter of every SOP read."""
    for sop in _load(folder):
        _ = sop.front


def load_validated(folder: str) -> None:
    """As `load`, with every SOP read and validated."""
    for sop in _load(folder):
        _ = sop.document


def _load(folder: str) -> "tuple[Sop, ...]":
    from datetime import date
    from pathlib import Path

    from sopkit.library import load as load_library

    return load_library(Path(folder), date(2026, 11, 24)).sops


def _texts(folder: str) -> list[str]:
    # One text at a time would be kinder to memory; all at once is what reading a library is.
    found = []
    for parent, _, names in os.walk(os.path.join(folder, "sops")):  # noqa: PTH118
        for name in names:
            with open(os.path.join(parent, name), "rb") as file:  # noqa: PTH118, PTH123
                found.append(file.read().decode())
    return found


if __name__ == "__main__":
    name, *folder = sys.argv[1:]
    if name == "imports":
        imports()
    else:
        known = {"read": read, "read-loaded": read_loaded, "events": events}
        known |= {"load": load, "load-read": load_read, "load-validated": load_validated}
        known[name](folder[0])

"""The handbook of a library as it stands at the moment of asking."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from sopkit.handbook.asked import Asked
from sopkit.handbook.build import Site, build
from sopkit.library import load_config
from sopkit.lifecycle.library_status import read_library_status
from sopkit.server.web.preview import Make


def maker(root: Path, asked: Asked, day: date | None, today: Callable[[str], date], *, tree_only: bool) -> Make:
    """What makes the handbook of the library in a folder, each time on the day given, else that of its time zone."""

    def make() -> Site:
        now = today(load_config(root).library.timezone)
        with read_library_status(root, day or now, now, tree_only=tree_only) as ground:
            return build(ground, asked)

    return make

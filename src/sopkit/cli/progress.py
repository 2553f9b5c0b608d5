"""A progress bar for work that takes more than a second, on a terminal's standard error."""

import os
import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_PATIENCE = 1.0  # seconds without a bar
_BETWEEN = 0.1  # seconds between two pictures of it


class Progress:
    """Call it with how much is done, of how much; use it as a context so that the bar goes away."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.process = os.getpid()
        self.next = time.monotonic() + _PATIENCE if sys.stderr.isatty() else float("inf")
        self.bar: Bar | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Draw the bar when it is time to. The processes that share the work draw none."""
        now = time.monotonic()
        if now < self.next or os.getpid() != self.process:
            return
        self.next = now + _BETWEEN
        if self.bar is None:
            from rich.console import Console  # only for long work
            from rich.progress import Progress as Bar

            self.bar = Bar(console=Console(stderr=True), auto_refresh=False, transient=True)
            self.bar.add_task(self.what, total=1.0)
            self.bar.start()
        self.bar.update(self.bar.task_ids[0], completed=done / max(total, 1), refresh=True)

"""The newest handbook that could be made, and why a newer one could not."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sopkit.handbook.build import Site
from sopkit.model.errors import SopkitError

Make = Callable[[], Site]
"""Makes a handbook. Raises SopkitError when it cannot be made."""


@dataclass(frozen=True, slots=True)
class State:
    """The files of the last handbook that could be made, what is wrong since, and how often that was settled anew."""

    files: Mapping[str, bytes]
    warnings: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""
    count: int = 0


class Preview:
    """A handbook that is made anew when asked to; any thread may read its state or wait for the next."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._changed = threading.Condition()
        self._state = State({})

    @property
    def state(self) -> State:
        """What there is to show now."""
        return self._state

    def renew(self) -> State:
        """Make the handbook. When that fails the former one stays, with the reason."""
        before = self._state
        try:
            site = self._make()
            state = State(site.files, site.warnings, count=before.count + 1)
        except SopkitError as error:
            state = State(before.files, (), error.message, error.hint, before.count + 1)
        except OSError as error:  # a file that is gone again while it is read
            state = State(before.files, (), str(error), "save it again", before.count + 1)
        except Exception as error:  # noqa: BLE001 - the writer goes on with the former pages
            told = f"a bug in sopkit, please report it: {type(error).__name__}: {error}"
            state = State(before.files, (), told, "change a file to try again", before.count + 1)
        with self._changed:
            self._state = state
            self._changed.notify_all()
        return state

    def after(self, count: int, patience: float) -> State | None:
        """The state once it is a later one than that of a count; None when `patience` seconds passed first."""
        with self._changed:
            later = self._changed.wait_for(lambda: self._state.count > count, patience)
        return self._state if later else None

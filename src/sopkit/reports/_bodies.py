"""What reports read in the bodies of SOPs; each body is parsed once for all reports that are wanted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.sop import Sop
from sopkit.parallel import spread

Found = TypeVar("Found")
Reading = Callable[[LibraryStatus], Callable[[Sop], Found]]
"""Gets ready to read in a library, and gives what finds something in one SOP of it."""

_WORTH_SHARING = 200  # SOPs; for fewer, a second process costs more than it saves


def read_bodies(reading: Reading[Found], standings: LibraryStatus) -> Mapping[str, Found]:
    """What is found in each SOP that is not retired, by its path, in the order of their ids."""
    read_together((reading,), standings)
    found: Mapping[str, Found] = _kept(standings)[reading]
    return found


def read_together(readings: Iterable[Reading[Any]], standings: LibraryStatus) -> None:
    """Read for several at once and keep what they find, so that `read_bodies` has it at hand."""
    kept = _kept(standings)
    new = [reading for reading in dict.fromkeys(readings) if reading not in kept]
    if not new:
        return
    readers = [reading(standings) for reading in new]

    def read(sops: Sequence[Sop]) -> list[list[Any]]:
        found = []
        for sop in sops:
            found.append([reader(sop) for reader in readers])
            sop.forget_body()
        return found

    there = [sop for sop in standings.library.in_order if sop.status != "retired"]
    told = spread(read, there, _WORTH_SHARING)
    for at, reading in enumerate(new):
        kept[reading] = {sop.path: found[at] for sop, found in zip(there, told, strict=True)}


@lru_cache(maxsize=1)
def _kept(standings: LibraryStatus) -> dict[Reading[Any], Mapping[str, Any]]:
    del standings
    return {}

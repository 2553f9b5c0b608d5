"""Promises of SOPs and registers that contradict each other."""

from collections.abc import Iterator
from functools import lru_cache

from sopkit.front_keys import sops_with
from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.promises import glance
from sopkit.promises.promise import Promise, has_targets, promised_limits, register_targets, retentions, table_targets

_ORDER = ("active", "trial", "draft")


@lru_cache(maxsize=4)
def contradictions(library: Library) -> dict[str, tuple[tuple[Promise, Promise], ...]]:
    """Path to the promises of an SOP that differ from another's, with that one.

    The one that holds is that of the register, else of an active SOP, else that of the first path.
    """
    kept: dict[tuple[str, ...], Promise] = {}
    found: dict[str, list[tuple[Promise, Promise]]] = {}
    for promise in (*register_targets(library), *_of_sops(library)):
        other = kept.setdefault(promise.about, promise)
        if promise.path != other.path and not _alike(promise, other):
            found.setdefault(promise.path, []).append((promise, other))
    return {path: tuple(pairs) for path, pairs in found.items()}


def _alike(one: Promise, other: Promise) -> bool:
    """Whether two lengths are one: `1 month` is also 30 days."""
    return abs(one.minutes - other.minutes) <= 0.02 * max(one.minutes, other.minutes)


def _of_sops(library: Library) -> Iterator[Promise]:
    def rank(sop: Sop) -> tuple[int, str]:
        return _ORDER.index(sop.status), sop.path

    limited = glance.differing(
        (sop for sop in sops_with(library, "time_limits") if b"starts:" in sop.source.data), glance.limits
    )
    for sop in sorted((sop for sop in limited if sop.status in _ORDER), key=rank):
        yield from promised_limits(sop)
    keeping = glance.differing(sops_with(library, "records"), glance.records)
    for sop in sorted((sop for sop in keeping if sop.status in _ORDER), key=rank):
        yield from retentions(sop)
    aiming = [sop for sop in library.sops if has_targets(sop.source.data)] if library.registers["assets"] else []
    for sop in sorted((sop for sop in aiming if sop.status in _ORDER), key=rank):
        targets = tuple(table_targets(sop, library))
        sop.forget_body()
        yield from targets

"""The measurements of the life cycle: what is told from a history and its ledger."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.commands import GIB, LOG, Effort, sopkit
from bench.history import repository
from bench.measure import Command, in_turn, peak, starts_of
from bench.ratios import By, Row, against
from bench.recorded import Size, recorded
from bench.sops import id_of
from bench.words import AS_OF


def undated(effort: Effort) -> Iterator[Row]:
    """g: dates from a history without a ledger, with the cache and after it was deleted."""
    for basis in ("git", "records"):
        what = f"stale of {effort.commits:,} commits, basis {basis}"
        yield from _stale("g", repository(effort.commits), what, effort, "--basis", basis)


def often(effort: Effort) -> Iterator[Row]:
    """h: dates from a ledger of many texts of each SOP."""
    yield from _stale("h", recorded(effort.often), f"stale of {effort.often}", effort)


def wide(effort: Effort) -> Iterator[Row]:
    """i: dates from a ledger of many SOPs."""
    yield from _stale("i", recorded(effort.wide), f"stale of {effort.wide}", effort)


def processes(effort: Effort) -> Iterator[Row]:
    """j: the git processes of one report, whatever the number of files and entries."""
    few, many = (
        starts_of(_command("stale", recorded(size), before=_forgetting(recorded(size))), "git")
        for size in (Size(12, 2), effort.wide)
    )
    what = f"git processes, stale of {effort.wide} / of 12 SOPs"
    yield Row("j", what, str(many), str(few), {By.COUNT: many / few}, 1, By.COUNT)


def memory(effort: Effort) -> Iterator[Row]:
    """k: the most memory that stale holds."""
    folder = recorded(effort.wide)
    for name, before in (("cold", _forgetting(folder)), ("cached", None)):
        most = peak(_command("stale", folder, before=before))
        what = f"most memory, stale of {effort.wide} / 1 GiB, {name}"
        yield Row("k", what, f"{most / GIB * 1024:.0f} MiB", "1024 MiB", {By.MEMORY: most / GIB}, 1, By.MEMORY)


def others(effort: Effort) -> Iterator[Row]:
    """l: the whole ledger verified, and the life of one SOP."""
    folder = recorded(effort.wide)
    verify, life = (_command(*words, folder) for words in (("verify",), ("history", id_of(effort.wide.sops // 2))))
    whole, one, alone = in_turn([[verify], [life], _bare(folder)], max(1, effort.runs // 2))
    yield against("l", f"verify of {effort.wide} / git log + start-up, cached", whole, alone, None, By.CLOCK)
    yield against("l", f"history of 1 SOP among {effort.wide.sops:,} / as before", one, alone, None, By.CLOCK)


def _stale(key: str, folder: Path, what: str, effort: Effort, *options: str) -> Iterator[Row]:
    known = _command("stale", folder, *options)
    unknown = _command("stale", folder, *options, before=_forgetting(folder))
    # Whatever ran before the cached one in a round or in the last left a cache behind.
    cold, cached, alone = in_turn([[unknown], [known], _bare(folder)], effort.runs)
    yield against(key, f"{what} / git log + start-up, cached", cached, alone, 2, By.CLOCK)
    yield against(key, f"{what} / git log + start-up, cold", cold, alone, 5, By.CLOCK)


def _command(*words: str | Path, before: Callable[[], None] | None = None) -> Command:
    name, *rest = words
    folder = next(word for word in rest if isinstance(word, Path))
    others = [str(word) for word in rest if not isinstance(word, Path)]
    return sopkit(str(name), *others, "-C", str(folder), "--as-of", AS_OF, before=before)


def _bare(folder: Path) -> list[Command]:
    return [Command(LOG, folder), sopkit("--version")]


def _forgetting(folder: Path) -> Callable[[], None]:
    return partial(shutil.rmtree, folder / ".git" / "sopkit", ignore_errors=True)

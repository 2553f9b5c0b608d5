"""The measurements of what procedures cover: reports and the workbook over reading the library alone."""

from collections.abc import Iterator
from pathlib import Path

from bench.commands import Effort, baseline, sopkit
from bench.covering import FRAMEWORKS, RISK, covering
from bench.measure import Command, in_turn
from bench.ratios import By, Row, against
from bench.words import AS_OF

_BARS = {"coverage": 2, "gaps": 2, "soa": 2, f"trace {RISK}": 2, "xlsx": 4}


def reports(effort: Effort) -> Iterator[Row]:
    """n: what is covered, over `load` with the front matter of every SOP read, and over `load` less and more."""
    folder = covering(effort.many)
    commands = {name: _command(name, folder) for name in _BARS}
    loads = {"load, front matter read": "load-read", "load alone": "load", "load, validated": "load-validated"}
    contestants = [*commands.values(), *(baseline(name, folder) for name in loads.values())]
    samples = in_turn([[one] for one in contestants], effort.runs)
    ours, loaded = samples[: len(commands)], dict(zip(loads, samples[len(commands) :], strict=True))
    for name, sample in zip(commands, ours, strict=True):
        what = f"{name}, {effort.many:,} SOPs x {len(FRAMEWORKS)} frameworks"
        for at, (less, least) in enumerate(loaded.items()):
            yield against("n", f"{what} / {less}", sample, least, _BARS[name] if at == 0 else None, By.PROCESSOR)


def _command(name: str, folder: Path) -> Command:
    words = ("export", "xlsx") if name == "xlsx" else ("report", *name.split(), "-f", "json")
    return sopkit(*words, "-C", str(folder), "--as-of", AS_OF)

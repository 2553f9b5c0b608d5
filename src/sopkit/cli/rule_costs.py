"""What each rule costs: the table of `sopkit lint --profile-rules`."""

from dataclasses import replace
from pathlib import Path
from time import perf_counter

import typer

from sopkit.cli.console import echo
from sopkit.library import Library
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.rules import all_rules

LOADING, LOADING_RULES, REST = "(loading the library)", "(loading the rules)", "(the rest)"


class Stopwatch:
    """Sums up the time of work by its name, from when it is made. Entered by name around each piece of work."""

    def __init__(self) -> None:
        self.begun = perf_counter()
        self.costs: dict[str, tuple[int, float]] = {}
        self.name, self.since = "", 0.0

    def lap(self, name: str) -> None:
        """All time so far is that of one piece of work."""
        self.costs[name] = (1, perf_counter() - self.begun)

    def __call__(self, name: str) -> "Stopwatch":
        """The context of a piece of work; there is none inside of another."""
        self.name = name
        return self

    def __enter__(self) -> None:
        self.since = perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = perf_counter() - self.since
        calls, before = self.costs.get(self.name, (0, 0.0))
        self.costs[self.name] = (calls + 1, before + spent)

    def stop(self) -> None:
        """What no work was named for is the rest, so that the sum is the whole."""
        whole = perf_counter() - self.begun
        self.costs[REST] = (1, max(0.0, whole - sum(seconds for _, seconds in self.costs.values())))


def show_costs(library: Library, options: LintOptions, watch: Stopwatch, output: Path | None, *, alone: bool) -> int:
    """Lint in one process, print what each rule cost, the dearest first, and give the exit code of the findings."""
    if not alone:
        raise typer.BadParameter("--profile-rules prints a table of its own; leave formats, --fix and --changed out")
    watch.lap(LOADING)
    with watch(LOADING_RULES):
        all_rules()
    report = lint(library, replace(options, measure=watch))
    watch.stop()
    echo(cost_table(watch.costs), output)
    return 1 if report.failed else 0


def cost_table(costs: dict[str, tuple[int, float]]) -> str:
    """Milliseconds, share of the whole, calls and name of each piece of work, and their sum."""
    whole = sum(seconds for _, seconds in costs.values())
    rows = sorted(costs.items(), key=lambda row: (-row[1][1], row[0]))
    lines = [f"{'ms':>9}  {'share':>6}  {'calls':>7}  rule"]
    for name, (calls, seconds) in rows:
        rule = all_rules().get(name)
        words = f"{name} {rule.name}" if rule else name
        lines.append(f"{seconds * 1000:>9.2f}  {seconds / whole:>6.1%}  {calls:>7}  {words}")
    lines.append(f"{whole * 1000:>9.2f}  {1:>6.1%}  {'':>7}  all")
    return "\n".join(lines) + "\n"

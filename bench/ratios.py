"""A row of the table: what was measured against what, the ratio, and whether the bar holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.measure import Sample


class By(StrEnum):
    """What a ratio is of."""

    CLOCK = "clock"
    PROCESSOR = "cpu"
    MEMORY = "memory"
    COUNT = "count"
    SIZE = "size"


@dataclass(frozen=True)
class Row:
    """One line of the table; the ratio `by` decides, others are shown beside it. No bar: for comparison only."""

    key: str
    what: str
    ours: str
    baseline: str
    ratios: Mapping[By, float]
    bar: float | None
    by: By

    @property
    def holds(self) -> bool:
        """Whether the ratio that decides is within the bar."""
        return self.bar is None or self.ratios[self.by] <= self.bar

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        others = ", ".join(f"{ratio:.3g} {by}" for by, ratio in self.ratios.items() if by is not self.by)
        verdict = "" if self.bar is None else "yes" if self.holds else "NO"
        bar = "" if self.bar is None else f"{self.bar:g}"
        ratio = f"{self.ratios[self.by]:.3g} {self.by}"
        return (self.key, self.what, self.ours, self.baseline, ratio, bar, verdict, others)


HEADINGS = ("row", "what", "ours", "baseline", "ratio", "bar", "holds", "also")


def against(key: str, what: str, ours: Sample, baseline: Sample, bar: float | None, by: By) -> Row:
    """The row of one sample over another."""
    ratios = {By.CLOCK: ours.wall / baseline.wall, By.PROCESSOR: ours.processor / baseline.processor}
    return Row(key, what, told(ours), told(baseline), ratios, bar, by)


def growth(key: str, what: str, samples: Mapping[int, Sample], bar: float, by: By) -> Row:
    """The row of the time for each document in the largest library over that in the middle one.

    `samples` are of three libraries by their number of documents. The smallest is taken off both others: it holds
    start-up, configuration and registers, which are the same in all three.
    """
    first, middle, last = sorted(samples)

    def each(count: int, by: By) -> float:
        return (_seconds(samples[count], by) - _seconds(samples[first], by)) / (count - first)

    ratios = {kind: each(last, kind) / each(middle, kind) for kind in (By.CLOCK, By.PROCESSOR)}
    return Row(
        key, what, f"{each(last, by) * 1000:.3f} ms each", f"{each(middle, by) * 1000:.3f} ms each", ratios, bar, by
    )


def told(sample: Sample) -> str:
    """A sample in seconds by the clock and of processor."""
    return f"{sample.wall:.3f} s, {sample.processor:.3f} cpu"


def table(rows: Sequence[Row]) -> str:
    """The rows as text in columns."""
    lines = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEADINGS))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _seconds(sample: Sample, by: By) -> float:
    return sample.wall if by is By.CLOCK else sample.processor

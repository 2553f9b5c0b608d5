"""How long a review of an SOP holds, from its text and the configuration."""

from dataclasses import dataclass
from datetime import date

from sopkit.lifecycle.due import add, due_after
from sopkit.lifecycle.texts.snapshot import Snapshot
from sopkit.model.config import Area, Config, Criticality
from sopkit.model.durations import Duration


@dataclass(frozen=True, slots=True)
class Terms:
    """The interval that the text or its area asks for, the ceiling for its criticality, and what was not readable."""

    interval: Duration
    ceiling: Duration
    findings: tuple[str, ...] = ()

    def due(self, day: date) -> date:
        """The last day in time for the review after that of a day."""
        return due_after(day, self.interval, self.ceiling)

    def capped(self, day: date) -> tuple[str, ...]:
        """What to say when the interval is over the ceiling."""
        if add(day, self.interval) > add(day, self.ceiling):
            return (f"review_every: `{self.interval}` is over the ceiling; {self.ceiling} counts",)
        return ()

    def length(self, day: date) -> Duration:
        """Which of the two counts from a day."""
        return min(self.interval, self.ceiling, key=lambda length: add(day, length))


def terms_of(snapshot: Snapshot, config: Config) -> Terms:
    """The terms of a text; no criticality counts as medium."""
    findings = []
    interval = config.all_areas.get(snapshot.area, Area()).review_every
    if snapshot.review_every:
        try:
            interval = Duration(snapshot.review_every)
        except ValueError as error:
            findings.append(f"review_every: {error}; the default of the area counts")
    known = snapshot.criticality in list(Criticality)
    if snapshot.criticality and not known:
        findings.append(f"criticality: `{snapshot.criticality}` is none; medium counts")
    level = Criticality(snapshot.criticality) if known else Criticality.MEDIUM
    return Terms(interval, config.review.ceiling.of(level), tuple(findings))

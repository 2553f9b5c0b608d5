"""What a run of the linter is asked, and what it gives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sopkit.model.finding import Finding, Severity
from sopkit.model.known import NO_BASELINE, Baseline, Known
from sopkit.model.source import Source
from sopkit.model.visible import visible
from sopkit.path_settings import NO_SETTINGS, PathSettings
from sopkit.rules._rule import Rule
from sopkit.selection import Profile

if TYPE_CHECKING:
    from sopkit.lifecycle.life import Life


@dataclass(frozen=True, slots=True)
class LintOptions:
    """What the caller asks for; what is empty comes from the configuration, then from the profile.

    `history` gives what git knows of the library, or None where there is nothing; it is called only when a rule
    needs it. `progress` is told how many SOPs are done, of how many, by each process for its own share.
    `baseline` holds what is known, None meaning that of the configuration. `measure` is entered around each piece of
    work with its name (a rule's code, or what else is done), all in one process.
    """

    profile: Profile | None = None
    fail_on: Severity | None = None
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    paths: tuple[str, ...] | None = None
    tree_only: bool = False
    history: "Callable[[], Life | None] | None" = None
    progress: Callable[[int, int], None] | None = None
    baseline: Baseline | None = None
    measure: Callable[[str], AbstractContextManager[object]] | None = None

    def work(self, name: str, findings: Iterable[Finding]) -> Iterable[Finding]:
        """The findings; where work is measured, all of them worked out now."""
        if self.measure is None:
            return findings
        with self.measure(name):
            return list(findings)


@dataclass(frozen=True, slots=True)
class LintReport:
    """What linting a library gave.

    `ignored` holds the findings that an ignore with a reason took out, `known` those that the baseline has. `unit` is
    what `checked` counts, `sources` what findings point into beside the files of the library.
    """

    findings: tuple[Finding, ...]
    ignored: tuple[Finding, ...]
    checked: int
    profile: Profile
    fail_on: Severity
    rules: dict[str, Rule]
    left_out: tuple[str, ...] = ()
    shown_only: frozenset[str] = frozenset()  # codes that fail nothing
    known: tuple[Finding, ...] = ()
    baseline: Baseline = NO_BASELINE
    by_path: PathSettings = NO_SETTINGS
    unit: str = "SOP"
    sources: Mapping[str, Source] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether any finding is as severe as `fail_on`."""
        return any(map(self.fails, self.findings))

    def fails(self, finding: Finding) -> bool:
        """Whether a finding makes the run fail."""
        weighs = finding.severity.rank >= self.fail_on.rank and finding.code not in self.shown_only
        return weighs and finding.ignored is None and not finding.known


def judged_by(report: LintReport, paths: Sequence[str] | None) -> Callable[[Known], bool]:
    """Whether a run looked for what an entry of a baseline is about."""
    asked = None if paths is None else tuple(map(visible, paths))

    def judged(entry: Known) -> bool:
        return entry.code in report.rules and report.by_path.runs(entry.code, entry.path) and covers(asked, entry.path)

    return judged


def covers(paths: Sequence[str] | None, path: str) -> bool:
    """Whether a path of the library is one of those asked for or lies below one; None asks for all."""
    if paths is None:
        return True
    return any(asked in {"", path} or path.startswith(f"{asked}/") for asked in paths)

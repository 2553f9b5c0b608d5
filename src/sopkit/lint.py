"""Rules over a library: sorted findings, with the ignored ones set apart."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sopkit.ignores import IgnoreUse, configured_ignores, idle, written_ignores
from sopkit.library import CONFIG_NAME, LEDGERS, Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.known import NO_BASELINE, Baseline, Known
from sopkit.model.sop import Sop
from sopkit.model.visible import visible
from sopkit.parallel import spread
from sopkit.path_settings import NO_SETTINGS, PathSettings, path_settings
from sopkit.rules import all_rules
from sopkit.rules._rule import Rule, Scope
from sopkit.selection import Asked, Profile, resolve, selected

if TYPE_CHECKING:
    from sopkit.lifecycle.life import Life

__all__ = ["LintOptions", "LintReport", "Profile", "covers", "judged_by", "lint", "resolve"]

_WORTH_SHARING = 200  # SOPs; for fewer, a second process costs more than it saves
_ENTRIES_WORTH_SHARING = 2_000
_ON_ENTRIES = {"SOP001", "SOP002", "SOP003", "SOP004", "SOP005", "SOP006"}


@dataclass(frozen=True, slots=True)
class LintOptions:
    """What the caller asks for; what is empty comes from the configuration, then from the profile.

    `history` gives what git knows of the library, or None where there is nothing; it is called only when a rule
    needs it. `progress` is told how many SOPs are done, of how many, by each process for its own share.
    `baseline` holds what is known, None meaning that of the configuration.
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


@dataclass(frozen=True, slots=True)
class LintReport:
    """What linting a library gave.

    `ignored` holds the findings that an ignore with a reason took out, `known` those that the baseline has.
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

    @property
    def failed(self) -> bool:
        """Whether any finding is as severe as `fail_on`."""
        return any(map(self.fails, self.findings))

    def fails(self, finding: Finding) -> bool:
        """Whether a finding makes the run fail."""
        weighs = finding.severity.rank >= self.fail_on.rank and finding.code not in self.shown_only
        return weighs and finding.ignored is None and not finding.known


def lint(library: Library, options: LintOptions | None = None) -> LintReport:
    """Run the selected rules over a library, or over some of its paths against the whole of it."""
    options = options or LintOptions()
    config = library.config.lint
    profile = options.profile or Profile(config.profile or Profile.REVIEW)
    fail_on = options.fail_on or config.fail_on or profile.fail_on
    asked = Asked(options.select, options.extend_select, options.ignore)
    general = selected(config, asked, profile)
    by_path = path_settings(library, asked, general)
    rules = {code: rule for code, rule in all_rules().items() if code in general or code in by_path.more}
    historical = tuple(code for code, rule in rules.items() if rule.needs == "history")
    life = options.history() if historical and options.history and not options.tree_only else None
    left_out = historical if life is None else ()
    rules = {code: rule for code, rule in rules.items() if code not in left_out}
    sops = [sop for sop in library.sops if covers(options.paths, sop.path)]
    found = list(_weighed(_run(library, sops, rules, options, life), library, profile, by_path))
    findings, ignored, uses = _apply_ignores(library, sops, found, options.paths)
    if "SOP017" in rules:
        whole = options.paths is None
        unused = [*idle(uses, rules, by_path.runs, whole=whole), *(by_path.idle(library) if whole else ())]
        late = [rules["SOP017"].stamp(finding, None) for finding in unused]
        findings += list(_weighed(late, library, profile, by_path))
    findings.sort(key=lambda finding: finding.sort_key)
    ignored.sort(key=lambda finding: finding.sort_key)
    report = LintReport(tuple(findings), tuple(ignored), len(sops), profile, fail_on, rules, left_out, by_path=by_path)
    baseline = options.baseline or _configured_baseline(library)
    return report if baseline is NO_BASELINE else _without_known(report, baseline, library, options)


def _configured_baseline(library: Library) -> Baseline:
    name = library.config.lint.baseline
    if not name:
        return NO_BASELINE
    from sopkit.baseline import load_baseline  # noqa: PLC0415 - only with a baseline

    return load_baseline(library.root / name, name)


def _without_known(report: LintReport, baseline: Baseline, library: Library, options: LintOptions) -> LintReport:
    """The report with what the baseline knows set apart, and a finding about what is gone from it."""
    from sopkit.baseline import part  # noqa: PLC0415 - as above

    parted = part(baseline, report.findings, library.sources, judged_by(report, options.paths))
    findings = list(parted.new)
    if parted.gone and "SOP017" in report.rules:
        first = baseline.source.line_place(parted.gone[0].line)
        many = "1 known finding is" if len(parted.gone) == 1 else f"{len(parted.gone)} known findings are"
        words = f"{many} gone; take what is gone out of the baseline: sopkit lint --write-baseline"
        late = report.rules["SOP017"].stamp(Finding(baseline.path, first, words), None)
        findings = sorted(
            [*findings, *_weighed([late], library, report.profile, report.by_path)], key=lambda one: one.sort_key
        )
    return replace(report, findings=tuple(findings), known=parted.known, baseline=baseline)


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


def _run(
    library: Library, sops: Sequence[Sop], rules: dict[str, Rule], options: LintOptions, life: "Life | None"
) -> Iterator[Finding]:
    of_sops = [rule for rule in rules.values() if rule.scope is Scope.SOP]

    def judge(some: Sequence[Sop]) -> list[Finding]:
        found: list[Finding] = []
        for done, sop in enumerate(some):
            if options.progress is not None:
                options.progress(done, len(some))
            found += _stamped(sop.findings, rules, sop)
            if sop.readable:
                for rule in of_sops:
                    found += rule.run(library, sop, life)
            sop.forget_body()
        return found

    yield from spread(judge, sops, _WORTH_SHARING)
    yield from _of_entries(library, rules, options.paths)
    for finding in _of_library(library, rules, life):
        if covers(options.paths, finding.path):
            yield finding


def _of_entries(library: Library, rules: dict[str, Rule], paths: Sequence[str] | None) -> Iterator[Finding]:
    asked = paths is None or any(covers((path,), LEDGERS) or covers((LEDGERS,), path) for path in paths)
    if not asked or rules.keys().isdisjoint(_ON_ENTRIES):
        return

    def read(some: Sequence[str]) -> list[Finding]:
        return [finding for path in some for finding in library.entries[path].findings]

    for finding in spread(read, [path for path in library.entry_paths if covers(paths, path)], _ENTRIES_WORTH_SHARING):
        _ = library.entries[finding.path]  # read in this process too, so that its lines can be shown
        if finding.code in rules:
            yield rules[finding.code].stamp(finding, None)


def _of_library(library: Library, rules: dict[str, Rule], life: "Life | None") -> Iterator[Finding]:
    for register in library.registers.values():
        yield from _stamped(register.findings, rules, None)
    for rule in rules.values():
        if rule.scope is Scope.LIBRARY:
            yield from rule.run(library, None, life)
        if rule.in_registers is not None:
            yield from (rule.stamp(finding, None) for finding in rule.in_registers(library))


def _stamped(findings: Iterable[Finding], rules: dict[str, Rule], sop: Sop | None) -> Iterator[Finding]:
    """What reading found, of the rules that run."""
    return (rules[finding.code].stamp(finding, sop) for finding in findings if finding.code in rules)


def _weighed(
    findings: Iterable[Finding], library: Library, profile: Profile, by_path: PathSettings
) -> Iterator[Finding]:
    """The findings of the rules that are on where they stand, as the configuration and the audit weigh them."""
    rules = all_rules()
    configured = {
        code: severity
        for key, severity in library.config.lint.severity.items()
        for code in resolve(key, f"{CONFIG_NAME}: lint.severity")
    }
    for finding in findings:
        if not by_path.runs(finding.code, finding.path):
            continue
        rule = rules[finding.code]
        severity = by_path.severity(finding.code, finding.path) or configured.get(finding.code)
        if severity is None and profile is Profile.AUDIT and not finding.weighed:
            severity = rule.under_audit
        yield replace(finding, severity=severity) if severity else finding


def _apply_ignores(
    library: Library, sops: Sequence[Sop], found: Sequence[Finding], paths: Sequence[str] | None
) -> tuple[list[Finding], list[Finding], list[IgnoreUse]]:
    uses = list(configured_ignores(library))
    for sop in sops:
        uses += written_ignores(sop)
    for register in library.registers.values():
        if register.path and covers(paths, register.path):
            uses += written_ignores(register)
    by_path: dict[str, list[IgnoreUse]] = {}
    general = [use for use in uses if not use.path_of_text]
    for use in uses:
        if use.path_of_text:
            by_path.setdefault(use.path_of_text, []).append(use)
    shown: list[Finding] = []
    ignored: list[Finding] = []
    for finding in found:
        reason = None
        for use in (*by_path.get(finding.path, ()), *general):
            if use.takes(finding):
                use.used += 1
                reason = reason or use.reason
        if reason is None:
            shown.append(finding)
        else:
            ignored.append(replace(finding, ignored=reason))
    return shown, ignored, uses

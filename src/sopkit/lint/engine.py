"""Run rules over a library: options, severity, ignores and baseline, and the report."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from sopkit.library import CONFIG_NAME, LEDGER_ROOT, Library
from sopkit.lint.ignores import IgnoreUse, configured_ignores, inline_ignores, unused_ignores
from sopkit.lint.rule import Rule, RuleScope
from sopkit.lint.rules import all_rules
from sopkit.lint.select import (
    NO_SETTINGS,
    PathSettings,
    Profile,
    RuleSelection,
    load_path_settings,
    resolve,
    select_rules,
)
from sopkit.model.finding import NO_BASELINE, Baseline, BaselineEntry, Finding, Severity
from sopkit.model.sop import Sop
from sopkit.model.source import Source
from sopkit.parallel import spread
from sopkit.parsing.register import Register
from sopkit.reading import read_file
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus
    from sopkit.parsing.quiz import QuizFile


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
    history: "Callable[[], LibraryStatus | None] | None" = None
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


def baseline_scope(report: LintReport, paths: Sequence[str] | None) -> Callable[[BaselineEntry], bool]:
    """Whether a run looked for what an entry of a baseline is about."""
    escaped = None if paths is None else tuple(map(escape_controls, paths))
    return lambda entry: (
        entry.code in report.rules and report.by_path.runs(entry.code, entry.path) and covers(escaped, entry.path)
    )


def covers(paths: Sequence[str] | None, path: str) -> bool:
    """Whether a path of the library is one of the paths or below one; None means all."""
    if paths is None:
        return True
    return any(parent in {"", path} or path.startswith(f"{parent}/") for parent in paths)


PARSING, READING_REGISTERS, READING_LEDGER, READING_HISTORY = (
    "(parsing SOPs)",
    "(reading registers)",
    "(reading the ledger)",
    "(reading the history)",
)
"""Names of work that no rule does, for whoever measures."""

_WORTH_SHARING = 200  # SOPs; for fewer, a second process costs more than it saves
_ENTRIES_WORTH_SHARING = 2_000
_ON_ENTRIES = {"SOP001", "SOP002", "SOP003", "SOP004", "SOP005", "SOP006"}


def lint(library: Library, options: LintOptions | None = None) -> LintReport:
    """Run the selected rules over a library, or over some of its paths against the whole of it."""
    options = options or LintOptions()
    config = library.config.lint
    profile = options.profile or Profile(config.profile or Profile.REVIEW)
    fail_on = options.fail_on or config.fail_on or profile.fail_on
    selection = RuleSelection(options.select, options.extend_select, options.ignore)
    general = select_rules(config, selection, profile)
    by_path = load_path_settings(library, selection, general)
    rules = {code: rule for code, rule in all_rules().items() if code in general or code in by_path.more}
    historical = tuple(code for code, rule in rules.items() if rule.needs == "history")
    status = None
    if historical and options.history and not options.tree_only:
        with options.measure(READING_HISTORY) if options.measure else nullcontext():
            status = options.history()
    left_out = historical if status is None else ()
    rules = {code: rule for code, rule in rules.items() if code not in left_out}
    sops = [sop for sop in library.sops if covers(options.paths, sop.path)]
    found = list(_weigh(_run_rules(library, sops, rules, options, status), library, profile, by_path))
    findings, ignored, uses = _apply_ignores(library, sops, found, options.paths)
    if "SOP017" in rules:
        is_full_run = options.paths is None
        unused = list(unused_ignores(uses, rules, by_path.runs, is_full_run=is_full_run))
        unused += by_path.idle(library) if is_full_run else ()
        late = [rules["SOP017"].stamp(finding, None) for finding in unused]
        findings += list(_weigh(late, library, profile, by_path))
    findings.sort(key=lambda finding: finding.sort_key)
    ignored.sort(key=lambda finding: finding.sort_key)
    report = LintReport(tuple(findings), tuple(ignored), len(sops), profile, fail_on, rules, left_out, by_path=by_path)
    return _apply_baseline(report, library, options)


def _apply_baseline(report: LintReport, library: Library, options: LintOptions) -> LintReport:
    """The report with known findings separated, and a finding about entries of the baseline that match nothing."""
    baseline, name = options.baseline, library.config.lint.baseline
    if baseline is NO_BASELINE or not (baseline or name):
        return report
    from sopkit.lint.baseline import load_baseline, split_by_baseline  # only with a baseline

    baseline = baseline or load_baseline(partial(read_file, library.root, name), name)
    split = split_by_baseline(baseline, report.findings, library.sources, baseline_scope(report, options.paths))
    findings = list(split.new)
    if split.gone and "SOP017" in report.rules:
        first = baseline.source.line_place(split.gone[0].line)
        many = "1 known finding is" if len(split.gone) == 1 else f"{len(split.gone)} known findings are"
        words = f"{many} gone; take what is gone out of the baseline: sopkit lint --write-baseline"
        unused = report.rules["SOP017"].stamp(Finding(baseline.path, first, words), None)
        findings += _weigh([unused], library, report.profile, report.by_path)
        findings.sort(key=lambda finding: finding.sort_key)
    return replace(report, findings=tuple(findings), known=split.known, baseline=baseline)


def _run_rules(
    library: Library, sops: Sequence[Sop], rules: dict[str, Rule], options: LintOptions, status: "LibraryStatus | None"
) -> Iterator[Finding]:
    sop_rules = [rule for rule in rules.values() if rule.scope.is_per_sop]
    work = options.work

    def lint_sops(some: Sequence[Sop]) -> list[Finding]:
        found: list[Finding] = []
        for done, sop in enumerate(some):
            if options.progress is not None:
                options.progress(done, len(some))
            found += work(PARSING, _reading_findings(sop, rules))
            if sop.readable:
                for rule in sop_rules:
                    found += work(rule.code, rule.run(library, sop, status))
                _ = sop.anchors  # links of other SOPs lead there
            sop.forget_body()
        return found

    if options.measure is not None:
        with options.measure(READING_REGISTERS):
            _ = list(library.registers.values())
    yield from spread(lint_sops, sops, _WORTH_SHARING) if options.measure is None else lint_sops(sops)
    yield from work(READING_LEDGER, _entry_findings(library, rules, options))
    library_findings = _library_findings(library, rules, options, status)
    yield from (finding for finding in library_findings if covers(options.paths, finding.path))


def _library_findings(
    library: Library, rules: dict[str, Rule], options: LintOptions, status: "LibraryStatus | None"
) -> Iterator[Finding]:
    for register in library.registers.values():
        yield from _reading_findings(register, rules)
    for quiz in library.quizzes.values():
        yield from _reading_findings(quiz, rules)
    for rule in rules.values():
        if rule.scope is RuleScope.LIBRARY:
            yield from options.work(rule.code, rule.run(library, None, status))
        if rule.in_registers is not None:
            yield from options.work(rule.code, (rule.stamp(one, None) for one in rule.in_registers(library)))


def _entry_findings(library: Library, rules: dict[str, Rule], options: LintOptions) -> Iterator[Finding]:
    paths = options.paths
    in_scope = paths is None or any(covers((path,), LEDGER_ROOT) or covers((LEDGER_ROOT,), path) for path in paths)
    if not in_scope or rules.keys().isdisjoint(_ON_ENTRIES):
        return

    def read(some: Sequence[str]) -> list[Finding]:
        return [finding for path in some for finding in library.entries[path].findings]

    entries = [path for path in library.entry_paths if covers(paths, path)]
    found = read(entries) if options.measure else spread(read, entries, _ENTRIES_WORTH_SHARING)
    for finding in found:
        _ = library.entries[finding.path]  # read in this process too, so that its lines can be shown
        if finding.code in rules:
            yield rules[finding.code].stamp(finding, None)


def _reading_findings(part: "Sop | Register | QuizFile", rules: dict[str, Rule]) -> Iterator[Finding]:
    """The findings from reading an SOP, a register or a quiz, of the rules that run."""
    sop = part if isinstance(part, Sop) else None
    for finding in part.findings:
        if finding.code in rules:
            yield rules[finding.code].stamp(finding, sop)


def _weigh(findings: Iterable[Finding], library: Library, profile: Profile, by_path: PathSettings) -> Iterator[Finding]:
    """The findings of the rules that are on for their file, with the severity that configuration and audit set."""
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
        uses += inline_ignores(sop)
    for register in library.registers.values():
        if register.path and covers(paths, register.path):
            uses += inline_ignores(register)
    by_path: dict[str, list[IgnoreUse]] = {}
    for use in uses:
        by_path.setdefault(use.path_of_text, []).append(use)
    reported: list[Finding] = []
    ignored: list[Finding] = []
    for finding in found:
        reason = None
        for use in (*by_path.get(finding.path, ()), *by_path.get("", ())):  # the last are of the configuration
            if use.takes(finding):
                use.used += 1
                reason = reason or use.reason
        if reason is None:
            reported.append(finding)
        else:
            ignored.append(replace(finding, ignored=reason))
    return reported, ignored, uses

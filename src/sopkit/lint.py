"""Rules over a library: sorted findings, with the ignored ones set apart."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from sopkit.ignores import IgnoreUse, configured_ignores, idle, written_ignores
from sopkit.library import CONFIG_NAME, LEDGERS, Library
from sopkit.lint_report import LintOptions, LintReport, covers, judged_by
from sopkit.model.finding import Finding
from sopkit.model.known import NO_BASELINE, Baseline
from sopkit.model.sop import Sop
from sopkit.parallel import spread
from sopkit.path_settings import PathSettings, path_settings
from sopkit.rules import all_rules
from sopkit.rules._rule import Rule, Scope
from sopkit.selection import Asked, Profile, resolve, selected

if TYPE_CHECKING:
    from sopkit.lifecycle.life import Life

__all__ = ["LintOptions", "LintReport", "Profile", "lint", "resolve"]

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
    asked = Asked(options.select, options.extend_select, options.ignore)
    general = selected(config, asked, profile)
    by_path = path_settings(library, asked, general)
    rules = {code: rule for code, rule in all_rules().items() if code in general or code in by_path.more}
    historical = tuple(code for code, rule in rules.items() if rule.needs == "history")
    life = None
    if historical and options.history and not options.tree_only:
        with options.measure(READING_HISTORY) if options.measure else nullcontext():
            life = options.history()
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


def _run(
    library: Library, sops: Sequence[Sop], rules: dict[str, Rule], options: LintOptions, life: "Life | None"
) -> Iterator[Finding]:
    of_sops = [rule for rule in rules.values() if rule.scope is Scope.SOP]
    work = options.work

    def judge(some: Sequence[Sop]) -> list[Finding]:
        found: list[Finding] = []
        for done, sop in enumerate(some):
            if options.progress is not None:
                options.progress(done, len(some))
            found += work(PARSING, _stamped_of(sop, rules))
            if sop.readable:
                for rule in of_sops:
                    found += work(rule.code, rule.run(library, sop, life))
                _ = sop.anchors  # links of other SOPs lead there
            sop.forget_body()
        return found

    if options.measure is not None:
        list(work(READING_REGISTERS, _of_registers(library, rules)))
    yield from spread(judge, sops, _WORTH_SHARING) if options.measure is None else judge(sops)
    yield from work(READING_LEDGER, _of_entries(library, rules, options))
    for finding in _of_library(library, rules, life, work):
        if covers(options.paths, finding.path):
            yield finding


def _of_entries(library: Library, rules: dict[str, Rule], options: LintOptions) -> Iterator[Finding]:
    paths = options.paths
    asked = paths is None or any(covers((path,), LEDGERS) or covers((LEDGERS,), path) for path in paths)
    if not asked or rules.keys().isdisjoint(_ON_ENTRIES):
        return

    def read(some: Sequence[str]) -> list[Finding]:
        return [finding for path in some for finding in library.entries[path].findings]

    asked_for = [path for path in library.entry_paths if covers(paths, path)]
    found = read(asked_for) if options.measure else spread(read, asked_for, _ENTRIES_WORTH_SHARING)
    for finding in found:
        _ = library.entries[finding.path]  # read in this process too, so that its lines can be shown
        if finding.code in rules:
            yield rules[finding.code].stamp(finding, None)


def _of_library(
    library: Library,
    rules: dict[str, Rule],
    life: "Life | None",
    work: Callable[[str, Iterable[Finding]], Iterable[Finding]],
) -> Iterator[Finding]:
    yield from _of_registers(library, rules)
    for rule in rules.values():
        if rule.scope is Scope.LIBRARY:
            yield from work(rule.code, rule.run(library, None, life))
        if rule.in_registers is not None:
            yield from work(rule.code, (rule.stamp(finding, None) for finding in rule.in_registers(library)))


def _of_registers(library: Library, rules: dict[str, Rule]) -> Iterator[Finding]:
    for register in library.registers.values():
        yield from _stamped(register.findings, rules, None)


def _stamped_of(sop: Sop, rules: dict[str, Rule]) -> Iterator[Finding]:
    yield from _stamped(sop.findings, rules, sop)


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

"""`sopkit report ignores`: which findings were accepted, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Annotated

from sopkit.library import CONFIG_NAME, Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lint.baseline import load_baseline
from sopkit.lint.engine import LintOptions, LintReport, lint
from sopkit.lint.ignores import IgnoreUse, configured_ignores, inline_ignores, unused_ignores
from sopkit.lint.rules import all_rules
from sopkit.lint.select import resolve_all
from sopkit.model.errors import SopkitError
from sopkit.model.finding import NO_BASELINE, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.register import Register
from sopkit.reading import read_file
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.tables.document import ReportTable


@dataclass(frozen=True, slots=True)
class IgnoreRow:
    """One ignore of lint findings."""

    code: Annotated[str, "Code of the rule, as typed where there is no such rule."]
    rule: Annotated[str, "Name of the rule."]
    path: Annotated[str, "File in which the ignore stands."]
    line: Annotated[int, "Its line."]
    takes: Annotated[
        int | None, "Findings that it takes out; null when that is not known: the rule is off, or needs the history."
    ]
    until: Annotated[date | None, "Last day on which it holds; null when it has no end."]
    expired: Annotated[bool, "Whether that day is past."]
    reason: Annotated[str, "Why the findings are accepted."]


@dataclass(frozen=True, slots=True)
class DisabledRuleRow:
    """A rule that the configuration turns off; it gives no reason."""

    code: Annotated[str, "Code of the rule."]
    rule: Annotated[str, "Name of the rule."]
    files: Annotated[tuple[str, ...], "Globs of the files for which it is off; none for all."]


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """Findings of one rule that the baseline of the configuration knows, so that they fail nothing."""

    code: Annotated[str, "Code of the rule."]
    rule: Annotated[str, "Name of the rule."]
    findings: Annotated[int, "How many findings."]
    files: Annotated[int, "In how many files."]


def ignores(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """Every ignore of the library with what it takes out, the rules that are off, and the findings that are known."""
    del options
    library = status.library
    texts: list[Sop | Register] = [*library.sops, *(one for one in library.registers.values() if one.path)]
    uses = [*configured_ignores(library), *(use for text in texts for use in inline_ignores(text))]
    report = _lint_ignored_rules(library, uses)
    rules = report.rules if report else {}
    rows = [
        IgnoreRow(
            code=use.code,
            rule=_rule_name(use.code),
            path=use.path,
            line=use.place.line,
            takes=use.used if use.code in rules else None,
            until=use.until,
            expired=use.expired,
            reason=use.reason,
        )
        for use in sorted(uses, key=lambda use: (use.path, use.place.line))
    ]
    # What is wrong with ignores, in the words of the linter (SOP017).
    runs = report.by_path.runs if report else lambda _code, _path: True
    unused = unused_ignores(uses, rules, runs, is_full_run=True)
    known, notes = _baseline_rows(library)
    return ReportResult(
        ReportTable("rows", "Ignores", IgnoreRow, tuple(rows), ("code", "path", "line", "takes", "until", "reason")),
        (
            ReportTable("off", "Rules that are off", DisabledRuleRow, tuple(_disabled_rules(library))),
            ReportTable("known", "Findings that the baseline knows", BaselineRow, known),
        ),
        tuple(replace(one, code="idle-ignore", severity=Severity.WARNING, weighed=True) for one in unused),
        notes,
    )


def _lint_ignored_rules(library: Library, uses: Iterable[IgnoreUse]) -> LintReport | None:
    """The report of the rules that are ignored somewhere; counts in each ignore what it takes."""
    named = tuple(dict.fromkeys(use.code for use in uses if use.code in all_rules()))
    if not named:
        return None
    report = lint(library, LintOptions(select=named, tree_only=True, baseline=NO_BASELINE))
    for use in uses:
        mine = (one for one in report.ignored if use.path_of_text in {"", one.path})
        use.used = sum(map(use.takes, mine)) if use.code in all_rules() else 0
    return report


def _disabled_rules(library: Library) -> Iterator[DisabledRuleRow]:
    lint_table = library.config.lint
    for code in sorted(resolve_all(lint_table.ignore, f"{CONFIG_NAME}: lint.ignore")):
        yield DisabledRuleRow(code, _rule_name(code), ())
    for table in lint_table.paths:
        for code in sorted(resolve_all(table.ignore, f"{CONFIG_NAME}: lint.paths")):
            yield DisabledRuleRow(code, _rule_name(code), table.paths)


def _baseline_rows(library: Library) -> tuple[tuple[BaselineRow, ...], tuple[str, ...]]:
    """The findings of the baseline by rule, and a note where it cannot be read."""
    name = library.config.lint.baseline
    if not name:
        return (), ()
    try:
        entries = load_baseline(partial(read_file, library.root, name), name).entries
    except SopkitError as error:
        return (), (str(error),)
    paths: dict[str, list[str]] = {}
    for entry in entries:
        paths.setdefault(entry.code, []).append(entry.path)
    return tuple(
        BaselineRow(code, _rule_name(code), len(some), len(set(some))) for code, some in sorted(paths.items())
    ), ()


def _rule_name(code: str) -> str:
    rule = all_rules().get(code)
    return rule.name if rule else ""


REPORT = Report(
    "ignores",
    "Every finding that was accepted, with the reason; rules that are off, and findings that are known.",
    ignores,
    {"rows": IgnoreRow, "off": DisabledRuleRow, "known": BaselineRow},
    finds=True,
)

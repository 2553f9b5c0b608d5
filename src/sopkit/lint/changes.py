"""Limit a lint report to what a change touched or broke, compared with a branch or commit."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sopkit.git.blobs import compile_watches, read_tree
from sopkit.git.history import find_base_commit, list_changed_paths
from sopkit.git.repository import Repository, blob_id, open_repository
from sopkit.library import CONFIG_NAME, LEDGER_ROOT, Library
from sopkit.lifecycle.library_at_commit import library_at_commit
from sopkit.lint.engine import LintOptions, LintReport, lint
from sopkit.lint.rule import line_words
from sopkit.model.commits import REGULAR_MODES
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding
from sopkit.model.source import Source
from sopkit.parsing.sop import MAX_SOP_BYTES
from sopkit.reading import read_file

NEVER_FAILING = frozenset({"SOP602", "SOP603", "SOP604", "SOP605", "SOP606"})
"""Rules about what is due or awaited: it is nobody's fault that a day has come."""

_WATCH_RULE = "SOP606"
_FindingKey = tuple[str, str, str, str, bool]


def lint_changes(
    library: Library, options: LintOptions, base: str, environment: Mapping[str, str] = os.environ
) -> LintReport:
    """The report on the whole library with only what concerns the change since it left a branch, tag or commit.

    Compared are the files in the folder with the commit at which HEAD left `base`. Raises SopkitError where that
    cannot be told.
    """
    repository = open_repository(library.root)
    if repository is None:
        raise SopkitError("the library is not in a git repository, so no change can be told", "leave --changed out")
    start = find_base_commit(repository, base, environment)
    report = lint(library, options)
    changed_paths, changed_ids = _changed_files(repository, start, library)
    historical = {code for code, rule in report.rules.items() if rule.needs == "history"}
    found = (*report.findings, *report.ignored, *report.known)
    elsewhere = [one for one in found if one.path not in changed_paths]
    earlier: Counter[_FindingKey] = Counter()
    if any(one.code not in historical for one in elsewhere):
        earlier = _earlier_findings(repository, start, library, replace(options, profile=report.profile))
    described: frozenset[str] = frozenset()
    if any(one.code == _WATCH_RULE for one in elsewhere):
        described = _sops_watching(library, elsewhere, list_changed_paths(repository, start, environment))

    def concerns(finding: Finding) -> bool:
        if finding.path in changed_paths:
            return True
        if finding.path.startswith(f"{LEDGER_ROOT}/"):
            return False  # what is wrong with an entry is in its bytes and its landing
        if finding.code in historical:
            sop = library.by_path.get(finding.path)
            about_entries = sop is not None and sop.id in changed_ids
            return about_entries or (finding.code == _WATCH_RULE and finding.path in described)
        mark = _finding_key(finding, library.sources)
        earlier[mark] -= 1
        return earlier[mark] < 0

    ignored, known, findings = (
        tuple(filter(concerns, each)) for each in (report.ignored, report.known, report.findings)
    )
    return replace(report, ignored=ignored, known=known, findings=findings, shown_only=NEVER_FAILING)


def _sops_watching(library: Library, findings: Iterable[Finding], changed: Iterable[str]) -> frozenset[str]:
    """The SOPs among those with a finding about watched files that watch a file of the change."""
    found = set()
    for path in {one.path for one in findings if one.code == _WATCH_RULE}:
        watches = [glob for glob, _ in library.by_path[path].texts("watches")] if path in library.by_path else []
        globs = compile_watches("\n".join(watches))
        if any(map(globs, changed)):
            found.add(path)
    return frozenset(found)


def _changed_files(repository: Repository, start: str, library: Library) -> tuple[frozenset[str], frozenset[str]]:
    """Files of the library that are new or changed, and the ids whose entries were added, changed or removed."""
    before = {path: oid for path, (mode, oid) in read_tree(repository, start).items() if mode in REGULAR_MODES}
    files = [(sop.path, sop.source.data) for sop in library.sops]
    files += [(register.path, register.source.data) for register in library.registers.values() if register.path]
    files += [(path, library.entries[path].source.data) for path in library.entry_paths]
    files += [(CONFIG_NAME, library.sources[CONFIG_NAME].data)]
    changed = set()
    for path, data in files:
        content = read_file(library.root, path) if len(data) > MAX_SOP_BYTES else data
        if before.get(path) != blob_id(content, repository.object_format):
            changed.add(path)
    gone = {path for path in before if path.startswith(f"{LEDGER_ROOT}/") and not os.path.lexists(library.root / path)}
    return frozenset(changed), frozenset(
        path.split("/")[-2] for path in changed | gone if path.startswith(f"{LEDGER_ROOT}/")
    )


def _earlier_findings(
    repository: Repository, start: str, library: Library, options: LintOptions
) -> Counter[_FindingKey]:
    """The findings at the start of the change; none without a library there, or when it cannot be linted."""
    try:
        with library_at_commit(repository, start, library.as_of) as base:
            if base is None:
                return Counter()
            report = lint(base, replace(options, history=None, progress=None))
            sources = base.sources
            return Counter(_finding_key(one, sources) for one in (*report.findings, *report.ignored, *report.known))
    except SopkitError:
        return Counter()


def _finding_key(finding: Finding, sources: Mapping[str, Source]) -> _FindingKey:
    """The key that identifies a finding when the lines around it have moved; known and ignored ones have another."""
    words = line_words(finding, sources)
    return finding.code, finding.path, finding.message, words, finding.known or finding.ignored is not None

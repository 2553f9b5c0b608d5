"""What a change has to answer for: findings in what it touches, and those that it brought about elsewhere."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sopkit.git.changed import base_commit, changed_paths
from sopkit.git.repository import Repository, blob_id, open_repository
from sopkit.git.tree import tree
from sopkit.library import CONFIG_NAME, Library
from sopkit.lifecycle.committed_library import committed_library
from sopkit.lifecycle.watch import globs_of
from sopkit.lint import LintOptions, LintReport, lint
from sopkit.model.entries import LEDGER
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding
from sopkit.model.history import REGULAR
from sopkit.model.source import Source
from sopkit.text.parse import MOST_BYTES

SHOWN_ONLY = frozenset({"SOP602", "SOP603", "SOP604", "SOP605", "SOP606"})
"""Rules about what is due or awaited: it is nobody's fault that a day has come."""

_WATCHED = "SOP606"
_Mark = tuple[str, str, str, str, bool]


def lint_changed(
    library: Library, options: LintOptions, base: str, environment: Mapping[str, str] = os.environ
) -> LintReport:
    """The report on the whole library with only what concerns the change since it left a branch, tag or commit.

    Compared are the files in the folder with the commit at which HEAD left `base`. Raises SopkitError where that
    cannot be told.
    """
    repository = open_repository(library.root)
    if repository is None:
        raise SopkitError("the library is not in a git repository, so no change can be told", "leave --changed out")
    start = base_commit(repository, base, environment)
    report = lint(library, options)
    change = _change(repository, start, library)
    historical = {code for code, rule in report.rules.items() if rule.needs == "history"}
    found = (*report.findings, *report.ignored, *report.known)
    elsewhere = [one for one in found if one.path not in change.paths]
    there_before: Counter[_Mark] = Counter()
    if any(one.code not in historical for one in elsewhere):
        there_before = _before(repository, start, library, replace(options, profile=report.profile))
    described: frozenset[str] = frozenset()
    if any(one.code == _WATCHED for one in elsewhere):
        described = _described(library, elsewhere, changed_paths(repository, start, environment))

    def concerns(finding: Finding) -> bool:
        if finding.path in change.paths:
            return True
        if finding.path.startswith(f"{LEDGER}/"):
            return False  # what is wrong with an entry is in its bytes and its landing
        if finding.code in historical:
            sop = library.by_path.get(finding.path)
            about_entries = sop is not None and sop.id in change.ids
            return about_entries or (finding.code == _WATCHED and finding.path in described)
        mark = _mark(finding, library.sources)
        there_before[mark] -= 1
        return there_before[mark] < 0

    return replace(
        report,
        ignored=_kept(report.ignored, concerns),
        known=_kept(report.known, concerns),
        findings=_kept(report.findings, concerns),
        shown_only=SHOWN_ONLY,
    )


def _described(library: Library, findings: Iterable[Finding], changed: Iterable[str]) -> frozenset[str]:
    """The SOPs among those with a finding about watched files that watch a file of the change."""
    found = set()
    for path in {one.path for one in findings if one.code == _WATCHED}:
        watches = [glob for glob, _ in library.by_path[path].texts("watches")] if path in library.by_path else []
        globs = globs_of("\n".join(watches))
        if any(map(globs, changed)):
            found.add(path)
    return frozenset(found)


def _kept(findings: Iterable[Finding], concerns: Callable[[Finding], bool]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if concerns(finding))


@dataclass(frozen=True, slots=True)
class _Change:
    """Files of the library that are new or hold other bytes, and the ids whose entries came, changed or went."""

    paths: frozenset[str]
    ids: frozenset[str]


def _change(repository: Repository, start: str, library: Library) -> _Change:
    before = {path: oid for path, (mode, oid) in tree(repository, start).items() if mode in REGULAR}
    changed = set()
    for path, data in _files(library):
        whole = (library.root / path).read_bytes() if len(data) > MOST_BYTES else data
        if before.get(path) != blob_id(whole, repository.object_format):
            changed.add(path)
    gone = {path for path in before if path.startswith(f"{LEDGER}/") and not os.path.lexists(library.root / path)}
    ids = {path.split("/")[-2] for path in changed | gone if path.startswith(f"{LEDGER}/")}
    return _Change(frozenset(changed), frozenset(ids))


def _files(library: Library) -> Iterator[tuple[str, bytes]]:
    """What findings can stand in."""
    yield from ((sop.path, sop.source.data) for sop in library.sops)
    yield from ((one.path, one.source.data) for one in library.registers.values() if one.path)
    yield from ((path, library.entries[path].source.data) for path in library.entry_paths)
    yield CONFIG_NAME, library.sources[CONFIG_NAME].data


def _before(repository: Repository, start: str, library: Library, options: LintOptions) -> Counter[_Mark]:
    """The findings that were there; none where the library was none, or one that cannot be linted."""
    try:
        with committed_library(repository, start, library.as_of) as base:
            if base is None:
                return Counter()
            report = lint(base, replace(options, history=None, progress=None))
            sources = base.sources
            return Counter(_mark(one, sources) for one in (*report.findings, *report.ignored, *report.known))
    except SopkitError:
        return Counter()


def _mark(finding: Finding, sources: Mapping[str, Source]) -> _Mark:
    """By which a finding is found again when the lines around it have moved; one that failed nothing is another."""
    source = sources.get(finding.path)
    words = " ".join(source.line_text(finding.place.line).split()) if source else ""
    return finding.code, finding.path, finding.message, words, finding.known or finding.ignored is not None

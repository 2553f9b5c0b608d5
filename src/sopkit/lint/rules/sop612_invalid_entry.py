"""SOP612: Every entry and practice record counts, and none was changed after it had landed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import Library
from sopkit.lint.advice import APPROVED_HISTORY
from sopkit.lint.rule import Example, ExampleCommit, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.source import Source

if TYPE_CHECKING:
    from sopkit.lifecycle.ledger import EntryResult
    from sopkit.lifecycle.library_status import LibraryStatus
    from sopkit.practice.ledger import PracticeLedger

_KIND_AT = 3  # of a file name, behind the three parts of its date


@rule(
    "SOP612",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    needs="history",
    bad=Example("", history=(*APPROVED_HISTORY, ExampleCommit("2026-02-02", "ben", entry="kind: review"))),
    good=Example(
        "",
        history=(
            *APPROVED_HISTORY,
            ExampleCommit("2026-02-02", "ben", entry="kind: review"),
            ExampleCommit("2026-02-03", "ann", entry="kind: review"),
        ),
    ),
)
def invalid_entry(library: Library, status: "LibraryStatus") -> Iterator[Finding]:
    """Every entry and practice record counts, and none was changed after it had landed.

    An entry that does not count is a warning until a later one of its kind counts, a practice record until another
    `corrects` it; one that was tampered with is an error, and its first bytes stay in force. The name of the file ends
    in a hash of its bytes.

    Why: whoever wrote the entry believes that the review or the approval is done; whoever changed one has touched
    evidence.
    Mend: enter it again as the finding says; an entry is never edited: a new one with `corrects` takes its place. One
    that was tampered with stays reported, also when its bytes are back: ignore it with what you found out.
    """
    from sopkit.practice.landing import practice_of  # only when history is read

    practice = practice_of(status)
    tampered = {one.path for one in practice.altered}
    yield from _of_practice(library, practice)
    for sop_id, ledger in status.history.ledgers.items():
        for one in ledger.tampered:
            tampered.add(one.path)
            name = one.path.rpartition("/")[2]
            words = f"{name} was {one.describe('its first bytes count: find out why, and put them back')}"
            yield _finding(library, sop_id, one.path, words, Severity.ERROR)
        counting: set[str] = set()
        for result in reversed(ledger.verdicts):
            if result.counts:
                counting.add(_kind(result))
            elif _kind(result) not in counting:
                words = f"this {_kind(result)} does not count ({result.reason}): {result.detail}"
                yield _finding(library, sop_id, result.file.path, words)
    for path in library.entry_paths:
        entry = library.entries[path]
        if entry.name and path not in tampered and not path.endswith(f"/{entry.name}"):
            yield _finding(library, "", path, f"the file's name does not fit its bytes; it would be {entry.name}")


def _of_practice(library: Library, practice: "PracticeLedger") -> Iterator[Finding]:
    for change in practice.altered:
        words = f"it was {change.describe('its first bytes count: find out why, and put them back')}"
        yield _finding(library, "", change.path, words, Severity.ERROR)
    for one in practice.invalid:
        if not practice.is_corrected(one):
            words = f"this record does not count ({one.reason}): {one.detail}"
            yield _finding(library, "", one.file.path, words)


def _kind(verdict: "EntryResult") -> str:
    """The kind of an entry, from the file name when it cannot be read."""
    entry = verdict.file.reading.entry
    parts = verdict.file.name.split("-")
    return str(entry.kind) if entry else parts[_KIND_AT] if len(parts) > _KIND_AT else "entry"


def _finding(library: Library, sop_id: str, path: str, words: str, severity: Severity = Severity.WARNING) -> Finding:
    """A finding at the entry's file; at the SOP when the file is missing."""
    weighed = severity is Severity.ERROR
    sop = next(iter(library.by_id.get(sop_id, ())), None)
    if path not in library.entry_paths and sop is not None:
        name = path.rpartition("/")[2]
        return sop.finding("id", words if name in words else f"{name}: {words}", severity=severity if weighed else None)
    source = library.entries[path].source if path in library.entry_paths else Source(b"")
    return Finding(path, source.line_place(1), words, severity=severity, weighed=weighed)

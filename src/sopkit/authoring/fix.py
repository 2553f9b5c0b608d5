"""Mend what findings say how to mend: in passes, each edit whole, every other byte kept."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sopkit.library import Library
from sopkit.lint.engine import LintOptions, LintReport, lint
from sopkit.model.finding import Edit, Finding, Fix, FixClass

_MOST_PASSES = 12


@dataclass(frozen=True, slots=True)
class Mended:
    """What mending a library gives: the files before and after, how many fixes, and the report of what is left.

    `withheld` are findings that could be mended but stand in an SOP whose text is in force, `suggested` those that
    have a suggestion, which nobody asked to apply, and `unsettled` those whose fixes bring each other back.
    """

    files: dict[str, tuple[bytes, bytes]]
    applied: int
    report: LintReport
    library: Library
    withheld: tuple[Finding, ...]
    suggested: tuple[Finding, ...] = ()
    unsettled: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _State:
    library: Library
    report: LintReport
    applied: int = 0

    @property
    def files(self) -> dict[str, bytes]:
        """The files that may be mended: SOPs and registers. What was entered in the ledger is never changed."""
        texts = {sop.path: sop.source.data for sop in self.library.sops}
        return texts | {one.path: one.source.data for one in self.library.registers.values() if one.path}


def mend(library: Library, options: LintOptions, *, meaning: bool = False, unsafe: bool = False) -> Mended:
    """Apply the fixes of all findings, in memory; with `meaning` also to active SOPs, with `unsafe` suggestions too."""
    kinds = {FixClass.MATERIAL, FixClass.SUGGESTION} if unsafe else {FixClass.MATERIAL}

    def following(state: _State) -> _State | None:
        changed, count = _changes(state, kinds, meaning=meaning)
        if not changed:
            return None
        mended = state.library.with_texts(changed)
        return _State(mended, lint(mended, options), state.applied + count)

    first = _State(library, lint(library, options))
    last = settle(first, following, lambda state: state.files, lambda state: len(state.report.findings))
    before, after = first.files, last.files
    held = {sop.path for sop in last.library.sops if sop.in_force and not meaning}
    could = [one for one in last.report.findings if one.path in after and one.fix is not None and one.fix.edits]
    wanted = [one for one in could if one.fix is not None and one.fix.kind in kinds]
    return Mended(
        files={path: (before[path], after[path]) for path in before if before[path] != after[path]},
        applied=last.applied,
        report=last.report,
        library=last.library,
        withheld=tuple(one for one in wanted if one.path in held),
        suggested=tuple(one for one in could if one not in wanted),
        unsettled=tuple(one for one in wanted if one.path not in held),
    )


_Any = TypeVar("_Any")


def settle(
    state: _Any,
    following: Callable[[_Any], _Any | None],
    mark: Callable[[_Any], object],
    weight: Callable[[_Any], int],
) -> _Any:
    """The state that nothing follows.

    When one comes back, or after twelve passes, there is none: then it is the lightest of those that go round, of
    equal ones the first. Two states are the same when their marks are.
    """
    states = [state]
    marks = [mark(state)]
    while (after := following(states[-1])) is not None:
        if (reached := mark(after)) in marks:
            return min(states[marks.index(reached) :], key=weight)
        states.append(after)
        marks.append(reached)
        if len(states) > _MOST_PASSES:
            return min(states, key=weight)
    return states[-1]


def _changes(state: _State, kinds: set[FixClass], *, meaning: bool) -> tuple[dict[str, bytes], int]:
    changed: dict[str, bytes] = {}
    applied = 0
    files = state.files
    for path, fixes in _by_path(state.report.findings, kinds):
        sop = state.library.by_path.get(path)
        if path not in files or (sop is not None and sop.in_force and not meaning):
            continue
        data, count = apply(files[path], fixes)
        if data != files[path]:
            changed[path] = data
            applied += count
    return changed, applied


def _by_path(findings: Iterable[Finding], kinds: set[FixClass]) -> Iterator[tuple[str, list[Fix]]]:
    by_path: dict[str, list[Fix]] = {}
    for finding in findings:
        if finding.fix is not None and finding.fix.edits and finding.fix.kind in kinds:
            by_path.setdefault(finding.path, []).append(finding.fix)
    yield from by_path.items()


def apply(data: bytes, fixes: Iterable[Fix]) -> tuple[bytes, int]:
    """The bytes with as many of the fixes as do not touch each other, and how many those were.

    Two fixes that meet in one place wait for each other: the second is found again, and applied, in the next pass.
    """
    chosen: list[Edit] = []
    count = 0
    for fix in fixes:
        if all(_apart(edit, other) for edit in fix.edits for other in chosen):
            chosen += fix.edits
            count += 1
    for edit in sorted(chosen, key=lambda edit: edit.start, reverse=True):
        data = data[: edit.start] + edit.text.encode() + data[edit.end :]
    return data, count


def _apart(one: Edit, other: Edit) -> bool:
    return one.end < other.start or other.end < one.start

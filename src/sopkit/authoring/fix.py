"""Apply the fixes of findings in passes, show them as a diff, and write the files, all or none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from sopkit.library import Library
from sopkit.lint.engine import LintOptions, LintReport, lint
from sopkit.model.finding import Edit, Finding, Fix, FixClass
from sopkit.registers.edits import apply_edits, files_diff, write_files

_MAX_PASSES = 12


@dataclass(frozen=True, slots=True)
class FixResult:
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
class _FixState:
    library: Library
    report: LintReport
    applied: int = 0

    @property
    def files(self) -> dict[str, bytes]:
        """The files that may be fixed: SOPs and registers. What was entered in the ledger is never changed."""
        texts = {sop.path: sop.source.data for sop in self.library.sops}
        return texts | {one.path: one.source.data for one in self.library.registers.values() if one.path}


def fix_findings(library: Library, options: LintOptions, *, meaning: bool = False, unsafe: bool = False) -> FixResult:
    """Apply the fixes of all findings, in memory; with `meaning` also to active SOPs, with `unsafe` suggestions too."""
    kinds = {FixClass.MATERIAL, FixClass.SUGGESTION} if unsafe else {FixClass.MATERIAL}

    def following(state: _FixState) -> _FixState | None:
        changed, count = _compute_changes(state, kinds, meaning=meaning)
        if not changed:
            return None
        fixed = state.library.with_texts(changed)
        return _FixState(fixed, lint(fixed, options), state.applied + count)

    first = _FixState(library, lint(library, options))
    last = find_stable_state(first, following, lambda state: state.files, lambda state: len(state.report.findings))
    before, after = first.files, last.files
    in_force = {sop.path for sop in last.library.sops if sop.in_force and not meaning}
    fixable = [one for one in last.report.findings if one.path in after and one.fix is not None and one.fix.edits]
    selected = [one for one in fixable if one.fix is not None and one.fix.kind in kinds]
    return FixResult(
        files={path: (before[path], after[path]) for path in before if before[path] != after[path]},
        applied=last.applied,
        report=last.report,
        library=last.library,
        withheld=tuple(one for one in selected if one.path in in_force),
        suggested=tuple(one for one in fixable if one not in selected),
        unsettled=tuple(one for one in selected if one.path not in in_force),
    )


_StateT = TypeVar("_StateT")


def find_stable_state(
    state: _StateT,
    following: Callable[[_StateT], _StateT | None],
    mark: Callable[[_StateT], object],
    weight: Callable[[_StateT], int],
) -> _StateT:
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
        if len(states) > _MAX_PASSES:
            return min(states, key=weight)
    return states[-1]


def _compute_changes(state: _FixState, kinds: set[FixClass], *, meaning: bool) -> tuple[dict[str, bytes], int]:
    by_path: dict[str, list[Fix]] = {}
    for finding in state.report.findings:
        if finding.fix is not None and finding.fix.edits and finding.fix.kind in kinds:
            by_path.setdefault(finding.path, []).append(finding.fix)
    changed: dict[str, bytes] = {}
    applied = 0
    files = state.files
    for path, fixes in by_path.items():
        sop = state.library.by_path.get(path)
        if path not in files or (sop is not None and sop.in_force and not meaning):
            continue
        data, count = apply_fixes(files[path], fixes)
        if data != files[path]:
            changed[path] = data
            applied += count
    return changed, applied


def apply_fixes(data: bytes, fixes: Iterable[Fix]) -> tuple[bytes, int]:
    """The bytes with as many of the fixes as do not touch each other, and how many those were.

    Two fixes that meet in one place wait for each other: the second is found again, and applied, in the next pass.
    """
    chosen: list[Edit] = []
    count = 0
    for fix in fixes:
        if all(one.end < other.start or other.end < one.start for one in fix.edits for other in chosen):
            chosen += fix.edits
            count += 1
    return apply_edits(data, chosen), count


def write_fixes(fixed: FixResult, library: Library) -> None:
    """Write the mended files, all or none: a fix in one file may rely on one in another. Raises SopkitError."""
    write_files(
        library.root,
        fixed.files,
        "make it writable, or leave it out: sopkit lint --fix PATH mends only the files that you name",
    )


def fixes_diff(fixed: FixResult) -> str:
    """The changes as a unified diff."""
    return files_diff((path, path, before, after) for path, (before, after) in sorted(fixed.files.items()))


def fixes_summary(fixed: FixResult) -> str:
    """What was mended and what was not, in one line; empty when there was nothing to mend."""
    files = "1 file" if len(fixed.files) == 1 else f"{len(fixed.files)} files"
    parts = []
    if fixed.withheld:
        parts.append(f"{len(fixed.withheld)} in active SOPs left alone (--meaning)")
    if count := len(fixed.suggested):
        parts.append(f"{count} suggestion{'' if count == 1 else 's'} left alone (--unsafe)")
    if fixed.unsettled:
        places = ", ".join(f"{one.path}:{one.place.line} {one.code}" for one in fixed.unsettled[:3])
        more = f" and {len(fixed.unsettled) - 3} more" if len(fixed.unsettled) > 3 else ""  # noqa: PLR2004 - as above
        parts.append(f"fixes undo each other, so these stay: {places}{more}")
    if not fixed.applied and not parts:
        return ""
    return "; ".join([f"mended {fixed.applied} in {files}", *parts])

"""Mend what findings say how to mend: in passes, each edit whole, every other byte kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sopkit.files import write_file
from sopkit.library import Library
from sopkit.lint import LintOptions, LintReport, lint
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit, Finding, Fix, FixClass

_MOST_PASSES = 12


@dataclass(frozen=True, slots=True)
class Mended:
    """What mending a library gives: the files before and after, how many fixes, and the report of what is left.

    `withheld` are findings that could be mended but stand in an active SOP, whose text is in force.
    """

    files: dict[str, tuple[bytes, bytes]]
    applied: int
    report: LintReport
    library: Library
    withheld: tuple[Finding, ...]


def mend(library: Library, options: LintOptions, *, meaning: bool = False) -> Mended:
    """Apply the fixes of all findings, in memory; with `meaning` also to active SOPs."""
    before = {sop.path: sop.source.data for sop in library.sops}
    applied = 0
    for _ in range(_MOST_PASSES):
        report = lint(library, options)
        changed: dict[str, bytes] = {}
        for path, findings in _by_path(report.findings):
            sop = library.by_path.get(path)
            if sop is None or (sop.active and not meaning):
                continue
            data, count = apply(sop.source.data, (finding.fix for finding in findings if finding.fix))
            if count:
                changed[path] = data
                applied += count
        if not changed:
            break
        library = library.with_texts(changed)
    else:
        report = lint(library, options)
    files = {
        sop.path: (before[sop.path], sop.source.data) for sop in library.sops if before[sop.path] != sop.source.data
    }
    active = {sop.path for sop in library.sops if sop.active and not meaning}
    withheld = tuple(finding for finding in report.findings if _mendable(finding) and finding.path in active)
    return Mended(files, applied, report, library, withheld)


def _mendable(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.kind is FixClass.MATERIAL


def _by_path(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        if _mendable(finding):
            by_path.setdefault(finding.path, []).append(finding)
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


def write(mended: Mended, library: Library) -> None:
    """Write the mended files. Raises SopkitError for a file that changed since it was read, and leaves it alone."""
    for path, (before, after) in mended.files.items():
        full = library.root / path
        if full.read_bytes() != before:
            raise SopkitError(f"{path}: changed while it was being mended; nothing written to it", "run it again")
        write_file(full, after)


def difference(mended: Mended) -> str:
    """The changes as a unified diff."""
    from difflib import unified_diff  # noqa: PLC0415 - only for --diff

    lines: list[str] = []
    for path, (before, after) in sorted(mended.files.items()):
        old, new = (side.decode("utf-8", "replace").splitlines(keepends=True) for side in (before, after))
        lines += (
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in unified_diff(old, new, f"a/{path}", f"b/{path}")
        )
    return "".join(lines)

"""What can be done about findings: single fixes, all fixes, and ignore comments that wait for a reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sopkit.authoring.fix import fix_findings
from sopkit.library import Library
from sopkit.lint.engine import LintOptions
from sopkit.lint.ignores import inline_ignores
from sopkit.lsp.outline import document_at
from sopkit.model.finding import Edit, Finding, FixClass
from sopkit.model.sop import Sop
from sopkit.parsing.register import Register, read_register

IGNORE_REASON = "[decide: why this is accepted]"
"""Stands where the reason has to be written; until then the ignore does not count."""

_MAX_LINES = 2_000
_IN_FORCE = "; the SOP is in force: this changes its text, which needs a new version"


class FixKind(StrEnum):
    """What a mend is."""

    FIX = "fix"
    SUGGESTION = "suggestion"
    IGNORE = "ignore"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class FileFix:
    """Edits of one file that do away with findings. `careful`: they change a text that is in force."""

    title: str
    kind: FixKind
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]
    careful: bool = False


def file_fixes(
    library: Library, path: str, here: Sequence[Finding], every: Sequence[Finding], *, ignores: bool = True
) -> Iterator[FileFix]:
    """What can be done about the findings at a place, and about all of the file that a program can mend."""
    sop = library.by_path.get(path)
    careful = sop is not None and sop.in_force
    for finding in here:
        if finding.fix is not None and finding.fix.edits:
            suggested = finding.fix.kind is FixClass.SUGGESTION
            label = f"Suggestion: {finding.fix.label}" if suggested else finding.fix.label
            title = f"{label} ({finding.code}){_IN_FORCE if careful else ''}"
            kind = FixKind.SUGGESTION if suggested else FixKind.FIX
            yield FileFix(title, kind, finding.fix.edits, (finding,), careful)
    mendable = tuple(one for one in every if one.fix is not None and one.fix.kind is FixClass.MATERIAL)
    if mendable and (edits := _all_fixes(library, path)):
        count = "the finding" if len(mendable) == 1 else f"all {len(mendable)} findings"
        title = f"Mend {count} that a program can mend{_IN_FORCE if careful else ''}"
        yield FileFix(title, FixKind.ALL, edits, mendable, careful)
    for finding in here if ignores else ():
        if (edit := ignore_comment(library, path, finding)) is not None:
            yield FileFix(f"Ignore {finding.code} here, with a reason", FixKind.IGNORE, (edit,), (finding,))


def _all_fixes(library: Library, path: str) -> tuple[Edit, ...]:
    """What mending all of a file changes, line by line."""
    fixes = fix_findings(library, LintOptions(paths=(path,), tree_only=True), meaning=True)
    before, after = fixes.files.get(path, (b"", b""))
    return tuple(line_edits(before, after))


def line_edits(before: bytes, after: bytes) -> Iterator[Edit]:
    """The edits that make one text of another: the lines that differ, or all from the first to the last of many."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > _MAX_LINES:
        shorter = min(len(old), len(new))
        first = next((at for at in range(shorter) if old[at] != new[at]), shorter)
        rest = shorter - first
        last = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
        codes = [("replace", first, len(old) - last, first, len(new) - last)]
    else:
        from difflib import SequenceMatcher  # only for fixes

        codes = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    for kind, start, end, first, last in codes:
        if kind != "equal":
            text = b"".join(new[first:last]).decode("utf-8", "replace")
            yield Edit(sum(map(len, old[:start])), sum(map(len, old[:end])), text)


def ignore_comment(library: Library, path: str, finding: Finding) -> Edit | None:
    """The comment that ignores a finding once its reason is written; None where no place for it covers the finding."""
    text = document_at(library, path)
    if text is None:
        return None
    return next((edit for edit in _comment_places(text, finding) if _is_covered(library, text, edit, finding)), None)


def _comment_places(text: Sop | Register, finding: Finding) -> Iterator[Edit]:
    """Where the comment may stand: in YAML above the line, in the text behind it or above its block."""
    source = text.source
    line = source.line_place(finding.place.line)
    words = source.line_text(finding.place.line)
    indent = words[: len(words) - len(words.lstrip(" "))]
    if isinstance(text, Register) or finding.place.start < text.body_start:
        yield Edit(line.start, line.start, f"{indent}# sopkit: ignore {finding.code} {IGNORE_REASON}{source.line_end}")
        return
    comment = f"<!-- sopkit: ignore {finding.code} {IGNORE_REASON} -->"
    ending = line.start + _end_of_content(source.data[line.start : line.end])
    yield Edit(ending, ending, f" {comment}")
    above = [block for block in text.body.root.children if block.start <= finding.place.start <= block.end]
    for block in above[:1]:
        start = source.line_starts[source.line_of(block.start) - 1]
        yield Edit(start, start, f"{comment}{source.line_end}{source.line_end}")


def _end_of_content(line: bytes) -> int:
    """How much of a line stands before a comment at its end: neither the end of a table's row nor a hard break."""
    text = line.rstrip()
    slashes = len(text) - len(text.rstrip(b"\\"))
    row = text.endswith(b"|") and not text.endswith(b"\\|")
    return len(text[:-1].rstrip()) if row or slashes % 2 else len(text)


def _is_covered(library: Library, text: Sop | Register, edit: Edit, finding: Finding) -> bool:
    """Whether the comment, with a reason in it, is an ignore that takes the finding."""
    inserted = edit.text.replace(IGNORE_REASON, "x" * len(IGNORE_REASON.encode())).encode()
    data = text.source.data[: edit.start] + inserted + text.source.data[edit.end :]
    after = read_register(text.name, text.path, data) if isinstance(text, Register) else library.read(text.path, data)
    moved = len(inserted) if edit.start <= finding.place.start else 0
    place = after.source.place(finding.place.start + moved, finding.place.end + moved)
    return any(use.takes(replace(finding, place=place)) for use in inline_ignores(after))

"""What a format is, and what it writes from: report, summary line, counts by rule, and fingerprints."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from sopkit.library import Library
from sopkit.lint.engine import LintReport
from sopkit.lint.rule import line_words
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.source import Place, Source

_SECRET = "SOP701"  # noqa: S105 - the code of the rule about secrets, not a secret
_READABLE_BYTES = 4
_MIN_READABLE_LENGTH = 12


@dataclass(frozen=True)
class LintOutput:
    """A lint report with what its readers need around it.

    `head` is the commit that was linted, or empty. `width` is that of the terminal in cells, None when there
    is none. `prefix` leads from the root of the repository to the library (`docs/isms`), empty when it is
    the root itself. `statistics` asks format text for counts by rule in place of the findings. `files_url` is the
    address below which the forge shows the files of the repository, empty when nobody knows it.
    """

    report: LintReport
    library: Library
    version: str
    head: str = ""
    width: int | None = None
    show_ignored: bool = False
    show_known: bool = False
    prefix: str = ""
    statistics: bool = False
    files_url: str = ""

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The findings, and those that are ignored or known as well when they are asked for, in order."""
        report = self.report
        ignored, known = report.ignored if self.show_ignored else (), report.known if self.show_known else ()
        return tuple(sorted((*report.findings, *ignored, *known), key=lambda finding: finding.sort_key))

    @property
    def every(self) -> tuple[Finding, ...]:
        """The findings with those that are ignored or known, shown or not, in order."""
        report = self.report
        return tuple(sorted((*report.findings, *report.ignored, *report.known), key=lambda finding: finding.sort_key))

    @property
    def tool(self) -> str:
        """Name and version of the program."""
        return f"sopkit {self.version}"

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The files that findings point into, found secrets starred out: a build log has many readers."""
        ranges: dict[str, list[tuple[int, int]]] = {}
        for finding in self.every:
            if finding.code == _SECRET:
                ranges.setdefault(finding.path, []).append((finding.place.start, finding.place.end))
        sources: Mapping[str, Source] = {**self.library.sources, **self.report.sources}
        if self.report.baseline.path:
            sources = {**sources, self.report.baseline.path: self.report.baseline.source}
        masked: dict[str, Source] = {}
        for path, secrets in ranges.items():
            if path in sources:
                data = bytearray(sources[path].data)
                for start, end in secrets:  # byte for byte, so that every offset still holds
                    begin = start + (_READABLE_BYTES if end - start >= _MIN_READABLE_LENGTH else 0)
                    data[begin:end] = re.sub(rb"[^\r\n]", b"*", data[begin:end])
                masked[path] = Source(bytes(data))
        return {**sources, **masked}

    def from_repository(self, path: str) -> str:
        """A path of the library as seen from the root of its repository."""
        return f"{self.prefix.rstrip('/')}/{path}" if self.prefix else path

    def fix_command(self, finding: Finding) -> str:
        """The command that applies the finding's fix; empty when there is none that a program can apply."""
        fix = finding.fix
        sop = self.library.by_path.get(finding.path)
        if fix is None or (sop is None and not finding.path.startswith("registers/")):
            return ""
        if fix.kind is FixClass.SUGGESTION and not fix.edits:
            return ""
        unsafe = " --unsafe" if fix.kind is FixClass.SUGGESTION else ""
        return f"sopkit lint --fix{unsafe}{' --meaning' if sop is not None and sop.in_force else ''}"

    @property
    def fixable(self) -> int:
        """How many findings a plain `--fix` mends."""
        return sum(self.fix_command(finding) == "sopkit lint --fix" for finding in self.report.findings)

    @property
    def suggested(self) -> int:
        """How many more findings `--fix --unsafe` mends."""
        return sum(self.fix_command(finding) == "sopkit lint --fix --unsafe" for finding in self.report.findings)


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a lint report.

    `write` gives text that ends in a line end or is empty, encodes as UTF-8, and is the same for the same
    input. A `verbatim` format is made of commands to the pipeline that prints it.
    """

    name: str
    title: str
    write: Callable[[LintOutput], str]
    verbatim: bool = False


def last_line(place: Place) -> int:
    """The line of the last character; a range that takes in a line end ends at the start of the next line."""
    return place.end_line - 1 if place.end_line > place.line and place.end_column == 1 else place.end_line


def summary_line(output: LintOutput) -> str:
    """Counts by severity, what was ignored, what can be mended and what could not run."""
    report = output.report
    counts = [
        _count(sum(finding.severity is severity for finding in report.findings), severity.value)
        for severity in sorted(Severity, key=lambda severity: -severity.rank)
    ]
    found = ", ".join(count for count in counts if not count.startswith("0 ")) or "no findings"
    profile = f" (profile {report.profile.value})" if report.unit != "file" else ""  # files are judged by no profile
    parts = [f"{found} in {_count(report.checked, report.unit)}{profile}"]
    if report.ignored:
        parts.append(f"{len(report.ignored)} ignored with a reason")
    if report.known:
        parts.append(f"{len(report.known)} known from the baseline")
    if output.fixable:
        parts.append(f"{output.fixable} can be mended with sopkit lint --fix")
    if output.suggested:
        more = "more " if output.fixable else ""
        parts.append(f"{output.suggested} {more}can be mended with sopkit lint --fix --unsafe")
    if report.left_out:
        parts.append(f"left out, because the history was not read: {', '.join(report.left_out)}")
    return "; ".join(parts)


def severity_text(finding: Finding) -> str:
    """The severity of a finding in words, or why it fails nothing."""
    return "known" if finding.known else "ignored" if finding.ignored is not None else finding.severity.value


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 or noun == "info" else f"{count} {noun}s"


def rule_counts(report: LintReport) -> str:
    """A line for each rule that found something: how often, code, name; the most frequent first."""
    counts = Counter(finding.code for finding in report.findings)
    wide = len(str(max(counts.values(), default=0)))
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return "".join(
        f"{count:>{wide}}  {code}  {report.rules[code].name if code in report.rules else ''}".rstrip() + "\n"
        for code, count in rows
    )


_DIGITS = 32


def fingerprints(output: LintOutput) -> Mapping[int, str]:
    """The fingerprint of every finding, ignored and known ones too, by `id()` of the finding.

    It is made of the rule, the path, the words of the line, and how many such findings come before, so that
    neither lines that move nor an ignore that is taken away change it.
    """
    found: dict[int, str] = {}
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in output.every:
        key = (finding.code, finding.path, line_words(finding, output.sources))
        text = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        found[id(finding)] = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return found

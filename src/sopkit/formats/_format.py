"""What a format is, and what it is given to write."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sopkit.library import Library
from sopkit.lint import LintReport
from sopkit.model.finding import Finding, FixClass
from sopkit.model.source import Place, Source

_SECRET = "SOP701"  # noqa: S105 - the code of the rule about secrets, not a secret
_LEFT_READABLE = 4
_SHORT = 12


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
        ignored = self.report.ignored if self.show_ignored else ()
        known = self.report.known if self.show_known else ()
        return tuple(sorted((*self.report.findings, *ignored, *known), key=lambda finding: finding.sort_key))

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
        starred = {path: _starred(sources[path], found) for path, found in ranges.items() if path in sources}
        return {**sources, **starred}

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
    input.
    """

    name: str
    title: str
    write: Callable[[LintOutput], str]


def last_line(place: Place) -> int:
    """The line of the last character; a range that takes in a line end ends at the start of the next line."""
    return place.end_line - 1 if place.end_line > place.line and place.end_column == 1 else place.end_line


def _starred(source: Source, ranges: list[tuple[int, int]]) -> Source:
    """The source with ranges overwritten, byte for byte so that every offset still holds."""
    data = bytearray(source.data)
    for start, end in ranges:
        begin = start + (_LEFT_READABLE if end - start >= _SHORT else 0)
        data[begin:end] = re.sub(rb"[^\r\n]", b"*", data[begin:end])
    return Source(bytes(data))

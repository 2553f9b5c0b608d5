"""What a rule is: code, name, severity, page, examples, and the function that yields findings."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import repeat
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from sopkit.library import Library
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.sop import Sop

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

EXAMPLE_DATE = "2026-11-24"
"""The day on which examples are judged."""


@dataclass(frozen=True)
class ExampleCommit:
    """A commit in the history of an example: on a day, by a person of the register, by key.

    `text` is the SOP as it was then, an overlay as that of the example; `entry` are keys of an entry of that person
    about the text, and `files` are other files of that day.
    """

    day: str
    by: str
    text: str | None = None
    entry: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take off the indent that the text has in the rule's code."""
        if self.text is not None:
            object.__setattr__(self, "text", f"{dedent(self.text).strip()}\n" if self.text else "")

    @property
    def shown(self) -> str:
        """The commit in words, as the page of a rule shows it."""
        if self.entry:
            return f"# {self.day}: entry of {self.by}, {self.entry}"
        lines = [f"# {self.day}: committed by {self.by}"]
        lines += [self.text.rstrip()] if self.text else []
        return "\n".join([*lines, *(f"# {path}\n{text}" for path, text in self.files.items())])


@dataclass(frozen=True)
class Example:
    """Text that shows a rule.

    Lines between two `---` replace keys of a complete SOP's front matter; each `## Section` replaces that
    section. `whole` means that the text is the entire file. `without` names keys and sections to leave out,
    `files` other files of the library; SOPs among them are overlays as well. `history` are commits before the
    text, which stands in the folder and differs from the last of them or not.
    """

    text: str
    whole: bool = False
    without: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    history: tuple[ExampleCommit, ...] = ()

    def __post_init__(self) -> None:
        """Take off the indent that the text has in the rule's code."""
        object.__setattr__(self, "text", f"{dedent(self.text).strip()}\n" if self.text else "")


class RuleScope(StrEnum):
    """What a rule looks at."""

    SOP = "sop"
    LIBRARY = "library"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Rule:
    """A lint rule. `check` is called with an SOP and its library; a library rule gets the library alone.

    One that needs history is called with the library's `Life` as well, and not at all where there is none.
    A rule of the reader has no check: reading and the schema make its findings.
    `bad` and `good` are whole or partial SOPs (see `docs/rules.md`), and are its tests.
    """

    code: str
    name: str
    severity: Severity
    page: str
    bad: Example
    good: Example
    check: Callable[..., Iterator[Finding]]
    scope: RuleScope = RuleScope.SOP
    fix: FixClass | None = None
    default: bool = True
    needs: str = ""
    when_active: Severity | None = None
    under_audit: Severity | None = None
    in_registers: Callable[[Library], Iterator[Finding]] | None = None

    @property
    def title(self) -> str:
        """The first sentence of the page."""
        return self.page.split("\n\n", 1)[0].replace("\n", " ")

    @property
    def family(self) -> str:
        """The first four characters of the code, such as SOP2."""
        return self.code[:4]

    def run(self, library: Library, sop: Sop | None = None, life: "LibraryStatus | None" = None) -> Iterator[Finding]:
        """The rule's findings with its code and severity."""
        given = (library,) if sop is None else (sop, library)
        found = self.check(*given, life) if self.needs == "history" else self.check(*given)
        return map(self.stamp, found, repeat(sop))  # no generator of its own: nearly all rules find nothing

    def stamp(self, finding: Finding, sop: Sop | None) -> Finding:
        """The finding with this rule's code, and its severity unless the rule weighed the finding itself."""
        severity = self.severity
        if self.when_active is not None and sop is not None and sop.active:
            severity = self.when_active
        if finding.weighed:
            severity = finding.severity
        return replace(finding, code=self.code, severity=severity)


def rule(
    code: str,
    *,
    severity: Severity,
    bad: Example | str,
    good: Example | str,
    scope: RuleScope = RuleScope.SOP,
    fix: FixClass | None = None,
    default: bool = True,
    needs: str = "",
    when_active: Severity | None = None,
    under_audit: Severity | None = None,
    in_registers: Callable[[Library], Iterator[Finding]] | None = None,
) -> Callable[[Callable[..., Iterator[Finding]]], Rule]:
    """Make a rule of a generator: its name is the function's, its page the docstring.

    `severity` is what a finding weighs, `when_active` what it weighs in an active SOP; `default=False` leaves
    the rule off until it is selected; `needs="history"` says that it cannot judge a tree alone; `in_registers`
    is what the rule finds in the registers of a library.
    """

    def make(check: Callable[..., Iterator[Finding]]) -> Rule:
        return Rule(
            code=code,
            name=check.__name__.replace("_", "-"),
            severity=severity,
            page=_dedent(check.__doc__ or ""),
            bad=bad if isinstance(bad, Example) else Example(bad),
            good=good if isinstance(good, Example) else Example(good),
            check=check,
            scope=scope,
            fix=fix,
            default=default,
            needs=needs,
            when_active=when_active,
            under_audit=under_audit,
            in_registers=in_registers,
        )

    return make


def _dedent(text: str) -> str:
    first, *rest = text.strip().splitlines() or [""]
    return "\n".join([first, *(re.sub(r"^ {1,4}", "", line).rstrip() for line in rest)])


def no_check(*_: Any) -> Iterator[Finding]:  # noqa: ANN401 - takes whatever a check takes
    """The check of a rule of the reader."""
    return iter(())


_LABEL = re.compile(r"^([A-Z][a-z]+):[ \n]", re.MULTILINE)


def page_part(rule: Rule, label: str) -> str:
    """What the page says behind `Why:` or `Mend:`, on one line; empty when it does not say."""
    pieces = _LABEL.split(rule.page)
    found = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    return " ".join(found.get(label, "").split())


def first_sentence(text: str) -> str:
    """The text up to the full stop of its first sentence, without the stop."""
    return re.split(r"[.;](?:\s|$)", text, maxsplit=1)[0]


def page_markdown(rule: Rule) -> str:
    """The page as Markdown: each label in bold at the start of its own paragraph."""
    return re.sub(r"\n{3,}", "\n\n", _LABEL.sub(r"\n**\1:** ", rule.page)).strip()

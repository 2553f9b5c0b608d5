"""What a rule is: a code, a name, a page for its readers, examples, and a pure generator of findings."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import repeat
from typing import TYPE_CHECKING, Any

from sopkit.library import Library
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.rules._example import Example

if TYPE_CHECKING:
    from sopkit.lifecycle.life import Life


class Scope(StrEnum):
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
    scope: Scope = Scope.SOP
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

    def run(self, library: Library, sop: Sop | None = None, life: "Life | None" = None) -> Iterator[Finding]:
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
    scope: Scope = Scope.SOP,
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


def nothing(*_: Any) -> Iterator[Finding]:  # noqa: ANN401 - takes whatever a check takes
    """The check of a rule of the reader."""
    return iter(())

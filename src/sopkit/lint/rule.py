"""What a rule is: code, name, severity, page, examples, and the function that yields findings."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from inspect import cleandoc
from itertools import repeat
from textwrap import dedent
from typing import TYPE_CHECKING, Literal, Protocol, Required, TypedDict, Unpack, overload

from sopkit.library import Library, RuleContext
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.model.source import Source

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

EXAMPLE_DATE = "2026-11-24"
"""The day on which examples are judged."""


@dataclass(frozen=True)
class ExampleCommit:
    """A commit in the history of an example: on a day, by a person of the register, by key.

    `text` is the SOP as it was then, an overlay as that of the example; `entry` are keys of an entry of that person
    about the text, `record` those of a practice record, as YAML between braces, with the `table` of a population, and
    `files` are other files of that day.
    """

    day: str
    by: str
    text: str | None = None
    entry: str = ""
    record: str = ""
    table: str = ""
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
        if self.record:
            return "\n".join(filter(None, (f"# {self.day}: record of {self.by}, {self.record}", self.table.rstrip())))
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
    """What a rule looks at, and so what its function takes: see the overloads of `rule`."""

    SOP = "sop"
    SOP_IN_LIBRARY = "sop in library"
    LIBRARY = "library"
    READER = "reader"

    @property
    def is_per_sop(self) -> bool:
        """Whether the rule looks at each SOP in turn."""
        return self in {RuleScope.SOP, RuleScope.SOP_IN_LIBRARY}


class Check(Protocol):
    """The function of a rule; which arguments it takes follows from its scope and from what it needs."""

    __name__: str

    def __call__(self, *arguments: object) -> Iterator[Finding]:
        """The findings."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A lint rule: code, name, severity, page, `bad` and `good` examples (its tests), and the function that checks.

    A rule of the reader has no check: reading and the schema make its findings. One that needs history is not run
    where there is none.
    """

    code: str
    name: str
    severity: Severity
    page: str
    bad: Example
    good: Example
    check: Check
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

    def run(self, library: Library, sop: Sop | None = None, status: "LibraryStatus | None" = None) -> Iterator[Finding]:
        """The rule's findings with its code and severity."""
        arguments: tuple[object, ...] = (library,)
        if sop is not None:
            arguments = (sop, library.context if self.scope is RuleScope.SOP else library)
        found = self.check(*arguments, status) if self.needs == "history" else self.check(*arguments)
        return map(self.stamp, found, repeat(sop))  # no generator of its own: nearly all rules find nothing

    def stamp(self, finding: Finding, sop: Sop | None) -> Finding:
        """The finding with this rule's code, and its severity unless the rule weighed the finding itself."""
        severity = self.severity
        if self.when_active is not None and sop is not None and sop.active:
            severity = self.when_active
        if finding.weighed:
            severity = finding.severity
        return replace(finding, code=self.code, severity=severity)


class RuleOptions(TypedDict, total=False):
    """What `rule` takes beside code, scope and needs.

    `severity` is what a finding weighs, `when_active` what it weighs in an active SOP; `default=False` leaves
    the rule off until it is selected; `in_registers` is what the rule finds in the registers of a library.
    """

    severity: Required[Severity]
    bad: Required[Example | str]
    good: Required[Example | str]
    fix: FixClass
    default: bool
    when_active: Severity
    under_audit: Severity
    in_registers: Callable[[Library], Iterator[Finding]]


_Findings = Iterator[Finding]
_OneSop = Literal[RuleScope.SOP]
_History = Literal["history"]


@overload
def rule(
    code: str, *, scope: _OneSop = ..., **options: Unpack[RuleOptions]
) -> Callable[[Callable[[Sop, RuleContext], _Findings]], Rule]: ...
@overload
def rule(
    code: str, *, scope: _OneSop = ..., needs: _History, **options: Unpack[RuleOptions]
) -> "Callable[[Callable[[Sop, RuleContext, LibraryStatus], _Findings]], Rule]": ...
@overload
def rule(
    code: str, *, scope: Literal[RuleScope.SOP_IN_LIBRARY], **options: Unpack[RuleOptions]
) -> Callable[[Callable[[Sop, Library], _Findings]], Rule]: ...
@overload
def rule(
    code: str, *, scope: Literal[RuleScope.LIBRARY], **options: Unpack[RuleOptions]
) -> Callable[[Callable[[Library], _Findings]], Rule]: ...
@overload
def rule(
    code: str, *, scope: Literal[RuleScope.LIBRARY], needs: _History, **options: Unpack[RuleOptions]
) -> "Callable[[Callable[[Library, LibraryStatus], _Findings]], Rule]": ...
@overload
def rule(
    code: str, *, scope: Literal[RuleScope.READER], **options: Unpack[RuleOptions]
) -> Callable[[Callable[[], object]], Rule]: ...
def rule(
    code: str, *, scope: RuleScope = RuleScope.SOP, needs: str = "", **options: Unpack[RuleOptions]
) -> Callable[[Check], Rule]:
    """Make a rule of a generator: its name is the function's, its page the docstring.

    A rule about one SOP takes the SOP and a RuleContext; one that also looks at other SOPs has another scope and
    takes the Library. `needs="history"` adds the history as the last argument.
    """
    bad, good = (one if isinstance(one, Example) else Example(one) for one in (options["bad"], options["good"]))

    def make(check: Check) -> Rule:
        return Rule(
            code=code,
            name=check.__name__.replace("_", "-"),
            severity=options["severity"],
            page=cleandoc(check.__doc__ or ""),
            bad=bad,
            good=good,
            check=check,
            scope=scope,
            fix=options.get("fix"),
            default=options.get("default", True),
            needs=needs,
            when_active=options.get("when_active"),
            under_audit=options.get("under_audit"),
            in_registers=options.get("in_registers"),
        )

    return make


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


def line_words(finding: Finding, sources: Mapping[str, Source]) -> str:
    """The words of the first line of a finding, with single blanks; empty for a file that is not among the sources."""
    source = sources.get(finding.path)
    return " ".join(source.line_text(finding.place.line).split()) if source else ""

"""Which rules run: by profile, configuration, command line, and path settings in [[lint.paths]]."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sopkit.git.globs import compile_globs
from sopkit.library import CONFIG_NAME, Library
from sopkit.lint.rule import Rule
from sopkit.lint.rules import all_rules
from sopkit.model.config import LintTable
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding, Severity
from sopkit.model.similarity import nearest
from sopkit.model.source import Place
from sopkit.parsing.config import toml_line_of


class Profile(StrEnum):
    """A rule set for a moment in an SOP's life."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISH = "publish"
    AUDIT = "audit"

    @property
    def fail_on(self) -> Severity:
        """The least severity that fails under this profile."""
        return Severity.WARNING if self is Profile.AUDIT else Severity.ERROR

    def takes(self, rule: Rule) -> bool:
        """Whether the profile runs a rule."""
        if self is Profile.DRAFT:
            return rule.default and rule.code.startswith(("SOP0", "SOP101", "SOP111", "SOP401", "SOP5", "SOP7"))
        if self is Profile.REVIEW:
            return rule.default and not rule.code.startswith(("SOP6", "SOP8"))
        return rule.default


@dataclass(frozen=True, slots=True)
class RuleSelection:
    """Rules that the caller names, as typed: only these, these as well, not these."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    @property
    def excluded(self) -> frozenset[str]:
        """The codes that the caller does not want."""
        return resolve_all(self.ignore, "--ignore")


def select_rules(config: LintTable, selection: RuleSelection, profile: Profile) -> dict[str, Rule]:
    """The rules that run, by code. Raises SopkitError for a rule that nobody knows, naming the nearest."""
    rules = all_rules()
    only = resolve_all(selection.select, "--select") or resolve_all(config.select, f"{CONFIG_NAME}: lint.select")
    chosen = set(only or {code for code, rule in rules.items() if profile.takes(rule)})
    chosen |= resolve_all(selection.extend_select, "--extend-select")
    chosen |= resolve_all(config.extend_select, f"{CONFIG_NAME}: lint.extend_select")
    chosen -= selection.excluded | resolve_all(config.ignore, f"{CONFIG_NAME}: lint.ignore")
    return {code: rule for code, rule in rules.items() if code in chosen}


def resolve_all(tokens: Iterable[str], where: str) -> frozenset[str]:
    """The codes that some words mean, each a code, a name or a family."""
    return frozenset(code for token in tokens for code in resolve(token, where))


def resolve(token: str, where: str) -> frozenset[str]:
    """The codes that a code, a name or a family such as SOP2 means; SopkitError names the nearest rule."""
    rules = all_rules()
    word = token.strip()
    if word.upper() in rules:
        return frozenset({word.upper()})
    named = {rule.name: code for code, rule in rules.items()}
    if word.lower() in named:
        return frozenset({named[word.lower()]})
    family = {code for code in rules if len(word) > len("SOP") and code.startswith(word.upper())}
    if family or word.upper() in {"SOP", "ALL"}:
        return frozenset(family or rules)
    near = nearest(word.lower(), [*named, *(code.lower() for code in rules)], 1, 0.4)
    named_so = near[0].upper() if near and near[0].startswith("sop") else "".join(near)
    hint = f"did you mean {named_so}? " if named_so else ""
    raise SopkitError(f"{where}: no rule `{token}`", f"{hint}sopkit explain lists the rules")


@dataclass(frozen=True, slots=True)
class _Setting:
    place: Place
    matches: Callable[[str], bool]
    on: frozenset[str]
    off: frozenset[str]
    severity: Mapping[str, Severity]


@dataclass(frozen=True, slots=True)
class PathSettings:
    """The settings in their order. `general` are the rules that run where no setting says otherwise."""

    settings: tuple[_Setting, ...] = ()
    general: Container[str] = ()
    _of: dict[str, tuple[_Setting, ...]] = field(default_factory=dict, compare=False)

    @property
    def more(self) -> frozenset[str]:
        """The rules that run somewhere, though they do not run in general."""
        return frozenset(code for setting in self.settings for code in setting.on)

    def runs(self, code: str, path: str) -> bool:
        """Whether a rule that runs at all is on for a file."""
        for setting in self._for(path):
            if code in setting.off:
                return False
            if code in setting.on:
                return True
        return not self.settings or code in self.general

    def severity(self, code: str, path: str) -> Severity | None:
        """What a finding weighs in a file, where a setting says so."""
        return next((one.severity[code] for one in self._for(path) if code in one.severity), None)

    def idle(self, library: Library) -> Iterator[Finding]:
        """A finding for each setting that is for no file of the library."""
        if self.settings:
            files = {*library.sources, *library.entry_paths}
            for setting in self.settings:
                if not any(map(setting.matches, files)):
                    words = "[[lint.paths]] whose `paths` match no file; mend them, or delete the table"
                    yield Finding(CONFIG_NAME, setting.place, words)

    def _for(self, path: str) -> tuple[_Setting, ...]:
        """The settings for a file, the last first."""
        if not self.settings:
            return ()
        if path not in self._of:
            self._of[path] = tuple(setting for setting in reversed(self.settings) if setting.matches(path))
        return self._of[path]


NO_SETTINGS = PathSettings()


def load_path_settings(library: Library, selection: RuleSelection, general: Container[str]) -> PathSettings:
    """The settings of the configuration. Rules that the caller selects or bars stay selected and barred."""
    tables = library.config.lint.paths
    if not tables:
        return NO_SETTINGS
    source = library.sources[CONFIG_NAME]
    text = source.data.decode("utf-8-sig", "replace")
    settings = []
    for index, table in enumerate(tables):
        line = toml_line_of(text, ("lint", "paths", index))
        where = f"{CONFIG_NAME}:{line}: lint.paths"
        more = resolve_all(table.extend_select, where)
        weights = {code: severity for rule, severity in table.severity.items() for code in resolve(rule, where)}
        settings.append(
            _Setting(
                place=source.line_place(line),
                matches=compile_globs(table.paths),
                on=frozenset() if selection.select else more - selection.excluded,
                off=resolve_all(table.ignore, where),
                severity=weights,
            )
        )
    return PathSettings(tuple(settings), general)

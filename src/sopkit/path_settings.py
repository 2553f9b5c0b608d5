"""`[[lint.paths]]`: other rules and other severities for some files; of those that match a file, the last decides."""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field

from sopkit.git.globs import compile_globs
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.source import Place
from sopkit.selection import Asked, codes
from sopkit.text.settings import line_of


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


def path_settings(library: Library, asked: Asked, general: Container[str]) -> PathSettings:
    """The settings of the configuration. Rules that the caller selects or bars stay selected and barred."""
    tables = library.config.lint.paths
    if not tables:
        return NO_SETTINGS
    source = library.sources[CONFIG_NAME]
    text = source.data.decode("utf-8-sig", "replace")
    settings = []
    for index, table in enumerate(tables):
        line = line_of(text, ("lint", "paths", index))
        where = f"{CONFIG_NAME}:{line}: lint.paths"
        more = codes(table.extend_select, where)
        weights = {code: severity for rule, severity in table.severity.items() for code in codes((rule,), where)}
        settings.append(
            _Setting(
                place=source.line_place(line),
                matches=compile_globs(table.paths),
                on=frozenset() if asked.select else more - asked.barred,
                off=codes(table.ignore, where),
                severity=weights,
            )
        )
    return PathSettings(tuple(settings), general)

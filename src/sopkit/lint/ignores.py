"""Ignores: findings accepted with a reason, in the text or in the configuration."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sopkit.git.globs import compile_globs
from sopkit.library import CONFIG_NAME, Library
from sopkit.lint.rule import Rule
from sopkit.lint.rules import all_rules
from sopkit.model.body import is_undecided
from sopkit.model.finding import Finding
from sopkit.model.sop import Sop
from sopkit.model.source import Place
from sopkit.parsing.config import toml_line_of
from sopkit.parsing.register import Register

_COMMENT = re.compile(r"<!--\s*sopkit:\s*ignore\b(.*?)-->", re.DOTALL)
_YAML_COMMENT = re.compile(rb"(?:^|\s)#\s*sopkit:\s*ignore\b([^\n\r]*)")
_WORD = re.compile(r"\s*(\S+)\s*(.*)", re.DOTALL)


@dataclass
class IgnoreUse:
    """One ignore, where it stands, which lines it covers, and how often it was used.

    `path_of_text` is the file whose lines `first` to `last` it covers; empty for one of the configuration.
    """

    code: str
    reason: str
    path: str
    place: Place
    path_of_text: str = ""
    first: int = 0
    last: int = 0
    matches: Callable[[str], bool] | None = None
    until: date | None = None
    expired: bool = False
    used: int = 0

    def takes(self, finding: Finding) -> bool:
        """Whether the ignore is about a finding."""
        if self.expired or not self.reason or self.code not in {finding.code, all_rules()[finding.code].name}:
            return False
        if self.matches is not None:
            return self.matches(finding.path)
        return self.first <= finding.place.line <= self.last


def configured_ignores(library: Library) -> Iterator[IgnoreUse]:
    """The `[[lint.ignores]]` of the configuration."""
    if not library.config.lint.ignores:
        return
    source = library.sources[CONFIG_NAME]
    text = source.data.decode("utf-8-sig", "replace")
    for index, ignore in enumerate(library.config.lint.ignores):
        place = source.line_place(toml_line_of(text, ("lint", "ignores", index)))
        yield IgnoreUse(
            code=_canonical_code(ignore.code),
            reason=ignore.reason.strip(),
            path=CONFIG_NAME,
            place=place,
            matches=compile_globs(ignore.paths),
            until=ignore.until,
            expired=ignore.until is not None and ignore.until < library.as_of,
        )


def inline_ignores(text: Sop | Register) -> Iterator[IgnoreUse]:
    """The ignores in a document or a register.

    `<!-- sopkit: ignore CODE reason -->` covers its own line and the next block;
    `# sopkit: ignore CODE reason` in YAML covers its own line and the next.
    """
    data = text.source.data
    if b"sopkit:" not in data:
        return
    start, end = (text.front.start, text.front.end) if isinstance(text, Sop) else (0, len(data))
    for match in _YAML_COMMENT.finditer(data, start, end):
        at = match.start() + match[0].index(b"#")
        line = text.source.line_of(at)
        yield _inline_ignore(
            text, match[1].decode("utf-8", "replace"), text.source.place(at, match.end()), line, line + 1
        )
    if isinstance(text, Sop):
        yield from _comment_ignores(text)


def _comment_ignores(sop: Sop) -> Iterator[IgnoreUse]:
    blocks = sop.body.blocks
    for at, block in enumerate(blocks):
        # a block of HTML is one range, so that a comment may have several lines
        is_html = block.kind == "html"
        inlines = ((part.start, part.end) for part in block.inlines if part.kind == "html")
        for begin, end in [(block.start, block.end)] if is_html else inlines:
            markup = sop.source.data[begin:end].decode("utf-8", "replace")
            for match in _COMMENT.finditer(markup):
                start = begin + len(markup[: match.start()].encode())
                place = sop.source.place(start, start + len(match[0].encode()))
                following = (each for each in blocks[at + 1 :] if each.start >= block.end and each.kind != "html")
                covered = next(following, None) if is_html else block
                last = sop.source.line_of(max(covered.end - 1, start)) if covered else place.end_line
                yield _inline_ignore(sop, match[1], place, place.line, max(last, place.end_line))


def _inline_ignore(text: Sop | Register, words: str, place: Place, first: int, last: int) -> IgnoreUse:
    match = _WORD.match(words)
    code, reason = (match[1], match[2].strip()) if match else ("", "")
    if is_undecided(reason):
        reason = ""
    return IgnoreUse(_canonical_code(code), reason, text.path, place, text.path, first, last)


def _canonical_code(code: str) -> str:
    rules = all_rules()
    if code.upper() in rules:
        return code.upper()
    return next((rule.code for rule in rules.values() if rule.name == code.lower()), code)


def unused_ignores(
    uses: Iterable[IgnoreUse], rules: dict[str, Rule], runs: Callable[[str, str], bool], *, is_full_run: bool
) -> Iterator[Finding]:
    """A finding for each ignore that has no reason, is past its day, or matches nothing.

    `runs` says whether a rule is on for a file. `is_full_run`: all of the library was linted, so that an ignore of the
    configuration had its chance.
    """
    for use in uses:
        message = ""
        if use.code not in all_rules():
            message = f"ignore of `{use.code}`, which is no rule; sopkit explain lists the rules"
        elif not use.reason:
            message = f"ignore of {use.code} without a reason does not count; say why behind the code"
        elif use.expired:
            message = f"ignore of {use.code} ended on {use.until}; mend the finding, or delete the ignore"
        elif not use.used and use.code in rules and (runs(use.code, use.path) if use.path_of_text else is_full_run):
            message = f"ignore of {use.code} matches nothing; delete it"
        if message:
            yield Finding(use.path, use.place, message)

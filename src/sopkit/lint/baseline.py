"""The baseline: a file of known findings, so that only new ones fail."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from posixpath import basename

from sopkit.lint.rule import line_words
from sopkit.model.errors import SopkitError
from sopkit.model.finding import EMPTY_WORDS_HASH, NO_BASELINE, Baseline, BaselineEntry, Finding, FindingKey
from sopkit.model.source import Source
from sopkit.reading import explain_unread
from sopkit.tables.escape import escape_controls

HEAD = "# sopkit baseline 1"
_ABOUT = f"""{HEAD}
# Findings that are known, so that only others fail. `sopkit lint --write-baseline` writes it and takes out what went.
"""
_ENTRY = re.compile(
    r"(?P<path>.+?): (?P<code>SOP\d{3}) (?P<words>[0-9a-f]{10})(?P<said>[0-9a-f]{6})(?: (?P<message>.*))?"
)
_CONFLICT = ("<<<<<<< ", "=======", ">>>>>>> ", "||||||| ")
_MAX_MESSAGE = 160
_REWRITE_HINT = "write it anew: sopkit lint --write-baseline"


@dataclass(frozen=True, slots=True)
class BaselineSplit:
    """Findings parted by a baseline, and the entries that were looked for and match nothing."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    gone: tuple[BaselineEntry, ...]


def load_baseline(read: Callable[[], bytes], path: str, *, rewritten: bool = False) -> Baseline:
    """The baseline in the file that `read` reads. Raises SopkitError, with the line, for what is none.

    `rewritten`: it is about to be written anew, so that it need not be there, and lines that are no entries go.
    """
    try:
        return read_baseline(read(), path, rewritten=rewritten)
    except FileNotFoundError as error:
        if rewritten:
            return replace(NO_BASELINE, path=path)
        raise SopkitError(f"{path}: no such file", "write it: sopkit lint --write-baseline") from error
    except OSError as error:
        raise SopkitError(f"{path}: {explain_unread(error)[0]}", "name another file, or fix this one") from error


def read_baseline(data: bytes, path: str, *, rewritten: bool = False) -> Baseline:
    """The baseline from the bytes of its file; see `load_baseline`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise SopkitError(f"{path}:{row}: is not UTF-8, so this is no baseline", _REWRITE_HINT) from error
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != HEAD:
        newer = lines[0].startswith(HEAD[:-1])
        what = "is of a newer sopkit" if newer else f"is no baseline: its first line is not `{HEAD}`"
        raise SopkitError(f"{path}:1: {what}", "upgrade sopkit" if newer else "name another file")
    entries = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _ENTRY.fullmatch(line.rstrip())
        if match is not None:
            file, code, words, message_hash, message = match.groups(default="")
            entries.append(BaselineEntry(file, code, words, message_hash, message, number))
        elif not rewritten and line.startswith(_CONFLICT):
            hint = "keep the lines of both sides and delete the marks"
            raise SopkitError(f"{path}:{number}: a merge was left here", hint)
        elif not rewritten:
            raise SopkitError(f"{path}:{number}: no entry of a baseline", f"delete the line, or {_REWRITE_HINT}")
    return Baseline(path, Source(data), tuple(entries))


def baseline_text(entries: Iterable[BaselineEntry]) -> str:
    """The file of a baseline: sorted, an entry a line, so that merges are easy."""
    lines = sorted(f"{one.path}: {one.code} {one.words}{one.said} {one.message}".rstrip() for one in entries)
    return _ABOUT + "".join(f"{line}\n" for line in lines)


def baseline_entries(findings: Iterable[Finding], sources: Mapping[str, Source]) -> tuple[BaselineEntry, ...]:
    """The baseline entries of findings."""
    entries = []
    for finding in findings:
        words = line_words(finding, sources)
        words_hash = _digest(words)[:10] if any(map(str.isalnum, words)) else EMPTY_WORDS_HASH
        message = escape_controls(" ".join(finding.message.split()))
        excerpt = message if len(message) <= _MAX_MESSAGE else f"{message[: _MAX_MESSAGE - 1]}…"
        path = escape_controls(finding.path)
        entries.append(BaselineEntry(path, finding.code, words_hash, _digest(message)[:6], excerpt))
    return tuple(entries)


def _digest(text: str) -> str:
    from hashlib import sha256  # 3 ms, only with a baseline

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def split_by_baseline(
    baseline: Baseline,
    findings: Sequence[Finding],
    sources: Mapping[str, Source],
    in_scope: Callable[[BaselineEntry], bool],
) -> BaselineSplit:
    """The findings that a baseline knows, those that are new, and its entries that are gone.

    `in_scope` tells whether the run looked for what an entry is about; one that it did not look for is not gone.
    """
    if not baseline.entries:
        return BaselineSplit(tuple(findings), (), ())
    match = _Match(baseline.entries, baseline_entries(findings, sources))
    match.by(lambda one: one.same)
    match.by(lambda one: one.reworded)
    match.renamed({escape_controls(path) for path in sources})
    return BaselineSplit(
        new=tuple(findings[at] for at in sorted(match.new)),
        known=tuple(replace(finding, known=True) for at, finding in enumerate(findings) if at not in match.new),
        gone=tuple(one for at, one in enumerate(baseline.entries) if at in match.free and in_scope(one)),
    )


class _Match:
    """Entries and findings paired off: an entry stands for one finding."""

    def __init__(self, entries: Sequence[BaselineEntry], found: Sequence[BaselineEntry]) -> None:
        self.entries, self.found = entries, found
        self.free = set(range(len(entries)))
        self.new = set(range(len(found)))

    def by(
        self, key: Callable[[BaselineEntry], FindingKey | None], entries: Iterable[int] = (), found: Iterable[int] = ()
    ) -> None:
        """Pair entries and findings of the same key, of those given or of all that are left."""
        places: dict[FindingKey, list[int]] = {}
        for at in sorted(entries or self.free, reverse=True):
            if (wanted := key(self.entries[at])) is not None:
                places.setdefault(wanted, []).append(at)
        for at in sorted(found or self.new):
            wanted = key(self.found[at])
            if wanted is not None and places.get(wanted):
                self.free.discard(places[wanted].pop())
                self.new.discard(at)

    def renamed(self, there: set[str]) -> None:
        """Pair what is left of a file that is gone with a file that the baseline does not know.

        The one with the most in common is taken, if that is half of what the file had: else it is another document.
        """
        known_paths = {one.path for one in self.entries}
        old, fresh = _by_path(self.entries, self.free), _by_path(self.found, self.new)
        candidates = {
            path: Counter(self.found[at].anywhere for at in ats)
            for path, ats in fresh.items()
            if path not in known_paths
        }
        for path in sorted(old.keys() - there):
            keys = Counter(self.entries[at].anywhere for at in old[path])
            namesakes = [other for other in candidates if basename(other) == basename(path)]
            best = _best_match(keys, candidates, namesakes) or _best_match(keys, candidates, candidates)
            if best:
                self.by(lambda one: one.anywhere, old[path], fresh[best])
                del candidates[best]


def _by_path(entries: Sequence[BaselineEntry], ats: Iterable[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at in ats:
        found.setdefault(entries[at].path, []).append(at)
    return found


def _best_match(keys: Counter[FindingKey], candidates: Mapping[str, Counter[FindingKey]], among: Iterable[str]) -> str:
    """The path with the most keys in common, if that is at least half of them; else empty."""
    common = {path: (keys & candidates[path]).total() for path in among}
    best = max(sorted(common), key=lambda path: common[path], default="")
    return best if best and 2 * common[best] >= keys.total() else ""

"""The area, the next free id and the file path of a draft."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sopkit.adopt.metadata.statement import Confidence
from sopkit.authoring.templates.numbering import fill_pattern, find_next_id, pattern_error
from sopkit.library import Library
from sopkit.model.config import Area
from sopkit.model.errors import SopkitError
from sopkit.parsing.sections import make_slug

_AREA_WORDS = {
    area: words.split()
    for area, words in {
        "access-control": (
            "access account accounts password passwords 1password mfa login permission permissions privilege "
            "privileged user users dormant identity sso credential credentials authentication authorisation "
            "authorization okta"
        ),
        "asset-management": "asset assets inventory equipment laptop laptops device devices",
        "backup-recovery": "backup backups restore restoring recovery snapshot snapshots",
        "business-continuity": "continuity disaster failover bcp drp resilience",
        "change-management": (
            "change changes release releases deploy deployment deployments patching certificate certificates "
            "ssl tls dns domain subdomain configuration"
        ),
        "customer-success": "customer customers support ticket tickets complaint complaints",
        "document-control": "document documents documentation records",
        "human-resources": (
            "onboarding offboarding joiner leaver leavers leaving hiring hr employee employees recruitment "
            "training personnel staff"
        ),
        "incident-handling": (
            "incident incidents alert alerts outage postmortem postmortems mortem ransomware playbook "
            "phishing breach escalation malware oncall"
        ),
        "physical-security": "physical office visitor visitors premises door badge badges",
        "privacy": "privacy gdpr personal subject dsar erasure consent",
        "risk-management": "risk risks",
        "secure-development": "development code coding sdlc pipeline repository",
        "vendor-management": "vendor vendors supplier suppliers third party procurement contractor",
        "vulnerability-management": ("vulnerability vulnerabilities patch patches pentest scan scanning cve"),
    }.items()
}
"""Area to words of titles and paths that speak for it; an area of the library's own goes by its title."""
_WEAK_WORDS = frozenset({
    "account", "accounts", "code", "customer", "customers", "device", "devices", "document", "documentation",
    "documents", "employee", "employees", "office", "party", "staff", "subject", "support", "third", "user", "users",
})  # fmt: skip
"""Words that stand in procedures of every area: they speak half as loud."""
_TITLE_WEIGHT, _MIN_LIKELY_SCORE, _MIN_WORD_COUNT, _MAX_SHOWN = 3, 6, 2, 4


@dataclass(frozen=True, slots=True)
class AreaGuess:
    """An area (empty when nothing speaks for one), how sure that is, and why."""

    area: str
    confidence: Confidence
    why: str


def guess_area(path: str, title: str, areas: Mapping[str, Area], text: str = "") -> AreaGuess:
    """The area that the words of a path and a title speak for; where none do, those of the text."""
    *folders, name = path.split("/")
    for folder in reversed(folders):
        if folder in areas:
            return AreaGuess(folder, Confidence.CERTAIN, f"it lies in the folder {folder}")
    titled = Counter(dict.fromkeys(lower_words(title), _TITLE_WEIGHT))
    scores = _score_areas(titled | Counter(lower_words(" ".join((*folders, name)))), areas)
    if not scores:
        counts = Counter(
            {word: count for word, count in Counter(lower_words(text)).items() if count >= _MIN_WORD_COUNT}
        )
        scores = _score_areas(counts, areas)
    if not scores:
        return AreaGuess("", Confidence.GUESS, "no word of its path, title or text speaks for an area")
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1][0], list(areas).index(pair[0])))
    area, (score, hits) = ranked[0]
    second = ranked[1][1][0] if len(ranked) > 1 else 0
    by_title = any(word in titled for word in hits)
    sure = Confidence.LIKELY if by_title and score >= _MIN_LIKELY_SCORE and score > second else Confidence.GUESS
    return AreaGuess(area, sure, f"by the words {', '.join(hits[:_MAX_SHOWN])}")


def _score_areas(words: Counter[str], areas: Mapping[str, Area]) -> dict[str, tuple[int, list[str]]]:
    scores = {}
    for area, table in areas.items():
        speaking = {*_AREA_WORDS.get(area, lower_words(table.title or area))} - {"management", "and", "control"}
        hits = [word for word in words if word in speaking]
        if hits:
            scores[area] = (sum(words[word] * (1 if word in _WEAK_WORDS else 2) for word in hits), hits)
    return scores


def lower_words(text: str) -> tuple[str, ...]:
    """The words of a title or a path, in lower case."""
    return tuple(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()))


def slugify(text: str) -> str:
    """A title as a part of a file's name, or the words of a name as an id."""
    return make_slug(text) or "sop"


def fill_draft_path(library: Library, pattern: str, area: str, identity: str, title: str) -> str:
    """The path that a pattern of `--to` gives. Raises SopkitError when it is none for an SOP of this library."""
    path = fill_pattern(pattern, area, identity, title)
    if wrong := pattern_error(library, pattern, path):
        raise SopkitError(f"--to {pattern}: {wrong}", "for example: sops/{area}/{id}-{slug}.md")
    return path


class IdAllocator:
    """Hands out ids that nobody has or had, by the pattern and the prefixes of the library."""

    def __init__(self, library: Library, taken: Iterable[str]) -> None:
        self.library, self.pattern = library, re.compile(library.config.library.id_pattern)
        self.taken = frozenset(taken)
        self._last: dict[str, str] = {}

    def fits(self, identity: str) -> bool:
        """Whether an id is one as the library spells them."""
        return self.pattern.fullmatch(identity) is not None

    def next(self, area: str) -> str:
        """The next free id of an area. Raises SopkitError when none fits the library."""
        last = self._last.get(area)
        if last is None:
            found = find_next_id(self.library, area, self.taken)
        else:  # counted on: to look through the library for each of 5,000 documents would take for ever
            digits = re.search(r"\d+$", last)
            number = digits[0] if digits else ""
            found = f"{last.removesuffix(number)}{int(number or 0) + 1:0{len(number)}}"
            if not self.fits(found):
                raise SopkitError(
                    f"no id after {last} fits library.id_pattern", "change the pattern, or give the id in a map file"
                )
        self._last[area] = found
        return found

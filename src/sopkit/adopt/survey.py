"""Survey a source document: title, area and id; then the id and path of each draft."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sopkit.adopt.decisions import DocumentDecision
from sopkit.adopt.documents import SourceDocument
from sopkit.adopt.front_matter import fix_front_matter
from sopkit.adopt.headings import convert_heading_lines
from sopkit.adopt.metadata.labels import Confidence, Statement
from sopkit.adopt.metadata.reader import choose_surest, read_metadata
from sopkit.adopt.plan import PlanLine, RefusedDocument, leftover_line, mapping_line
from sopkit.authoring.request import fill_pattern, fill_sop_path, find_next_id, pattern_error
from sopkit.git.globs import compile_sop_globs
from sopkit.library import Library
from sopkit.model.areas import Area
from sopkit.model.config import MAX_ID_LENGTH
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop
from sopkit.model.sop_document import REQUIRED_SECTIONS, Status
from sopkit.model.source import Source
from sopkit.parsing.sections import alias_table

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
        area_words = {*_AREA_WORDS.get(area, lower_words(table.title or area))} - {"management", "and", "control"}
        hits = [word for word in words if word in area_words]
        if hits:
            scores[area] = (sum(words[word] * (1 if word in _WEAK_WORDS else 2) for word in hits), hits)
    return scores


def lower_words(text: str) -> tuple[str, ...]:
    """The words of a title or a path, in lower case."""
    return tuple(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()))


def fill_draft_path(library: Library, pattern: str, area: str, identity: str, title: str) -> str:
    """The path that a pattern of `--to` gives. Raises SopkitError when it is none for an SOP of this library."""
    path = fill_pattern(pattern, area, identity, title)
    if wrong := pattern_error(library, pattern, path):
        raise SopkitError(f"--to {pattern}: {wrong}", "for example: sops/{area}/{id}-{slug}.md")
    return path


class IdAllocator:
    """Hands out ids that nobody has or had, by the pattern and the prefixes of the library."""

    def __init__(self, library: Library, used: Iterable[str]) -> None:
        self.library = library
        self.used = frozenset(used)
        self._last: dict[str, str] = {}

    def fits(self, identity: str) -> bool:
        """Whether an id is one as the library spells them."""
        return self.library.config.library.is_id(identity)

    def next(self, area: str) -> str:
        """The next free id of an area. Raises SopkitError when none fits the library."""
        last = self._last.get(area)
        if last is None:
            found = find_next_id(self.library, area, self.used)
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


_REQUIRED_KEYS = ("title", "version", "status", "area", "owner")
_SUFFIX = re.compile(r"(?:\.html)?(?:\.md|\.markdown|\.docx)(?:\.erb)?$", re.IGNORECASE)


@dataclass(frozen=True)
class DocumentSurvey:
    """A document with what it says of itself: title, area and id as far as they are known."""

    foreign: SourceDocument
    data: bytes
    """Its bytes with mended front matter."""
    plan_lines: tuple[PlanLine, ...]
    found: tuple[Statement, ...]
    title: str
    area: AreaGuess
    own_id: str
    """The id that it has, by a decision, its text or its file's name; empty when sopkit gives it one."""
    decision: DocumentDecision
    adopted: bool
    """Whether it is an SOP already."""


def survey_document(foreign: SourceDocument, library: Library, decision: DocumentDecision, area: str) -> DocumentSurvey:
    """Look through a document; `area` is the one that was named for all."""
    data, plan_lines = fix_front_matter(Source(foreign.data))
    path = foreign.inside or f"adopted/{foreign.path.name}"
    sop = library.read(path, data)
    data, headed = convert_heading_lines(sop, alias_table(library.config.sections.aliases))
    if headed:
        sop, plan_lines = library.read(path, data), (*plan_lines, *headed)
    found = read_metadata(sop, library.config, library.catalogue)
    title, title_lines = _choose_title(found, path, decision)
    name = foreign.inside or "/".join(foreign.path.parts[-3:])
    own = _read_id(sop, found, library, decision, path)
    guess = _find_area(library, decision.area or area, sop, own) or guess_area(
        name, title, library.config.all_areas, sop.body.prose.text
    )
    return DocumentSurvey(
        foreign,
        data,
        (*plan_lines, *title_lines, *(leftover_line("document of Word", words) for words in foreign.left)),
        found,
        title,
        guess,
        own,
        decision,
        _is_adopted(sop, library),
    )


def _is_adopted(sop: Sop, library: Library) -> bool:
    """Whether it has all keys of an SOP of this library, and the six sections or a status beyond that of a draft.

    What is in force, or on trial, is never made a draft again; `sopkit lint` says what it lacks.
    """
    keys = _REQUIRED_KEYS if library.config.library.identity == "path" else ("id", *_REQUIRED_KEYS)
    if not all(isinstance(sop.front.typed.get(key), str) for key in keys) or sop.status not in {*Status}:
        return False
    return sop.status != Status.DRAFT or all(map(sop.body.section, REQUIRED_SECTIONS))


def _choose_title(
    found: tuple[Statement, ...], path: str, decision: DocumentDecision
) -> tuple[str, tuple[PlanLine, ...]]:
    if decision.title:
        return decision.title, (mapping_line("title", f"{decision.title}, as it was decided"),)
    statement = choose_surest(found).get("title")
    if statement is not None and isinstance(statement.value, str) and statement.value.strip():
        return " ".join(statement.value.split()), ()
    words = _file_name_words(_SUFFIX.sub("", path.rsplit("/", 1)[-1]))
    if words.casefold() in {"index", "readme", ""} and "/" in path:
        words = _file_name_words(path.rsplit("/", 2)[-2])
    title = f"{words[:1].upper()}{words[1:]}" or "Untitled"
    return title, (mapping_line("title", f"`{title}`, by the name of the file", 0, Confidence.GUESS),)


def _file_name_words(name: str) -> str:
    """The words of a file's name; what is no text in it, such as bytes that are not UTF-8, divides them."""
    plain = "".join(char if char.isprintable() else " " for char in name)
    return re.sub(r"[-_\s]+", " ", plain).strip()


def _find_area(library: Library, named: str, sop: Sop, own_id: str) -> AreaGuess | None:
    """The area that somebody named: in a decision, in the front matter, by the prefix of the id; else None."""
    areas = library.config.all_areas
    if named:
        return AreaGuess(named, Confidence.CERTAIN, "so it was decided")
    typed = sop.front.typed.get("area")
    if isinstance(typed, str) and typed in areas:
        return AreaGuess(typed, Confidence.CERTAIN, "its front matter says so")
    prefixes = [name for name, area in areas.items() if area.prefix and own_id.partition("-")[0] == area.prefix]
    return AreaGuess(prefixes[-1], Confidence.CERTAIN, "by the prefix of its id") if prefixes else None


def _read_id(sop: Sop, found: tuple[Statement, ...], library: Library, decision: DocumentDecision, path: str) -> str:
    settings = library.config.library
    if decision.id:
        return decision.id
    statement = choose_surest(found).get("id")
    for text in (sop.front.typed.get("id"), statement.value if statement else None):
        if isinstance(text, str) and settings.is_id(text.strip()):
            return text.strip()
    name = path.rsplit("/", 1)[-1].upper()
    ends = [match.start() for match in re.finditer(r"(?![A-Z0-9])", name) if 0 < match.start() <= MAX_ID_LENGTH]
    return next((name[:end] for end in reversed(ends) if settings.is_id(name[:end])), "")


@dataclass(frozen=True)
class Destination:
    """What is decided about a document from outside: its id and where it goes."""

    id: str
    target: str
    moved: bool
    plan_lines: tuple[PlanLine, ...] = ()


def assign_destinations(
    surveyed: Iterable[DocumentSurvey], library: Library, to: str
) -> tuple[dict[Path, Destination], list[RefusedDocument]]:
    """Id and destination of each document, and those that want what another one has: neither is adopted."""
    documents = tuple(surveyed)
    batch = {one.foreign.inside for one in documents}
    there = {sop.id: sop.path for sop in library.sops if sop.id and sop.path not in batch}
    by_id = _names_by_claim((one.own_id, one.foreign.name) for one in documents if one.own_id)
    ids = IdAllocator(library, (*there, *by_id))
    is_sop = compile_sop_globs(library.config.library.sops)
    refused: list[RefusedDocument] = []
    destinations: dict[Path, Destination] = {}
    for one in documents:
        others = [other for other in by_id.get(one.own_id, ()) if other != one.foreign.name]
        others += [there[one.own_id]] if one.own_id in there else []
        if others:
            why = f"the id {one.own_id} is wanted by {', '.join(others)} as well; give one of them another"
            refused.append(RefusedDocument(one.foreign.name, why))
            continue
        try:
            destinations[one.foreign.path] = _assign_destination(one, ids, library, to, is_sop)
        except SopkitError as error:
            lacks = "" if one.area.area else "area"
            refused.append(RefusedDocument(one.foreign.name, f"{error.message}; {error.hint}", lacks=lacks))
    names = {one.foreign.path: one.foreign.name for one in documents}
    by_target = _names_by_claim((destination.target, names[path]) for path, destination in destinations.items())
    for path, destination in tuple(destinations.items()):
        target = destination.target
        if others := [name for name in by_target[target] if name != names[path]]:
            why = f"goes to {target}, as does {', '.join(others)}; give one another title or id in a map file"
        elif destination.moved and library.exists(target):
            why = f"{target} is there already; move it away, or choose another --to"
        else:
            continue
        refused.append(RefusedDocument(names[path], why))
        del destinations[path]
    return destinations, refused


def _names_by_claim(claims: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for claim, name in claims:
        found.setdefault(claim, []).append(name)
    return found


def _assign_destination(
    one: DocumentSurvey, ids: IdAllocator, library: Library, to: str, is_sop: Callable[[str], bool]
) -> Destination:
    by_path = library.config.library.identity == "path"
    if not one.area.area and not by_path:
        raise SopkitError(one.area.why, "name its area: --area, or in a map file")
    if one.own_id and not by_path and not ids.fits(one.own_id):
        raise SopkitError(f"{one.own_id!r} is no id of this library", f"ids match {library.config.library.id_pattern}")
    identity = "" if by_path else one.own_id or ids.next(one.area.area)
    how = "its own" if one.own_id else "the next free one"
    plan_lines = () if by_path else (mapping_line("key id", f"{identity}: {how}"),)
    inside = one.foreign.inside
    if not to and inside is not None and is_sop(inside):
        in_place = mapping_line("file", "is changed in place")
        return Destination(identity, inside, moved=False, plan_lines=(*plan_lines, in_place))
    if to:
        target = fill_draft_path(library, to, one.area.area, identity, one.title)
    else:
        target = fill_sop_path(library, one.area.area, identity or "sop", one.title)
    words = f"goes to {target}; the source is left alone, and named in a comment"
    return Destination(identity, target, moved=True, plan_lines=(*plan_lines, mapping_line("file", words)))

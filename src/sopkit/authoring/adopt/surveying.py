"""What can be known of a foreign document before ids are given out."""

import re
from dataclasses import dataclass, replace

from sopkit.authoring.adopt.decisions import DocumentDecision
from sopkit.authoring.adopt.foreign import Foreign
from sopkit.authoring.adopt.front.mending import mended
from sopkit.authoring.adopt.metadata.reading import metadata, surest
from sopkit.authoring.adopt.metadata.statement import Confidence, Statement
from sopkit.authoring.adopt.naming import AreaGuess, guess_area
from sopkit.authoring.adopt.outline.lines_as_headings import with_headings
from sopkit.authoring.adopt.plan import How, PlanLine
from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.model.sop_document import REQUIRED_SECTIONS, Status
from sopkit.model.source import Source
from sopkit.parsing.sections import alias_table

_ASKED = ("title", "version", "status", "area", "owner")
_SUFFIX = re.compile(r"(?:\.html)?(?:\.md|\.markdown|\.docx)(?:\.erb)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Surveyed:
    """A document with what it says of itself: title, area and id as far as they are known."""

    foreign: Foreign
    data: bytes
    """Its bytes with mended front matter."""
    told: tuple[PlanLine, ...]
    found: tuple[Statement, ...]
    title: str
    area: AreaGuess
    own_id: str
    """The id that it has, by a decision, its text or its file's name; empty when sopkit gives it one."""
    decision: DocumentDecision
    adopted: bool
    """Whether it is an SOP already."""

    def deciding(self, bullets: str) -> "Surveyed":
        """The same, with an answer about its plain bullets."""
        return replace(self, decision=self.decision.with_bullets(bullets))


def survey(foreign: Foreign, library: Library, decision: DocumentDecision, area: str) -> Surveyed:
    """Look through a document; `area` is the one that was named for all."""
    data, told = mended(Source(foreign.data))
    path = foreign.inside or f"adopted/{foreign.path.name}"
    sop = library.read(path, data)
    data, headed = with_headings(sop, alias_table(library.config.sections.aliases))
    if headed:
        sop, told = library.read(path, data), (*told, *headed)
    found = metadata(sop, library.config, library.catalogue)
    more: tuple[PlanLine, ...]
    if decision.title:
        title, more = decision.title, (PlanLine(How.MAPPED, "title", f"{decision.title}, as it was decided"),)
    else:
        title, more = _title(found, path)
    name = foreign.inside or "/".join(foreign.path.parts[-3:])
    own = _own_id(sop, found, library, decision, path)
    guess = _area(library, decision.area or area, sop, own) or guess_area(
        name, title, library.config.all_areas, sop.body.prose.text
    )
    return Surveyed(
        foreign,
        data,
        (*told, *more, *(PlanLine(How.LEFT, "document of Word", words) for words in foreign.left)),
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
    keys = _ASKED if library.config.library.identity == "path" else ("id", *_ASKED)
    if not all(isinstance(sop.front.typed.get(key), str) for key in keys) or sop.status not in {*Status}:
        return False
    return sop.status != Status.DRAFT or all(map(sop.body.section, REQUIRED_SECTIONS))


def _title(found: tuple[Statement, ...], path: str) -> tuple[str, tuple[PlanLine, ...]]:
    said = surest(found).get("title")
    if said is not None and isinstance(said.value, str) and said.value.strip():
        return " ".join(said.value.split()), ()
    words = _words(_SUFFIX.sub("", path.rsplit("/", 1)[-1]))
    if words.casefold() in {"index", "readme", ""} and "/" in path:
        words = _words(path.rsplit("/", 2)[-2])
    title = f"{words[:1].upper()}{words[1:]}" or "Untitled"
    return title, (PlanLine(How.GUESSED, "title", f"`{title}`, by the name of the file", 0, Confidence.GUESS),)


def _words(name: str) -> str:
    """The words of a file's name; what is no text in it, such as bytes that are not UTF-8, divides them."""
    plain = "".join(char if char.isprintable() else " " for char in name)
    return re.sub(r"[-_\s]+", " ", plain).strip()


def _area(library: Library, named: str, sop: Sop, own_id: str) -> AreaGuess | None:
    """The area that somebody named: in a decision, in the front matter, by the prefix of the id; else None."""
    areas = library.config.all_areas
    if named:
        return AreaGuess(named, Confidence.CERTAIN, "so it was decided")
    typed = sop.front.typed.get("area")
    if isinstance(typed, str) and typed in areas:
        return AreaGuess(typed, Confidence.CERTAIN, "its front matter says so")
    prefixes = [name for name, area in areas.items() if area.prefix and own_id.partition("-")[0] == area.prefix]
    return AreaGuess(prefixes[-1], Confidence.CERTAIN, "by the prefix of its id") if prefixes else None


def _own_id(sop: Sop, found: tuple[Statement, ...], library: Library, decision: DocumentDecision, path: str) -> str:
    pattern = library.config.library.id_pattern
    if decision.id:
        return decision.id
    said = surest(found).get("id")
    for text in (sop.front.typed.get("id"), said.value if said else None):
        if isinstance(text, str) and re.fullmatch(pattern, text.strip()):
            return text.strip()
    match = re.match(rf"(?:{pattern})(?![A-Za-z0-9])", path.rsplit("/", 1)[-1], re.IGNORECASE)
    return match[0].upper() if match and re.fullmatch(pattern, match[0].upper()) else ""

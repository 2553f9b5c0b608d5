"""The controls that a References section mentions, for the rules that ask."""

import re
from functools import lru_cache
from typing import NamedTuple

from sopkit.library import Library
from sopkit.model.catalogue import Catalogue
from sopkit.model.citations import names_of
from sopkit.model.control_ids import ControlMatch, parse_control
from sopkit.model.id_resolution import MatchKind
from sopkit.model.mentions import Mention, find_controls
from sopkit.model.sop import Sop


class Mentioned(NamedTuple):
    """Controls of one framework named in one place, the words that name them, and their byte range."""

    framework: str
    ids: tuple[str, ...]
    words: str
    start: int
    end: int


@lru_cache(maxsize=8)
def claimed(sop: Sop, library: Library) -> dict[str, tuple[str, ...]]:
    """Framework to the controls that the front matter claims of it, each once."""
    found: dict[str, tuple[str, ...]] = {}
    for claim in library.claims(sop):
        found[claim.framework] = tuple(dict.fromkeys((*found.get(claim.framework, ()), *claim.ids)))
    return found


def asked(sop: Sop, library: Library) -> tuple[str, ...]:
    """The frameworks that matter for an SOP: those of the library and those that it claims controls of."""
    return tuple(dict.fromkeys((*library.config.library.frameworks, *claimed(sop, library))))


@lru_cache(maxsize=8)
def mentioned(sop: Sop, library: Library) -> tuple[Mentioned, ...]:
    """The mentions in the References section, of these frameworks and of the editions that they superseded."""
    frameworks = asked(sop, library)
    section = sop.body.section("References")
    if section is None:
        return ()
    prose = sop.body.prose
    begin, end = prose.within(section.start, section.end)
    found = []
    for text in prose.text[begin:end].split("\n\n"):
        found += [
            Mentioned(
                mention.framework,
                mention.ids,
                text[mention.start : mention.end],
                *prose.span(begin + mention.start, begin + mention.end),
            )
            for mention in _in_line(text, library.catalogue, frameworks)
        ]
        begin += len(text) + 2
    return tuple(found)


@lru_cache(maxsize=4096)
def _in_line(text: str, catalogue: Catalogue, frameworks: tuple[str, ...]) -> tuple[Mention, ...]:
    """The mentions in one item of References; many SOPs of a library name a control in the same words."""
    plain = plain_lines(catalogue, frameworks).get(text)
    return (plain,) if plain is not None else tuple(find_controls(text, catalogue, frameworks))


@lru_cache(maxsize=8)
def plain_lines(catalogue: Catalogue, frameworks: tuple[str, ...]) -> dict[str, Mention]:
    """The plainest way to name each control, `ISO 27001:2022 A.5.18 Access rights`, which needs no reading."""
    lines = {}
    for framework in (catalogue.get(name) for name in frameworks if name in catalogue.ids):
        for control in framework.controls if framework.cited_as else ():
            named = f"{framework.cited_as[0]} {control.id}"
            lines[f"{named} {control.title}"] = Mention(0, len(named), framework.id, (control.id,))
    return lines


class Unknown(NamedTuple):
    """An id in References that looks like one of a framework named beside it and is none, with its byte range."""

    framework: str
    match: ControlMatch
    start: int
    end: int


@lru_cache(maxsize=8)
def unknown_mentions(sop: Sop, library: Library) -> tuple[Unknown, ...]:
    """The ids in the References section that no framework has which their item names.

    Looked at are items that name frameworks by one name only, such as `ISO 27001:2022 A.5.99`, and words in the
    shape of the ids of one of them.
    """
    section = sop.body.section("References")
    if section is None:
        return ()
    prose, catalogue, frameworks = sop.body.prose, library.catalogue, asked(sop, library)
    begin, end = prose.within(section.start, section.end)
    plain = plain_lines(catalogue, frameworks)
    found = []
    for text in prose.text[begin:end].split("\n\n"):
        if text not in plain:
            for framework, start, stop in _unknown_in_line(text, catalogue, frameworks):
                read = parse_control(text[start:stop], catalogue, framework)
                found.append(Unknown(framework, read, *prose.span(begin + start, begin + stop)))
        begin += len(text) + 2
    return tuple(found)


@lru_cache(maxsize=4096)
def _unknown_in_line(text: str, catalogue: Catalogue, frameworks: tuple[str, ...]) -> tuple[tuple[str, int, int], ...]:
    """Framework and range of each such id in one item."""
    able = [name for name in frameworks if not catalogue.heads[name].needs_name]
    if not any(_shapes(catalogue, name).search(text) for name in able):
        return ()
    names = names_of(catalogue)
    written = {names.named(match[0]) for match in _name_pattern(catalogue).finditer(text)}
    named = next(iter(written)) if len(written) == 1 else ()
    meant = [name for name in able if name in named]
    if len(meant) != 1:
        return ()
    return tuple(
        (meant[0], *match.span())
        for match in _shapes(catalogue, meant[0]).finditer(text)
        if {parse_control(match[0], catalogue, name).kind for name in named} == {MatchKind.UNKNOWN}
    )


@lru_cache(maxsize=4)
def _name_pattern(catalogue: Catalogue) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){names_of(catalogue).pattern}(?!:\d)")


@lru_cache(maxsize=16)
def _shapes(catalogue: Catalogue, framework: str) -> re.Pattern[str]:
    """The ids of a framework with any numbers in the place of theirs: `A.5.18` gives `A.` number `.` number."""
    controls = catalogue.get(framework).controls
    shapes = {re.sub(r"\d+", r"\\d{1,3}", re.escape(control.id)) for control in controls}
    longest_first = sorted(shapes, key=lambda shape: (-len(shape), shape))
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(longest_first)})(?![\w(]|[.-]\w)")

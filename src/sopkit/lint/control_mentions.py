"""Controls that References sections and registers mention, and what is wrong with them."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from sopkit.analysis.applicability import decisions
from sopkit.library import Library, RuleContext
from sopkit.model.catalogue import Catalogue, framework_names
from sopkit.model.claims import claim_errors, match_error
from sopkit.model.control_ids import ControlMatch, MatchKind, parse_control
from sopkit.model.finding import Finding
from sopkit.model.mentions import Mention, find_controls
from sopkit.model.registers import REGISTERS
from sopkit.model.sop import Sop


class ControlMention(NamedTuple):
    """Controls of one framework named in one place, the words that name them, and their byte range."""

    framework: str
    ids: tuple[str, ...]
    words: str
    start: int
    end: int


@lru_cache(maxsize=8)
def claimed_controls(sop: Sop, context: RuleContext) -> dict[str, tuple[str, ...]]:
    """Framework to the controls that the front matter claims of it, each once."""
    found: dict[str, tuple[str, ...]] = {}
    for claim in context.claims(sop):
        found[claim.framework] = tuple(dict.fromkeys((*found.get(claim.framework, ()), *claim.ids)))
    return found


def relevant_frameworks(sop: Sop, context: RuleContext) -> tuple[str, ...]:
    """The frameworks that matter for an SOP: those of the library and those that it claims controls of."""
    return tuple(dict.fromkeys((*context.config.library.frameworks, *claimed_controls(sop, context))))


def _reference_items(sop: Sop) -> Iterator[tuple[int, str]]:
    """The items of References, each with the position in the prose at which it begins."""
    section = sop.body.section("References")
    if section is None:
        return
    begin, end = sop.body.prose.within(section.start, section.end)
    for text in sop.body.prose.text[begin:end].split("\n\n"):
        yield begin, text
        begin += len(text) + 2


@lru_cache(maxsize=8)
def control_mentions(sop: Sop, context: RuleContext) -> tuple[ControlMention, ...]:
    """The mentions in the References section, of these frameworks and of the editions that they superseded."""
    found, frameworks = [], relevant_frameworks(sop, context)
    for begin, text in _reference_items(sop):
        for each in _mentions_in_item(text, context.catalogue, frameworks):
            span = sop.body.prose.span(begin + each.start, begin + each.end)
            found.append(ControlMention(each.framework, each.ids, text[each.start : each.end], *span))
    return tuple(found)


@lru_cache(maxsize=4096)
def _mentions_in_item(text: str, catalogue: Catalogue, frameworks: tuple[str, ...]) -> tuple[Mention, ...]:
    """The mentions in one item of References; many SOPs of a library name a control in the same words."""
    plain = canonical_mentions(catalogue, frameworks).get(text)
    return (plain,) if plain is not None else tuple(find_controls(text, catalogue, frameworks))


@lru_cache(maxsize=8)
def canonical_mentions(catalogue: Catalogue, frameworks: tuple[str, ...]) -> dict[str, Mention]:
    """The plainest way to name each control, `ISO 27001:2022 A.5.18 Access rights`, which needs no reading."""
    lines = {}
    for framework in (catalogue.get(name) for name in frameworks if name in catalogue.ids):
        for control in framework.controls if framework.cited_as else ():
            named = f"{framework.cited_as[0]} {control.id}"
            lines[f"{named} {control.title}"] = Mention(0, len(named), framework.id, (control.id,))
    return lines


class UnknownControl(NamedTuple):
    """An id in References that looks like one of a framework named beside it and is none, with its byte range."""

    framework: str
    match: ControlMatch
    start: int
    end: int


@lru_cache(maxsize=8)
def unknown_mentions(sop: Sop, context: RuleContext) -> tuple[UnknownControl, ...]:
    """The ids in the References section that no framework has which their item names.

    Looked at are items that name frameworks by one name only, such as `ISO 27001:2022 A.5.99`, and words in the
    shape of the ids of one of them.
    """
    catalogue, frameworks, found = context.catalogue, relevant_frameworks(sop, context), []
    plain = canonical_mentions(catalogue, frameworks)
    for begin, text in _reference_items(sop):
        for framework, start, end in _unknown_in_item(text, catalogue, frameworks) if text not in plain else ():
            match = parse_control(text[start:end], catalogue, framework)
            found.append(UnknownControl(framework, match, *sop.body.prose.span(begin + start, begin + end)))
    return tuple(found)


@lru_cache(maxsize=4096)
def _unknown_in_item(text: str, catalogue: Catalogue, frameworks: tuple[str, ...]) -> tuple[tuple[str, int, int], ...]:
    """Framework and range of each such id in one item."""
    able = [name for name in frameworks if not catalogue.heads[name].needs_name]
    if not any(_id_pattern(catalogue, name).search(text) for name in able):
        return ()
    names = framework_names(catalogue)
    written = {names.named(match[0]) for match in re.finditer(rf"(?<!\w){names.pattern}(?!:\d)", text)}
    named = next(iter(written)) if len(written) == 1 else ()
    meant = [name for name in able if name in named]
    if len(meant) != 1:
        return ()
    return tuple(
        (meant[0], *match.span())
        for match in _id_pattern(catalogue, meant[0]).finditer(text)
        if {parse_control(match[0], catalogue, name).kind for name in named} == {MatchKind.UNKNOWN}
    )


@lru_cache(maxsize=16)
def _id_pattern(catalogue: Catalogue, framework: str) -> re.Pattern[str]:
    """The ids of a framework with any numbers in the place of theirs: `A.5.18` gives `A.` number `.` number."""
    controls = catalogue.get(framework).controls
    shapes = {re.sub(r"\d+", r"\\d{1,3}", re.escape(control.id)) for control in controls}
    longest_first = sorted(shapes, key=lambda shape: (-len(shape), shape))
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(longest_first)})(?![\w(]|[.-]\w)")


def register_control_findings(*kinds: str) -> Callable[[Library], Iterator[Finding]]:
    """A function that gives what is wrong with the controls of the registers, of some kinds of error."""
    return lambda library: (finding for kind, finding in _register_errors(library) if kind in kinds)


@lru_cache(maxsize=4)
def _register_errors(library: Library) -> tuple[tuple[str, Finding], ...]:
    """Kind and finding: under `controls` of policies, risks and actions, and in the statement of applicability."""
    found = []
    frameworks = library.config.library.frameworks
    for register in (library.registers[name] for name, model in REGISTERS.items() if "controls" in model.model_fields):
        rows = register.tree.value
        for index, row in enumerate(rows if isinstance(rows, list) else []):
            controls = row.get("controls") if isinstance(row, dict) else None
            for error in claim_errors(controls, library.catalogue, frameworks) if isinstance(controls, dict) else ():
                loc = (index, *error.loc)
                place = register.tree.place(loc) if error.typed else register.tree.key_place(loc)
                found.append(
                    (error.kind, Finding(register.path, place or register.source.line_place(1), error.message))
                )
    register = library.registers["soa"]
    for decision in decisions(library):
        match = decision.match
        framework = match.superseded_by if match.superseded_by in frameworks else match.framework
        trouble = match_error(match, framework or library.first_framework)
        if trouble is not None:
            found.append((trouble[0], Finding(register.path, register.tree.places[decision.at, "control"], trouble[1])))
    return tuple(found)

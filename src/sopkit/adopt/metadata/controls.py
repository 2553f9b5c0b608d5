"""The controls that a document claims: in metadata, tables, sections and the purpose."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sopkit.adopt.metadata.forms import cell_text
from sopkit.adopt.metadata.labels import Confidence, Statement
from sopkit.model.body import Block, prose
from sopkit.model.catalogue import Catalogue, framework_names
from sopkit.model.control_ids import MatchKind, parse_control
from sopkit.model.mentions import find_controls
from sopkit.model.sop import Sop
from sopkit.parsing.sections import heading_words

ControlIds = dict[str, tuple[str, ...]]
"""Framework to the ids of controls of it."""

_OWN_CLAIM = re.compile(
    r"\b(?:align(?:ed|ment|s)?|accordance|compl(?:y|ies|iance|iant)|conform\w*|implement\w*|satisf\w+|meets?|fulfil\w*"
    r"|support(?:s|ing)?|address(?:es|ing)?|required by|requirements? of|pursuant|covers?)\b",
    re.IGNORECASE,
)
_CONTROL_HEADING = re.compile(
    r"(?:related |mapped |applicable |relevant |iso \w+ |annex a |soc 2 |nist \w+ )*controls?"
    r"(?: mappings?| references?| coverage)?"
    r"|(?:control|framework|compliance|standards?) mappings?|mappings? to (?:controls|standards|frameworks)|standards?"
    r"|(?:framework|compliance|regulatory|standards?) references?|references"
)
_MAX_LEAD_CHARACTERS = 12
"""A control that a line of references begins with stands in its first characters."""


@dataclass(frozen=True, eq=False)
class OrderedFrameworks:
    """The frameworks in which controls are looked up, those of the library first, newer editions before older."""

    catalogue: Catalogue
    order: tuple[str, ...]


def order_frameworks(catalogue: Catalogue, own: tuple[str, ...]) -> OrderedFrameworks:
    """All frameworks of a catalogue in the order in which an id without an edition is looked up."""
    current = [name for name in catalogue.ids if catalogue.heads[name].status == "current"]
    preferred = [name for name in own if name in catalogue.ids]
    return OrderedFrameworks(catalogue, tuple(dict.fromkeys((*preferred, *current))))


def find_control_ids(text: str, known: OrderedFrameworks) -> ControlIds:
    """The controls that a text names."""
    claims: ControlIds = {}
    for mention in find_controls(text, known.catalogue, known.order):
        _add_ids(claims, mention.framework, mention.ids)
    return claims


def read_control_value(value: object, known: OrderedFrameworks) -> tuple[ControlIds, tuple[str, ...]]:
    """The controls in a value of front matter, and what in it names none.

    The value is a text, a list, or lists by the name of a framework.
    """
    claims: ControlIds = {}
    unknown: list[str] = []
    if isinstance(value, Mapping):
        for name, items in value.items():
            named = _match_frameworks(str(name), known)
            unknown += [item for item in _as_texts(items) if not _resolve_id(claims, item, named, known)]
        return claims, tuple(unknown)
    for text in _as_texts(value):
        found = find_control_ids(text, known)
        for framework, ids in found.items():
            _add_ids(claims, framework, ids)
        if not found:
            items = [item for item in re.split(r"[,;\s]+", text) if item]
            unknown += [item for item in items if not _resolve_id(claims, item, known.order[:1], known)]
    return claims, tuple(unknown)


def has_framework_name(text: str, known: OrderedFrameworks) -> bool:
    """Whether a text holds the name of a framework."""
    return (
        re.search(rf"(?<!\w)(?:{framework_names(known.catalogue).pattern})", _add_spaces(text), re.IGNORECASE)
        is not None
    )


def read_body_controls(sop: Sop, known: OrderedFrameworks) -> Iterator[Statement]:
    """What the body states: columns of tables, sections of controls, and what the purpose says it carries out."""
    yield from _read_tables(sop, known)
    yield from _read_sections(sop, known)
    yield from _read_purpose(sop, known)


def _read_tables(sop: Sop, known: OrderedFrameworks) -> Iterator[Statement]:
    for table in (block for block in sop.body.blocks if block.kind == "table" and block.children):
        heads = [cell_text(sop, cell) for cell in table.children[0].children]
        for at, head in enumerate(heads):
            if not has_framework_name(head, known):
                continue
            claims: ControlIds = {}
            hits = []
            for row in table.children[1:]:
                text = cell_text(sop, row.children[at]) if at < len(row.children) else ""
                found = find_control_ids(f"{head}: {text}", known)
                hits += [row] if found else []
                for framework, ids in found.items():
                    _add_ids(claims, framework, ids)
            if claims:
                line = sop.source.line_of(table.start)
                how = f"column `{head}` of the table of line {line}"
                yield _make_statement(claims, hits[0].start, hits[-1].end, how)


def _read_sections(sop: Sop, known: OrderedFrameworks) -> Iterator[Statement]:
    """Sections such as "Related controls"; of "References" only the lines that begin with a control."""
    headings = {heading.start: heading for heading in sop.body.headings}
    inside, references = "", False
    for block in sop.body.root.children:
        if (heading := headings.get(block.start)) is not None:
            words = heading_words(heading.text)
            inside = heading.text if _CONTROL_HEADING.fullmatch(words) else ""
            references = words == "references"
            continue
        if not inside:
            continue
        for leaf in (inner for inner in block.walk() if inner.kind in {"paragraph", "row"}):
            text = _block_text(sop, leaf)
            mentions = [*find_controls(text, known.catalogue, known.order)]
            claims: ControlIds = {}
            for mention in mentions:
                if not references or mentions[0].start < _MAX_LEAD_CHARACTERS:
                    _add_ids(claims, mention.framework, mention.ids)
            if claims:
                how = f"line {sop.source.line_of(leaf.start)} under `{inside}`"
                yield _make_statement(claims, leaf.start, leaf.end, how)


def _read_purpose(sop: Sop, known: OrderedFrameworks) -> Iterator[Statement]:
    """Sentences of the purpose that say what the document carries out: "in alignment with ISO 27001:2022 (…)"."""
    section = sop.body.section("Purpose")
    if section is None:
        return
    for block in section.blocks:
        if block.kind != "paragraph" or not has_framework_name(text := _block_text(sop, block), known):
            continue
        own = _OWN_CLAIM.search(text)
        claims = find_control_ids(text[own.start() :], known) if own else {}
        if claims:
            how = f"purpose of line {sop.source.line_of(block.start)}"
            yield _make_statement(claims, block.start, block.end, how)


def _block_text(sop: Sop, block: Block) -> str:
    if block.kind == "row":
        return " | ".join(cell_text(sop, cell) for cell in block.children)
    return prose((block,)).text


def _make_statement(claims: ControlIds, start: int, end: int, how: str) -> Statement:
    return Statement("controls", dict(claims), start, end, how, Confidence.LIKELY, within=True)


def _match_frameworks(name: str, known: OrderedFrameworks) -> tuple[str, ...]:
    """The frameworks that a name means, in the order in which they are looked up."""
    names = framework_names(known.catalogue)
    found = re.fullmatch(names.pattern, _add_spaces(name).strip(), re.IGNORECASE)
    ids = names.named(found[0]) if found else ((name,) if name in known.catalogue.ids else ())
    return tuple(sorted(ids, key=lambda one: known.order.index(one) if one in known.order else len(known.order)))


def _add_spaces(name: str) -> str:
    return name.replace("_", " ")


def _resolve_id(claims: ControlIds, item: str, frameworks: Iterable[str], known: OrderedFrameworks) -> bool:
    """Add the control that an id names; whether it names one."""
    for framework in frameworks:
        match = parse_control(item, known.catalogue, framework)
        if match.kind is MatchKind.FOUND and match.framework is not None:
            _add_ids(claims, match.framework, match.ids)
            return True
    return False


def _add_ids(claims: ControlIds, framework: str, ids: Iterable[str]) -> None:
    claims[framework] = tuple(dict.fromkeys((*claims.get(framework, ()), *ids)))


def _as_texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for key in ("id", "control", "name") if isinstance(text := value.get(key), str)][:1]
    return [text for item in value for text in _as_texts(item)] if isinstance(value, list) else []

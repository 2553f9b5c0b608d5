"""Read all metadata of a document, from each place where documents have metadata."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sopkit.adopt.front_matter import ForeignKey, find_front_span, read_front_keys
from sopkit.adopt.metadata.controls import (
    OrderedFrameworks,
    find_control_ids,
    has_framework_name,
    order_frameworks,
    read_body_controls,
    read_control_value,
)
from sopkit.adopt.metadata.dates import read_date
from sopkit.adopt.metadata.forms import (
    is_version_history,
    read_badges,
    read_bold_paragraphs,
    read_lines,
    read_metadata_table,
    read_sentences,
    read_version_history,
)
from sopkit.adopt.metadata.labels import Confidence, MetadataValue, Statement, ignored_reason, keys_of_label, least_sure
from sopkit.adopt.metadata.values import is_placeholder, plain_text, read_value
from sopkit.model.body import Block, Heading
from sopkit.model.catalogue import Catalogue
from sopkit.model.config import Config
from sopkit.model.sop import Sop
from sopkit.parsing.markdown import parse_blocks
from sopkit.parsing.sections import alias_table, find_headings, heading_words

_CONTROL_HEADING = re.compile(
    "document control|document information|document info|document details|document properties|document data|document"
    r"|metadata|document metadata|control information|document administration|administration|properties|version control"
    r"|document control information|document management|governance|ownership|document ownership|ownership and review"
    r"|review and approval|approval|approvals|document approval|policy information|procedure information"
    r"|sop information|about this document|front matter|review requirements|review and updates?|review and maintenance"
    r"|policy review|document review|review and revision|review schedule"
)
_HISTORY_HEADING = re.compile(
    "changelog|change log|change history|changes|revision history|version history|document history|history|revisions"
    r"|amendment history|document revision history|document version history|record of changes|revision log|version log"
    r"|document change history|document changes|revision record|release history"
)


@dataclass(frozen=True, slots=True)
class MetadataRegion:
    """Blocks of one place: `lead`, `control`, `history`, or `tail`: what stands below the last line across the page."""

    kind: str
    blocks: tuple[Block, ...]


def find_title_heading(sop: Sop) -> Heading | None:
    """The heading that is the title: the first of the first level, or one of its own level before all deeper ones."""
    if sop.body.title is not None:
        return sop.body.title
    found = sop.body.headings
    if not found or _region_kind(found[0].text) or _is_section_name(sop, found[0]):
        return None
    first = found[0]
    begins = sop.body.root.children[0].start == first.start
    return first if all(heading.level > first.level for heading in found[1:]) and (found[1:] or begins) else None


def find_heading_above(sop: Sop) -> Heading | None:
    """The heading above front matter that does not begin on the first line."""
    start, end = sop.source.text_start, sop.body_start
    if sop.front.present or not sop.source.data[start:end].strip():
        return None
    above = find_headings(parse_blocks(sop.source.data[start:end].decode("utf-8", "replace"), start))
    return above[0][1] if above else None


def _is_section_name(sop: Sop, heading: Heading) -> bool:
    """Whether its own words name a section; that steps are numbered below it names none."""
    return any(
        section.heading == heading
        and (
            section.names[0] != "Procedure" or len(section.names) > 1 or heading_words(heading.text) in alias_table({})
        )
        for section in sop.body.sections
    )


def find_regions(sop: Sop, after: int) -> Iterator[MetadataRegion]:
    """The places of metadata in the body, below the byte `after` at which front matter ends."""
    title, kind = find_title_heading(sop), "lead"
    tail = max((block.start for block in sop.body.root.children if block.kind == "rule"), default=-1)
    if any(heading.start > tail for heading in sop.body.headings):
        tail = -1
    starts = {heading.start: heading for heading in sop.body.headings}
    gathered: list[Block] = []
    for block in sop.body.root.children:
        heading = starts.get(block.start)
        if block.start == tail and not kind:  # the last rule across the page, below all headings
            kind = "tail"
        if heading is None or (title is not None and heading.start == title.start):
            if block.start >= after and kind:
                gathered.append(block)
            continue
        if gathered:
            yield MetadataRegion(kind, tuple(gathered))
        gathered, kind = [], _region_kind(heading.text)
    if gathered:
        yield MetadataRegion(kind, tuple(gathered))


def _region_kind(heading: str) -> str:
    """The kind of metadata for which a heading stands, or the empty string."""
    words = heading_words(heading)
    if _CONTROL_HEADING.fullmatch(words):
        return "control"
    return "history" if _HISTORY_HEADING.fullmatch(words) else ""


_NAME_KEYS = ("role", "team", "name", "title", "date", "value")
"""Which part of a mapping says what it is: `owner: {team: Platform, email: …}`."""
_LIST_KEYS = frozenset({"approvers", "contributors", "audience", "tags", "policies"})
_IN_BRACKETS = re.compile(r"\[([\d./-]+)\]")
"""A template that was filled in without taking the brackets away: `[2024-06-07]`."""
_MIN_TAIL_LABELS = 2
"""One label that we know is no metadata yet in the last lines of a document."""
_PLACEHOLDER_NOTE = "it only holds the place of a value"


def read_metadata(sop: Sop, config: Config, catalogue: Catalogue) -> tuple[Statement, ...]:
    """All that a document says of itself, in the order of the text; a key can be there several times.

    `surest` chooses among them. What is of no use to us has no key, and a note that says why.
    """
    claims = {"reviewed": "reviewed", "every": "review_every", "next": "next_review"}
    claimed = {foreign: claims[claim] for claim, foreign in config.front_matter.claims.items()}
    aliases = {**claimed, **config.front_matter.aliases}
    known = order_frameworks(catalogue, config.library.frameworks)
    found = [one for key in read_front_keys(sop) for one in _read_key(key, aliases, known)]
    found += _title_statements(sop, named=any(one.key == "title" for one in found))
    found += [one for raw in _find_values(sop, aliases) for one in _interpret_value(raw, aliases, known)]
    found += read_body_controls(sop, known)
    found += read_sentences(sop)
    once = {(one.key, str(one.value), one.start): one for one in found}
    return _note_conflicts(sop, tuple(sorted(once.values(), key=lambda one: one.start)))


def choose_surest(found: Iterable[Statement]) -> dict[str, Statement]:
    """For each key what is to be taken: the surest, of these the first; the controls of all places together."""
    order = tuple(Confidence)
    chosen: dict[str, Statement] = {}
    for one in found:
        if one.key is None:
            continue
        before = chosen.get(one.key)
        if before is not None and one.key == "controls":
            chosen["controls"] = _join_statements(before, one)
        elif before is None or order.index(one.confidence) < order.index(before.confidence):
            chosen[one.key] = one
    return chosen


def _join_statements(one: Statement, other: Statement) -> Statement:
    claims = dict(one.value) if isinstance(one.value, dict) else {}
    for framework, ids in (other.value if isinstance(other.value, dict) else {}).items():
        claims[framework] = tuple(dict.fromkeys((*claims.get(framework, ()), *ids)))
    how = one.how if other.how in one.how else f"{one.how}; {other.how}"
    return replace(one, value=claims, how=how, confidence=least_sure(one.confidence, other.confidence))


def _note_conflicts(sop: Sop, found: tuple[Statement, ...]) -> tuple[Statement, ...]:
    chosen = choose_surest(found)
    statements = []
    for one in found:
        best, note = chosen.get(one.key or "", one), one.note
        if one.key != "controls" and one.value != best.value:
            value = ", ".join(map(str, best.value)) if isinstance(best.value, tuple) else str(best.value)
            other = f"line {sop.source.line_of(best.start)} says `{value}`, which is taken"
            note = "; ".join(filter(None, (note, other)))
        statements.append(replace(one, note=note))
    return tuple(statements)


def _title_statements(sop: Sop, *, named: bool) -> Iterator[Statement]:
    """The heading that is the title; one that `named` documents begin with can as well be that of a section."""
    heading = find_heading_above(sop) or find_title_heading(sop)
    if heading is not None and named and heading_words(heading.text) in alias_table({}):
        return
    if heading is not None and (words := plain_text(heading.text)):
        line = sop.source.line_of(heading.start)
        sure = Confidence.CERTAIN if heading.level == 1 else Confidence.LIKELY
        note = "it holds the place of a value" if is_placeholder(words) else ""
        yield Statement("title", words, heading.start, heading.end, f"heading of line {line}", sure, note)


def _find_values(sop: Sop, aliases: Mapping[str, str]) -> Iterator[MetadataValue]:
    after = find_front_span(sop)[1]
    for region in find_regions(sop, after):
        for block in region.blocks:
            if block.kind == "table":
                read = (
                    read_version_history
                    if region.kind == "history" or is_version_history(block)
                    else read_metadata_table
                )
                yield from read(sop, block, aliases)
            elif region.kind != "history":
                yield from read_badges(sop, block, aliases)
                lines = tuple(read_lines(sop, block, aliases))
                yield from lines if region.kind != "tail" or len(lines) >= _MIN_TAIL_LABELS else ()
    yield from read_bold_paragraphs(sop, after, aliases)


def _read_key(key: ForeignKey, aliases: Mapping[str, str], known: OrderedFrameworks) -> Iterator[Statement]:
    where = f"front-matter key `{key.name}`"
    value = key.value
    keys = keys_of_label(key.name, aliases)
    if "controls" in keys or has_framework_name(key.name, known):
        named = value if isinstance(value, Mapping) or not has_framework_name(key.name, known) else {key.name: value}
        claims, unknown = read_control_value(named, known)
        note = f"no controls that we know: {', '.join(unknown)}" if unknown else ""
        if claims or isinstance(value, Mapping):
            result = claims or ", ".join(unknown)
            yield Statement("controls" if claims else None, result, key.start, key.end, where, Confidence.CERTAIN, note)
            return
    if key.name.casefold() == "draft":
        text = "draft" if str(value).casefold() == "true" else "published"
        yield Statement(
            "status", text, key.start, key.end, where, Confidence.CERTAIN, "a draft is written, whatever it says"
        )
        return
    if newest := _newest_revision(value):
        revision = MetadataValue("last updated", newest, key.start, key.end, where, Confidence.LIKELY)
        yield from _interpret_value(revision, aliases, known)
        return
    if isinstance(value, Mapping):
        value = next((value[name] for name in _NAME_KEYS if name in value), None)
    if isinstance(value, list):
        value = (
            "\n".join(item for item in value if isinstance(item, str)) if set(keys) & (_LIST_KEYS | {"owner"}) else None
        )
    if isinstance(value, str) and value not in {"true", "false"}:
        yield from _interpret_value(MetadataValue(key.name, value, key.start, key.end, where), aliases, known)


def _newest_revision(value: object) -> str:
    """The newest date in a list of revisions, `majorRevisions: [{date: Jun 1 2018, comment: …}]`; empty for none."""
    entries = [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
    return max((read_date(day)[0] for entry in entries if isinstance(day := entry.get("date"), str)), default="")


def _interpret_value(raw: MetadataValue, aliases: Mapping[str, str], known: OrderedFrameworks) -> Iterator[Statement]:
    """The key and value of ours that a label and its text mean."""
    keys = keys_of_label(raw.label, aliases)
    if not keys:
        why = ignored_reason(raw.label)
        if why and raw.text:
            yield _ignored_statement(raw, why)
        return
    if (bracketed := _IN_BRACKETS.fullmatch(raw.text)) is not None:
        raw = replace(raw, text=bracketed[1], confidence=least_sure(raw.confidence, Confidence.LIKELY))
    if is_placeholder(raw.text):
        yield _ignored_statement(raw, _PLACEHOLDER_NOTE)
        return
    if keys[0] == "controls":
        claims = find_control_ids(f"{raw.label}: {raw.text}", known) or find_control_ids(raw.text, known)
        if claims:
            yield Statement("controls", claims, raw.start, raw.end, raw.where, raw.confidence)
        else:
            yield _ignored_statement(raw, "it names no control")
        return
    result = read_value(keys[0], raw.text, raw.label)
    for other in keys[1:]:
        if result.key is None:
            better = read_value(other, raw.text, raw.label)
            result = better if better.key is not None else result
    yield Statement(
        result.key,
        result.value,
        raw.start,
        raw.end,
        raw.where,
        least_sure(raw.confidence, result.confidence),
        result.note,
    )


def _ignored_statement(raw: MetadataValue, why: str) -> Statement:
    return Statement(None, raw.text, raw.start, raw.end, raw.where, raw.confidence, why)

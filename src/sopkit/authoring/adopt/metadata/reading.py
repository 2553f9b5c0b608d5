"""What a foreign document says of itself, wherever and in whatever form it says so."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sopkit.authoring.adopt.metadata.badges import told_in_badges
from sopkit.authoring.adopt.metadata.dates import read_date
from sopkit.authoring.adopt.metadata.front_keys import Key, front_keys, front_span
from sopkit.authoring.adopt.metadata.html_blocks import told_in_html
from sopkit.authoring.adopt.metadata.labelled_lines import told_at_large, told_in_lines
from sopkit.authoring.adopt.metadata.labels import keys_of, left_for
from sopkit.authoring.adopt.metadata.places import heading_above, regions, title_heading
from sopkit.authoring.adopt.metadata.sentences import told_in_sentences
from sopkit.authoring.adopt.metadata.stated_controls import (
    Frameworks,
    controls_in,
    controls_of,
    frameworks_of,
    names_framework,
    stated_controls,
)
from sopkit.authoring.adopt.metadata.statement import Confidence, Statement
from sopkit.authoring.adopt.metadata.tables import is_history, told_in_history, told_in_table
from sopkit.authoring.adopt.metadata.told import Told, weaker
from sopkit.authoring.adopt.metadata.values import is_placeholder, plain, read_value
from sopkit.model.catalogue import Catalogue
from sopkit.model.config import Config
from sopkit.model.sop import Sop
from sopkit.parsing.sections import alias_table, heading_words

_NAMING = ("role", "team", "name", "title", "date", "value")
"""Which part of a mapping says what it is: `owner: {team: Platform, email: …}`."""
_LISTED = frozenset({"approvers", "contributors", "audience", "tags", "policies"})
_IN_BRACKETS = re.compile(r"\[([\d./-]+)\]")
"""A template that was filled in without taking the brackets away: `[2024-06-07]`."""
_FEWEST = 2
"""One label that we know is no metadata yet in the last lines of a document."""
_PLACEHOLDER = "it only holds the place of a value"


def metadata(sop: Sop, config: Config, catalogue: Catalogue) -> tuple[Statement, ...]:
    """All that a document says of itself, in the order of the text; a key can be there several times.

    `surest` chooses among them. What is of no use to us has no key, and a note that says why.
    """
    aliases = {**_claims(config), **config.front_matter.aliases}
    known = frameworks_of(catalogue, config.library.frameworks)
    found = [one for key in front_keys(sop) for one in _of_key(key, aliases, known)]
    found += _title(sop, named=any(one.key == "title" for one in found))
    found += [one for told in _told(sop, aliases) for one in _of_told(told, aliases, known)]
    found += stated_controls(sop, known)
    found += told_in_sentences(sop)
    once = {(one.key, str(one.value), one.start): one for one in found}
    return _compared(sop, tuple(sorted(once.values(), key=lambda one: one.start)))


def _claims(config: Config) -> dict[str, str]:
    """The foreign keys of dates of review that a library names by `[front_matter] claims`."""
    keys = {"reviewed": "reviewed", "every": "review_every", "next": "next_review"}
    return {foreign: keys[claim] for claim, foreign in config.front_matter.claims.items()}


def surest(found: Iterable[Statement]) -> dict[str, Statement]:
    """For each key what is to be taken: the surest, of these the first; the controls of all places together."""
    order = tuple(Confidence)
    chosen: dict[str, Statement] = {}
    for one in found:
        if one.key is None:
            continue
        before = chosen.get(one.key)
        if before is not None and one.key == "controls":
            chosen["controls"] = _joined(before, one)
        elif before is None or order.index(one.confidence) < order.index(before.confidence):
            chosen[one.key] = one
    return chosen


def _joined(one: Statement, other: Statement) -> Statement:
    claims = dict(one.value) if isinstance(one.value, dict) else {}
    for framework, ids in (other.value if isinstance(other.value, dict) else {}).items():
        claims[framework] = tuple(dict.fromkeys((*claims.get(framework, ()), *ids)))
    how = one.how if other.how in one.how else f"{one.how}; {other.how}"
    return replace(one, value=claims, how=how, confidence=weaker(one.confidence, other.confidence))


def _compared(sop: Sop, found: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The same with a note where two places say different things of one key."""
    chosen = surest(found)
    return tuple(_beside(sop, one, chosen.get(one.key or "")) for one in found)


def _beside(sop: Sop, one: Statement, taken: Statement | None) -> Statement:
    if taken is None or one.key == "controls" or one.value == taken.value:
        return one
    other = f"line {sop.source.line_of(taken.start)} says `{_shown(taken.value)}`, which is taken"
    return replace(one, note="; ".join(filter(None, (one.note, other))))


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _title(sop: Sop, *, named: bool) -> Iterator[Statement]:
    """The heading that is the title; one that `named` documents begin with can as well be that of a section."""
    heading = heading_above(sop) or title_heading(sop)
    if heading is not None and named and heading_words(heading.text) in alias_table({}):
        return
    if heading is not None and (words := plain(heading.text)):
        line = sop.source.line_of(heading.start)
        sure = Confidence.CERTAIN if heading.level == 1 else Confidence.LIKELY
        note = "it holds the place of a value" if is_placeholder(words) else ""
        yield Statement("title", words, heading.start, heading.end, f"heading of line {line}", sure, note)


def _told(sop: Sop, aliases: Mapping[str, str]) -> Iterator[Told]:
    after = front_span(sop)[1]
    for region in regions(sop, after):
        for block in region.blocks:
            if block.kind == "table":
                read = told_in_history if region.kind == "history" or is_history(block) else told_in_table
                yield from read(sop, block, aliases)
            elif region.kind != "history":
                yield from told_in_badges(sop, block, aliases)
                if block.kind == "html":
                    yield from told_in_html(sop, block, aliases)
                else:
                    told = tuple(told_in_lines(sop, block, aliases))
                    yield from told if region.kind != "tail" or len(told) >= _FEWEST else ()
    yield from told_at_large(sop, after, aliases)


def _of_key(key: Key, aliases: Mapping[str, str], known: Frameworks) -> Iterator[Statement]:
    where = f"front-matter key `{key.name}`"
    value = key.value
    keys = keys_of(key.name, aliases)
    if "controls" in keys or names_framework(key.name, known):
        named = value if isinstance(value, Mapping) or not names_framework(key.name, known) else {key.name: value}
        claims, unknown = controls_of(named, known)
        note = f"no controls that we know: {', '.join(unknown)}" if unknown else ""
        if claims or isinstance(value, Mapping):
            said = claims or ", ".join(unknown)
            yield Statement("controls" if claims else None, said, key.start, key.end, where, Confidence.CERTAIN, note)
            return
    if key.name.casefold() == "draft":
        text = "draft" if str(value).casefold() == "true" else "published"
        yield Statement(
            "status", text, key.start, key.end, where, Confidence.CERTAIN, "a draft is written, whatever it says"
        )
        return
    if (newest := _newest(value)) is not None:
        yield from _of_told(replace(newest, start=key.start, end=key.end, where=where), aliases, known)
        return
    if isinstance(value, Mapping):
        value = next((value[name] for name in _NAMING if name in value), None)
    if isinstance(value, list):
        value = (
            "\n".join(item for item in value if isinstance(item, str)) if set(keys) & (_LISTED | {"owner"}) else None
        )
    if isinstance(value, str) and value not in {"true", "false"}:
        yield from _of_told(Told(key.name, value, key.start, key.end, where), aliases, known)


def _newest(value: object) -> Told | None:
    """The newest date in a list of revisions: `majorRevisions: [{date: Jun 1 2018, comment: …}]`."""
    entries = [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
    dates = [read for entry in entries if isinstance(day := entry.get("date"), str) and (read := read_date(day)[0])]
    return Told("last updated", max(dates), 0, 0, "", Confidence.LIKELY) if dates else None


def _of_told(told: Told, aliases: Mapping[str, str], known: Frameworks) -> Iterator[Statement]:
    """The key and value of ours that a label and its text mean."""
    keys = keys_of(told.label, aliases)
    if not keys:
        why = left_for(told.label)
        if why and told.text:
            yield _left(told, why)
        return
    if (bracketed := _IN_BRACKETS.fullmatch(told.text)) is not None:
        told = replace(told, text=bracketed[1], confidence=weaker(told.confidence, Confidence.LIKELY))
    if is_placeholder(told.text):
        yield _left(told, _PLACEHOLDER)
        return
    if keys[0] == "controls":
        claims = controls_in(f"{told.label}: {told.text}", known) or controls_in(told.text, known)
        if claims:
            yield Statement("controls", claims, told.start, told.end, told.where, told.confidence)
        else:
            yield _left(told, "it names no control")
        return
    said = read_value(keys[0], told.text, told.label)
    for other in keys[1:]:
        if said.key is None:
            better = read_value(other, told.text, told.label)
            said = better if better.key is not None else said
    yield Statement(
        said.key, said.value, told.start, told.end, told.where, weaker(told.confidence, said.confidence), said.note
    )


def _left(told: Told, why: str) -> Statement:
    return Statement(None, told.text, told.start, told.end, told.where, told.confidence, why)

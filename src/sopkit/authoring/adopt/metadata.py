"""What a foreign document says of itself, wherever and in whatever form it says so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sopkit.authoring.adopt.badges import told_in_badges
from sopkit.authoring.adopt.found import Confidence, Found
from sopkit.authoring.adopt.front_keys import Key, front_keys, front_span
from sopkit.authoring.adopt.html_blocks import told_in_html
from sopkit.authoring.adopt.labelled_lines import told_at_large, told_in_lines
from sopkit.authoring.adopt.labels import keys_of, left_for
from sopkit.authoring.adopt.places import regions, title_heading
from sopkit.authoring.adopt.said import is_placeholder, plain, read_value
from sopkit.authoring.adopt.sentences import told_in_sentences
from sopkit.authoring.adopt.stated_controls import (
    Frameworks,
    controls_in,
    controls_of,
    frameworks_of,
    names_framework,
    stated_controls,
)
from sopkit.authoring.adopt.tables import told_in_history, told_in_table
from sopkit.authoring.adopt.told import Told, weaker
from sopkit.model.catalogue import Catalogue
from sopkit.model.config import Config
from sopkit.model.sop import Sop

_LISTED = frozenset({"approvers", "contributors", "audience", "tags", "policies"})
_PLACEHOLDER = "a placeholder"


def metadata(sop: Sop, config: Config, catalogue: Catalogue) -> tuple[Found, ...]:
    """All that a document says of itself, in the order of the text; a key can be there several times.

    `surest` chooses among them. What is of no use to us has no key, and a note that says why.
    """
    aliases = config.front_matter.aliases
    known = frameworks_of(catalogue, config.library.frameworks)
    found = [one for key in front_keys(sop) for one in _of_key(key, aliases, known)]
    found += _title(sop)
    found += [one for told in _told(sop, aliases) for one in _of_told(told, aliases, known)]
    found += stated_controls(sop, known)
    found += told_in_sentences(sop)
    return _compared(sop, tuple(sorted(dict.fromkeys(map(_Hashed, found)), key=lambda one: one.found.start)))


def surest(found: Iterable[Found]) -> dict[str, Found]:
    """For each key what is to be taken: the surest, of these the first; the controls of all places together."""
    order = tuple(Confidence)
    chosen: dict[str, Found] = {}
    for one in found:
        if one.key is None:
            continue
        before = chosen.get(one.key)
        if before is not None and one.key == "controls":
            chosen["controls"] = _joined(before, one)
        elif before is None or order.index(one.confidence) < order.index(before.confidence):
            chosen[one.key] = one
    return chosen


class _Hashed:
    """A found thing by where and what it is, so that the same is not told twice."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.identity = (found.key, str(found.value), found.start)

    def __hash__(self) -> int:
        return hash(self.identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and self.identity == other.identity


def _joined(one: Found, other: Found) -> Found:
    claims = dict(one.value) if isinstance(one.value, dict) else {}
    for framework, ids in (other.value if isinstance(other.value, dict) else {}).items():
        claims[framework] = tuple(dict.fromkeys((*claims.get(framework, ()), *ids)))
    how = one.how if other.how in one.how else f"{one.how}; {other.how}"
    return replace(one, value=claims, how=how, confidence=weaker(one.confidence, other.confidence))


def _compared(sop: Sop, hashed: Iterable[_Hashed]) -> tuple[Found, ...]:
    """The same with a note where two places say different things of one key."""
    found = [one.found for one in hashed]
    chosen = surest(found)
    return tuple(_beside(sop, one, chosen.get(one.key or "")) for one in found)


def _beside(sop: Sop, one: Found, taken: Found | None) -> Found:
    if taken is None or one.key == "controls" or one.value == taken.value:
        return one
    other = f"line {sop.source.line_of(taken.start)} says `{_shown(taken.value)}`, which is taken"
    return replace(one, note="; ".join(filter(None, (one.note, other))))


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _title(sop: Sop) -> Iterator[Found]:
    heading = title_heading(sop)
    if heading is not None and (words := plain(heading.text)):
        line = sop.source.line_of(heading.start)
        yield Found("title", words, heading.start, heading.end, f"heading of line {line}", Confidence.CERTAIN)


def _told(sop: Sop, aliases: Mapping[str, str]) -> Iterator[Told]:
    after = front_span(sop)[1]
    inside: set[int] = set()
    for region in regions(sop, after):
        for block in region.blocks:
            inside.add(block.start)
            if block.kind == "table":
                read = told_in_history if region.kind == "history" else told_in_table
                yield from read(sop, block, aliases)
            elif region.kind != "history":
                yield from told_in_badges(sop, block, aliases)
                if block.kind == "html":
                    yield from told_in_html(sop, block, aliases)
                else:
                    yield from told_in_lines(sop, block, aliases, bold_only=False)
    for told in told_at_large(sop, after, aliases):
        if told.start not in inside:
            yield told


def _of_key(key: Key, aliases: Mapping[str, str], known: Frameworks) -> Iterator[Found]:
    where = f"front-matter key `{key.name}`"
    value = key.value
    keys = keys_of(key.name, aliases)
    if "controls" in keys or names_framework(key.name, known):
        named = value if isinstance(value, Mapping) or not names_framework(key.name, known) else {key.name: value}
        if claims := controls_of(named, known):
            yield Found("controls", claims, key.start, key.end, where, Confidence.CERTAIN)
            return
    if key.name.casefold() == "draft":
        text = "draft" if str(value).casefold() == "true" else "published"
        yield Found(
            "status", text, key.start, key.end, where, Confidence.CERTAIN, "a draft is written, whatever it says"
        )
        return
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("role", "team", "name", "title", "value") if name in value), None)
    if isinstance(value, list):
        value = (
            "\n".join(item for item in value if isinstance(item, str)) if set(keys) & (_LISTED | {"owner"}) else None
        )
    if isinstance(value, str):
        yield from _of_told(Told(key.name, value, key.start, key.end, where), aliases, known)


def _of_told(told: Told, aliases: Mapping[str, str], known: Frameworks) -> Iterator[Found]:
    """The key and value of ours that a label and its text mean."""
    keys = keys_of(told.label, aliases)
    if not keys:
        why = left_for(told.label)
        if why:
            yield _left(told, why)
        return
    if is_placeholder(told.text):
        yield _left(told, _PLACEHOLDER)
        return
    if keys[0] == "controls":
        claims = controls_in(f"{told.label}: {told.text}", known) or controls_in(told.text, known)
        if claims:
            yield Found("controls", claims, told.start, told.end, told.where, told.confidence)
        else:
            yield _left(told, "it names no control")
        return
    said = read_value(keys[0], told.text, told.label)
    for other in keys[1:]:
        if said.key is None:
            better = read_value(other, told.text, told.label)
            said = better if better.key is not None else said
    yield Found(
        said.key, said.value, told.start, told.end, told.where, weaker(told.confidence, said.confidence), said.note
    )


def _left(told: Told, why: str) -> Found:
    return Found(None, told.text, told.start, told.end, told.where, told.confidence, why)

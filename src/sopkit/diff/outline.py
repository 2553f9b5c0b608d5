"""A text as the parts that are compared: units in groups, one group per step; and which sections and steps changed."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sopkit.diff.align import AlignmentPair, MatchBudget, find_matches
from sopkit.diff.model import BlockChange, ChangeKind, SectionChange, StepChange
from sopkit.model.body import Block, Step
from sopkit.model.sop import Sop
from sopkit.parsing.digest import canonical_body

_PIECE = re.compile(
    rb"\xfek(?P<info>[^\xfe]*)\xfe\.\xfd\xffc(?P<code>[^\xff]*)\xff\.\xfeK\xfd"
    rb"|\xfef(?P<footnote>[^\xfe]*)\xfe\.\xfd"
    rb"|\xfe(?P<mark>[^\xfd]*)\xfd"
    rb"|\xff(?P<kind>[lg])(?P<target>[^\xff]*)\xfft(?P<title>[^\xff]*)\xffb"
    rb"|\xff(?P<span>[cma])(?P<inside>[^\xff]*)\xff\."
    rb"|\xff(?P<turn>.)"
    rb"|(?P<text>[^\xfe\xff]+)",
    re.DOTALL,
)
_BLANKS = bytes.maketrans(b"\xf8\xf9\xfa\xfb\xfc", b" \n\t\v\f")
_WORD = re.compile(r"\s+|[\w\u0300-\u036f]+(?:[.,:'’/@-][\w\u0300-\u036f]+)*|[^\w\s]")  # noqa: RUF001 - an apostrophe as people type it
_STYLES = {b"e": "emphasis", b"s": "strong", b"z": "strike"}
_SPANS = {b"c": "code", b"m": "html", b"a": "footnote"}
_ENDS = {b"p": "paragraph", b"X": "html", **{b"%d" % level: f"heading {level}" for level in range(1, 7)}}
_LISTS = {b"u": "list item", b"o": "numbered item"}
_TASKS = {b"n": "open task", b"y": "done task"}
CELL = "cell"
"""Style of what stands between two cells of a row."""


class Word(NamedTuple):
    """A word, a blank or a mark, with the styles that it is in, outermost first."""

    text: str
    style: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A block without blocks in it. `canonical` is its text in the form that the digest is taken of."""

    kind: str
    canonical: bytes
    words: tuple[Word, ...]
    shape: str  # in words: what it is and what it stands in
    depth: int = 0  # lists around it
    edges: tuple[bool, ...] = ()  # whether it is the first in each list item and quote around it

    @property
    def key(self) -> tuple[str, bytes]:
        """The same for units that look the same and say the same."""
        return self.shape, self.canonical

    @property
    def text(self) -> str:
        """The words without their styles."""
        return "".join(word.text for word in self.words)


@dataclass
class _Container:
    name: str
    fresh: bool = True  # nothing stands in it, or in its present item, yet
    task: str = ""

    @property
    def label(self) -> str:
        if not self.task:
            return self.name
        return f"numbered {self.task}" if self.name == _LISTS[b"o"] else self.task


def split_words(text: str, style: tuple[str, ...] = ()) -> Iterator[Word]:
    """The words, blanks and marks of a text."""
    return (Word(match[0], style) for match in _WORD.finditer(text))


def count_words(units: Sequence[Unit]) -> Counter[str]:
    """The words of some units, whatever their case and order."""
    return Counter(word.text.casefold() for unit in units for word in unit.words if any(map(str.isalnum, word.text)))


def split_lines(data: bytes) -> list[Unit]:
    """The lines of a file that cannot be read as a document."""
    lines = data.splitlines(keepends=True)
    return [Unit("line", line, tuple(split_words(line.decode("utf-8", "backslashreplace").rstrip("\r\n"))), "line")
            for line in lines]  # fmt: skip


def read_units(canonical: bytes) -> list[Unit]:
    """The units of a canonical body, in reading order."""
    return _UnitReader().read(canonical)


class _UnitReader:
    def __init__(self) -> None:
        self.found: list[Unit] = []
        self.holders: list[_Container] = []
        self.words: list[Word] = []
        self.style: list[str] = []
        self.opened: list[int] = []
        self.canonical: list[bytes] = []

    def read(self, canonical: bytes) -> list[Unit]:
        for match in _PIECE.finditer(canonical):
            if (mark := match["mark"]) is not None:
                self.mark(mark)
            elif match["info"] is not None:
                self.code(match["info"], match["code"])
            elif match["footnote"] is not None:
                self.holders.append(_Container(f"footnote {_text(match['footnote'])}"))
            else:
                self.canonical.append(match[0])
                self.inline(match)
        if self.words:
            self.put("paragraph")
        return self.found

    def inline(self, match: re.Match[bytes]) -> None:
        style = tuple(self.style)
        if match["text"] is not None:
            self.words += split_words(_text(match["text"]), style)
        elif match["kind"] is not None:
            title = f' "{_text(match["title"])}"' if match["title"] else ""
            self.open(f"{'link' if match['kind'] == b'l' else 'image'} {_text(match['target'])}{title}")
        elif match["span"] is not None:
            self.words += split_words(_text(match["inside"]), (*style, _SPANS[match["span"]]))
        elif match["turn"] in _STYLES:
            self.open(_STYLES[match["turn"]])
        elif self.style:
            if self.opened.pop() == len(self.words):
                self.words.append(Word("", style))
            self.style.pop()

    def open(self, style: str) -> None:
        self.style.append(style)
        self.opened.append(len(self.words))

    def mark(self, mark: bytes) -> None:  # noqa: C901 - one flat look at the letters of the form
        if mark in _ENDS:
            self.put(_ENDS[mark])
        elif mark in _LISTS:
            self.holders.append(_Container(_LISTS[mark]))
        elif mark in _TASKS:
            self.holders[-1].task = _TASKS[mark]
        elif mark == b"i":
            if self.holders[-1].fresh:
                self.put("empty")
            self.holders[-1].fresh, self.holders[-1].task = True, ""
        elif mark == b"d":
            self.canonical.append(b"\xfed\xfd")
            self.words.append(Word(" | ", (CELL,)))
        elif mark in {b"r", b"h"}:
            if self.words:
                self.words.pop()
            self.put("table row" if mark == b"r" else "table head")
        elif mark == b"b":
            self.put("rule")
        elif mark[:1] == b"q":
            self.holders.append(_Container(f"{mark[1:].decode().lower() or 'quote'}"))
        elif mark in {b"U", b"O", b"Q", b"F"}:
            holder = self.holders.pop()
            if holder.fresh and mark in {b"Q", b"F"}:
                self.put("empty", holder.name)

    def code(self, info: bytes, code: bytes) -> None:
        self.canonical.append(info)
        self.words += [Word("```"), *split_words(_text(info))]
        self.put("code fence")
        for line in _text(code).split("\n")[:-1]:
            self.canonical.append(line.encode())
            self.words += split_words(line)
            self.put("code")

    def put(self, kind: str, shape: str = "") -> None:
        holders = self.holders
        edges = tuple(holder.fresh for holder in holders)
        lists = [holder for holder in holders if holder.name in _LISTS.values()]
        leads = bool(lists) and lists[-1] is holders[-1] and lists[-1].fresh
        item = lists[-1] if leads and kind in {"paragraph", "empty"} and not shape else None
        first = item.label if item else shape or kind
        outer = [holder.label for holder in reversed(holders) if holder is not item]
        words = tuple(self.words)
        self.found.append(Unit(kind, b"".join(self.canonical), words, " in ".join((first, *outer)), len(lists), edges))
        for holder in holders:
            holder.fresh = False
        self.words, self.canonical, self.style, self.opened = [], [], [], []


def _text(data: bytes) -> str:
    return data.translate(_BLANKS).decode("utf-8", "replace")


_LEAVES = frozenset({"paragraph", "heading", "row", "code", "html", "rule"})
_KINDS = {"table row": "row", "table head": "row", "code fence": "code"}
_NOT_WORDS = re.compile(r"\W+")
SECTION_HEADINGS = frozenset({"heading 1", "heading 2"})
"""Shapes of the headings that begin a section."""


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Units that are compared together: a step with what belongs to it, or one unit by itself."""

    units: tuple[Unit, ...]
    section: int
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class TextOutline:
    """The groups of a text in reading order, and the headings of its sections; the first has none."""

    groups: tuple[UnitGroup, ...]
    sections: tuple[str, ...]
    grouped: bool = True

    def apart(self) -> "TextOutline":
        """The same with a group for each unit; a step is the one that begins it."""
        groups = (
            UnitGroup((unit,), group.section, group.step if unit is group.units[0] else None)
            for group in self.groups
            for unit in group.units
        )
        return TextOutline(tuple(groups), self.sections, grouped=False)

    @property
    def frame(self) -> list[tuple[tuple[str, bytes], tuple[bool, ...]]]:
        """All that the canonical form of a body says, unit by unit."""
        return [(unit.key, unit.edges) for group in self.groups for unit in group.units]


def build_outline(sop: Sop, *, readable: bool, budget: MatchBudget) -> TextOutline:
    """The outline of an SOP; when it is not to be read as a document, that of its lines."""
    if not readable:
        return TextOutline(tuple(UnitGroup((unit,), 0) for unit in split_lines(sop.source.data)), ("",))
    units = read_units(canonical_body(sop.source.data[sop.body_start :].decode("utf-8", "replace")))
    leads = _find_step_starts(sop, units, budget)
    sections = [""]
    groups: list[UnitGroup] = []
    run: list[Unit] = []
    step: Step | None = None
    for at, unit in enumerate(units):
        heading = unit.shape in SECTION_HEADINGS
        if step is not None and at not in leads and not heading and unit.depth >= run[0].depth:
            run.append(unit)
            continue
        if step is not None:
            groups.append(UnitGroup(tuple(run), len(sections) - 1, step))
        if heading:
            sections.append(unit.text)
        step, run = leads.get(at), [unit]
        if step is None:
            groups.append(UnitGroup((unit,), len(sections) - 1))
    if step is not None:
        groups.append(UnitGroup(tuple(run), len(sections) - 1, step))
    return TextOutline(tuple(groups), tuple(sections))


def _find_step_starts(sop: Sop, units: list[Unit], budget: MatchBudget) -> dict[int, Step]:
    """The steps by the index of the unit that each begins with."""
    steps = list(sop.body.steps)
    if not steps:
        return {}
    leaves = [block for block in sop.body.blocks if block.kind in _LEAVES]
    named = [at for at, unit in enumerate(units) if unit.kind not in {"code", "empty"}]
    same = find_matches([_leaf_name(block) for block in leaves], [_unit_name(units[at]) for at in named], budget)
    unit_of = {leaf: named[at] for leaf, at in same}
    starts = [block.start for block in leaves]
    found: dict[int, Step] = {}
    for step in steps:
        leaf = bisect_right(starts, step.start) - 1
        if leaf in unit_of:
            found.setdefault(unit_of[leaf], step)
    return found


def _leaf_name(block: Block) -> tuple[str, str]:
    if block.kind in {"code", "html", "rule"}:
        return block.kind, ""
    text = "".join(cell.text for cell in block.children) if block.kind == "row" else block.text
    return block.kind, _NOT_WORDS.sub("", text)


def _unit_name(unit: Unit) -> tuple[str, str]:
    kind = _KINDS.get(unit.kind, unit.kind.split(" ")[0])
    if kind in {"code", "html", "rule"}:
        return kind, ""
    spoken = (word.text for word in unit.words if "html" not in word.style and "footnote" not in word.style)
    return kind, _NOT_WORDS.sub("", "".join(spoken))


Blocks = Sequence[tuple[BlockChange, ...]]


def list_section_changes(
    before: TextOutline, after: TextOutline, pairs: Sequence[AlignmentPair], blocks: Blocks
) -> tuple[SectionChange, ...]:
    """The sections that were added, removed, changed or moved, in the order of the new text."""
    partner: dict[int, int] = {0: 0}
    elsewhere: set[tuple[int | None, int | None]] = set()  # sections that moved as a whole
    touched_old: set[int | None] = set()
    touched_new: set[int | None] = set()
    for pair, own in zip(pairs, blocks, strict=True):
        old = before.groups[pair.old].section if pair.old is not None else None
        new = after.groups[pair.new].section if pair.new is not None else None
        if old is not None and new is not None and own[0].shape in SECTION_HEADINGS:
            partner.setdefault(old, new)
            if pair.moved:
                elsewhere.add((old, new))
        if any(block.how is not ChangeKind.KEPT for block in own) or (pair.moved and (old, new) not in elsewhere):
            touched_old.add(old)
            touched_new.add(new)
    back = {new: old for old, new in partner.items()}
    found: list[SectionChange] = []
    for new, name in enumerate(after.sections):
        if new not in back:
            found.append(SectionChange((ChangeKind.ADDED,), None, name))
            continue
        old = back[new]
        how = [ChangeKind.MOVED] if (old, new) in elsewhere else []
        how += [ChangeKind.CHANGED] if new in touched_new or old in touched_old else []
        if how:
            found.append(SectionChange(tuple(how), before.sections[old], name))
    gone = (name for old, name in enumerate(before.sections) if old not in partner)
    return (*found, *(SectionChange((ChangeKind.REMOVED,), name, None) for name in gone))


def list_step_changes(
    before: TextOutline, after: TextOutline, pairs: Sequence[AlignmentPair], blocks: Blocks
) -> tuple[StepChange, ...]:
    """The steps that are not as they were, in the order of the new text."""
    found = []
    for pair, own in zip(pairs, blocks, strict=True):
        old = before.groups[pair.old].step if pair.old is not None else None
        new = after.groups[pair.new].step if pair.new is not None else None
        if old is None and new is None:
            continue
        if old is None or new is None:
            how = [ChangeKind.ADDED if old is None else ChangeKind.REMOVED]
        else:
            how = [ChangeKind.MOVED] if pair.moved else []
            how += [ChangeKind.CHANGED] if any(block.how is not ChangeKind.KEPT for block in own) else []
            if not pair.moved and old.number != new.number:
                how.append(ChangeKind.RENUMBERED)
        if how:
            lead = next((block.runs for block in own if block.leads), own[0].runs)
            anchor = (new.anchor if new else "") or (old.anchor if old else "")
            found.append(StepChange(tuple(how), old.number if old else None, new.number if new else None, anchor, lead))
    return tuple(found)
